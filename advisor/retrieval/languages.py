"""A question in another European language → its language, and its content words in English.

The words are in `lexicons/`, a file for each language: TOML with its commonest function words, by which it is
recognised, and the English of words of cluster work and of questions about it. A word is looked up as it is written,
then by its stem. `[exact]` has words whose stem is also that of another word: they are not looked up by it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import Stemmer

STEMMERS: Mapping[str, str] = {
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
"""Languages with a lexicon, and the Snowball stemmer of each."""

COMPOUNDING = ("de", "nl", "sv")
LINKS = ("", "s", "n", "en", "e", "es", "er")
"""What may stand between the parts of a compound."""

SHORTEST_PART, LONGEST_COMPOUND = 3, 60
RECOGNISED_FROM = 0.4
"""The least share of a question's words that the lexicon of its language must know."""

ENGLISH = frozenset(
    """the of and to in is are was were be been do does did has have had for on with by from at as that this which who
    what when where why how many much should can could would will our we us you they their them it its there not or an
    a i my if between about than more most into out over did""".split()
)

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language.

    Attributes:
        function_words: those by which it is recognised; `dropped` also holds those that other languages share.
        exact: the English of words and phrases as they are written.
        stemmed: the same by their stems, for other forms of them.
        last: those that are left out at the end of a question, where they are the second half of a verb.
        several: finds where several things are asked for, which their English does not show.
        longest: words of the longest phrase.
    """

    function_words: frozenset[str]
    dropped: frozenset[str]
    exact: Mapping[tuple[str, ...], str]
    stemmed: Mapping[tuple[str, ...], str]
    longest: int
    last: frozenset[str]
    several: re.Pattern[str]
    stem: Callable[[str], str]

    def english(self, held: Sequence[str]) -> str:
        """Return the English of a word or phrase in lower case, "" where it has none.

        A function word is never looked up by its stem, which another word may share.
        """
        if len(held) == 1 and held[0] in self.dropped:
            return self.exact.get(tuple(held), "")
        return self.exact.get(tuple(held), "") or self.stemmed.get(tuple(map(self.stem, held)), "")


@dataclass(frozen=True, slots=True)
class Translation:
    """The content words of a question in English, in order.

    Attributes:
        unknown: words that have no English here and that the documents do not hold either.
    """

    language: str
    text: str
    unknown: tuple[str, ...]


FEWEST = 2
"""Words besides names from which those alone tell the language."""


@lru_cache(maxsize=len(STEMMERS))
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language."""
    file = resources.files("advisor.retrieval").joinpath("lexicons", f"{language}.toml")
    held = tomllib.loads(file.read_text(encoding="utf-8"))
    stemmer = Stemmer.Stemmer(STEMMERS[language])

    def stem(word: str) -> str:
        return str(stemmer.stemWord(word))

    exact = {tuple(_words(term)): str(meant) for term, meant in held["words"].items()}
    stemmed = {tuple(map(stem, words)): meant for words, meant in exact.items()}
    exact |= {tuple(_words(term)): str(meant) for term, meant in held.get("exact", {}).items()}
    function_words = frozenset(held["function_words"].split())
    dropped = function_words | frozenset(held.get("shared", "").split())
    several = re.compile(held["several"], re.IGNORECASE)
    last = frozenset(held.get("last", "").split())
    return Lexicon(function_words, dropped, exact, stemmed, max(map(len, exact)), last, several, stem)


