"""Judgments and answers → measures, named as in the field. The door of ir-measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.text import stem, words

Qrels = Mapping[str, Mapping[str, int]]
"""Question id → unit → relevance."""

Run = Mapping[str, Mapping[str, float]]
"""Question id → unit → score."""

PAGE_MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10", "R@5")


def ranking_measures(qrels: Qrels, run: Run, names: Sequence[str] = PAGE_MEASURES) -> dict[str, float]:
    """Return each measure's mean over all judged questions; one without results counts as 0."""
    import ir_measures  # with pandas and scipy behind it, paid only where something is measured

    measures = [ir_measures.parse_measure(name) for name in names]
    means = ir_measures.calc_aggregate(
        measures, {q: dict(u) for q, u in qrels.items()}, {q: dict(u) for q, u in run.items()}
    )
    return {str(measure): float(means[measure]) for measure in measures}


def fact_recall(answer: str, facts: Sequence[str]) -> float:
    """Return the share of key facts whose words, stemmed, stand in the answer in a row; 1 where there are none."""
    told = f" {_stems(answer)} "
    return sum(f" {_stems(fact)} " in told for fact in facts) / len(facts) if facts else 1.0


def _stems(text: str) -> str:
    return " ".join(map(stem, words(text)))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive scores above a negative, ties counting half; 0.5 where one side is empty.

    Source: Hanley and McNeil, Radiology 143 (1982), doi:10.1148/radiology.143.1.7063747.
    """
    if not positive or not negative:
        return 0.5
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))
