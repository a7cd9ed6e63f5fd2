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

ADAPTERS = tuple(Path(__file__).parent / name for name in ("sufficiency.safetensors", "sufficiency-later.safetensors"))
"""By each of them MiniLM reads a question so that a sentence meets it well only where it says what is asked;
`benchmarks/fit_sufficiency.py` fits them to the token vectors of the shipped model, the second to more questions. What
they agree on is worth more than what either says."""

HEED = "heed"
"""Under this name the file has a vector, shape (dim // 2,): a token of a question counts the more, the more alike its
own is to it."""

EVENLY = 0.25
"""Share of the weight that all tokens of a question have alike, question words too; the rest content words have."""


def said(
    store: Store, query: Query, words: Sequence[Word], hits: Sequence[Hit], held: Mapping[str, PassageTokens]
) -> dict[str, float]:
    """Return for each sentence id how well the question's tokens are met in it and its headings: a mean cosine.

    It is the mean of both readings. Nothing where another model built the store, or the question has no content words.
    `words` are these, `held` the token vectors of the hits' passages.
    """
    if not words or not store.is_built_with(DEFAULT_MODEL):
        return {}
    question, weights = _as_one([_read(query.searched, adapter) for adapter in ADAPTERS], words)
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


def _as_one(readings: Sequence[Codes], words: Sequence[Word]) -> tuple[Codes, Vectors]:
    """Return the tokens of all readings of a question behind each other, and their weights, which sum to 1."""
    weights = [
        heeded(token_weights(words, len(tokens)), tokens, _heed(adapter))
        for tokens, adapter in zip(readings, ADAPTERS, strict=True)
    ]
    return np.concatenate(readings), np.concatenate(weights) / np.float32(len(readings))


@lru_cache(maxsize=128)
def _read(text: str, adapter: Path) -> Codes:
    """Return the token vectors of a question; kept, as it is judged in several steps."""
    return _reader(adapter).embed_tokens([text])[1][0].vectors


@lru_cache(maxsize=2)
def _heed(adapter: Path) -> Vectors:
    return np.asarray(read_weights(adapter)[HEED], dtype=np.float32)


@lru_cache(maxsize=2)
def _reader(adapter: Path) -> TransformerEmbedder:
    return TransformerEmbedder(str(adapter))
