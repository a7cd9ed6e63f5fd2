"""Values of single questions → means with intervals, paired tests, the worth of a confidence. The door of SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
"""Bootstrap resamples of an interval: its ends vary by about a hundredth of its width with the seed."""

AT_ONCE = 2_000_000
"""Values that are drawn together: memory does not grow with the questions."""

PERMUTATIONS = 9999
"""Random assignments of a paired test: the smallest p-value is 1 in 10,000."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over `n` questions, with the ends of its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """Return the figure, ready for JSON."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "n": self.n,
        }


def mean(values: Sequence[float], *, seed: int) -> Figure:
    """Return the mean of at least one value, with the percentile bootstrap interval over them.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    from scipy import stats

    middle = float(np.mean(values))
    if len(set(values)) == 1:
        return Figure(middle, middle, middle, len(values))
    interval = stats.bootstrap(
        (np.asarray(values),),
        np.mean,
        n_resamples=RESAMPLES,
        batch=max(1, AT_ONCE // len(values)),
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Figure(middle, float(interval.low), float(interval.high), len(values))


def auroc(positive: Sequence[float], negative: Sequence[float], *, seed: int) -> Figure:
    """Return the probability that a positive scores above a negative, ties counting half, with a bootstrap interval.

    Both sides must hold values. Source: Hanley and McNeil, Radiology 143 (1982), doi:10.1148/radiology.143.1.7063747.
    """
    from scipy import stats

    def area(above: Sequence[float], below: Sequence[float]) -> float:
        return float(stats.mannwhitneyu(above, below).statistic / (len(above) * len(below)))

    draw = np.random.default_rng(seed)

    def again(values: Sequence[float]) -> Sequence[float]:
        return list(draw.choice(np.asarray(values), len(values)))

    drawn = [area(again(positive), again(negative)) for _ in range(RESAMPLES // 4)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(area(positive, negative), float(low), float(high), len(positive) + len(negative))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much B is above A over the same `n` questions: the mean, its interval, and the p-value of the pairing."""

    value: float
    low: float
    high: float
    p: float
    n: int
    above: int
    below: int

    def to_dict(self) -> dict[str, float | int]:
        """Return the difference, ready for JSON."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "p": round(self.p, 4),
            "n": self.n,
            "above": self.above,
            "below": self.below,
        }


def difference(a: Sequence[float], b: Sequence[float], *, seed: int) -> Difference:
    """Compare two systems on the same questions, in the same order: two-sided paired randomisation test of the means.

    Source: Smucker et al., CIKM 2007, doi:10.1145/1321440.1321528.
    """
    from scipy import stats

    gains = [after - before for before, after in zip(a, b, strict=True)]
    shown = mean(gains, seed=seed)
    p = 1.0  # also of a single question: either assignment is as far from 0
    if any(gains) and len(gains) > 1:
        p = float(
            stats.permutation_test(
                (np.asarray(b), np.asarray(a)),
                lambda one, other, axis: np.mean(one - other, axis=axis),
                permutation_type="samples",
                vectorized=True,
                n_resamples=PERMUTATIONS,
                batch=max(1, AT_ONCE // len(gains)),
                rng=np.random.default_rng(seed),
            ).pvalue
        )
    above, below = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    return Difference(shown.value, shown.low, shown.high, min(p, 1.0), len(gains), above, below)


def risk_coverage(outcomes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for each share of questions that is answered, the most confident first.

    `outcomes` holds for each question its confidence and its loss, 0 for a right answer. Questions of the same
    confidence are answered together. Source: El-Yaniv and Wiener, JMLR 11 (2010), 1605-1641.
    """
    ordered = sorted(outcomes, key=lambda outcome: -outcome[0])
    points, lost = [], 0.0
    for i, (confidence, loss) in enumerate(ordered, start=1):
        lost += loss
        if i == len(ordered) or ordered[i][0] != confidence:
            points.append((i / len(ordered), lost / i))
    return points


def area_under_risk(points: Sequence[tuple[float, float]]) -> float:
    """Return the mean risk over all coverages (AURC): smaller is better.

    Source: Geifman et al., ICLR 2019, https://openreview.net/forum?id=SJfb5jCqKm.
    """
    total = before = 0.0
    for coverage, risk in points:
        total += (coverage - before) * risk
        before = coverage
    return total


BINS = 8
"""Groups of a reliability diagram: enough questions in each of a set of a hundred."""


def reliability(outcomes: Sequence[tuple[float, bool]], *, bins: int = BINS) -> list[tuple[float, float, int]]:
    """Return mean confidence, share of answerable questions and size of groups of the same size, least sure first.

    `outcomes` holds for each question its confidence and whether it can be answered. Questions of the same confidence
    may fall into two groups. Source: DeGroot and Fienberg, The Statistician 32 (1983), doi:10.2307/2987588.
    """
    groups = np.array_split(np.asarray(sorted(outcomes), dtype=np.float64), min(bins, len(outcomes)) or 1)
    return [(float(g[:, 0].mean()), float(g[:, 1].mean()), len(g)) for g in groups if len(g)]


def calibration_error(outcomes: Sequence[tuple[float, bool]]) -> float:
    """Return the mean distance of confidence and share over the groups of `reliability`, by their size.

    Source: Naeini et al., AAAI 2015, doi:10.1609/aaai.v29i1.9602 (ECE, here with groups of the same size).
    """
    return sum(abs(sure - share) * n for sure, share, n in reliability(outcomes)) / max(len(outcomes), 1)


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile of some values, between two of them by interpolation."""
    return float(np.percentile(values, share))
