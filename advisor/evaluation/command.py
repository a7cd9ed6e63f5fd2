"""What `advisor evaluate` was asked for → results and reports: checks it before anything is measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.embedding import DEFAULT_WEIGHTS_SHA256, INSTALLED
from advisor.errors import UsageError
from advisor.evaluation.compare import compare, comparison_report, comparison_tables, read_judgments
from advisor.evaluation.experiment import Place, evaluate_systems
from advisor.evaluation.figures import ORDER
from advisor.evaluation.files import check_writable, write_all
from advisor.evaluation.report import page, summary
from advisor.evaluation.results import Options, conclude
from advisor.evaluation.systems import check_name

ABSTENTION = ("AUROC", "balanced accuracy")
FLOORS = (*(name for name in ORDER if name not in ("words", "fell back")), *ABSTENTION)
"""Figures that `--fail-under` knows; for all of them more is better. "declined" is that of unanswerable questions."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a figure may be, of the system that stands so far behind the first."""

    system: int
    measure: str
    value: float


def evaluate_sets(
    paths: Sequence[Path],
    names: Sequence[str],
    place: Place,
    options: Options,
    *,
    out: Path | None,
    fail_under: Sequence[str],
) -> tuple[dict[str, Any], str, list[str]]:
    """Return the result, its main tables in Markdown and a line for each figure that is below its floor.

    Raises:
        UsageError: an option cannot be used as given.
        BenchmarkError: see `advisor.evaluation.experiment.evaluate_systems`.
    """
    floors = [_floor(text, names) for text in fail_under]
    for name in names:
        check_name(name)
    if out:
        check_writable(out)
    measured = evaluate_systems(paths, names, place)
    stamp = {"embedder": place.embedder.name, "systems": ", ".join(names)}
    if place.embedder.name in INSTALLED:
        stamp["weights"] = DEFAULT_WEIGHTS_SHA256[:16]  # checked when they were loaded
    if place.writer:
        stamp["chat model"] = place.writer_name
    result = conclude(measured, options, out=out, stamp=stamp)
    return result, summary(result), list(_misses(result, floors))


def compare_results(names: Sequence[str], *, out: Path | None, seed: int) -> tuple[dict[str, Any], str]:
    """Return the comparison of two results and its report in Markdown; with `out`, write both there, and as a page.

    Raises:
        BenchmarkError: see `advisor.evaluation.compare`.
    """
    if out:
        check_writable(out)
    a, b = map(read_judgments, names)
    result = compare(a, b, seed=seed)
    report = comparison_report(result)
    if out:
        sections = [(compared["set"], comparison_tables(compared)) for compared in result["sets"]]
        files = {
            "comparison.json": json.dumps(result, ensure_ascii=False, indent=1) + "\n",
            "comparison.md": report,
            "comparison.html": page("comparison.html", a=result["a"], b=result["b"], sections=sections),
        }
        write_all(out, files)
    return result, report


def parse_price(text: str) -> tuple[float, float]:
    """Return what a million tokens cost, read and written.

    Raises:
        UsageError: the text is not two numbers from 0, divided by a comma.
    """
    try:
        read, written = map(float, text.split(","))
    except ValueError:
        read = written = math.nan
    if not (0 <= read < math.inf and 0 <= written < math.inf):
        raise UsageError(f"--price is {text!r}; write two numbers, READ,WRITTEN, per million tokens")
    return read, written


def _floor(text: str, names: Sequence[str]) -> Floor:
    figure, _, value = text.rpartition("=")
    system, _, measure = figure.rpartition(":")
    if measure not in FLOORS:
        raise UsageError(f"--fail-under is {text!r}; write MEASURE=VALUE with one of {', '.join(FLOORS)}")
    if system and system not in names:
        raise UsageError(f"--fail-under names the system {system!r}, which is not measured; add --system {system}")
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if not math.isfinite(least):
        raise UsageError(f"--fail-under is {text!r}; {value!r} is no number")
    return Floor(names.index(system) if system else 0, measure, least)


def _misses(result: Mapping[str, Any], floors: Sequence[Floor]) -> list[str]:
    misses = []
    for each in result["sets"]:
        for floor in floors:
            name, figures = list(each["systems"].items())[floor.system]
            group = "abstention" if floor.measure in ABSTENTION else "answerable"
            found = figures["unanswerable" if floor.measure == "declined" else group].get(floor.measure)
            value = found["value"] if found else None
            if value is None or value < floor.value:
                told = "was not measured" if value is None else f"is {value:g}"
                misses.append(f"{each['set']}, {name}: {floor.measure} {told}, asked for at least {floor.value:g}")
    return misses
