"""A written sentence and the sentences it cites → is it borne out? Figures and names exactly, meaning by similarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.embedding import Vectors
from advisor.records import Support
from advisor.text import figures, names, same_words, terms

SUPPORTED_FROM = 0.62
PARTIAL_FROM = 0.42
"""Cosine between a written sentence and the nearest cited sentence from which it counts as borne out."""

NEGATIONS = frozenset("no not never none neither nor cannot without".split())


def support(text: str, vector: Vectors, source: str, quotes: Sequence[tuple[str, Vectors]]) -> Support:
    """Judge a written sentence against the passages it cites and the sentences quoted from them, with their vectors.

    A figure or a name that the passages do not hold makes it "unsupported", however similar the rest is. One that
    stands elsewhere in them than in the quotes, or a negation on one side only, leaves it "partial" at best.
    """
    if any(same_words(text, quote) and _negated(text) == _negated(quote) for quote, _ in quotes):
        return "verbatim"
    known = {word.strip(".,;:()").lower() for word in source.split()}
    if not figures(text) <= figures(source) or not all(_known(name, known) for name in names(text)):
        return "unsupported"
    similarity, nearest = max(((float(np.dot(vector, other)), quote) for quote, other in quotes), default=(0.0, ""))
    if similarity < PARTIAL_FROM:
        return "unsupported"
    quoted = set().union(*(figures(quote) for quote, _ in quotes))
    if similarity >= SUPPORTED_FROM and figures(text) <= quoted and _negated(text) == _negated(nearest):
        return "supported"
    return "partial"


def _known(name: str, known: set[str]) -> bool:
    return name in known or all(stem in {t for word in known for t in terms(word)} for stem in terms(name))


def _negated(text: str) -> bool:
    held = [word.strip(".,;:()").lower().replace("’", "'") for word in text.split()]
    return any(word in NEGATIONS or word.endswith("n't") for word in held)
