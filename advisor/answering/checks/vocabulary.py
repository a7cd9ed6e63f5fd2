"""The words of a written sentence → the words of the sources that mean the same: equal, synonyms, or near."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from advisor.answering.checks.cues import opposite_sides, without_quantities
from advisor.embedding import Embedder, Vectors
from advisor.retrieval.languages import ENGLISH, STEMMERS, recognise, translate
from advisor.text import STOP_WORDS, stem, words

SAME_FROM, NEAR_FROM = 0.55, 0.46
"""Cosines of two words from which they mean the same, or nearly. By MiniLM: firm/company .70, fee/student .23."""

FILLERS = frozenset(
    """also additionally furthermore moreover however therefore thus overall according accordingly document documents
    passage passages source sources state states stated note notes noted example general generally typically there
    cover covers consist consists comprise comprises contain contains help helps majority minority several many
    numerous entire whole often rarely seldom usually mostly mainly always sometimes share
    proportion percentage number numbers total amount""".split()
)
"""Words that say nothing about the content of a sentence, or whose meaning is checked as that of a quantifier."""


_PLAINLY_ENGLISH = ENGLISH - {"a", "i", "in", "on", "do", "as", "an", "my", "was", "over", "by", "at"}
"""English function words that no other language here has."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A content word of a written sentence.

    Attributes:
        term: the term of the sources that it stands for, its own where there is none.
        is_same: whether it is that term itself.
        weight: 1 for one that the sources hold or that means the same as theirs, 0.5 for one that is near, else 0.
    """

    term: str
    weight: float
    is_same: bool = False


class WordVectors:
    """The unit vectors of single words, each embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._held: dict[str, Vectors] = {}

    def of(self, held: Sequence[str]) -> Vectors:
        """Return a vector for each word, in order."""
        new = [word for word in held if word not in self._held]
        if new:
            self._held |= zip(new, self._embedder.embed(new), strict=True)
        return np.stack([self._held[word] for word in held])


class Vocabulary:
    """The words of some sources of one language, and what the words of a sentence mean in them."""

    def __init__(self, texts: Iterable[str], vectors: WordVectors | None, language: str = "en") -> None:
        """Without vectors, words mean the same where they are forms of one word or synonyms, and none are near."""
        self._vectors = vectors
        self._language = language
        self._words = sorted({word for text in texts for word in words(text) if word not in STOP_WORDS})
        self._by_term: dict[str, str] = {}
        for word in self._words:
            self._by_term.setdefault(stem(word), word)
        self._meant: dict[str, Meant] = {}

    def knows(self, word: str) -> bool:
        """Tell whether the sources hold a word, in this or another form."""
        plain = "".join(words(word))
        return plain in STOP_WORDS or stem(plain) in self._by_term

    def language(self, text: str, expected: str = "en") -> str:
        """Return the language of a sentence: that of the sources where they hold most of its words.

        Names and words of several languages are known too, so that a short sentence of another language may look
        English: without one English function word it is taken to be in the `expected` language.
        """
        found = recognise(text, self.knows)
        if found == "en" and expected in STEMMERS and not set(words(text)) & _PLAINLY_ENGLISH:
            return expected
        return self._language if found == "en" else found

    def english(self, text: str, language: str) -> str:
        """Return the content words of a sentence in English; those that have none stay as they are."""
        if language == self._language or language not in STEMMERS:
            return text
        translated = translate(text, language, self.knows)
        return " ".join([translated.text, *(word for word in translated.unknown if word not in translated.text)])

    def content(self, text: str, language: str) -> list[Meant]:
        """Return the content words of a text in order, without its quantities."""
        plain = self.english(without_quantities(text, language), language)
        held = [word for word in words(plain) if word not in STOP_WORDS and word not in FILLERS]
        return [self._stands_for(word) for word in held if not word.isdigit()]

    def alike(self, term: str, others: Iterable[str]) -> bool:
        """Tell whether one of some terms of the sources means the same as this one: "yards" and "shipyards"."""
        word = self._by_term.get(term, term)
        held = [self._by_term.get(other, other) for other in others]
        if any(len(word) > 3 and (one.endswith(term) or one.endswith(word)) for one in held):
            return True
        if any(stem(one) in _synonyms().get(stem(word), ()) and not _are_opposite(word, one) for one in held):
            return True
        options = [one for one in held if not one[0].isdigit() and not _are_opposite(word, one)]
        if not options or self._vectors is None:
            return False
        return float(np.max(self._vectors.of(options) @ self._vectors.of([word])[0])) >= SAME_FROM

    def _stands_for(self, word: str) -> Meant:
        if word not in self._meant:
            self._meant[word] = self._found(word)
        return self._meant[word]

    def _found(self, word: str) -> Meant:
        own = stem(word)
        if own in self._by_term:
            return Meant(own, 1.0, is_same=True)
        for other in _synonyms().get(own, ()):
            if other in self._by_term and not _are_opposite(word, self._by_term[other]):
                return Meant(other, 1.0)
        options = [other for other in self._words if not other[0].isdigit() and not _are_opposite(word, other)]
        if not options or word[0].isdigit() or self._vectors is None:
            return Meant(own, 0.0)
        likeness = self._vectors.of(options) @ self._vectors.of([word])[0]
        best = int(np.argmax(likeness))
        if likeness[best] >= SAME_FROM:
            return Meant(stem(options[best]), 1.0)
        return Meant(own, 0.5 if likeness[best] >= NEAR_FROM else 0.0)


def _are_opposite(word: str, other: str) -> bool:
    sides = opposite_sides()
    return any(
        axis == other_axis and side != other_side
        for axis, side in sides.get(word, ())
        for other_axis, other_side in sides.get(other, ())
    )


@lru_cache(maxsize=1)
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    file = resources.files("advisor.answering.checks").joinpath("synonyms.toml")
    found: dict[str, list[str]] = defaultdict(list)
    for group in tomllib.loads(file.read_text(encoding="utf-8"))["groups"]:
        stems = list(dict.fromkeys(stem(word) for word in group.split()))
        for one in stems:
            found[one] += [other for other in stems if other != one]
    return {one: tuple(dict.fromkeys(others)) for one, others in found.items()}
