"""What was typed → what it asks of the last answer, or small talk; empty for a question.

Precision goes first: only the phrases of `requests.toml` count, and only where nothing else is said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from advisor.text import words

Kind = Literal[
    "sources",
    "more",
    "rest",
    "whole",
    "shorter",
    "sentence",
    "bullets",
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

PASSING: tuple[Kind, ...] = ("sources", "reworded", "translated")
"""What leaves the answer as it was for the request after it."""

TOLD: Mapping[Kind, str] = {
    "sources": "sources",
    "more": "more",
    "rest": "the rest of the list",
    "whole": "the whole list",
    "shorter": "shorter",
    "sentence": "in one sentence",
    "bullets": "in bullet points",
    "longer": "in more detail",
    "reworded": "in other words",
    "translated": "translated",
}
"""What is done to an answer, in words."""

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
    """

    kind: Kind
    languages: tuple[str, ...] = ("en",)

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
    done = ", ".join(TOLD[request.kind] for request in requests)
    return f"{done[:1].upper()}{done[1:]}: {question}" if done else question


def plain(text: str) -> str:
    """Return the words of a text in lower case, without accents and punctuation; apostrophes and hyphens divide."""
    return " ".join(words(re.sub(r"['’-]", " ", text))).translate(_LETTERS)


def _request(held: str, opens: bool) -> Request | None:
    """Return the request that a text is, with or without courtesies around it."""
    phrases = read_phrases()
    while True:
        if found := phrases.requests.get(held) or (phrases.opening.get(held) if opens else None):
            return found
        if held == (bare := phrases.behind.sub("", phrases.before.sub("", held, count=1), count=1)):
            return None
        held = bare


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
