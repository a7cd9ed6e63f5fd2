"""Cited passages → the sentences a written one may rest on, each with what is known from beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from advisor.answering.checks.clauses import Counted, counted, statements
from advisor.answering.checks.cues import Cues, has_cues, language_cues, read_cues
from advisor.answering.checks.vocabulary import Meant, Vocabulary
from advisor.embedding import Vectors
from advisor.quantities import Quantity, quantities, units
from advisor.records import Document, Passage, Sentence
from advisor.retrieval.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a sentence that says one thing: its terms in order, the values of its quantities, its cues."""

    text: str
    terms: tuple[str, ...]
    values: frozenset[Fraction]
    cues: Cues


@dataclass(frozen=True)
class Claim:
    """A written sentence made ready to be checked.

    Attributes:
        vector: its unit vector; that of its content words in English where it `is_translated`.
    """

    text: str
    language: str
    vector: Vectors
    vocabulary: Vocabulary
    is_translated: bool = False

    def words_of(self, text: str) -> list[Meant]:
        """Return the content words of a part of the sentence, in order."""
        return self.vocabulary.content(text, self.language)

    def terms_of(self, text: str) -> list[str]:
        """Return the content terms of a part of the sentence, in order, as the sources have them."""
        return [meant.term for meant in self.words_of(text)]

    @cached_property
    def own(self) -> frozenset[str]:
        """Its terms that the sources hold themselves, not by a synonym or a like word."""
        return frozenset(meant.term for meant in self.words_of(self.text) if meant.is_same)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How far the sources hold each content term: 1, 0.5 for one that is near theirs, 0."""
        return {meant.term: meant.weight for meant in self.words_of(self.text)}

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Its quantities."""
        return quantities(self.text, self.language)

    @cached_property
    def counted(self) -> list[Counted]:
        """Its quantities with what they count."""
        return counted(self.text, self.language, self.terms_of)

    @cached_property
    def statements(self) -> list[Statement]:
        """What it says, statement by statement."""
        parts = statements(self.text, self.language, self.terms_of)
        return [_stated(part, self.terms_of(part), self.language) for part in parts]


@dataclass(frozen=True)
class Ground:
    """A sentence of a cited passage; an item is read behind its lead-in.

    Attributes:
        beside: what is known from beside it: title, headings, and the sentence it points back to.
        shorts: other forms of the abbreviations and long forms in it.
    """

    sentence: Sentence
    passage: Passage
    document: Document
    text: str
    beside: str
    shorts: str
    vector: Vectors
    vocabulary: Vocabulary

    @property
    def language(self) -> str:
        """The language of the document, English where it is not known."""
        return self.document.language if has_cues(self.document.language) else "en"

    def terms_of(self, text: str) -> list[str]:
        """Return the content terms of a part of it, in order."""
        return [meant.term for meant in self.vocabulary.content(text, self.language)]

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its own content terms."""
        return frozenset(self.terms_of(self.text))

    @cached_property
    def known(self) -> frozenset[str]:
        """Its content terms with those from beside it."""
        return self.terms | frozenset(self.terms_of(f"{self.beside} {self.shorts}"))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Its quantities."""
        return quantities(self.text, self.language)

    @cached_property
    def units(self) -> set[str]:
        """The units it names, with a figure or without."""
        return units(f"{self.text} {self.beside}", self.language)

    @cached_property
    def counted(self) -> list[Counted]:
        """Its quantities with what they count."""
        return counted(self.text, self.language, self.terms_of, whole=self.sentence.kind == "row")

    @cached_property
    def statements(self) -> list[Statement]:
        """What it says, statement by statement."""
        whole = self.sentence.kind == "row"
        parts = [self.text] if whole else statements(self.text, self.language, self.terms_of)
        return [_stated(part, self.terms_of(part), self.language) for part in parts]


def _stated(text: str, terms: Sequence[str], language: str) -> Statement:
    values = frozenset(q.value for q in quantities(text, language))
    return Statement(text, tuple(terms), values, read_cues(text, language))


def grounds(
    passages: Iterable[tuple[Passage, Document]],
    vectors: Mapping[str, Vectors],
    vocabulary: Vocabulary,
    glossary: Glossary | None,
) -> list[Ground]:
    """Return the sentences of some passages, in order; without a glossary, abbreviations are known as they stand."""
    found: list[Ground] = []
    for passage, document in passages:
        heading = ". ".join([document.title, *passage.section])
        for i, sentence in enumerate(passage.sentences):
            text = _whole(passage.sentences, i)
            beside = f"{heading}. {_pointed_at(passage.sentences, i)}"
            found.append(
                Ground(
                    sentence,
                    passage,
                    document,
                    text,
                    beside,
                    " ".join(glossary.other_forms(f"{text} {beside}") if glossary else ()),
                    vectors[sentence.sentence_id],
                    vocabulary,
                )
            )
    return found


def _whole(sentences: Sequence[Sentence], i: int) -> str:
    """Return the text of a sentence, an item behind its lead-in."""
    sentence = sentences[i]
    lead = next((s.text for s in sentences if s.kind == "lead" and s.group == sentence.group), "")
    return f"{lead.rstrip(': ')} {sentence.text}" if sentence.kind == "item" and lead else sentence.text


def _pointed_at(sentences: Sequence[Sentence], i: int) -> str:
    """Return the sentences before one that opens with a word that points back, as far as they point back themselves."""
    held: list[str] = []
    pointing = language_cues("en").pointing
    while (
        i and sentences[i].kind == "text" and {w.lower() for w in re.findall(r"\w+", sentences[i].text)[:4]} & pointing
    ):
        i -= 1
        held.append(sentences[i].text)
    return " ".join(held)
