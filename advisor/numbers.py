"""How languages write numbers: the words, units, months and bounds of `numbers.toml`, and figures; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Literal

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
Bound = Literal["", "more", "less", "about"]

SYMBOLS: Mapping[str, str] = {"%": "percent", "€": "EUR", "$": "USD", "£": "GBP"}

MAX_DIGITS = 30
"""Longer runs of digits are no figures that anybody reads."""

_ONE: Mapping[str, Sequence[tuple[str, int]]] = {"de": [("ein", 1)], "it": [("uno", 1)]}
"""What stands for one inside a compound; by itself it is an article."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words of one language; see `numbers.toml`."""

    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    ordinals: Mapping[str, int]
    parts: Mapping[str, int]
    times: Mapping[str, int]
    vague: Mapping[str, int]
    months: Mapping[str, int]
    units: Mapping[str, str]
    bounds: Mapping[Bound, re.Pattern[str]]
    joins: frozenset[str]


def figure(text: str) -> Fraction | None:
    """Return the value of a figure; None for the number of a section ("5.5.2") or a run of digits."""
    plain = re.sub(r"[\u00a0\u202f ]", "", text)
    if len(plain) > MAX_DIGITS:
        return None
    if not plain.startswith("0") and re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", plain):
        return Fraction(int(re.sub(r"[.,]", "", plain)))
    whole, mark, decimals = (
        plain.rpartition(max(",.", key=plain.rfind)) if re.search(r"[.,]", plain) else (plain, "", "")
    )
    if mark and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d+", whole):
        return Fraction(re.sub(r"[.,]", "", whole) + "." + decimals)
    return None if mark else Fraction(int(plain))


@lru_cache(maxsize=len(LANGUAGES))
def number_words(language: str) -> NumberWords:
    """Return the words of a language; those of English for one that has none here."""
    language = language if language in LANGUAGES else "en"
    tables = tomllib.loads(resources.files("advisor").joinpath("numbers.toml").read_text(encoding="utf-8"))
    held, english = tables[language], tables["en"]

    def by_word(name: str) -> dict[str, int]:
        return {word: int(value) for value, listed in held[name].items() for word in listed.split()}

    numbers = by_word("numbers")
    months = [held[name].split() for name in held if name.endswith("months")] + [english["months"].split()]
    named: dict[str, str] = {**SYMBOLS}
    for table in (english, held):
        named |= {word: unit for unit, listed in table["units"].items() for word in listed.split()}
    return NumberWords(
        numbers=numbers | dict(_compounds(language, numbers)),
        scales=by_word("scales"),
        ordinals=by_word("ordinals"),
        parts=by_word("parts"),
        times=by_word("times"),
        vague=by_word("vague"),
        months={word: number for listed in months for number, word in enumerate(listed, start=1)},
        units=named,
        bounds={bound: _before(held[bound]) for bound in ("more", "less", "about")},
        joins=frozenset(held["joins"].split()),
    )


def _before(phrases: Sequence[str]) -> re.Pattern[str]:
    """Match one of some phrases at the end of a text, with no more than an article behind it."""
    options = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W_])(?:{options})(?: the| a| an)?\s*$")


def _compounds(language: str, numbers: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the numbers up to 99 that German and Italian write as one word."""
    tens = [(word, value) for word, value in numbers.items() if value in range(20, 100, 10)]
    ones = [(word, value) for word, value in [*numbers.items(), *_ONE.get(language, ())] if 0 < value < 10]
    for ten, high in tens:
        for one, low in ones:
            if language == "de":
                yield f"{one}und{ten}", high + low
            elif language == "it":
                yield (ten[:-1] if one[0] in "uo" else ten) + one, high + low
                yield ten + "tré", high + 3
