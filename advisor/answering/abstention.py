"""A query and its evidence → how likely the corpus answers, and which of three things to do about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.answering.evidence import Evidence, coverage, rarity
from advisor.records import Hit
from advisor.retrieval.retriever import Query
from advisor.store.versions import Store

Verdict = Literal["answered", "near", "declined"]

ANSWER_FROM = 0.35
NEAR_FROM = 0.2
"""Confidence from which the advisor answers, and from which it shows what is near without claiming that it answers."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the confidence is made of; each 0 to 1, cosines from -1.

    Attributes:
        sentence: best cosine between question and sentence.
        coverage: share of the question's terms, weighted by rarity, in the best of the first passages.
        unknown: share of the question's terms, weighted by rarity, that occur nowhere in the corpus.
    """

    sentence: float
    coverage: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic regression over the signals."""

    sentence: float
    coverage: float
    unknown: float
    bias: float


WEIGHTS = Weights(sentence=3.21, coverage=0.89, unknown=-4.97, bias=-1.08)
"""Fitted by `benchmarks/fit_confidence.py` on the development questions only."""


def signals(store: Store, query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> Signals:
    """Measure the signals for one question."""
    weights = rarity(store, query.terms)
    frequency = store.library.document_frequency(query.terms)
    unknown = sum(weight for term, weight in weights.items() if not frequency[term])
    covered = [coverage(weights, hit.passage.text, (*hit.passage.section, hit.document.title)) for hit in hits[:3]]
    return Signals(
        sentence=max((item.similarity for item in evidence), default=0.0),
        coverage=max(covered, default=0.0),
        unknown=unknown / sum(weights.values()) if weights else 1.0,
    )


def confidence(measured: Signals, weights: Weights = WEIGHTS) -> float:
    """Return the probability that the corpus answers the question: a logistic function of the signals."""
    z = (
        weights.bias
        + weights.sentence * measured.sentence
        + weights.coverage * measured.coverage
        + weights.unknown * measured.unknown
    )
    return 1 / (1 + math.exp(-z))


def verdict(value: float) -> Verdict:
    """Return what to do at this confidence."""
    if value >= ANSWER_FROM:
        return "answered"
    return "near" if value >= NEAR_FROM else "declined"
