"""Values by name → log odds, and log odds → a probability: what a fitted regression needs to be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: weights by signal, and a bias."""

    weights: Mapping[str, float]
    bias: float

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Return the bias and the weighted sum of the values."""
        return self.bias + sum(weight * values[name] for name, weight in self.weights.items())


def logistic(log_odds: float) -> float:
    """Return the probability with these log odds."""
    return 1 / (1 + math.exp(-max(min(log_odds, 50.0), -50.0)))
