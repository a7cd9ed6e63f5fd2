"""Sentences of a chat model → the same sentences checked, each with citations to single sentences of the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.answering.budget import BUDGET_TOKENS, Source
from advisor.answering.checks.findings import Reason
from advisor.answering.checks.grounds import Claim, Ground, grounds
from advisor.answering.checks.support import Verdict, judge
from advisor.answering.checks.vocabulary import Vocabulary, WordVectors
from advisor.answering.citations import Citer
from advisor.answering.drafting import Draft
from advisor.answering.refusal import is_refusal
from advisor.embedding import Embedder, Vectors, reads_other_languages
from advisor.records import AnswerSentence, Citation, Document, Removed, SentenceKind, SentenceReady, Support
from advisor.retrieval.glossary import Glossary
from advisor.store.versions import Store
from advisor.text import same_words, words

Unsupported = Literal["remove", "mark"]

MOST_CITED = 3
"""Sentences of the sources that one written sentence cites."""

MOST_SENTENCES = 16
"""Sentences that are shown: twice what `prompts/answer_system.md` asks for, so that a somewhat longer list is whole."""

MOST_REPEATS = 3
"""Repeats in a row after which a model is taken to say nothing new any more."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a chat model is made use of.

    Attributes:
        unsupported: "remove" leaves out the sentences that their passages do not bear out, "mark" shows them as such.
        budget_tokens: how much of the passages it is given.
    """

    unsupported: Unsupported = "remove"
    budget_tokens: int = BUDGET_TOKENS


SHIPPED_WRITING = Writing()


class WrittenAnswer:
    """Collects the sentences of one written answer, resolves what each cites and judges whether it is borne out."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        vectors: Mapping[str, Vectors],
        embedder: Embedder,
        *,
        language: str = "en",
        unsupported: Unsupported = "remove",
    ) -> None:
        """`vectors` are those of the sources' sentences; `language` is the one that the model was told to write in."""
        self._sources = {source.key: source for source in sources}
        self._embedder = embedder
        self._language = language
        self._words = WordVectors(embedder)
        self._glossary = Glossary(store.library)
        self._library = store.library
        self._citer = Citer(store.library)
        self._unsupported = unsupported
        self._vectors = vectors
        self._read: dict[tuple[str, ...], tuple[Vocabulary, list[Ground]]] = {}
        self.sentences: list[AnswerSentence] = []
        self.removed: list[Removed] = []
        self._good = self._bad = self._repeats = 0
        self._shown_before: set[tuple[str, ...]] = set()
        self._tried: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by marker."""
        return self._citer.citations

    @property
    def holds(self) -> bool:
        """Whether at least half of the sentences that were written are borne out, at least in part, and one at all."""
        return self._good > 0 and self._good >= self._bad

    @property
    def is_judged(self) -> bool:
        """Whether the model wrote a sentence that counts, for the answer or against it."""
        return self._good + self._bad > 0

    @property
    def repeats_itself(self) -> bool:
        """Whether the model has said nothing but what it had said before for a while."""
        return self._repeats >= MOST_REPEATS

    def is_too_much(self, draft: Draft) -> bool:
        """Tell whether there are as many sentences as are shown, and this one might be a further one."""
        return len(self.sentences) >= MOST_SENTENCES and bool(draft.keys) and not self._is_repeat(draft)

    @property
    def refused(self) -> bool:
        """Whether the model has said that it does not answer."""
        return any(removed.reason == "refusal" for removed in self.removed)

    def add(self, draft: Draft) -> SentenceReady | None:
        """Check a sentence and return it with its citations, or None for one that is not shown.

        One that repeats another is neither shown nor listed, and does not count.
        """
        if self._is_repeat(draft):
            self._repeats += 1
            return None
        self._repeats = 0
        self._tried.add((_said(draft), draft.keys))
        if is_refusal(draft.text):
            self._remove(draft, "refusal")
        elif draft.is_cut:
            self._remove(draft, "cut-off")
        elif not draft.keys:
            self._remove(draft, "uncited")
            self._bad += not draft.text.endswith(":")  # a lead-in ("Do this:") says nothing itself
        else:
            return self._checked(draft)
        return None

    def _checked(self, draft: Draft) -> SentenceReady | None:
        verdict = self._judged(draft)
        if draft.misleads:  # what is left of the sentence still points to what was taken out
            verdict = Verdict("unsupported", verdict.grounds, "name")
        if verdict.support != "unsupported":
            self._good += 1
            return self._shown(draft, verdict)
        self._bad += 1
        if self._unsupported == "mark":
            return self._shown(draft, verdict)
        self._remove(draft, verdict.reason or "meaning")
        return None

    def _is_repeat(self, draft: Draft) -> bool:
        """Tell whether a sentence with the same words is shown, or was not borne out by the same passages."""
        said = _said(draft)
        return said in self._shown_before or (said, draft.keys) in self._tried

    def _remove(self, draft: Draft, reason: Reason) -> None:
        self.removed.append(Removed(draft.text, reason))

    def _shown(self, draft: Draft, verdict: Verdict) -> SentenceReady:
        known = len(self._citer.citations)
        markers: list[int] = []
        for ground in verdict.grounds:
            markers += self._citer.cite(ground.sentence, ground.passage, self._document(ground))
        quotes = " ".join(self._citer.citations[marker - 1].quote for marker in dict.fromkeys(markers))
        support: Support = verdict.support
        if support == "verbatim" and not same_words(draft.text, quotes):
            support = "supported"  # a table row is read with its headers, which stand elsewhere on the page
        kind: SentenceKind = "item" if draft.is_item else "text"
        written = AnswerSentence(draft.text, tuple(dict.fromkeys(markers)), support, kind)
        self.sentences.append(written)
        self._shown_before.add(_said(draft))
        return SentenceReady(written, self._citer.citations[known:])

    def _document(self, ground: Ground) -> Document:
        """Return a document under its own title, which a model may not have been told."""
        return self._library.document(ground.document.document_id)

    def _judged(self, draft: Draft) -> Verdict:
        """Judge a sentence by all passages it cites; those that bear it out by themselves are cited too."""
        verdict = self._by(draft.text, draft.keys)
        if verdict.support not in ("verbatim", "supported"):
            return verdict
        cited = [*verdict.grounds]
        for key in draft.keys:
            if len(cited) < MOST_CITED and all(g.passage is not self._sources[key].passage for g in cited):
                alone = self._by(draft.text, (key,))
                cited += alone.grounds[:1] if alone.support in ("verbatim", "supported") else ()
        return Verdict(verdict.support, tuple(cited), verdict.reason)

    def _by(self, text: str, keys: tuple[str, ...]) -> Verdict:
        vocabulary, candidates = self._grounds(keys)
        language = vocabulary.language(text, self._language)
        read = text if reads_other_languages(self._embedder.name) else vocabulary.english(text, language) or text
        claim = Claim(text, language, self._embedder.embed([read])[0], vocabulary, is_translated=read != text)
        return judge(claim, candidates, self._embedder)

    def _grounds(self, keys: tuple[str, ...]) -> tuple[Vocabulary, list[Ground]]:
        if keys not in self._read:
            cited = [(self._sources[key].passage, self._sources[key].document) for key in keys]
            texts = [" ".join([p.text, d.title, *p.section]) for p, d in cited]
            texts += [" ".join(self._glossary.other_forms(text)) for text in texts]
            language = next((d.language for _, d in cited if d.language), "en")
            vocabulary = Vocabulary(texts, self._words, language)
            self._read[keys] = vocabulary, grounds(cited, self._vectors, vocabulary, self._glossary)
        return self._read[keys]


def _said(draft: Draft) -> tuple[str, ...]:
    return tuple(words(draft.text))
