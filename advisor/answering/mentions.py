"""Words → the passages that hold all of them, those that come nearest, and which words stand nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.answering.evidence import gather
from advisor.records import Document, Passage, Sentence
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.text import terms

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage that was found; `best` is the sentence in it that comes nearest, None where the words tell it."""

    passage: Passage
    document: Document
    best: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a search for words has found.

    Attributes:
        count: how many passages hold all the words, in any of their forms, in their text or headings.
        exact: the best of them.
        near: others, which come nearest to what the words mean.
        lost: the words that no document holds.
    """

    count: int = 0
    exact: tuple[Mention, ...] = ()
    near: tuple[Mention, ...] = ()
    lost: tuple[str, ...] = ()


def find_mentions(retriever: Retriever, query: Query, typed: str, *, k: int) -> Mentions:
    """Return at most `k` passages, those that hold all words first; `query` is what was typed, understood."""
    library = retriever.store.library
    held = library.holding(terms(typed))
    documents = {document.document_id: document for document in library.documents()}
    exact = [Mention(passage, documents[passage.document_id]) for passage in library.passages(held[:k])]
    near = _near(retriever, query, set(held), k=k)[: k - len(exact)] if len(exact) < k else []
    return Mentions(len(held), tuple(exact), tuple(near), () if held else _lost(library, typed))


def _near(retriever: Retriever, query: Query, held: set[str], *, k: int) -> list[Mention]:
    hits = [hit for hit in retriever.retrieve(query, k=k) if hit.passage.passage_id not in held]
    best: dict[str, Sentence] = {}
    for item in gather(retriever.store, query, hits):
        best.setdefault(item.sentence.passage_id, item.sentence)
    return [Mention(hit.passage, hit.document, best.get(hit.passage.passage_id)) for hit in hits]


def _lost(library: Library, typed: str) -> tuple[str, ...]:
    asked = {word: terms(word) for word in _WORD.findall(typed)}
    held = library.document_frequency([term for own in asked.values() for term in own])
    return tuple(word for word, own in asked.items() if own and not any(held[term] for term in own))
