"""A query and its hits → how well each sentence meets each content word of the question, by their token vectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.embedding import Vectors
from advisor.records import Hit, Sentence
from advisor.retrieval.late import likeness
from advisor.retrieval.understanding import Query
from advisor.store.library import PassageTokens
from advisor.text import STOP_WORDS, terms

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question.

    Attributes:
        term: its first search term.
        rarity: its weight, see `advisor.answering.evidence.rarity`.
        columns: which tokens of the query are its own.
        start: where it begins in the searched text.
        is_name: whether it is, or belongs to, a name.
    """

    term: str
    rarity: float
    columns: Sequence[int]
    start: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence of a hit: the best cosine of each word of the question with a token of it.

    Attributes:
        number: place of the sentence in its passage, from 0.
        alone: with tokens of the sentence itself; one value for each word.
        headed: with those of its document's title and headings too.
        around: with those of the sentences before and behind it too.
        tokens: cosines of its tokens with those of the question; shape (tokens, query tokens).
    """

    hit: Hit
    number: int
    alone: Vectors
    headed: Vectors
    around: Vectors
    tokens: Vectors

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.hit.passage.sentences[self.number]


def content_words(query: Query, weights: Mapping[str, float]) -> list[Word]:
    """Return the content words of what is searched, in order; a word without a weight is as rare as the rarest."""
    most = max(weights.values(), default=1.0)
    found = []
    for match in _WORD.finditer(query.searched):
        word = match.group()
        spans = query.tokens.spans
        columns = np.flatnonzero((spans[:, 0] < match.end()) & (spans[:, 1] > match.start()))
        if word.lower() in STOP_WORDS or not len(columns):
            continue
        term = next(iter(terms(word)), "")
        is_name = term in query.names or word[0].isupper()
        found.append(Word(term, weights.get(term, most), [int(i) for i in columns], match.start(), is_name))
    return found


def per_word(cosines: Vectors, words: Sequence[Word]) -> Vectors:
    """Return for each word the mean over its tokens of their best cosine with any row; zeros without rows."""
    if not len(cosines):
        return np.zeros(len(words), dtype=np.float32)
    best = cosines.max(axis=0)
    return np.array([best[list(word.columns)].mean() for word in words], dtype=np.float32)


def match_sentences(
    query: Query, words: Sequence[Word], hits: Sequence[Hit], held: Mapping[str, PassageTokens]
) -> Iterator[Match]:
    """Yield the match of each sentence that has tokens, in the order of the hits and of the page.

    `held` are the token vectors of the hits' passages.
    """
    for hit in hits:
        tokens = held[hit.passage.passage_id]
        cosines = likeness(query.tokens.vectors, tokens.vectors)
        numbers = [int(number) for number in np.unique(tokens.owners) if number]
        rows = {number: cosines[tokens.owners == number] for number in numbers}
        alone = {number: per_word(own, words) for number, own in rows.items()}
        above = per_word(cosines[tokens.owners == 0], words)
        for number in numbers:
            near = [alone[other] for other in numbers if abs(other - number) <= 1]
            yield Match(
                hit, number - 1, alone[number], np.maximum(alone[number], above), np.max(near, axis=0), rows[number]
            )


def weighted(met: Vectors, words: Sequence[Word]) -> float:
    """Return the mean over the words of how well they are met, weighted by rarity; 0 without words."""
    rarities = np.array([word.rarity for word in words])
    return float(met @ rarities / rarities.sum()) if len(words) else 0.0
