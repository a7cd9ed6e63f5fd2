"""Text → the quantities in it: figures and number words with their unit and bound, in six languages; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from advisor.numbers import SYMBOLS, Bound, NumberWords, figure, number_words
from advisor.text import lowered

MONEY = frozenset({"EUR", "USD", "GBP"})
_TOKEN = re.compile(
    r"(?<!\d)\d{1,3}(?:[\u00a0\u202f ]\d{3}(?!\d))+(?:,\d+)?|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’](?=[^\W\d_]))?|"
    r"[%€$£+]|[^\w\s]"
)
_DATE = re.compile(r"(?<![\d.])(?:(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?![\d])")
_ITEM = re.compile(r"\s*\d{1,2}[.)]\s+(?=[^\W\d_])")
"""The number of a list item; it counts nothing."""

QUALIFIED = 60
"""Characters beside a figure in which the words stand that qualify it."""

_PER_CENT = re.compile(r"(?:\bper|\bpor|\bpour|\ban) (?:cent(?:o)?|ciento)\b", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:k|m|mn|bn|st|nd|rd|th|km|h|x|er|e|ème|ª|º)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text.

    Attributes:
        unit: "percent" (also of "half"), a currency, a length of time, "calendar" (a month by name), "ordinal",
            "times", "vague" ("hundreds of"), "one" (the word, which is often no count) or "".
        bound: whether it is given as "more" than or "less" than this, or "about" it.
        lead: where the words of its bound begin; `start` where there are none.
    """

    value: Fraction
    unit: str
    bound: Bound
    lead: int
    start: int
    end: int


def quantities(text: str, language: str = "en") -> list[Quantity]:
    """Return the quantities of a text in order; of a language without words in `numbers.toml` its figures.

    A figure that is part of a name ("R9", "ESCP-4i") is none. "1,200", "1.200" and "1 200" are all 1200.
    """
    text = _PER_CENT.sub(lambda found: "percent".ljust(len(found.group())), text)
    return list(_Reader(text, number_words(language)).read())


def in_figures(text: str, language: str = "en") -> tuple[str, dict[int, int]]:
    """Return a text with its whole numbers in figures, of the same length, and where each began by its place there.

    Figures stand where the words end, behind spaces: "two hundred and ten firms" becomes "                210 firms".
    "one", which is often no number, stays, and so does what is longer in figures.
    """
    starts: dict[int, int] = {}
    written = text
    for value, start, end in _Reader(text, number_words(language)).numbers():
        figures = f"{value.numerator:,}"
        if value.denominator == 1 and len(figures) <= end - start and lowered(text[start:end]) != "one":
            written = written[:start] + figures.rjust(end - start) + written[end:]
            starts[end - len(figures)] = start
    return written, starts


def values(text: str) -> set[str]:
    """Return the numbers of an English text, also those in words but "one": "three of 1,200" gives {"3", "1200"}."""
    return {str(q.value) for q in quantities(text) if q.unit != "one"}


def units(text: str, language: str = "en") -> set[str]:
    """Return the units that a text names, with a figure or without one, as in the header of a table."""
    known = number_words(language).units
    return {unit for token in _TOKEN.findall(_PER_CENT.sub("percent", text)) if (unit := known.get(token.lower(), ""))}


@dataclass(slots=True)
class _Token:
    text: str
    start: int
    end: int


