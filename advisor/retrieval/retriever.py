"""A query → hits: dense, best-sentence and BM25 scores of the same candidates, standardised and summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from advisor.embedding import Embedder, Vectors
from advisor.errors import UsageError
from advisor.records import Hit, SearchMode
from advisor.retrieval.fusion import fuse
from advisor.retrieval.references import references
from advisor.store.vectors import PASSAGES, SENTENCES
from advisor.store.versions import Store
from advisor.text import names, terms

CANDIDATES = 60
"""How many passages each signal brings before fusion."""

SENTENCE_CANDIDATES = 120


@dataclass(frozen=True, slots=True)
class Tuning:
    """How passages are found; the defaults are those that are shipped.

    Attributes:
        mode: "hybrid" for all signals; "dense" and "lexical" rank by one of them alone.
        dense: weight of the cosine with the passage. This and the next two did best in a trial with the same encoder
            and passages of about this size.
        sentence: weight of the cosine with its best sentence.
        lexical: weight of BM25.
        reference: what a passage gains whose section is the one that the question names: more than the others together.
    """

    mode: SearchMode = "hybrid"
    dense: float = 1.0
    sentence: float = 1.0
    lexical: float = 0.7
    reference: float = 10.0

    def __post_init__(self) -> None:
        if self.mode not in get_args(SearchMode):
            raise UsageError(f"the mode {self.mode!r} is none of {', '.join(get_args(SearchMode))}")


SHIPPED = Tuning()


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for search.

    Attributes:
        text: the question as it stands alone.
        vector: its unit vector.
        terms: its search terms.
        references: the numbered parts it names, see `advisor.retrieval.references`.
        names: search terms of the names in it.
        focus: search terms of its last part, where it was put together from a conversation.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    references: tuple[tuple[str, ...], ...] = ()
    names: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()


def prepare(text: str, embedder: Embedder, *, focus: str = "") -> Query:
    """Embed a question and find what it names.

    `focus` is the last part of a question that was put together from a conversation: it counts as much as the whole,
    and what it names goes before what was named earlier.
    """
    vectors = embedder.embed([text, focus] if focus else [text])
    vector = vectors.sum(axis=0)
    naming = focus if references(focus) or names(focus) else text
    return Query(
        text,
        vector / np.float32(np.linalg.norm(vector)),
        tuple(terms(text)),
        tuple(references(naming)),
        tuple(sorted({term for name in names(naming) for term in terms(name)})),
        tuple(terms(focus)),
    )


def retrieve(
    store: Store, query: Query, *, k: int = 8, document_ids: Sequence[str] = (), tuning: Tuning = SHIPPED
) -> list[Hit]:
    """Return the `k` passages that bear most on the query, best first, from the documents named or from all.

    Scores are weighted sums of z-scores in hybrid mode, cosines in dense mode and BM25 in lexical mode. In lexical
    mode passages without any word of the query are left out, so that the list may be short or empty.

    Raises:
        UsageError: `k` is below 1.
    """
    if k < 1:
        raise UsageError(f"k is {k}; ask for at least one passage")
    wanted = [store.library.document(name).document_id for name in document_ids]
    lexical = store.library.match(query.terms, document_ids=wanted) if tuning.mode != "dense" else {}
    if tuning.mode == "lexical":
        scores = lexical
        similarity = _similarity(store, query, _best(scores, k))
    else:
        number = max(CANDIDATES, k)
        similarity = store.vectors.query(PASSAGES, query.vector, k=number, document_ids=wanted)
        if tuning.mode == "dense":
            scores = similarity
        else:
            sentence = _best_sentence(store, query, wanted)
            named = store.library.match_phrases(query.references)
            ids = {*similarity, *sentence, *_best(lexical, number), *_best(named, number)}
            ids = _within(ids, wanted)
            similarity |= _similarity(store, query, sorted(ids - similarity.keys()))
            scores = fuse(
                (tuning.dense, similarity),
                (tuning.sentence, sentence),
                (tuning.lexical, {item: lexical.get(item, 0.0) for item in ids}),
            )
            scores = {item: score + tuning.reference * named.get(item, 0.0) for item, score in scores.items()}
    return _hits(store, scores, similarity, k)


def _best(scores: dict[str, float], k: int) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))[:k]


def _within(ids: set[str], document_ids: Sequence[str]) -> set[str]:
    return {item for item in ids if item.rpartition("-")[0] in document_ids} if document_ids else ids


def _similarity(store: Store, query: Query, ids: Sequence[str]) -> dict[str, float]:
    return {item: float(np.dot(v, query.vector)) for item, v in store.vectors.vectors(PASSAGES, ids).items()}


def _best_sentence(store: Store, query: Query, document_ids: Sequence[str]) -> dict[str, float]:
    """Return for each passage with a near sentence the cosine of its nearest one."""
    best: dict[str, float] = {}
    found = store.vectors.query(SENTENCES, query.vector, k=SENTENCE_CANDIDATES, document_ids=document_ids)
    for sentence_id, cosine in found.items():
        passage_id = sentence_id.rpartition("-")[0]
        best[passage_id] = max(best.get(passage_id, -1.0), cosine)
    return best


def _hits(store: Store, scores: dict[str, float], similarity: dict[str, float], k: int) -> list[Hit]:
    documents = {document.document_id: document for document in store.library.documents()}
    passages = store.library.passages(_best(scores, k))
    return [
        Hit(
            rank,
            scores[passage.passage_id],
            similarity.get(passage.passage_id, 0.0),
            passage,
            documents[passage.document_id],
        )
        for rank, passage in enumerate(passages, start=1)
    ]
