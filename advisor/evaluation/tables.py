"""A result → the tables of its report, as rows of texts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.evaluation.figures import ORDER

KEY = (
    "Success@1",
    "Success@5",
    "nDCG@10",
    "evidence@5",
    "passage hit@5",
    "key facts",
    "all key facts",
    "all facts found@3",
    "declined",
)
"""The measures that tables by group show."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first column holds names."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [self.header, ("---",) * len(self.header), *self.rows]
        return "\n".join("| " + " | ".join(map(plain, line)) + " |" for line in lines)


def plain(text: str) -> str:
    """Return a text as it can stand in Markdown: in one line, and nothing in it divides a table or is HTML."""
    shown = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("&", "&amp;").replace("<", "&lt;")


def set_tables(result: Mapping[str, Any], *, groups: bool = True) -> list[Table]:
    """Return the tables of one set, those without a row left out; without `groups`, those of all questions only."""
    systems: Mapping[str, Any] = result["systems"]
    by_kind = _grouped("Answerable questions by kind", systems, "by_kind") if groups else []
    by_language = _grouped("Answerable questions by language", systems, "by_language") if groups else []
    tables = [
        _overview("All answerable questions", systems, "answerable"),
        *by_kind,
        *by_language,
        _declined(systems),
        _abstention(systems),
        _effort(systems),
    ]
    return [table for table in tables if table.rows]


def _overview(title: str, systems: Mapping[str, Any], group: str) -> Table:
    measures = _measures(systems.values(), group)
    rows = tuple(
        (name, *(interval(figures[group].get(name)) for figures in systems.values()), _n(systems.values(), group, name))
        for name in measures
    )
    return Table(title, ("measure", *systems, "n"), rows)


def _measures(systems: Iterable[Mapping[str, Any]], group: str) -> list[str]:
    found = {name for figures in systems for name in figures[group]}
    return [name for name in ORDER if name in found]


def _n(systems: Iterable[Mapping[str, Any]], group: str, measure: str) -> str:
    """Return over how many questions a measure was taken: one number, or one for each system."""
    counts = [str(figures[group][measure]["n"]) if measure in figures[group] else "–" for figures in systems]
    return counts[0] if len(set(counts)) == 1 else " / ".join(counts)


def _grouped(title: str, systems: Mapping[str, Any], key: str) -> list[Table]:
    """Return a table for each of the key measures: groups down, systems across."""
    tables = []
    groups = sorted({group for figures in systems.values() for group in figures[key]})
    for measure in KEY:
        rows = []
        for group in groups:
            held = [figures[key].get(group, {}) for figures in systems.values()]
            if any(measure in values for values in held):
                n = next(values["n"] for values in held if values)
                rows.append((group, *(interval(values.get(measure)) for values in held), str(n)))
        tables.append(Table(f"{title}: {measure}", ("group", *systems, "n"), tuple(rows)))
    return tables


def _declined(systems: Mapping[str, Any]) -> Table:
    rows = []
    totals = [figures["unanswerable"] for figures in systems.values()]
    groups: list[tuple[str, list[Mapping[str, Any]]]] = [("all", totals)]
    for kind in sorted({kind for figures in systems.values() for kind in figures["unanswerable_by_kind"]}):
        groups.append((kind, [figures["unanswerable_by_kind"].get(kind, {}) for figures in systems.values()]))
    for name, held in groups:
        if any("declined" in values for values in held):
            n = next(str(values["n"]) for values in held if values)
            rows.append((name, *(interval(values.get("declined")) for values in held), n))
    return Table("Unanswerable questions: declined", ("kind", *systems, "n"), tuple(rows))


def _abstention(systems: Mapping[str, Any]) -> Table:
    names = ("AUROC", "balanced accuracy", "calibration error", "AURC", "coverage", "risk")
    held = [figures["abstention"] for figures in systems.values()]
    rows = []
    for kind in sorted({kind for values in held for kind in values.get("AUROC_by_kind", {})}):
        areas = [values.get("AUROC_by_kind", {}).get(kind) for values in held]
        counts = next(str(area["n"]) for area in areas if area)
        rows.append((f"AUROC, against {kind}", *map(interval, areas), counts))
    for name in names:
        values = [values.get(name) for values in held]
        if any(value is not None for value in values):
            cells = (interval(v) if isinstance(v, dict) else _number(v) for v in values)
            rows.append((name, *cells, next(str(each["n"]) for each in held if each)))
    return Table("Answered or declined", ("measure", *systems, "n"), tuple(rows))


def _effort(systems: Mapping[str, Any]) -> Table:
    rows = [
        (
            name,
            *(str(figures["latency_ms"][column]) for column in ("p50", "p95")),
            *(str(figures.get("tokens", {}).get(column, "–")) for column in ("per question", "cost")),
            *(str(figures["latency_ms"]["n"]), str(figures["from_cache"])),
        )
        for name, figures in systems.items()
        if figures["latency_ms"]
    ]
    return Table(
        "Effort", ("system", "ms, median", "ms, p95", "tokens a question", "cost", "n", "from cache"), tuple(rows)
    )


def interval(figure: Mapping[str, Any] | None) -> str:
    """Return a figure with its interval as text, "–" where there is none."""
    if figure is None:
        return "–"
    if figure["low"] == figure["high"]:
        return _number(figure["value"])
    return f"{_number(figure['value'])} ({_number(figure['low'])}–{_number(figure['high'])})"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def stamp_rows(result: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return what a result's figures were measured on, as names and texts."""
    stamp = result["stamp"]
    rows = []
    for name, value in stamp.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
        rows.append((name, shown))
    return rows
