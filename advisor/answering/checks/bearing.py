"""A written sentence and the sentences it may rest on → the few of them that together say what it says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from advisor.answering.checks.grounds import Claim, Ground

MOST = 3
"""Sentences that one written sentence may rest on."""

COVERAGE, FIGURES = 0.5, 1.0
"""Weights beside the cosine when the sentence is chosen on which a written one rests."""


def bearing(claim: Claim, candidates: Sequence[Ground]) -> list[Ground]:
    """Return the one to three sentences that together say most of what a written one says, the best first.

    A further sentence is taken only for a figure that the first ones lack, or for a good part of the other content.
    """
    if not candidates:
        return []
    wanted = {(q.value) for q in claim.quantities if q.unit != "one"}
    needed = dict(claim.weights)

    def worth(ground: Ground) -> float:
        held = sum(needed[term] for term in needed if term in ground.known)
        figures = len(wanted & {q.value for q in ground.quantities})
        share = held / max(sum(needed.values()), 1.0)
        cosine = float(np.dot(ground.vector, claim.vector))
        return cosine + COVERAGE * share + FIGURES * figures / max(len(wanted), 1)

    chosen = [max(candidates, key=worth)]
    while len(chosen) < MOST:
        terms = frozenset().union(*(ground.known for ground in chosen))
        figures = {q.value for ground in chosen for q in ground.quantities}
        missing = {term for term, weight in needed.items() if weight and term not in terms}

        def gain(ground: Ground, missing: set[str] = missing, figures: set[Fraction] = figures) -> tuple[int, float]:
            new_figures = len((wanted - figures) & {q.value for q in ground.quantities})
            return new_figures, len(missing & ground.terms) / max(len(needed), 1)

        best = max((g for g in candidates if g not in chosen), key=gain, default=None)
        if best is None or not (gain(best)[0] or gain(best)[1] >= 0.25):
            break
        chosen.append(best)
    return chosen
