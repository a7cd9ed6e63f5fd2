"""A statement → the small words in it that turn its meaning round: negations, quantifiers, words with an opposite."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from advisor.quantities import quantities
from advisor.text import lowered

_LACKS = frozenset("lack lacks lacked lacking absence insufficient shortage missing".split())
_CONTRACTED = re.compile(r"n['’]t\b")


@dataclass(frozen=True, slots=True)
class Cues:
    """What a statement says beside its content.

    Attributes:
        negated: whether it says no, in all; "not … never" is no no.
        privations: words that each turn it round once more, with the word behind each: ("without", "budget").
        quantifiers: how much of something is meant, as `cues.toml` names it.
        poles: words that have an opposite: the axis, and 0 or 1 for its side.
    """

    negated: bool
    privations: tuple[tuple[str, str], ...]
    quantifiers: frozenset[str]
    poles: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Language:
    """The cues of one language as one pattern, and the words that divide and point.

    Attributes:
        concord: whether several words that say no make one no.
        dependent: words that open a part of a sentence without a subject of its own.
    """

    pattern: re.Pattern[str]
    tags: Mapping[str, tuple[tuple[str, str, int], ...]]
    breaks: re.Pattern[str]
    joins: re.Pattern[str]
    pointing: frozenset[str]
    concord: bool
    than: str
    then: str
    dependent: frozenset[str]
    labels: frozenset[str]


def has_cues(language: str) -> bool:
    """Tell whether the small words of a language are known."""
    return language in _tables()


def without_quantities(text: str, language: str) -> str:
    """Return a text with its quantities and their bounds ("more than 300") blanked, each letter by a space."""
    for q in quantities(text, language):
        if q.unit != "one":
            text = text[: q.lead] + " " * (q.end - q.lead) + text[q.end :]
    return text


def read_cues(text: str, language: str = "en") -> Cues:
    """Return the cues of a statement; those of its quantities ("more than 300") are left to `advisor.quantities`."""
    words = language_cues(language)
    plain = lowered(_CONTRACTED.sub(" n't", without_quantities(text, language).replace("’", "'")))
    negations: list[str] = []
    privations: list[tuple[str, str]] = []
    quantifiers: set[str] = set()
    poles: set[tuple[str, int]] = set()
    for match in words.pattern.finditer(plain):
        for kind, name, side in words.tags[" ".join(match.group().split())]:
            if kind == "negation":
                negations.append(name)
            elif kind == "privation":
                behind = re.search(r"[^\W\d_]{4,}", plain[match.end() :])
                privations.append(("lack" if name in _LACKS else name, behind.group() if behind else ""))
            elif kind == "quantifier":
                quantifiers.add(name)
            elif kind == "pole":
                poles.add((name, side))
    # "neither … nor" says no once; so does "non … nessuno" in languages where one no calls for another.
    counted = [word for word in negations if word not in ("nor", "noch", "ani")] or negations
    negated = bool(negations) if words.concord else len(counted) % 2 == 1
    return Cues(negated, tuple(privations), frozenset(quantifiers), frozenset(poles))


def pole_places(text: str, axis: str, language: str) -> list[tuple[int, int, int]]:
    """Return start, end and side of each word of an axis in a text."""
    words = language_cues(language)
    plain = lowered(without_quantities(text, language))
    return [
        (match.start(), match.end(), side)
        for match in words.pattern.finditer(plain)
        for kind, name, side in words.tags[" ".join(match.group().split())]
        if (kind, name) == ("pole", axis)
    ]


def parted(text: str, word: str, language: str) -> list[tuple[str, str]]:
    """Return what stands before and behind a word ("than") of a text, for each place where it stands."""
    plain = without_quantities(text, language)
    found = re.finditer(rf"\b{word}\b", plain) if word else ()
    return [(plain[: match.start()], plain[match.end() :]) for match in found]


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("advisor.answering.checks").joinpath("cues.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def language_cues(language: str) -> Language:
    """Return the cues of a language; those of English for one that has none here."""
    table = _tables().get(language) or _tables()["en"]
    tags: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for word in table["negations"].split():
        tags[word].append(("negation", word, 0))
    for word in table["privations"].split():
        tags[word].append(("privation", word, 0))
    for phrase in table["ignored"]:
        tags[phrase].append(("ignored", phrase, 0))
    for name, phrases in table["quantifiers"].items():
        for phrase in phrases:
            tags[phrase].append(("quantifier", name, 0))
    for axis, sides in table["axes"].items():
        for side, listed in enumerate(sides):
            for word in listed.split():
                tags[word.replace("_", " ")].append(("pole", axis, side))
    longest_first = sorted(tags, key=len, reverse=True)
    options = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)
    return Language(
        re.compile(rf"(?<![\w'])(?:{options})(?![\w])"),
        {phrase: tuple(listed) for phrase, listed in tags.items()},
        _any_word(table["breaks"]),
        _any_word(table["joins"]),
        frozenset(table["pointing"].split()),
        bool(table.get("concord")),
        table.get("than", ""),
        table.get("then", ""),
        frozenset(f"{table.get('verbs', '')} {table.get('prepositions', '')}".split()),
        frozenset(table.get("labels", "").split()),
    )


def _any_word(listed: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed.split()))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def opposite_sides() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return for each English word with an opposite its axes and sides."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for axis, sides in _tables()["en"]["axes"].items():
        for side, listed in enumerate(sides):
            for word in listed.split():
                found[word].append((axis, side))
    return {word: tuple(listed) for word, listed in found.items()}
