"""Scores of several signals for the same passages → one score each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def standardise(scores: Mapping[str, float]) -> dict[str, float]:
    """Return z-scores: how many standard deviations each score lies above the mean; all 0 where they are equal.

    Source: Montague and Aslam, CIKM 2001, doi:10.1145/502585.502657 (zero-mean, unit-variance normalisation).
    """
    if not scores:
        return {}
    values = np.fromiter(scores.values(), dtype=np.float64, count=len(scores))
    deviation = float(values.std())
    if deviation < 1e-12:
        return dict.fromkeys(scores, 0.0)
    return dict(zip(scores, ((values - values.mean()) / deviation).tolist(), strict=True))


def fuse(*signals: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """Return the weighted sum of the signals' z-scores for every id that any signal names.

    Each signal is its weight and its scores. An id that a signal does not name gets that signal's lowest score.
    Source: CombSUM (Fox and Shaw, TREC-2, 1994) over standardised scores.
    """
    ids = {item for _, scores in signals for item in scores}
    total = dict.fromkeys(ids, 0.0)
    for weight, scores in signals:
        lowest = min(scores.values(), default=0.0)
        for item, value in standardise({item: scores.get(item, lowest) for item in ids}).items():
            total[item] += weight * value
    return total
