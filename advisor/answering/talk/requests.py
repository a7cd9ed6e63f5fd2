"""What was typed → what it asks of the last answer, or small talk; empty for a question.

Precision goes first: only the phrases of `requests.toml` count, and only where nothing else is said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from advisor.numbers import LANGUAGES, number_words
from advisor.text import words

Kind = Literal[
    "sources",
    "more",
    "rest",
    "whole",
    "first",
    "point",
    "shorter",
    "sentence",
    "bullets",
    "table",
    "counted",
    "longer",
    "reworded",
    "translated",
    "greeting",
    "thanks",
    "goodbye",
    "about",
]

SMALL_TALK: tuple[Kind, ...] = ("greeting", "thanks", "goodbye", "about")
"""What asks nothing of an answer."""

PASSING: tuple[Kind, ...] = ("sources", "point", "counted", "reworded", "translated")
"""What leaves the answer as it was for the request after it."""

TOLD: Mapping[Kind, str] = {
    "sources": "sources",
    "more": "more",
    "rest": "the rest of the list",
    "whole": "the whole list",
    "first": "the first {number}",
    "point": "more on point {number}",
    "shorter": "shorter",
    "sentence": "in one sentence",
    "bullets": "in bullet points",
    "table": "as a table",
    "counted": "how many",
    "longer": "in more detail",
    "reworded": "in other words",
    "translated": "translated",
}
"""What is done to an answer, in words; {number} is filled in."""

LAST = -1
"""The number of the last one."""

_FIRST = frozenset(
    "first erste ersten erster erstes premier premiere primer primero primera primo prima pierwszy pierwsze".split()
)
_LAST = frozenset("last letzte letzten dernier derniere ultimo ultima ostatni ostatnia ostatnim".split())
_FIGURE = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e|er|ere|eme|o|a)?")

MOST = 20
"""Numbers up to which a word may say how many, or which one."""

LONGEST = 120
"""Characters up to which a text may be a request."""

_GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_LETTERS = str.maketrans({"ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_PARTS = re.compile(r"[,;:.!?\n]|\b(?:and|und|et|y|e|i)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """Something that is asked of the last answer, or small talk.

    Attributes:
        languages: those that have its phrase, as ISO 639-1 codes.
        number: how many ("first"), or which one ("point"), from 1, or `LAST`; 0 where it has none.
    """

    kind: Kind
    languages: tuple[str, ...] = ("en",)
    number: int = 0

    def language(self, spoken: str = "") -> str:
        """Return the language to reply in: the one that is spoken, where the phrase is of that language too."""
        return spoken if spoken in self.languages else self.languages[0]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases, in lower case without accents and punctuation; `opening` are those that count as a first turn only.

    Attributes:
        before: courtesies that may stand before a phrase; `behind`: behind it.
    """

    requests: Mapping[str, Request]
    opening: Mapping[str, Request]
    before: re.Pattern[str]
    behind: re.Pattern[str]


def read_requests(text: str, *, opens: bool = False) -> tuple[Request, ...]:
    """Return what a text asks of the last answer, in order; several where it names several: "Shorter, as a list".

    Args:
        text: what was typed.
        opens: whether nothing was said before.

    Returns:
        Nothing for a question; small talk alone where it asks nothing of an answer.
    """
    if len(text) > LONGEST:
        return ()
    if request := _request(plain(text), opens):
        return (request,)
    parts = [part for part in map(plain, _PARTS.split(text)) if part]
    found = [_request(part, opens) for part in parts]
    requests = tuple(dict.fromkeys(request for request in found if request))
    if len(found) < 2 or not all(found):
        return ()
    asked = [request for request in requests if request.kind not in SMALL_TALK]
    return (*(request for request in asked[:-1] if request.kind not in PASSING), *(asked or requests)[-1:])


