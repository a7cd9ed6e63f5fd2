"""What the documents call things → words that are known, misspelt words put right, abbreviations and names in full."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from advisor.store.library import Library
from advisor.text import STOP_WORDS, stem, terms, words

SHORTEST = 5
"""Shorter words are not put right: too many others are near."""

QUESTION_WORDS = ("what", "which", "who", "how", "when", "where", "why")
SHORTEST_ASKING, LONGEST_ASKING = 2, 6
"""Letters of a word that may be one of them, misspelt."""

NEAR_COMPOUND = 6
"""Letters from which a name in one word is looked for at the beginning of others: "lasergo" in "lasergoglobal"."""

CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_WORD_OR_CODE = re.compile(r"\b[^\W_][\w&/-]*[^\W_]\b")


class Glossary:
    """The vocabulary of one store; read when it is first needed."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def _counts(self) -> dict[str, int]:
        return self._library.words()

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(map(stem, self._counts))

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if len(word) >= SHORTEST - 1 and word.isalpha():
                found[word[0]].append(word)
        return found

    def knows(self, word: str) -> bool:
        """Tell whether the documents hold a word, in this or in another form of it."""
        plain = folded(word)
        return plain in self._counts or plain in STOP_WORDS or stem(plain) in self._stems

    def repaired(self, word: str, is_word: Callable[[str], bool]) -> str:
        """Return the word of the documents that a misspelt one stands for; the word itself where there is no doubt.

        Only a word is changed that the documents do not know, that is none of its language (`is_word`), and that
        begins like the other: one letter added, left out, changed or swapped, two in words of eight letters and more.
        """
        if len(word) < SHORTEST or not word.isalpha() or self.knows(word) or is_word(word):
            return word
        plain = folded(word)
        allowed = 1 if len(plain) < 8 else 2
        near = process.extract(
            plain, self._by_first.get(plain[:1], []), scorer=OSA.distance, score_cutoff=allowed, limit=20
        )
        best = min(near, key=lambda found: (found[1], -self._counts[found[0]], found[0]), default=None)
        return str(best[0]) if best else word

    def question_word(self, word: str) -> str:
        """Return the question word that the misspelt first word of a question stands for ("wat", "wich"), or ""."""
        if not SHORTEST_ASKING <= len(word) <= LONGEST_ASKING or self.knows(word):
            return ""
        found = process.extractOne(word, QUESTION_WORDS, scorer=OSA.distance, score_cutoff=1)
        return str(found[0]) if found else ""

    # --- abbreviations ---------------------------------------------------------------------------------------------

    @cached_property
    def _long_forms(self) -> dict[str, str]:
        """By abbreviation in lower case, the long form that the documents give most often."""
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for short, long, count in self._library.abbreviations():
            told[short.lower()][" ".join(words(long))] += count
        return {short: min(forms, key=lambda form: (-forms[form], len(form), form)) for short, forms in told.items()}

    @cached_property
    def _short_forms(self) -> dict[tuple[str, ...], set[str]]:
        """By the terms of a long form, its abbreviations in lower case."""
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for short, long, _ in self._library.abbreviations():
            if len(terms(long)) > 1:
                found[tuple(terms(long))].add(short.lower())
        return found

    def long_form(self, abbreviation: str) -> str:
        """Return what an abbreviation stands for, lower case; "" where the documents do not say."""
        short = abbreviation.lower()
        return self._long_forms.get(short, "") or self._long_forms.get(short.removesuffix("s"), "")

    def short_forms(self, text: str) -> list[str]:
        """Return the abbreviations, lower case, whose long form stands in a text."""
        held = terms(text)
        longest = max(map(len, self._short_forms), default=0)
        runs = {tuple(held[i : i + n]) for n in range(2, longest + 1) for i in range(len(held) - n + 1)}
        return sorted({short for run in runs if run in self._short_forms for short in self._short_forms[run]})

    def other_forms(self, text: str) -> list[str]:
        """Return the long forms of the abbreviations in a text, and the abbreviations of the long forms."""
        shorts = [word for word in _WORD_OR_CODE.findall(text) if sum(map(str.isupper, word)) > 1]
        return [*filter(None, map(self.long_form, shorts)), *self.short_forms(text)]

    # --- names -------------------------------------------------------------------------------------------------

    def spellings(self, text: str) -> list[str]:
        """Return other spellings, as words of the documents, of names in a text.

        "LASER-GO" and "Laser Go Global" give "lasergoglobal", and the other way round.
        """
        return sorted(set(self._joined(text)) | set(self._divided(text)))

    def _joined(self, text: str) -> Iterator[str]:
        """Yield words of the documents that are a name of several words, or begin with it, written as one."""
        parts = re.findall(r"[^\W_]+", text)
        for first, part in enumerate(parts):
            for last in range(first + 1, min(first + 3, len(parts)) + 1):
                run = parts[first:last]
                joined = "".join(run).lower()
                is_name = part[0].isupper() and (len(run) > 1 or sum(map(str.isupper, part)) > 1)
                if not is_name or len(joined) < NEAR_COMPOUND:
                    continue
                yield from (word for word in self._by_first.get(joined[0], []) if _is_name(word, joined, run))

    def _divided(self, text: str) -> Iterator[str]:
        """Yield the parts of a name of several words that is written as one: "LaserGoGlobal"."""
        for word in re.findall(r"[^\W\d_]{6,}", text):
            parts = [part.lower() for part in CAMEL.findall(word)]
            if len(parts) > 1 and all(part in self._counts for part in parts):
                yield from (part for part in parts if part not in STOP_WORDS)


def folded(word: str) -> str:
    """Return a word in lower case without accents, as the documents' words are kept."""
    return "".join(words(word)) or word


def _is_name(word: str, joined: str, run: Sequence[str]) -> bool:
    """Tell whether a word of the documents is a name written as one; one that goes on must be no plain word."""
    if word == joined:
        return True
    return word.startswith(joined) and len(run) > 1
