"""A question → how much it is about clusters of computers or of data, which are none of industry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np

from advisor.answering.logistic import logistic
from advisor.embedding import DEFAULT_MODEL, Vectors
from advisor.store.versions import Store


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A logistic regression on a question's vector and its words of such clusters."""

    vector: Vectors
    words: float
    bias: float


def computing_words(question: str) -> float:
    """Return the words of such clusters in a question, of two; those that have other meanings too count half.

    Pairs with a hyphen count as one word.
    """
    held = re.findall(r"[^\W_]+", question.lower())
    found = {*held, *(f"{first}-{second}" for first, second in pairwise(held))}
    return min(sum(_words().get(word, 0.0) for word in found), 2.0) / 2


def about_computers(store: Store, vector: Vectors, words: float) -> float:
    """Return the probability that a question with this vector, and these `computing_words`, is about such clusters.

    0 where another model than the shipped one built the store: the vectors of others lie elsewhere.
    """
    if not store.is_built_with(DEFAULT_MODEL):
        return 0.0
    fitted = _fitted()
    return logistic(fitted.bias + fitted.words * words + float(np.dot(vector, fitted.vector)))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, float]:
    held = _read("computing.toml")
    return dict.fromkeys(held["ambiguous"].split(), 0.5) | dict.fromkeys(held["words"].split(), 1.0)


@lru_cache(maxsize=1)
def _fitted() -> _Fitted:
    """Return what `benchmarks/fit_confidence.py` fitted on development questions and wrote down."""
    held = _read("computing-vector.toml")
    return _Fitted(np.array(held["vector"], dtype=np.float32), held["words"], held["bias"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("advisor.answering").joinpath(name).read_text(encoding="utf-8"))