def describe(requests: Sequence[Request], question: str) -> str:
    """Return in words what is done: "Shorter: How do we find partners abroad?"."""
    done = ", ".join(TOLD[request.kind].format(number=_told(request.number)) for request in requests)
    return f"{done[:1].upper()}{done[1:]}: {question}" if done else question


def _told(number: int) -> str:
    return "last" if number == LAST else str(number)


def plain(text: str) -> str:
    """Return the words of a text in lower case, without accents and punctuation; apostrophes and hyphens divide."""
    return " ".join(words(re.sub(r"['’-]", " ", text))).translate(_LETTERS)


def _request(held: str, opens: bool) -> Request | None:
    """Return the request that a text is, with or without courtesies around it."""
    phrases = read_phrases()
    while True:
        if found := phrases.requests.get(held) or (phrases.opening.get(held) if opens else None):
            return found
        if found := next(filter(None, _numbered(held, phrases.requests)), None):
            return found
        if held == (bare := phrases.behind.sub("", phrases.before.sub("", held, count=1), count=1)):
            return None
        held = bare


def _numbered(held: str, requests: Mapping[str, Request]) -> Iterator[Request | None]:
    """Yield the request that a text is where one of its words is a number, for each that may be one."""
    said = held.split()
    for i, word in enumerate(said):
        if number := _number(word):
            found = requests.get(" ".join([*said[:i], "#", *said[i + 1 :]]))
            yield replace(found, number=number) if found else None


def _number(word: str) -> int:
    """Return the number that a word stands for, 0 for none."""
    if word in _LAST:
        return LAST
    if word in _FIRST:
        return 1
    figure = _FIGURE.fullmatch(word)
    return int(figure[1]) if figure else _number_words().get(word, 0)


@lru_cache(maxsize=1)
def _number_words() -> Mapping[str, int]:
    tables = [number_words(language) for language in LANGUAGES]
    held = [item for words in tables for table in (words.numbers, words.ordinals) for item in table.items()]
    return {plain(word): value for word, value in held if 0 < value <= MOST}


@lru_cache(maxsize=1)
def read_phrases() -> Phrases:
    """Return the phrases of `requests.toml`."""
    table = tomllib.loads(
        resources.files("advisor.answering.talk").joinpath("requests.toml").read_text(encoding="utf-8")
    )
    requests: dict[str, Request] = {}
    opening: dict[str, Request] = {}
    for language, held in table.items():
        for kind in get_args(Kind):
            _add(requests, kind, language, held[kind])
        _add(opening, "about", language, held["opening"])
    before, behind = (
        "|".join(sorted({phrase for held in table.values() for phrase in _phrases(held[side])}, key=len, reverse=True))
        for side in ("before", "behind")
    )
    return Phrases(requests, opening, re.compile(rf"^(?:{before}) "), re.compile(rf" (?:{behind})$"))


def _add(requests: dict[str, Request], kind: Kind, language: str, lines: str) -> None:
    """Add phrases; where another language has one of them with another meaning, that one stays."""
    for phrase in dict.fromkeys(_phrases(lines)):
        known = requests.get(phrase, Request(kind, ()))
        if known.kind == kind:
            requests[phrase] = Request(kind, tuple(dict.fromkeys((*known.languages, language))))


def _phrases(lines: str) -> Iterator[str]:
    for line in re.sub(r"[^\W_]+", lambda word: plain(word.group()), lines).splitlines():
        yield from filter(None, (" ".join(phrase.split()) for phrase in expanded(line)))


def expanded(pattern: str) -> Iterator[str]:
    """Yield each text that a pattern stands for: "(a|b) [c]" gives "a c", "a ", "b c" and "b "."""
    group = _GROUP.search(pattern)
    if group is None:
        yield pattern
        return
    either, optional = group.groups()
    for choice in either.split("|") if either is not None else [*optional.split("|"), ""]:
        yield from expanded(f"{pattern[: group.start()]}{choice}{pattern[group.end() :]}")
