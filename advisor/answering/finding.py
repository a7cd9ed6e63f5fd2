"""A retriever and a query → all that an answer to it is made of, and whether it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from advisor.answering.budget import Source, sources_within
from advisor.answering.differences.conflicts import LOOKED_AT
from advisor.answering.evidence import gather
from advisor.answering.extracted import Found
from advisor.answering.extractive import compose
from advisor.answering.judging import seems_answered
from advisor.answering.screening import screen, sound_sources, titled
from advisor.errors import CorpusError
from advisor.records import Hit
from advisor.retrieval.retriever import Retriever, Scope
from advisor.retrieval.understanding import Query
from advisor.store.library import Library
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store

PASSAGES = 8
"""How many passages an answer is put together from, or one more than the sides of a question of very many."""


def resolved(library: Library, names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of documents that are named by id or file name, each once.

    Raises:
        CorpusError: the store holds no such document.
    """
    return tuple(dict.fromkeys(library.document(name).document_id for name in names))


def still_held(library: Library, names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of those documents that are still there; where none is, the names, which then name none.

    While a question is answered another version of the store may take the place of the one that held them.
    """
    found: list[str] = []
    for name in names:
        try:
            found.append(library.document(name).document_id)
        except CorpusError:
            continue
    return tuple(dict.fromkeys(found)) or tuple(names)


def find(
    retriever: Retriever,
    query: Query,
    *,
    chosen: Sequence[str] = (),
    sources: Callable[[Library, Sequence[Hit]], Sequence[Source]] | None = None,
) -> Found:
    """Return what an answer is made of, from the documents with the ids chosen, or from all.

    Everything that reads vectors does so here: while the answer is put together from it another version of the store
    may take the place of this one, and Chroma can then no longer read. `sources` chooses what a chat model is given of
    the hits, None where none writes.
    """
    store = _kept_to(retriever.store, chosen)
    wanted = max(PASSAGES, len(query.sides) + 1)
    more = _hits(retriever, query, max(wanted, LOOKED_AT), chosen)
    hits = tuple(more[:wanted])
    screened = screen(hits)
    given = tuple(sources(store.library, screened.hits)) if sources else ()
    passages = [*(hit.passage for hit in more), *(source.passage for source in given)]
    ids = dict.fromkeys(s.sentence_id for passage in passages for s in passage.sentences)  # Chroma takes each once
    vectors = store.vectors.vectors(SENTENCES, list(ids))
    evidence = tuple(screened.left(gather(store, query, hits, vectors=vectors)))
    told = tuple(compose(store, query, evidence))
    return Found(store, query, hits, screened, evidence, told, screen(more).hits, vectors, given)


def sources_for(
    count_tokens: Callable[[str], int], budget_tokens: int
) -> Callable[[Library, Sequence[Hit]], list[Source]]:
    """Return what chooses the sources of a chat model from hits: sound ones, within a number of tokens."""

    def sources(library: Library, hits: Sequence[Hit]) -> list[Source]:
        return titled(sound_sources(sources_within(library, hits, count_tokens, budget_tokens=budget_tokens)))

    return sources


def is_answered(retriever: Retriever, text: str, *, chosen: Sequence[str] = ()) -> bool:
    """Tell whether the documents with the ids chosen, or all, answer a question."""
    return bool(hits_if_answered(retriever, text, chosen=chosen))


def hits_if_answered(retriever: Retriever, text: str, *, chosen: Sequence[str] = ()) -> list[Hit]:
    """Return the hits of a question that the documents with the ids chosen, or all, answer; else nothing."""
    query = retriever.understand(text, chosen=chosen)
    store = _kept_to(retriever.store, chosen)
    hits = _hits(retriever, query, PASSAGES, chosen)
    return hits if seems_answered(store, query, hits) else []


def _hits(retriever: Retriever, query: Query, k: int, chosen: Sequence[str]) -> list[Hit]:
    if chosen and not retriever.store.library.only(chosen).documents():
        return []
    return retriever.retrieve(query, k=k, scope=Scope(tuple(chosen)))


def _kept_to(store: Store, chosen: Sequence[str]) -> Store:
    return replace(store, library=store.library.only(chosen)) if chosen else store
