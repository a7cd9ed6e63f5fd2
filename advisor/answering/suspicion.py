"""A text → the spans in it that address the program which reads it, instead of its reader; pure.

What stands in a document or in a question is material, never an instruction. A program that knows where a text tries
to be one can keep it out of an answer and say so. The patterns are in `suspicion.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

LONGEST = 20_000
"""Characters of a text that are looked at: a passage has some 1,000, a question 2,000 at most."""

INSTRUCTING = ("override", "role", "command", "speaker")
"""Reasons for which what follows in the same text is suspicious, too: it says what is to be done."""

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_UNSEEN_RUN = re.compile(f"[{_INVISIBLE}]{{3,}}|[\U000e0020-\U000e007f]+")
_ENCODED = re.compile(r"(?<![\w/.:=&?%-])[A-Za-z0-9+/]{40,}={0,2}(?![\w/.])")
_SPACED = re.compile(r"(?:\b\w {1,2}){7,}\w\b")
_SQUEEZED = re.compile(r"(?:ignore|disregard|forget|override)(?:all|the|any|your)*(?:previous|prior|above|earlier)\w*")

_LOOK_ALIKES = str.maketrans(
    "аеіјорсухѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορυАВЕКМНОРСТХІЈЅ", "aeijopcyxshdqwABEZHIKMNOPTYXaeiknopuABEKMHOPCTXIJS"
)
"""Letters of Cyrillic and Greek that look like Latin ones."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Start and end of a suspicious part of a text, and why: the name of a pattern, "encoded" or "invisible"."""

    start: int
    end: int
    reason: str


def suspicions(text: str) -> list[Suspicion]:
    """Return the suspicious parts of a text in order; they may lie over one another, where several patterns match."""
    text = text[:LONGEST]
    found = [Suspicion(*match.span(), "invisible") for match in _UNSEEN_RUN.finditer(text)]
    found += [Suspicion(*match.span(), "encoded") for match in _ENCODED.finditer(text) if _is_code(match.group())]
    found += [
        Suspicion(*match.span(), "override")
        for match in _SPACED.finditer(text)
        if _SQUEEZED.match(re.sub(r"\s", "", match.group()).lower())
    ]
    plain, places = _readable(text)
    for reason, pattern in _patterns():
        found += [
            Suspicion(places[match.start()], places[match.end() - 1] + 1, reason) for match in pattern.finditer(plain)
        ]
    return sorted(found, key=lambda one: (one.start, one.end, one.reason))


def _readable(text: str) -> tuple[str, list[int]]:
    """Return a text as the patterns expect it, and for each of its characters the place in the text given."""
    characters: list[str] = []
    places: list[int] = []
    for i, character in enumerate(text):
        if _UNSEEN.match(character):
            continue
        for part in unicodedata.normalize("NFKC", character).translate(_LOOK_ALIKES):
            if part.isspace() and characters and characters[-1].isspace():
                continue
            characters.append(" " if part.isspace() and part != "\n" else part)
            places.append(i)
    return "".join(characters), places


def _is_code(token: str) -> bool:
    """Tell encoded bytes from a long word: capitals, small letters and figures change places often."""
    kinds = ["figure" if c.isdigit() else "capital" if c.isupper() else "small" for c in token if c.isalnum()]
    changes = sum(one != other for one, other in zip(kinds, kinds[1:], strict=False))
    return len(set(kinds)) == 3 and changes >= len(kinds) / 4


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    text = resources.files("advisor.answering").joinpath("suspicion.toml").read_text(encoding="utf-8")
    return [
        (reason, re.compile("|".join(part["phrases"]), re.IGNORECASE | re.MULTILINE))
        for reason, part in tomllib.loads(text).items()
    ]

