"""Sentences of a chat model → the same sentences checked, each with citations to single sentences of the sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.answering.citations import Citer
from advisor.answering.generative import Draft
from advisor.answering.support import support
from advisor.embedding import Embedder, Vectors
from advisor.records import AnswerSentence, Citation, Hit, Sentence, SentenceKind, SentenceReady
from advisor.store.vectors import SENTENCES
from advisor.store.versions import Store


class WrittenAnswer:
    """Collects the sentences of one written answer, resolves what each cites and judges whether it is borne out."""

    def __init__(self, store: Store, hits: Sequence[Hit], embedder: Embedder) -> None:
        self._hits = hits
        self._embedder = embedder
        self._citer = Citer(store.library)
        # read at once: while the model writes, another version of the store may take the place of this one
        self._vectors = store.vectors.vectors(SENTENCES, [s.sentence_id for hit in hits for s in hit.passage.sentences])
        self.sentences: list[AnswerSentence] = []
        self._dropped = 0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by marker."""
        return self._citer.citations

    @property
    def holds(self) -> bool:
        """Whether at least half of the sentences that were written are borne out, and one at all."""
        good = sum(sentence.support != "unsupported" for sentence in self.sentences)
        return good > 0 and 2 * good >= len(self.sentences) + self._dropped

    def add(self, draft: Draft) -> SentenceReady | None:
        """Check a sentence and return it with its citations, or None for one that cites no passage that was given."""
        known = len(self._citer.citations)
        cited = [self._hits[number - 1] for number in draft.passages if 1 <= number <= len(self._hits)]
        if not cited:
            self._dropped += 1
            return None
        vector = self._embedder.embed([draft.text])[0]
        markers: list[int] = []
        quotes: list[tuple[str, Vectors]] = []
        for hit in cited:
            sentence, similar = self._nearest(hit, vector)
            places = self._citer.cite(sentence, hit.passage, hit.document)
            quotes.append((" ".join(self._citer.citations[marker - 1].quote for marker in places), similar))
            markers += places
        source = " ".join(hit.passage.text for hit in cited)
        verdict = support(draft.text, vector, source, quotes)
        kind: SentenceKind = "item" if draft.is_item else "text"
        written = AnswerSentence(draft.text, tuple(dict.fromkeys(markers)), verdict, kind)
        self.sentences.append(written)
        return SentenceReady(written, self._citer.citations[known:])

    def _nearest(self, hit: Hit, vector: Vectors) -> tuple[Sentence, Vectors]:
        best = max(hit.passage.sentences, key=lambda s: float(np.dot(self._vectors[s.sentence_id], vector)))
        return best, self._vectors[best.sentence_id]
