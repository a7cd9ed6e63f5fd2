"""A question, read for what it asks → how well each sentence of its hits says that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from advisor.answering.matching import Word
from advisor.embedding import CODE, DEFAULT_MODEL, Codes, TransformerEmbedder, Vectors
from advisor.minilm import read_weights
from advisor.records import Hit
from advisor.retrieval.late import likeness
from advisor.retrieval.understanding import Query
from advisor.store.library import PassageTokens
from advisor.store.versions import Store

ADAPTER = Path(__file__).parent / "sufficiency.safetensors"
"""By this MiniLM reads a question so that a sentence meets it well only where it says what is asked;
`benchmarks/fit_sufficiency.py` fits it to the token vectors of the shipped model."""

HEED = "heed"
"""Under this name the file has a vector, shape (dim // 2,): a token of a question counts the more, the more alike its
own is to it."""

EVENLY = 0.25
"""Share of the weight that all tokens of a question have alike, question words too; the rest content words have."""


def said(
    store: Store, query: Query, words: Sequence[Word], hits: Sequence[Hit], held: Mapping[str, PassageTokens]
) -> dict[str, float]:
    """Return for each sentence id how well the question's tokens are met in it and its headings: a mean cosine.

    Nothing where another model built the store, or the question has no content words. `words` are these, `held` the
    token vectors of the hits' passages.
    """
    if not words or not store.is_built_with(DEFAULT_MODEL):
        return {}
    question = _read(query.searched)
    weights = heeded(token_weights(words, len(question)), question, _heed())
    found = {}
    for hit in hits:
        tokens = held[hit.passage.passage_id]
        cosines = likeness(question, tokens.vectors)
        above = cosines[tokens.owners == 0].max(axis=0, initial=-1.0)
        for number in np.unique(tokens.owners[tokens.owners > 0]):
            met = np.maximum(cosines[tokens.owners == number].max(axis=0), above)
            found[hit.passage.sentences[number - 1].sentence_id] = float(met @ weights)
    return found


def token_weights(words: Sequence[Word], number: int) -> Vectors:
    """Return the weight of each of a number of tokens of a question: a content word's share its rarity; they sum to 1.

    All have a part of it alike, see `EVENLY`.
    """
    weights = np.zeros(number, dtype=np.float32)
    for word in words:
        weights[list(word.columns)] += word.rarity / len(word.columns)
    return evened(weights)


def heeded(weights: Vectors, question: Codes, heed: Vectors) -> Vectors:
    """Return weights that sum to 1, each times e to the power of the product of its token's vector and `heed`."""
    weighed = weights * np.exp(question.astype(np.float32) @ heed / CODE)
    return np.asarray(weighed / weighed.sum(), dtype=np.float32)


def evened(weights: Vectors) -> Vectors:
    """Return weights that sum to 1, of which all have a part alike; all of it where there are none."""
    evenly = np.full_like(weights, 1 / len(weights))
    total = weights.sum()
    return (1 - EVENLY) * (weights / total) + EVENLY * evenly if total else evenly


@lru_cache(maxsize=64)
def _read(text: str) -> Codes:
    """Return the token vectors of a question; kept, as it is judged in several steps."""
    return _reader().embed_tokens([text])[1][0].vectors


@lru_cache(maxsize=1)
def _heed() -> Vectors:
    return np.asarray(read_weights(ADAPTER)[HEED], dtype=np.float32)


@lru_cache(maxsize=1)
def _reader() -> TransformerEmbedder:
    return TransformerEmbedder(str(ADAPTER))
