"""A written sentence and the sentences it cites → is it borne out? Figures and names exactly, meaning by similarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.embedding import Vectors
from advisor.records import Support
from advisor.text import comparable, figures, names, terms

SUPPORTED_FROM = 0.62
PARTIAL_FROM = 0.42
"""Cosine between a written sentence and the nearest cited sentence from which it counts as borne out."""

NEGATIONS = frozenset(
    "no not never none neither nor cannot without isn't aren't wasn't don't doesn't didn't won't".split()
)


def support(text: str, vector: Vectors, source: str, vectors: Sequence[Vectors]) -> Support:
    """Judge a written sentence against the text it cites; `vectors` are those of the cited sentences.

    A figure or a name that the source does not hold makes it "unsupported", however similar the rest is.
    """
    if comparable(text) and comparable(text) in comparable(source):
        return "verbatim"
    known = {word.strip(".,;:()").lower() for word in source.split()}
    if not figures(text) <= figures(source) or not all(_known(name, known) for name in names(text)):
        return "unsupported"
    nearest = max((float(np.dot(vector, other)) for other in vectors), default=0.0)
    if nearest < PARTIAL_FROM:
        return "unsupported"
    if nearest >= SUPPORTED_FROM and _negated(text) == _negated(source):
        return "supported"
    return "partial"


def _known(name: str, known: set[str]) -> bool:
    return name in known or all(stem in {t for word in known for t in terms(word)} for stem in terms(name))


def _negated(text: str) -> bool:
    return any(word.strip(".,;:()").lower() in NEGATIONS for word in text.split())
