"""What was measured on each question → the figures of a system: means by group, abstention, latency, cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from advisor.evaluation.judging import Judged
from advisor.evaluation.statistics import (
    Figure,
    area_under_risk,
    auroc,
    calibration_error,
    mean,
    percentile,
    reliability,
    risk_coverage,
)

ORDER = (
    *("Success@1", "Success@5", "Success@10", "RR@10", "nDCG@10", "R@5", "R@10"),
    *("evidence@5", "evidence@10", "passage hit@1", "passage hit@5", "passage hit@10"),
    *("facts found@3", "all facts found@3"),
    *("span recall", "span precision", "span IoU"),
    *("key facts", "all key facts", "F1", "EM", "ROUGE-L", "words"),
    *("citation recall", "citation precision", "cites evidence", "cited pages right", "evidence cited"),
    *("quotes verified", "declined", "fell back"),
)
"""Measures in the order of tables."""

MEANINGS: Mapping[str, str] = {
    "Success@1": "a relevant page (or document) is first; @5, @10 among the first five, ten",
    "RR@10": "1 / rank of the first relevant page, 0 beyond ten",
    "nDCG@10": "gain of the first ten, discounted by rank, against the best order",
    "R@5": "share of the relevant pages among the first five; @10 among the first ten",
    "evidence@5": "share of the parts an answer needs of which a page is among the first five; @10 the first ten",
    "passage hit@1": "the first passage stands on an evidence page and holds the words of its phrase; @5, @10",
    "facts found@3": "share of the key facts in the first three segments, or passages of a system without segments",
    "all facts found@3": "share of questions with all of them there: a whole list",
    "span recall": "share of the gold characters in the first five passages; precision: of the retrieved; IoU: both",
    "key facts": "share of the key facts in the answer; a declined question counts 0",
    "all key facts": "share of questions with all key facts in the answer",
    "F1": "tokens shared with the gold answer, as in SQuAD; EM: no others; ROUGE-L: in the same order",
    "words": "words of an answer, where one was given",
    "citation recall": "share of sentences that their quotes bear out (ALCE's logic, by words)",
    "citation precision": "share of citations that bear out their sentence and are of use (ALCE's logic, by words)",
    "cites evidence": "share of answers that cite an evidence page; cited pages right: share of the citations",
    "evidence cited": "share of the parts an answer needs that it cites",
    "quotes verified": "share of quotes that stand on their page when the document is read anew",
    "declined": "share of questions that were not answered",
    "fell back": "share of answers for which the chat model failed, so that they quote the documents instead",
}

Group = dict[str, Any]


def figures(judged: Sequence[Judged], *, seed: int, price: tuple[float, float] | None = None) -> dict[str, Any]:
    """Return the figures of a system, ready for JSON; `price` is per million tokens read and written.

    A measure is averaged over the questions of its group that have it, and says how many these are.
    """
    answerable = [item for item in judged if item.question.answerable]
    unanswerable = [item for item in judged if not item.question.answerable]
    result: dict[str, Any] = {
        "answerable": _group(answerable, seed),
        "by_kind": _split(answerable, [item.question.kind for item in answerable], seed),
        "by_language": _split(answerable, [item.question.language for item in answerable], seed),
        "unanswerable": _group(unanswerable, seed),
        "unanswerable_by_kind": _split(unanswerable, [item.question.kind for item in unanswerable], seed),
        "abstention": abstention(answerable, unanswerable, seed=seed),
        "latency_ms": latency([item.latency_ms for item in judged if item.latency_ms is not None]),
    }
    if any(item.tokens for item in judged):
        result["tokens"] = tokens(judged, price)
    return result


def _group(judged: Sequence[Judged], seed: int) -> Group:
    found = {name for item in judged for name in item.measures}
    return {"n": len(judged)} | {
        name: mean([item.measures[name] for item in judged if name in item.measures], seed=seed).to_dict()
        for name in ORDER
        if name in found
    }


def _split(judged: Sequence[Judged], labels: Sequence[str], seed: int) -> dict[str, Group]:
    """Return the figures of each label; nothing where all questions have the same."""
    names = sorted(set(labels))
    if len(names) < 2:
        return {}
    return {
        name: _group([item for item, label in zip(judged, labels, strict=True) if label == name], seed)
        for name in names
    }


def abstention(answerable: Sequence[Judged], unanswerable: Sequence[Judged], *, seed: int) -> dict[str, Any]:
    """Return how well answered and declined questions are told apart; empty where there is nothing to tell apart."""
    told = [item for item in (*answerable, *unanswerable) if item.loss is not None]
    if not unanswerable or not told:
        return {}
    kept, refused = (
        [item.abstained for item in group if item.loss is not None] for group in (answerable, unanswerable)
    )
    result: dict[str, Any] = {"n": len(told)}
    if kept and refused:
        halves = [[float(not declined) for declined in kept], [float(declined) for declined in refused]]
        result["balanced accuracy"] = _balanced(halves, seed).to_dict()
    sure = [item for item in told if item.confidence is not None]
    if len(sure) == len(told):
        positive = [float(item.confidence or 0) for item in sure if item.question.answerable]
        negative = [float(item.confidence or 0) for item in sure if not item.question.answerable]
        if positive and negative:
            result["AUROC"] = auroc(positive, negative, seed=seed).to_dict()
            result["AUROC_by_kind"] = {
                kind: auroc(positive, values, seed=seed).to_dict()
                for kind, values in _by_kind([item for item in sure if not item.question.answerable]).items()
            }
            outcomes = [(float(item.confidence or 0), item.question.answerable) for item in sure]
            result["reliability"] = [[round(value, 4) for value in each] for each in reliability(outcomes)]
            result["calibration error"] = round(calibration_error(outcomes), 4)
        points = risk_coverage([(float(item.confidence or 0), float(item.loss or 0)) for item in sure])
        result["AURC"] = round(area_under_risk(points), 4)
        result["risk_coverage"] = [[round(coverage, 4), round(risk, 4)] for coverage, risk in points]
    answered = [item for item in told if not item.abstained]
    result["coverage"] = round(len(answered) / len(told), 4)
    result["risk"] = round(fmean(float(item.loss or 0) for item in answered), 4) if answered else 0.0
    return result


def _by_kind(judged: Sequence[Judged]) -> dict[str, list[float]]:
    kinds = sorted({item.question.kind for item in judged})
    if len(kinds) < 2:
        return {}
    return {kind: [float(item.confidence or 0) for item in judged if item.question.kind == kind] for kind in kinds}


def _balanced(halves: Sequence[Sequence[float]], seed: int) -> Figure:
    """Return the mean of two shares; its interval is that of the halves, put together as independent."""
    first, second = (mean(half, seed=seed) for half in halves)
    value = (first.value + second.value) / 2
    low = value - ((first.value - first.low) ** 2 + (second.value - second.low) ** 2) ** 0.5 / 2
    high = value + ((first.high - first.value) ** 2 + (second.high - second.value) ** 2) ** 0.5 / 2
    return Figure(value, low, high, first.n + second.n)


def latency(spent: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of some milliseconds, and how many there are."""
    if not spent:
        return {}
    return {"p50": round(percentile(spent, 50), 1), "p95": round(percentile(spent, 95), 1), "n": len(spent)}


def tokens(judged: Sequence[Judged], price: tuple[float, float] | None) -> dict[str, float]:
    """Return how many tokens a chat model read and wrote, and what that cost at a price per million."""
    read = sum(item.tokens.get("input", 0) for item in judged)
    written = sum(item.tokens.get("output", 0) for item in judged)
    total: dict[str, float] = {
        "input": read,
        "output": written,
        "per question": round((read + written) / len(judged), 1),
    }
    if price:
        total["cost"] = round((read * price[0] + written * price[1]) / 1e6, 4)
    return total