def recognise(text: str, knows: Callable[[str], bool]) -> str:
    """Return the language of a question as its ISO 639-1 code: the one whose lexicon holds most of its words.

    "en" where none holds more of them than are English: function words, words that the documents hold (`knows`) or that
    the lexicons give as English. Words with a capital inside a question may be names, which belong to no language: they
    count for German alone, which writes its nouns so.
    """
    typed = _words(text)
    capital = [word.lower() for i, word in enumerate(typed) if i and word[0].isupper()]
    held = [word.lower() for i, word in enumerate(typed) if not (i and word[0].isupper())]
    if len(held) < FEWEST:
        held, capital = [word.lower() for word in typed], []
    english = sum(word in ENGLISH or knows(word) or word in _english_words() for word in held)
    shares = {name: sum(_holds(lexicon(name), word) for word in held) for name in STEMMERS}
    shares["de"] += sum(_holds(lexicon("de"), word) for word in capital)
    best = max(shares, key=lambda name: (shares[name], sum(word in lexicon(name).function_words for word in held)))
    return best if shares[best] > english and shares[best] >= RECOGNISED_FROM * len(held) else "en"


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return frozenset(
        word for name in STEMMERS for meant in lexicon(name).exact.values() for word in _words(meant.lower())
    )


def _holds(words: Lexicon, word: str) -> bool:
    return word in words.dropped or bool(words.english([word]))


def asks_for_several(text: str, language: str) -> bool:
    """Tell whether a question in another language than English asks for several things."""
    return language in STEMMERS and bool(lexicon(language).several.search(text))


def translate(text: str, language: str, knows: Callable[[str], bool]) -> Translation:
    """Return the content words of a question in English; names and what the documents know stay as they are.

    The longest phrase of the lexicon wins; a compound is divided into words that it holds. What remains is left out,
    unless the documents hold it (`knows`) or it looks like a name.
    """
    words = lexicon(language)
    dropped = frozenset().union(*(lexicon(name).dropped for name in STEMMERS))
    held = _words(text)
    if held and held[-1].lower() in words.last:
        held.pop()
    lower = [word.lower() for word in held]
    said: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(held):
        size, english = _phrase(words, lower, at)
        word = held[at]
        if english:
            said.append(english)
        elif lower[at] not in dropped and (len(word) > 1 or word.isdigit()):
            is_known = knows(lower[at])
            parts = _compound(words, lower[at], knows) if language in COMPOUNDING and not is_known else ()
            is_name = any(map(str.isdigit, word)) or sum(map(str.isupper, word)) > 1
            if parts:
                said += parts
            elif is_name or is_known or (word[0].isupper() and at > 0 and language != "de"):
                said.append(word)
                unknown += [] if is_known or is_name else [word]
            else:
                unknown.append(word)
        at += size
    return Translation(language, " ".join(said), tuple(unknown))


def _words(text: str) -> list[str]:
    """Return the words of a text as they are written; apostrophes and hyphens divide them ("l'agence")."""
    return _WORD.findall(text)


def _phrase(words: Lexicon, held: Sequence[str], at: int) -> tuple[int, str]:
    """Return how many words the longest phrase has that begins here, and its English; 1 and "" where there is none."""
    for size in range(min(words.longest, len(held) - at), 0, -1):
        if english := words.english(held[at : at + size]):
            return size, english
    return 1, ""


def _compound(words: Lexicon, word: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the English of the parts of a compound, the fewest parts there are; empty where a part is unknown.

    A part may be a word that is the same in English ("Partnernetzwerk") and that the documents hold.
    """

    def meant(part: str) -> str:
        return words.english([part]) or (part if len(part) > SHORTEST_PART and knows(part) else "")

    if len(word) > LONGEST_COMPOUND:
        return ()
    # From the end: the fewest parts of what begins at each letter, so that the work grows with the length alone.
    fewest: dict[int, tuple[str, ...]] = {len(word): ()}
    for first in range(len(word) - SHORTEST_PART, -1, -1):
        found: list[tuple[str, ...]] = []
        for last in range(first + SHORTEST_PART, len(word) + 1):
            rests = [last] if last == len(word) else [last + len(link) for link in LINKS if word.startswith(link, last)]
            rests = [rest for rest in rests if rest in fewest]
            if rests and (english := meant(word[first:last])):
                found += [(english, *fewest[rest]) for rest in rests]
        if found:
            fewest[first] = min(found, key=len)
    return fewest.get(0, ())
