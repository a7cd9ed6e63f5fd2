"""Judgments and answers → measures, named as in the field. The door of ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.errors import BenchmarkError
from advisor.text import comparable

Qrels = Mapping[str, Mapping[str, int]]
"""Question id → unit → relevance."""

Run = Mapping[str, Mapping[str, float]]
"""Question id → unit → score."""

PAGE_MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10", "R@5")


def ranking_measures(qrels: Qrels, run: Run, names: Sequence[str] = PAGE_MEASURES) -> dict[str, float]:
    """Return each measure's mean over all judged questions; one without results counts as 0.

    Raises:
        BenchmarkError: the package ir-measures is not installed.
    """
    try:
        import ir_measures
    except ImportError as error:
        raise BenchmarkError("measures need ir-measures; install `cluster-advisor[evaluation]`") from error
    measures = [ir_measures.parse_measure(name) for name in names]
    means = ir_measures.calc_aggregate(
        measures, {q: dict(u) for q, u in qrels.items()}, {q: dict(u) for q, u in run.items()}
    )
    return {str(measure): float(means[measure]) for measure in measures}


def fact_recall(answer: str, facts: Sequence[str]) -> float:
    """Return the share of key facts whose letters and figures stand in the answer; 1 where there are none."""
    if not facts:
        return 1.0
    text = comparable(answer)
    return sum(comparable(fact) in text for fact in facts) / len(facts)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive scores above a negative, ties counting half; 0.5 where one side is empty.

    Source: Hanley and McNeil, Radiology 143 (1982), doi:10.1148/radiology.143.1.7063747.
    """
    if not positive or not negative:
        return 0.5
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
