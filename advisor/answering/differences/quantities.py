"""A sentence → the values in it that can be compared: counts, shares, amounts, durations and dates; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from advisor.answering.differences.counted import Counted, counted
from advisor.answering.differences.dates import read_dates
from advisor.quantities import in_figures
from advisor.text import lowered

Kind = Literal["count", "share", "money", "duration", "date"]
Bound = Literal["", "least", "most", "average"]

DAYS = {"minut": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
"""Units of duration in days, by stem; a month is a twelfth of a year, so that 24 months are two years."""

ABOUT = 0.1
"""How far, as a share of it, the true value may lie from one that is given as "about" or "nearly"."""

ROUNDED = 0.6
"""Percentage points by which a rounded share may differ from the exact one."""

_DIGITS = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER = rf"(?:{_DIGITS}|\bone\b)"
_LABEL = (
    "step case table figure strand action annex appendix phase chapter section wp page part type year version volume "
    "paper horizon europe no nr p pp fp r unit line level task module lesson question event example"
)
_QUANTITY = re.compile(
    rf"(?<![\w€$£.,/&²#+-])(?P<money>[€$£]\s?)?(?P<low>{_NUMBER})"
    rf"(?:(?P<to>\s*[-–]\s*|\s+(?:to|and|or)\s+)(?:[€$£]\s?)?(?P<high>{_NUMBER})(?!\s+(?:out\s+)?of\b))?"
    rf"(?:\s+out(?:\s+of)?\s+(?:the\s+)?(?P<total>{_NUMBER})|\s+of\s+the\s+(?P<total2>{_NUMBER}))?"
    r"(?P<percent>\s?%|\s+per\s?cent\b)?(?P<after>\s?k?€|\s?m€|\s+(?:million|billion)\b(?:\s+(?:euros?|eur)\b)?|"
    r"\s+(?:euros?|eur)\b)?(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"(?:\b(?:{_LABEL.replace(' ', '|')})[\s.#-]*|\b[A-Za-z]+\d*[-–])$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST = r"more than|over|above|at least|a minimum of|minimum of|no(?:t)? (?:less|fewer) than|greater than|exceeding"
_MOST = r"less than|fewer than|under|below|up to|at most|a maximum of|maximum of|no more than"
_ROUGHLY = r"about|around|approximately|roughly|some|nearly|almost|nearer|circa|ca\.?|close to|estimated"
_BEFORE = re.compile(
    rf"(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<roughly>{_ROUGHLY}))\s+(?:the\s+|a\s+|to\s+)?$", re.IGNORECASE
)
_ENDS_OF_WHAT_IS = re.compile(r"minimum|maximum", re.IGNORECASE)
_AVERAGE = re.compile(r"\b(?:average|averages|averaged|median|mean)\b", re.IGNORECASE)
_ON_AVERAGE = re.compile(r"\bon average\b|\bin the mean\b", re.IGNORECASE)
_NEAR = 90
"""Characters before a value in which the word average stands that makes it one; half as many behind it."""
_PARTS = re.compile(
    r"(?P<over>\b(?:more|over|greater) than (?:a )?half\b|\bmost\b(?=\s+(?:of\b|[\w-]+s\b))|"
    r"\b(?:the|a) (?:\w+ )?majority\b(?= of\b))|"
    r"(?P<under>\b(?:less|fewer) than (?:a )?half\b|\ba minority\b)|(?P<half>\bhalf\b(?= of\b| the\b))",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\s*(?:of\s+)?(?:(?:the|all|these|those|our|their|total)\s+)*", re.IGNORECASE)
_FACTORS = (
    (1e9, re.compile(r"billion", re.IGNORECASE)),
    (1e6, re.compile(r"million|\dm\b|m€", re.IGNORECASE)),
    (1e3, re.compile(r"\dk\b|k€", re.IGNORECASE)),
)
QUALIFIED = 60
"""Characters before a number in which the words stand that qualify it."""

_NEGATED = re.compile(r"^[^.;,]{0,60}?(?:\b(?:not|never|no|none|without|cannot)\b|n['’]t\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a sentence: the interval in which the true value lies, and what it counts.

    Attributes:
        low, high: the interval; counts as they are, shares in per cent, durations in days, dates as day numbers.
        is_range: whether it was given as a range ("3 to 5"), whose ends are part of what is said.
        bound: "least" and "most" for an end of what there is ("a minimum of 5"), "average" for a mean.
        counted: the words that name what is counted, or that a share is a part of.
        start, end: its place in the sentence, without what is counted.
        text: as it is written, with its qualifier and what it counts.
    """

    kind: Kind
    low: float
    high: float
    is_range: bool
    bound: Bound
    counted: Counted
    start: int
    end: int
    text: str


def quantities(sentence: str) -> list[Quantity]:
    """Return the values of a sentence in their order; numbers that only number something ("step 3") are none."""
    dates = [
        Quantity("date", found.low, found.high, found.is_range, "", Counted(), found.start, found.end, found.text)
        for found in read_dates(sentence)
    ]
    taken = [(date.start, date.end) for date in dates]
    found = sorted([*dates, *_numbers(sentence, taken), *_parts(sentence)], key=lambda q: (q.start, q.kind))
    return [quantity for i, quantity in enumerate(found) if not _says_again(sentence, quantity, found[:i])]


def agree(one: Quantity, other: Quantity) -> bool:
    """Tell whether two values of one kind can both be true of the same thing.

    Ranges agree where one holds the other: "3 to 5" and "4 to 6" differ, though both hold 5.
    """
    slack = ROUNDED if one.kind == "share" else 0.01 * min(abs(one.low), abs(other.low)) * (one.kind == "duration")
    if one.is_range and other.is_range and one.kind != "date":
        return _holds(one, other, slack) or _holds(other, one, slack)
    return one.low <= other.high + slack and other.low <= one.high + slack


