"""A question → hits: candidates from several signals, each scored by all of them, standardised and summed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import get_args

import numpy as np

from advisor.embedding import Embedder
from advisor.errors import UsageError
from advisor.records import Hit, SearchMode
from advisor.retrieval.fusion import fuse
from advisor.retrieval.glossary import Glossary
from advisor.retrieval.late import late_interaction
from advisor.retrieval.reranking import Reranker
from advisor.retrieval.understanding import Query, Understanding, understand
from advisor.store.library import PassageTokens
from advisor.store.vectors import PASSAGES, SENTENCES
from advisor.store.versions import Store

CANDIDATES = 60
"""How many passages each signal brings, and how many of the best of them are compared token by token."""

SENTENCE_CANDIDATES = 120

ADDED = 0.5
"""What a term that was added to a question counts beside one that it holds."""

KEPT = 2_000
"""Passages whose token vectors stay in memory: about 60 MB of the shipped model's."""

FIRST = 5
"""The passages among which each side of a question finds its own."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How passages are found; the defaults are those that are shipped.

    Weights were chosen on the development questions, in the middle of those that do as well; see benchmarks/README.md.

    Attributes:
        mode: "hybrid" for all signals; "dense" and "lexical" rank by one of them alone.
        dense: weight of the cosine with the passage.
        sentence: weight of the cosine with its best sentence.
        lexical: weight of BM25.
        late: weight of late interaction.
        reference: what a passage gains whose section is the one that the question names, more than the others together;
            a quarter of it where its text holds that name, or spells out the abbreviation that is asked for.
        document: what a passage gains that is in a document which the question names.
        completion: a question that leans on the conversation is completed.
        translation, spelling, expansion, restriction, sides: see `advisor.retrieval.understanding.Understanding`.
    """

    mode: SearchMode = "hybrid"
    dense: float = 0.25
    sentence: float = 2.0
    lexical: float = 1.0
    late: float = 4.5
    reference: float = 10.0
    document: float = 8.0
    completion: bool = True
    translation: bool = True
    spelling: bool = True
    expansion: bool = True
    restriction: bool = True
    sides: bool = True

    def __post_init__(self) -> None:
        if self.mode not in get_args(SearchMode):
            raise UsageError(f"the mode {self.mode!r} is none of {', '.join(get_args(SearchMode))}")

    @property
    def understanding(self) -> Understanding:
        """The steps of understanding a question that are taken."""
        return Understanding(self.translation, self.spelling, self.expansion, self.restriction, self.sides)


