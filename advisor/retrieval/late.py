"""Token vectors of a question and of passages → how well each word of the question is met, and where."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from advisor.embedding import CODE, Codes, Vectors
from advisor.store.library import PassageTokens

ROWS = 64
"""Rows multiplied at once: few enough for OpenBLAS to stay in one thread. Its threads would go on spinning and take the
cores from the embedding model, which costs more than they gain."""


def likeness(question: Codes, passage: Codes | Vectors) -> Vectors:
    """Return the cosine of each token of a passage with each of the question: shape (passage, question).

    The tokens of the passage may be given as float32 already; they are codes all the same, unit vectors times 127.
    """
    ours = np.ascontiguousarray(question.T, dtype=np.float32) / CODE**2
    theirs = passage.astype(np.float32, copy=False)
    cosines = np.zeros((len(theirs), len(question)), dtype=np.float32)
    for first in range(0, len(theirs), ROWS):
        np.dot(theirs[first : first + ROWS], ours, out=cosines[first : first + ROWS])
    return cosines


def late_interaction(question: Codes, passages: Mapping[str, PassageTokens]) -> dict[str, float]:
    """Return for each passage the mean over the question's tokens of their best cosine with a token of it.

    0 where either has no token. Source: Khattab and Zaharia, SIGIR 2020, doi:10.1145/3397271.3401075 (MaxSim; there
    summed, with vectors trained for it, here the mean of those of the same encoder).
    """
    return {item: float(np.mean(best)) if len(best) else 0.0 for item, best in best_matches(question, passages).items()}


def best_matches(question: Codes, passages: Mapping[str, PassageTokens]) -> dict[str, Vectors]:
    """Return for each passage the best cosine of each token of the question with a token of it; empty without any."""
    held = {item: tokens.vectors for item, tokens in passages.items() if len(tokens.vectors)}
    if not held or not len(question):
        return {item: np.zeros(0, dtype=np.float32) for item in passages}
    cosines = likeness(question, np.concatenate(list(held.values()), dtype=np.float32))
    first = np.cumsum([0, *(len(vectors) for vectors in held.values())])[:-1]
    best = np.maximum.reduceat(cosines, first, axis=0)
    found = dict(zip(held, best, strict=True))
    return {item: found.get(item, np.zeros(0, dtype=np.float32)) for item in passages}
