"""A language → every word that the pages say in it: plain text, escaped where it is shown. The one door of Babel."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pl": "Polski",
}
"""The languages of the pages by ISO 639-1 code, each by its own name."""

ENGLISH = "en"
_LOCALES: Mapping[str, str] = {"en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Topic:
    """Good first questions about one subject."""

    title: str
    questions: tuple[str, ...]


class Words:
    """The words of one language. Shared: `words_in` gives the same one each time."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._locale = Locale.parse(_LOCALES.get(code, code))
        self._texts = _read(code)
        self.topics = tuple(Topic(one["title"], tuple(one["questions"])) for one in self._texts["topics"])

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its values filled in; whole numbers are written as the language writes them.

        A text that depends on a number has one form for each plural of the language and is given that number as `n`.

        Args:
            key: section and name of the text, as "library.ready".
            values: what stands between braces in the text.

        Raises:
            KeyError: there is no such text, or a value is missing.
        """
        section, _, name = key.partition(".")
        text = self._texts[section][name]
        if isinstance(text, dict):
            count = values["n"]
            assert isinstance(count, int | float)
            text = text.get(self._locale.plural_form(count)) or text["other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return str(text).format_map(shown)

    def has(self, key: str) -> bool:
        """Tell whether there is a text of this key."""
        section, _, name = key.partition(".")
        return name in self._texts.get(section, {})

    def number(self, value: float) -> str:
        """Return a number as the language writes it: 1,200 or 1 200."""
        return format_decimal(value, locale=self._locale)

    def left(self, seconds: float) -> str:
        """Return how long something still takes: in seconds, from a minute and a half on in minutes."""
        whole = max(1, round(seconds))
        return self("shelf.minutes_left", n=round(whole / 60)) if whole > 90 else self("shelf.seconds_left", n=whole)

    def day(self, moment: datetime) -> str:
        """Return a day as the language writes it: 12 November 2026."""
        return format_date(moment, format="long", locale=self._locale)

    def hour(self, moment: datetime) -> str:
        """Return a time of day as the language writes it: 14:05."""
        return format_time(moment, format="short", locale=self._locale)


@cache
def words_in(code: str) -> Words:
    """Return the words of a language of `LANGUAGES`.

    Raises:
        KeyError: the pages do not speak this language.
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    return Words(code)


def preferred(chosen: str, accepted: str) -> str:
    """Return the code of the language for a person: the one chosen, else the first accepted, else English.

    Args:
        chosen: what the person chose on the page, "" for nothing; anything may stand here.
        accepted: an Accept-Language header (RFC 9110, section 12.5.4), "" for none.
    """
    if chosen in LANGUAGES:
        return chosen
    return next((code for code in _accepted(accepted) if code in LANGUAGES), ENGLISH)


def _accepted(header: str) -> Sequence[str]:
    """Return the primary codes of an Accept-Language header, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:32]:
        tag, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            wanted.append((-weight, tag.strip().partition("-")[0].lower()))
    return [code for _, code in sorted(wanted, key=lambda each: each[0])]


@cache
def _read(code: str) -> dict[str, Any]:
    return tomllib.loads((files("advisor.serving") / "languages" / f"{code}.toml").read_text(encoding="utf-8"))