SHIPPED = Tuning()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where passages are looked for: in these documents, under a heading with these words; everywhere if empty."""

    document_ids: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """Passages with their scores, and their cosines with the question."""

    scores: dict[str, float] = field(default_factory=dict)
    similarity: dict[str, float] = field(default_factory=dict)


class Retriever:
    """Finds passages in one version of a store."""

    def __init__(
        self, store: Store, embedder: Embedder, *, tuning: Tuning = SHIPPED, reranker: Reranker | None = None
    ) -> None:
        self.store = store
        self.glossary = Glossary(store.library)
        self._embedder = embedder
        self._tuning = tuning
        self._reranker = reranker
        self._documents = {document.document_id: document for document in store.library.documents()}
        self._tokens: dict[str, PassageTokens] = {}

    def passage_tokens(self, passage_ids: Sequence[str]) -> dict[str, PassageTokens]:
        """Return the token vectors of some passages; those asked for last are kept in memory, `KEPT` at most."""
        held = {item: tokens for item in passage_ids if (tokens := self._tokens.get(item))}
        held |= self.store.library.passage_tokens([item for item in passage_ids if item not in held])
        if len(self._tokens) + len(held) > KEPT:
            self._tokens = {}
        self._tokens |= dict(islice(held.items(), KEPT))
        return held

    def understand(self, text: str, *, focus: str = "", chosen: Sequence[str] = ()) -> Query:
        """Return the query for a question that stands alone, see `advisor.retrieval.understanding`."""
        steps = self._tuning.understanding
        documents = list(self._documents.values())
        return understand(text, self.glossary, documents, self._embedder, focus=focus, chosen=chosen, steps=steps)

    def retrieve(self, query: Query, *, k: int = 8, scope: Scope = Scope(), tuning: Tuning | None = None) -> list[Hit]:
        """Return the `k` passages that bear most on the query, best first, in all that the store holds or in a scope.

        Scores are weighted sums of z-scores in hybrid mode, cosines in dense mode and BM25 in lexical mode; those of a
        reranker where there is one. In lexical mode passages without any word of the query are left out, so that the
        list may be short or empty; so it may be where a scope holds few passages. What a query names is a scope too.

        Raises:
            UsageError: `k` is below 1.
            CorpusError: a document of the scope is not in the store.
        """
        if not isinstance(k, int) or k < 1:
            raise UsageError(f"k is {k!r}; ask for at least one passage")
        tuning = tuning or self._tuning
        wanted = tuple(self.store.library.document(name).document_id for name in scope.document_ids)
        wanted = tuple(item for item in query.document_ids if not wanted or item in wanted) or wanted
        allowed = self.store.library.passages_under(scope.sections) if scope.sections else None
        found = self._found(query, max(CANDIDATES, k), wanted, allowed, tuning)
        order = _best(found.scores, max(k, self._reranker.top_n if self._reranker else FIRST))
        if tuning.mode == "hybrid" and query.sides:
            order = self._with_sides(order, query, wanted, allowed, tuning)
            found.similarity |= self._similarity(query, [item for item in order if item not in found.similarity])
        hits = self._hits(order, found)
        if self._reranker:
            hits = self._reranker.rerank(query.searched, hits)
        return hits[:k]

    def _found(
        self, query: Query, number: int, wanted: Sequence[str], allowed: frozenset[str] | None, tuning: Tuning
    ) -> _Found:
        """Score the candidates of each signal by all signals."""
        # A filter on headings is applied to what was found: it needs more to choose from.
        reach = number if allowed is None else max(number, self.store.vectors.count(PASSAGES))
        lexical = self._lexical(query, wanted) if tuning.mode != "dense" else {}
        if tuning.mode == "lexical":
            scores = _under(lexical, allowed)
            return _Found(scores, self._similarity(query, _best(scores, number)))
        similarity = self.store.vectors.query(PASSAGES, query.vector, k=reach, document_ids=wanted)
        if tuning.mode == "dense":
            return _Found(_under(similarity, allowed), similarity)
        sentence = self._best_sentence(query, wanted, max(SENTENCE_CANDIDATES, 2 * reach))
        named = self.store.library.only(wanted).match_phrases([*query.references, *query.spelt_out])
        if query.subject:
            named |= self.store.library.only(query.document_ids).match_phrases([query.subject])
        ids = {*similarity, *sentence, *_best(lexical, reach), *_best(named, number)}
        ids |= set(_best({i: s for i, s in lexical.items() if _document(i) in query.document_ids}, number))
        ids = {item for item in ids if not wanted or _document(item) in wanted}
        ids = ids if allowed is None else ids & allowed
        similarity |= self._similarity(query, sorted(ids - similarity.keys()))
        signals = [
            (tuning.dense, {item: similarity[item] for item in ids}),
            (tuning.sentence, {item: score for item, score in sentence.items() if item in ids}),
            (tuning.lexical, {item: lexical.get(item, 0.0) for item in ids}),
        ]
        gains = {
            item: tuning.reference * named.get(item, 0.0) + tuning.document * (_document(item) in query.document_ids)
            for item in ids
        }
        first = {item: score + gains[item] for item, score in fuse(*signals).items()}
        if not tuning.late:
            return _Found(first, similarity)
        compared = _best(first, number)
        late = late_interaction(query.codes, self.passage_tokens(compared))
        narrowed = [(weight, {item: scores[item] for item in compared if item in scores}) for weight, scores in signals]
        fused = fuse(*narrowed, (tuning.late, late))
        return _Found({item: score + gains[item] for item, score in fused.items()}, similarity)

    def _with_sides(
        self, order: list[str], query: Query, wanted: Sequence[str], allowed: frozenset[str] | None, tuning: Tuning
    ) -> list[str]:
        """Make sure that the best passage of each side of a question is among the first."""
        best = [self._found(side, CANDIDATES, wanted, allowed, tuning).scores for side in query.sides]
        own = [found[0] for found in (_best(scores, 1) for scores in best) if found]
        late = [item for item in dict.fromkeys(own) if item not in order[:FIRST]]
        kept = [item for item in order if item not in late]
        at = max(FIRST - len(late), 1)
        return [*kept[:at], *late, *kept[at:]]

    def _lexical(self, query: Query, document_ids: Sequence[str]) -> dict[str, float]:
        found = self.store.library.match(query.terms, document_ids=document_ids)
        for item, score in self.store.library.match(query.added, document_ids=document_ids).items():
            found[item] = found.get(item, 0.0) + ADDED * score
        return found

    def _similarity(self, query: Query, ids: Sequence[str]) -> dict[str, float]:
        return {item: float(np.dot(v, query.vector)) for item, v in self.store.vectors.vectors(PASSAGES, ids).items()}

    def _best_sentence(self, query: Query, document_ids: Sequence[str], number: int) -> dict[str, float]:
        """Return for each passage with a near sentence the cosine of its nearest one."""
        best: dict[str, float] = {}
        found = self.store.vectors.query(SENTENCES, query.vector, k=number, document_ids=document_ids)
        for sentence_id, cosine in found.items():
            passage_id = sentence_id.rpartition("-")[0]
            best[passage_id] = max(best.get(passage_id, -1.0), cosine)
        return best

    def _hits(self, order: Sequence[str], found: _Found) -> list[Hit]:
        hits: list[Hit] = []
        score = max(found.scores.values(), default=0.0)
        for rank, passage in enumerate(self.store.library.passages(order), start=1):
            # The passage of a side may have been moved up, and may not be among those scored for the whole question.
            score = min(score, found.scores.get(passage.passage_id, score))
            similarity = found.similarity.get(passage.passage_id, 0.0)
            hits.append(Hit(rank, score, similarity, passage, self._documents[passage.document_id]))
        return hits


def _best(scores: Mapping[str, float], k: int) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))[:k]


def _document(passage_id: str) -> str:
    return passage_id.rpartition("-")[0]


def _under(scores: dict[str, float], allowed: frozenset[str] | None) -> dict[str, float]:
    return scores if allowed is None else {item: score for item, score in scores.items() if item in allowed}
