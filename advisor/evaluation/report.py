"""A result → its report, as one HTML page that needs nothing else, and as Markdown. The door of Jinja."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.evaluation.charts import latency_chart, reliability_chart, risk_coverage_chart
from advisor.evaluation.figures import MEANINGS
from advisor.evaluation.judging import Judged
from advisor.evaluation.tables import Table, plain, set_tables, stamp_rows

if TYPE_CHECKING:
    from advisor.evaluation.results import Measured

WORST = 20
"""How many questions a report shows by themselves."""


@dataclass(frozen=True, slots=True)
class Worst:
    """A question that went wrong, as texts: what was asked and expected, what was found, cited and answered."""

    id: str
    kind: str
    question: str
    confidence: str
    expected: str
    places: str
    found: str
    cited: str
    answer: str


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a report about one set."""

    name: str
    summary: str
    tables: Sequence[Table]
    charts: Sequence[tuple[str, str]]
    worst_of: str
    worst: Sequence[Worst]


def html_report(result: Mapping[str, Any], measured: Sequence[Measured], *, texts: bool) -> str:
    """Return the report as one page with everything in it; without `texts`, answers are left out."""
    sections = _sections(result, measured, texts=texts, charts=True)
    return page("report.html", sections=sections, stamp=stamp_rows(result), meanings=MEANINGS.items())


def page(template: str, **values: Any) -> str:
    """Return a rendered template of this package; every value is escaped but drawings."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("advisor.evaluation")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(**values)


def markdown_report(result: Mapping[str, Any], measured: Sequence[Measured]) -> str:
    """Return the tables of the report and its worst questions as Markdown."""
    lines = ["# Evaluation", "", "95% bootstrap intervals over questions stand in brackets."]
    for section in _sections(result, measured, texts=False, charts=False):
        lines += ["", f"## {plain(section.name)}", "", section.summary]
        for table in section.tables:
            lines += ["", f"### {plain(table.title)}", "", table.markdown()]
        if section.worst:
            rows = tuple(
                (each.id, each.kind, each.question, each.places or "none", each.found, each.cited)
                for each in section.worst
            )
            header = ("id", "kind", "question", "evidence", "found first", "cited")
            lines += ["", f"### Worst questions of {plain(section.worst_of)}", "", Table("", header, rows).markdown()]
    lines += ["", "## Measures", "", *(f"- **{name}**: {meaning}" for name, meaning in MEANINGS.items())]
    lines += ["", "## Measured on", "", *(f"- {name}: {plain(value)}" for name, value in stamp_rows(result))]
    return "\n".join(lines) + "\n"


def summary(result: Mapping[str, Any]) -> str:
    """Return the tables over all questions of each set as Markdown: what fits on a terminal."""
    parts = []
    for figures in result["sets"]:
        parts.append(f"## {plain(figures['set'])}: {_size(figures)}")
        parts += [f"{plain(table.title)}\n\n{table.markdown()}" for table in set_tables(figures, groups=False)]
    return "\n\n".join(parts) + "\n"


def _size(figures: Mapping[str, Any]) -> str:
    n, answerable = figures["n"], figures["answerable"]
    return f"{n} questions, {answerable} answerable and {n - answerable} unanswerable"


def _sections(result: Mapping[str, Any], measured: Sequence[Measured], *, texts: bool, charts: bool) -> list[Section]:
    sections = []
    for figures, each in zip(result["sets"], measured, strict=True):
        first, judged = next(iter(each.judged.items()))
        sections.append(
            Section(
                figures["set"],
                f"{_size(figures)}.",
                set_tables(figures),
                _charts(figures, each) if charts else (),
                first,
                worst(list(judged.values()), texts=texts),
            )
        )
    return sections


def _charts(figures: Mapping[str, Any], measured: Measured) -> list[tuple[str, str]]:
    curves = {
        name: system["abstention"]["risk_coverage"]
        for name, system in figures["systems"].items()
        if "risk_coverage" in system["abstention"]
    }
    groups = {
        name: system["abstention"]["reliability"]
        for name, system in figures["systems"].items()
        if "reliability" in system["abstention"]
    }
    spent = {
        name: [item.latency_ms for item in judged.values() if item.latency_ms is not None]
        for name, judged in measured.judged.items()
    }
    drawn = [("Risk and coverage", risk_coverage_chart(curves))] if curves else []
    drawn += [("Reliability", reliability_chart(groups))] if groups else []
    timed = {name: values for name, values in spent.items() if values}
    return [*drawn, ("Latency", latency_chart(timed))] if timed else drawn


def worst(judged: Sequence[Judged], *, texts: bool) -> list[Worst]:
    """Return the questions that went most wrong, the worst first; none that went right."""
    wrong = [(badness(item), item) for item in judged]
    ordered = sorted((pair for pair in wrong if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].question.id))
    return [_worst(item, texts=texts) for _, item in ordered[:WORST]]


def badness(item: Judged) -> float:
    """Return how wrong a question went, 0 for right: missing facts and evidence, or an answer where there is none.

    Within what is equally wrong, the more confident is worse.
    """
    sure = (item.confidence or 0.0) / 10
    if not item.question.answerable:
        return 2.0 + sure if item.loss is not None and not item.abstained else 0.0
    found = next(
        (item.measures[name] for name in ("evidence@5", "Success@5", "span recall") if name in item.measures), 1
    )
    said = next((item.measures[name] for name in ("key facts", "F1") if name in item.measures), found)
    missing = (1 - found) + (1 - said)
    return missing + sure if missing > 0 else 0.0


def _worst(item: Judged, *, texts: bool) -> Worst:
    question = item.question
    places = [f"{place.document} p. {place.page}" for place in question.evidence] or list(question.relevance)
    return Worst(
        question.id,
        question.kind,
        question.text,
        "" if item.confidence is None else f"{item.confidence:.2f}",
        question.answers[0] if question.answers else "",
        ", ".join(dict.fromkeys(places)),
        ", ".join(item.ranked[:3]),
        ", ".join(dict.fromkeys(f"{document} p. {page}" for document, page in item.cited)),
        ("declined" if item.abstained else item.answer) if texts or item.abstained else "",
    )
