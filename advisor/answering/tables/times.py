"""A text → the times that it names, as days; what is asked for May is met by a cell "9–10 May 2019"; pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from advisor.answering.differences.dates import MONTH, month_number, read_dates

_YEAR = r"(?:19|20)\d\d"
_PART = re.compile(
    r"\b(?:(?P<season>spring|summer|autumn|fall|winter)|(?P<order>1st|2nd|3rd|4th|first|second|third|fourth)\s+"
    rf"(?P<part>quarter|half))(?:\s+of|,)?\s+(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12)}
_ORDERS = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4}
_MONTHS_IN = {"quarter": 3, "half": 6}
_MONTH = re.compile(rf"\b{MONTH}(?!\w)(?!\s*\d{{4}})", re.IGNORECASE)
_VERBS = ("may", "march")
"""Words that are months with a capital only."""
_YEAR_ALONE = re.compile(rf"(?<![\d.,]){_YEAR}(?![\d.,]*\d)")
_DAYS_OF_MONTH = re.compile(rf"\b(?P<month>{MONTH})(?:\s+|[\d–-]|st\b|nd\b|rd\b|th\b|and\b)*,?\s*$", re.IGNORECASE)
_OR = re.compile(rf"(?<=\w),?\s+or\s+(?={MONTH})", re.IGNORECASE)

_Found = tuple[int, int, int, int]
"""First and last day of a time, and where its words begin and end."""

_RANGE = re.compile(r"-|–|\b(?:to|and)\b", re.IGNORECASE)

_EVER = (date.min.toordinal(), date.max.toordinal())
_LIMITS = (
    (re.compile(r"\b(?:after|later than)\s+$", re.IGNORECASE), lambda low, high: (high + 1, _EVER[1])),
    (re.compile(r"\b(?:since|from|starting|as of)\s+$", re.IGNORECASE), lambda low, high: (low, _EVER[1])),
    (re.compile(r"\b(?:before|earlier than)\s+$", re.IGNORECASE), lambda low, high: (_EVER[0], low - 1)),
    (re.compile(r"\b(?:until|till|up to|by)\s+$", re.IGNORECASE), lambda low, high: (_EVER[0], high)),
)


@dataclass(frozen=True, slots=True)
class Times:
    """What a text names.

    Attributes:
        days: spans of days, as proleptic day numbers; the last one is included.
        months: months without a year, from 1.
        words: the places of their words.
    """

    days: tuple[tuple[int, int], ...] = ()
    months: frozenset[int] = frozenset()
    words: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether any time is named."""
        return bool(self.days or self.months)

    def meet(self, other: Times) -> bool:
        """Tell whether the two have a day in common; a month without a year may be that of any."""
        return (
            any(low <= last and first <= high for low, high in self.days for first, last in other.days)
            or any(_reaches(span, month) for span in self.days for month in other.months)
            or any(_reaches(span, month) for span in other.days for month in self.months)
            or bool(self.months & other.months)
        )


def times_in(text: str) -> Times:
    """Return the times of a cell: days, months, quarters, halves and seasons of a year, years, months alone."""
    found = _read(text)
    return Times(tuple((low, high) for low, high, *_ in found), *_months_beside(text, found))


def times_asked(question: str) -> Times:
    """Return the times of a question, those with an open end too: "in May 2019", "after June 2019"."""
    question = _OR.sub(lambda match: " and ".ljust(len(match.group())), question)
    found = _read(question)
    days, places = [], []
    for low, high, start, end in found:
        before = question[:start]
        is_range = bool(_RANGE.search(question[start:end]))
        limited = (
            (limit(low, high), match.start())
            for words, limit in _LIMITS
            if not is_range and (match := words.search(before))
        )
        span, start = next(limited, ((low, high), start))
        days.append(span)
        places.append((start, end))
    months, named = _months_beside(question, found)
    return Times(tuple(days), months, (*places, *named))


def _read(text: str) -> list[_Found]:
    found = [(*_part(match), match.start(), match.end()) for match in _PART.finditer(text)]
    held = [(span.low, span.high, span.start, span.end) for span in read_dates(text)]
    found += [one for one in held if not _overlaps(one[2:], found)]
    for match in _YEAR_ALONE.finditer(text):
        if not _overlaps(match.span(), found):
            found.append(_year(match))
    return sorted(found, key=lambda one: one[2])


def _part(match: re.Match[str]) -> tuple[int, int]:
    year = int(match["year"])
    if match["season"]:
        first, last = _SEASONS[match["season"].lower()]
    else:
        length = _MONTHS_IN[match["part"].lower()]
        last = min(_ORDERS[match["order"].lower()] * length, 12)
        first = last - length + 1
    return _days(year, first, last)


def _year(match: re.Match[str]) -> tuple[int, int, int, int]:
    """Read a year, or a month of it where a day does not exist: "February 25–29, 2019"."""
    year, start = int(match.group()), match.start()
    impossible = _DAYS_OF_MONTH.search(match.string, 0, start)
    first, last = (month_number(impossible["month"]),) * 2 if impossible else (1, 12)
    return (*_days(year, first, last), impossible.start() if impossible else start, match.end())


def _days(year: int, first: int, last: int) -> tuple[int, int]:
    """Return the first day of one month and the last of another."""
    return date(year, first, 1).toordinal(), date(year, last, calendar.monthrange(year, last)[1]).toordinal()


def _months_beside(text: str, found: list[_Found]) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    """Return the months without a year, and where they stand."""
    held = (match for match in _MONTH.finditer(text) if match.group() not in _VERBS)
    alone = [match for match in held if not _overlaps(match.span(), found)]
    return frozenset(month_number(match.group()) for match in alone), tuple(match.span() for match in alone)


def _overlaps(place: tuple[int, ...], found: list[_Found]) -> bool:
    return any(start < place[1] and place[0] < end for *_, start, end in found)


def _reaches(span: tuple[int, int], month: int) -> bool:
    """Tell whether a span of less than a year has a day of a month; a longer one has them all, which says nothing."""
    low, high = (date.fromordinal(day) for day in span)
    months = (high.year - low.year) * 12 + high.month - low.month
    return months < 11 and (month - low.month) % 12 <= months
