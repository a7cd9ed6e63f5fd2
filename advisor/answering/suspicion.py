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
from itertools import pairwise

LONGEST = 60_000
"""Characters of a text that are looked at: a passage has some 1,000, and no more than 100 for each of its tokens."""

INSTRUCTING = ("override", "role", "command", "speaker")
"""Reasons for which what follows in the same text is suspicious, too: it says what is to be done."""

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_UNSEEN_RUN = re.compile(f"[{_INVISIBLE}]{{3,}}|[\U000e0020-\U000e007f]+")
_ENCODED = re.compile(r"(?<![\w/.:=&?%-])[A-Za-z0-9+/]{40,}={0,2}(?![\w/.])")
_CODED = re.compile(
    r"(?<!\w)(?:[01]{8} ){4,}[01]{8}(?!\w)|(?<!\w)(?:[0-9a-f]{2} ?){33,}(?!\w)|(?<!\w)[A-Z2-7]{48,}={0,6}(?!\w)|"
    r"(?:\\u[0-9a-f]{4}){6,}|(?:\\x[0-9a-f]{2}){6,}"
)
"""Bytes in binary, hexadecimal and base 32, long enough for a sentence, and characters written as escapes."""

_SPACED = re.compile(r"(?:\b\w {1,2}){7,}\w\b")
_SQUEEZED = re.compile(r"(?:ignore|disregard|forget|override)(?:all|the|any|your)*(?:previous|prior|above|earlier)\w*")

_LEET = re.compile(r"(?<![\w.])(?=[a-zA-Z]*\d[a-zA-Z\d]*)(?=\d*[a-zA-Z][a-zA-Z\d]*)[a-zA-Z\d]{3,}(?!\w)")
_LEET_LETTERS = str.maketrans("013457", "oieast")
"""Words in which figures stand for letters."""

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


@lru_cache(maxsize=4_096)  # questions share passages
def suspicions(text: str) -> tuple[Suspicion, ...]:
    """Return the suspicious parts of a text in order; they may lie over one another, where several patterns match."""
    text = text[:LONGEST]
    found = [Suspicion(*match.span(), "invisible") for match in _UNSEEN_RUN.finditer(text)]
    found += [Suspicion(*match.span(), "encoded") for match in _ENCODED.finditer(text) if _is_code(match.group())]
    found += [
        Suspicion(*match.span(), "override")
        for match in _SPACED.finditer(text)
        if _SQUEEZED.match(re.sub(r"\s", "", match.group()).lower())
    ]
    found += [Suspicion(*match.span(), "encoded") for match in _CODED.finditer(text) if _is_worded(match.group())]
    plain, places = _readable(text)
    in_letters = _LEET.sub(lambda word: word.group().translate(_LEET_LETTERS), plain)
    for form in dict.fromkeys([plain, plain.replace("\n", " "), in_letters]):
        for reason, pattern in _patterns():
            found += [
                Suspicion(places[match.start()], places[match.end() - 1] + 1, reason)
                for match in pattern.finditer(form)
            ]
    return tuple(sorted(set(found), key=lambda one: (one.start, one.end, one.reason)))


def _readable(text: str) -> tuple[str, list[int]]:
    """Return a text as the patterns expect it, and for each of its characters the place in the text given."""
    if text.isascii() and "  " not in text:
        return text.replace("\t", " "), list(range(len(text)))
    characters: list[str] = []
    places: list[int] = []
    for i, character in enumerate(text):
        if _UNSEEN.match(character):
            continue
        for part in unicodedata.normalize("NFKC", character).translate(_LOOK_ALIKES):
            if part.isspace() and part != "\n":
                part = " "
            if part == " " and characters and characters[-1] == " ":
                continue
            characters.append(part)
            places.append(i)
    return "".join(characters), places


def _is_worded(token: str) -> bool:
    """Tell whether a run of bytes is more than one figure repeated, as in a table of zeros."""
    return len(set(token) - {" "}) > 2 or {"0", "1"} == set(token) - {" "}


def _is_code(token: str) -> bool:
    """Tell encoded bytes from a long word: capitals, small letters and figures change places often."""
    kinds = ["figure" if c.isdigit() else "capital" if c.isupper() else "small" for c in token if c.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return len(set(kinds)) == 3 and changes >= len(kinds) / 4


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the patterns by reason: those that begin a word are tried together, at the beginnings of words only."""
    text = resources.files("advisor.answering").joinpath("suspicion.toml").read_text(encoding="utf-8")
    found = []
    for reason, part in tomllib.loads(text).items():
        opening = "|".join(phrase.removeprefix(r"\b") for phrase in part["phrases"] if phrase.startswith(r"\b"))
        others = "|".join(phrase for phrase in part["phrases"] if not phrase.startswith(r"\b"))
        joined = [rf"(?<!\w)(?=\w)(?:{opening})"] * bool(opening) + [others] * bool(others)
        found += [(reason, re.compile(pattern, re.IGNORECASE | re.MULTILINE)) for pattern in joined]
    return found