def _holds(outer: Quantity, inner: Quantity, slack: float) -> bool:
    return outer.low - slack <= inner.low and inner.high <= outer.high + slack


def _says_again(sentence: str, share: Quantity, before: Sequence[Quantity]) -> bool:
    """Tell whether a share in brackets only works out the one before it: "five of the six partnerships (83%)"."""
    if share.kind != "share" or sentence[share.start - 1 : share.start] != "(":
        return False
    return any(q.kind == "share" and sentence[q.counted.end : share.start].strip() == "(" for q in before)


def _numbers(sentence: str, taken: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
    written, starts = in_figures(sentence)
    for match in _QUANTITY.finditer(written):
        in_date = any(start < match.end() and match.start() < end for start, end in taken)
        if not in_date and not match["ordinal"] and not _NUMBERED.search(_leading(written, match)):
            for found in _read(written, match):
                start = starts.get(found.start, found.start)
                text = " ".join(sentence[start : found.start + len(found.text)].split())
                yield replace(found, start=start, text=text)


def _read(sentence: str, match: re.Match[str]) -> Iterator[Quantity]:
    """Yield what one number says: a count and a share for "7 out of 11 firms", nothing for a bare number."""
    low, high = _number(match["low"]), _number(match["high"] or match["low"])
    if match["to"] and not _is_range(sentence, match, low, high):
        return
    before = _BEFORE.search(_leading(sentence, match))
    start = match.start() - len(before.group()) if before else match.start()
    bound, low, high = _bounded(sentence, match.start(), before, low, high)
    gap = _PART_OF.match(sentence, match.end()) if match["percent"] else None
    what = counted(sentence, gap.end() if gap else match.end())
    place = (match["to"] is not None, bound)
    total = match["total"] or match["total2"]

    def said(kind: Kind, least: float, most: float) -> Quantity:
        end = what.end if what.noun and (not gap or gap.group().strip()) else match.end()
        return Quantity(kind, least, most, *place, what, start, match.end(), sentence[start:end])

    if match["percent"]:
        yield said("share", low, min(high, 100.0))
    elif match["money"] or re.search(r"€|eur", match["after"] or "", re.IGNORECASE):
        factor = _factor(sentence[match.start() : match.end() + 2])
        yield said("money", low * factor, high * factor)
    elif what.noun in DAYS:
        yield said("duration", low * DAYS[what.noun], high * DAYS[what.noun])
    elif what.noun and not _YEAR.fullmatch(match["low"]) and not _is_article(sentence, match):
        yield said("count", low * _factor(match["after"] or ""), high * _factor(match["after"] or ""))
        if total and _number(total):
            yield said("share", 100 * low / _number(total), 100 * high / _number(total))


def _leading(sentence: str, match: re.Match[str]) -> str:
    """Return what stands right before a number: as much as any word that qualifies it needs."""
    return sentence[max(0, match.start() - QUALIFIED) : match.start()]


def _is_range(sentence: str, match: re.Match[str], low: float, high: float) -> bool:
    """Tell a range from two numbers: "3 to 5" and "between 3 and 5", but not "two and three" or "5-3"."""
    joined = "and" in match["to"] or "or" in match["to"]
    return low < high and (not joined or bool(re.search(r"\bbetween\s+$", _leading(sentence, match), re.IGNORECASE)))


def _is_article(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether "one" is hardly more than "a": "one cluster could …", but not "only one cluster"."""
    alone = lowered(match["low"]) == "one" and not match["total"]
    return alone and not re.search(r"\b(?:only|just|exactly|single)\s+$", _leading(sentence, match), re.IGNORECASE)


def _bounded(
    sentence: str, at: int, before: re.Match[str] | None, low: float, high: float
) -> tuple[Bound, float, float]:
    around = sentence[max(0, at - _NEAR) : at], sentence[at : at + _NEAR // 2]
    bound: Bound = "average" if _AVERAGE.search(around[0]) or _ON_AVERAGE.search(around[1]) else ""
    if not before:
        return bound, low, high
    if before["roughly"]:
        return bound, low * (1 - ABOUT), high * (1 + ABOUT)
    is_end = bool(_ENDS_OF_WHAT_IS.search(before.group()))
    if before["least"]:
        return ("least", low, high) if is_end else (bound, low, math.inf)
    return ("most", low, high) if is_end else (bound, 0.0, high)


def _parts(sentence: str) -> Iterator[Quantity]:
    """Yield shares that are given in words: "more than half of the partnerships", "most have not …"."""
    for match in _PARTS.finditer(sentence):
        gap = _PART_OF.match(sentence, match.end())
        what = counted(sentence, gap.end() if gap else match.end())
        low, high = (50.5, 100.0) if match["over"] else (0.0, 49.5) if match["under"] else (45.0, 55.0)
        end = what.end if what.noun else match.end()
        if negated := _NEGATED.match(sentence[end:]):
            low, high, end = 100 - high, 100 - low, end + negated.end()
        text = " ".join(sentence[match.start() : end].split())
        yield Quantity("share", low, high, False, "", what, match.start(), match.end(), text)


def _number(text: str) -> float:
    return 1.0 if lowered(text) == "one" else float(re.sub(r"[.,](?=\d{3}\b)", "", text).replace(",", "."))


def _factor(text: str) -> float:
    """Return by what the words or letters behind a number multiply it: 1e6 for "5 million" and for "€5m"."""
    return next((factor for factor, pattern in _FACTORS if pattern.search(text)), 1.0)