class _Reader:
    """Reads the tokens of one text from left to right."""

    def __init__(self, text: str, words: NumberWords) -> None:
        self._text = text
        self._lowered = lowered(text)
        self._words = words
        self._tokens = [_Token(lowered(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]

    def read(self) -> Iterator[Quantity]:
        item = _ITEM.match(self._text)
        dates = {match.start(): match for match in _DATE.finditer(self._text)}
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if item and token.end <= item.end():
                at += 1
            elif match := dates.get(token.start):
                day, month, year = (match[1], match[2], match[3]) if match[3] else (match[6], match[5], match[4])
                for value, unit in ((day, ""), (month, "calendar"), (year, "")):
                    yield Quantity(Fraction(int(value)), unit, "", match.start(), match.start(), match.end())
                while at < len(self._tokens) and self._tokens[at].start < match.end():
                    at += 1
            else:
                read, at = self._at(at)
                yield from read

    def numbers(self) -> Iterator[tuple[Fraction, int, int]]:
        """Yield each number with its start and end, without its unit."""
        at = 0
        while at < len(self._tokens):
            number, after = self._number(at)
            if number is not None:
                yield number, self._tokens[at].start, self._tokens[after - 1].end
            at = after

    def _at(self, at: int) -> tuple[list[Quantity], int]:
        token, words = self._tokens[at], self._words
        if self._is_month(at):
            return [self._made(Fraction(words.months[token.text]), "calendar", at, at + 1)], at + 1
        for held, unit in ((words.times, "times"), (words.vague, "vague")):
            if token.text in held:
                return [self._made(Fraction(held[token.text]), unit, at, at + 1)], at + 1
        number, after = self._number(at)
        if number is None:
            if words.parts.get(token.text) == 2:
                return [self._made(Fraction(50), "percent", at, at + 1)], at + 1
            if token.text in words.parts and self._is_share(at):
                return [self._made(Fraction(100, words.parts[token.text]), "percent", at, at + 1)], at + 1
            if token.text in words.ordinals:
                return [self._made(Fraction(words.ordinals[token.text]), "ordinal", at, at + 1)], at + 1
            return [], at + 1
        follows = self._tokens[after].text if after < len(self._tokens) else ""
        if follows in words.parts and number < words.parts[follows] and follows not in words.numbers:
            return [self._made(100 * number / words.parts[follows], "percent", at, after + 1)], after + 1
        return [self._made(number, *self._unit(at, after, number))], after

    def _number(self, at: int) -> tuple[Fraction | None, int]:
        """Return the number that begins at a token, and the place behind it; None where none does."""
        token = self._tokens[at]
        if token.text[0].isdecimal():
            value = figure(token.text)
            if value is None or self._is_code(at):
                return None, at + 1
            after = at + 1
            while after < len(self._tokens) and (scale := self._scale(at, after)):
                value, after = value * scale, after + 1
            return value, after
        return self._worded(at)

    def _worded(self, at: int) -> tuple[Fraction | None, int]:
        """Read "twenty-three", "two hundred and ten", "soixante-dix", "dreiundzwanzig"."""
        words, total, part, after = self._words, 0, 0, at
        found = False
        while after < len(self._tokens):
            word = self._tokens[after].text
            if word in words.numbers:
                value = words.numbers[word]
                if found and part % 100 == 4 and value == 20:
                    part += 76  # quatre-vingts
                elif found and not (part % 100 >= 20 and value < 20) and not (part and part % 100 == 0):
                    break
                else:
                    part += value
                found = True
            elif word in words.scales and (found or words.scales[word] >= 100) and word not in ("k", "mn", "mio"):
                scale = words.scales[word]
                part = max(part, 1) * scale
                if scale >= 1000:
                    total, part = total + part, 0
                found = True
            elif not (found and self._goes_on(after, part)):
                break
            after += 1
        return (Fraction(total + part) if found else None), max(after, at + 1)

    def _goes_on(self, at: int, part: int) -> bool:
        """Tell whether a hyphen or a joining word stands between two words of one number."""
        word, following = self._tokens[at].text, self._text_at(at + 1)
        joins = word == "-" or (word in self._words.joins and self._text_at(at + 2) not in self._words.scales)
        value = self._words.numbers.get(following)
        tens = part % 100 >= 20 and value is not None and value < 20
        return joins and (tens or (value is not None and part > 0 and part % 100 == 0) or (part == 4 and value == 20))

    def _scale(self, at: int, after: int) -> int:
        token = self._tokens[after]
        touches = token.start == self._tokens[after - 1].end
        if token.text == "m" and touches and at and self._is_money(self._tokens[at - 1].text):
            return 1_000_000
        if token.text == "k" and not touches:
            return 0
        return self._words.scales.get(token.text, 0)

    def _is_money(self, word: str) -> bool:
        return SYMBOLS.get(word, self._words.units.get(word, "")) in MONEY

    def _is_code(self, at: int) -> bool:
        """Tell whether a figure is part of a name: "R9", "4i", "COVID-19"."""
        token = self._tokens[at]
        before = re.search(r"(\w*)[-–]?\Z", self._text[max(0, token.start - QUALIFIED) : token.start])
        glued = before.group(0) if before else ""
        if glued and (glued[-1].isalpha() or (glued[-1] in "-–" and any(map(str.isupper, glued)))):
            return True
        rest = self._text[token.end : token.end + QUALIFIED]
        return bool(rest and (rest[0].isalpha() or rest[0] == "_") and not _SUFFIX.match(rest))

    def _unit(self, at: int, after: int, number: Fraction) -> tuple[str, int, int]:
        """Return the unit of a number, and its first token and the one behind its last, the unit included."""
        ahead = after + 1 if self._text_at(after) in ("-", "of", "de", "di", "d'", "d’") else after
        if (unit := self._words.units.get(self._text_at(ahead), "")) or self._text_at(ahead) in (
            "st",
            "nd",
            "rd",
            "th",
        ):
            return unit or "ordinal", at, ahead + 1
        if at and self._is_money(before := self._tokens[at - 1].text):
            return SYMBOLS.get(before, self._words.units.get(before, "")), at - 1, after
        return ("one" if number == 1 and self._tokens[at].text == "one" else ""), at, after

    def _text_at(self, at: int) -> str:
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _is_month(self, at: int) -> bool:
        token = self._tokens[at]
        if token.text not in self._words.months:
            return False
        # "may" and "march" are verbs too: a month has a year or a day beside it, or a capital inside a sentence.
        beside = [self._text_at(at + 1), self._text_at(at - 1) if at else ""]
        return any(word[:1].isdecimal() for word in beside) or (
            token.text not in ("may", "march", "mars", "marzo", "mai") and token.text not in self._words.numbers
        )

    def _is_share(self, at: int) -> bool:
        before = self._text_at(at - 1) if at else ""
        return before in ("a", "one", "ein", "eine", "einem", "un", "une", "una") and self._text_at(at) != "second"

    def _made(self, value: Fraction, unit: str, first: int, behind: int) -> Quantity:
        start, end = self._tokens[first].start, self._tokens[behind - 1].end
        first_read = max(0, start - QUALIFIED)
        before = self._lowered[first_read:start]
        found = [
            (first_read + match.start(), bound)
            for bound, pattern in self._words.bounds.items()
            if (match := pattern.search(before))
        ]
        if found:
            lead, bound = min(found)  # "no more than" begins before "more than"
            return Quantity(value, unit, bound, lead, start, end)
        follows = self._lowered[end : end + 9]
        plus = follows.startswith(("+", " or more"))
        return Quantity(value, unit, "more" if plus else "", start, start, end)
