"""Signals → how likely the corpus answers the question, and which of three things to do about it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

from advisor.answering.logistic import Logistic, logistic
from advisor.answering.sufficiency import Signals

Verdict = Literal["answered", "near", "declined"]

SCOPE = ("passage", "late", "words", "coverage", "unknown", "computing")
SUFFICIENCY = (
    *("said", "typed", "drop", "near", "answering", "asked", "new"),
    *("presupposes", "negated", "figures", "other_part"),
)
"""The signals of the two parts; beside them `computers` takes its share from the first."""
UNREAD = tuple(name for name in SUFFICIENCY if name != "said")
"""Those of the second where the question is not read for what it asks, see `advisor.answering.demand`."""


CERTAIN = 0.95
"""Confidence at least where it is known that the documents have what is asked for."""

DOUBTFUL = 0.75
"""Confidence at most where a question has a name that no document holds."""

LEAST = 1e-6
"""The least probability of scope whose logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Model:
    """How signals become a confidence, and a confidence a verdict.

    Attributes:
        scope: whether the question is about what the corpus is about; multiplied by the probability that it is not
            about clusters of computers, of which the signal `computers` is the rest.
        sufficiency: whether the corpus says what is asked.
        calibration: makes one probability of the logarithm of the first and the log odds of the second.
        answer_from: confidence from which a question is answered.
        scope_from: probability of scope below which it is declined, whatever stands near.
    """

    scope: Logistic
    sufficiency: Logistic
    calibration: Logistic
    answer_from: float
    scope_from: float


@lru_cache(maxsize=2)
def shipped(*, unread: bool = False) -> Model:
    """Return the model that `benchmarks/fit_confidence.py` fitted on development questions and wrote down.

    With `unread` the one that does without the reading of the question for what it asks.
    """
    name = "confidence-unread.toml" if unread else "confidence.toml"
    text = resources.files("advisor.answering").joinpath(name).read_text(encoding="utf-8")
    return read_model(tomllib.loads(text))


def read_model(table: Mapping[str, Mapping[str, float]]) -> Model:
    """Return the model of a table as in `confidence.toml`."""
    scope, sufficiency, calibration = (
        Logistic({name: weight for name, weight in table[part].items() if name != "bias"}, table[part]["bias"])
        for part in ("scope", "sufficiency", "calibration")
    )
    return Model(scope, sufficiency, calibration, **table["thresholds"])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a question.

    Attributes:
        confidence: probability that the corpus answers it.
        scope: probability that the corpus is about it, and that it is not about clusters of computers.
    """

    confidence: float
    scope: float
    verdict: Verdict


def judge(signals: Signals, model: Model | None = None, *, lacks: bool = False, has: bool = False) -> Judgement:
    """Return the confidence and what to do: answer, show what is near, or decline a question out of scope.

    `lacks` tells that the documents surely lack what the question takes for granted: it is not answered then. `has`
    tells that they surely have what it asks for, and that it asks for nothing else: it is.
    """
    model = model or shipped(unread=not signals.said)
    values = signals.to_dict()
    scope = logistic(model.scope.log_odds(values)) * (1 - signals.computers)
    sufficiency = model.sufficiency.log_odds(values)
    parts = {"scope": math.log(max(scope, LEAST)), "sufficiency": sufficiency}
    confidence = logistic(model.calibration.log_odds(parts))
    if has and not lacks:
        return Judgement(max(confidence, CERTAIN), scope, "answered")
    if scope < model.scope_from:
        return Judgement(min(confidence, model.answer_from / 2), scope, "declined")
    if lacks:
        return Judgement(min(confidence, model.answer_from / 2), scope, "near")
    return Judgement(confidence, scope, "answered" if confidence >= model.answer_from else "near")
