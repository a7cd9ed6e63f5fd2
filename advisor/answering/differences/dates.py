"""A sentence → the dates in it, as spans of days; pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from advisor.text import lowered

_MONTHS = "january february march april may june july august september october november december".split()

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
"""A pattern of the names of months, and of their short forms."""

_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|to|and)\s*"
_YEAR = r"(?:19|20)\d\d"
_DATED = re.compile(
    rf"\b(?:(?P<day>{_DAY})(?:{_TO}(?P<day_to>{_DAY}))?\s+(?:of\s+)?(?P<month>{MONTH})|"
    rf"(?P<month_first>{MONTH})(?:{_TO}(?P<month_to>{MONTH}))?"
    rf"(?:\s+(?P<day_after>{_DAY})(?:{_TO}(?P<day_after_to>{_DAY}))?)?)"
    rf",?\s+(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"(?:\b(?:in|since|until|till|by|from|during|of|after|before|early|late|mid|year|spring|summer|autumn|winter|"
    rf"beginning|end|for)\s+|\()(?:the\s+year\s+)?(?P<year>{_YEAR})(?:\s*(?:-|–|/|to|and)\s*(?P<to>{_YEAR}|\d\d)\b)?"
    r"(?!\s*%|[\d.,]*\d|\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a sentence: its first and last day as proleptic day numbers, and its place and words."""

    low: int
    high: int
    is_range: bool
    start: int
    end: int
    text: str


def read_dates(sentence: str) -> list[DateSpan]:
    """Return the dates of a sentence in order: days, months and years, alone or as spans ("14 to 16 May 2019").

    A year stands by itself only where a word or bracket before it says that it is one: "in 2014", but not "Horizon
    2020".
    """
    found = list(_dated(sentence))
    found += [year for year in _years(sentence) if not any(d.start < year.end and year.start < d.end for d in found)]
    return sorted(found, key=lambda span: span.start)


def _dated(sentence: str) -> Iterator[DateSpan]:
    for match in _DATED.finditer(sentence):
        year = int(match["year"])
        first_month = month_number(match["month"] or match["month_first"])
        last_month = month_number(match["month_to"]) if match["month_to"] else first_month
        days = [int(re.sub(r"\D", "", text)) for text in _days(match)]
        try:
            low = date(year, first_month, days[0] if days else 1)
            high = date(year, last_month, days[-1] if days else calendar.monthrange(year, last_month)[1])
        except ValueError:
            continue  # there is no such day
        if low <= high:
            several = len(days) > 1 or last_month != first_month
            yield _span(low, high, several, match.start(), match.end(), sentence)


def _days(match: re.Match[str]) -> list[str]:
    return [match[name] for name in ("day", "day_to", "day_after", "day_after_to") if match[name]]


def _years(sentence: str) -> Iterator[DateSpan]:
    for match in _YEARS.finditer(sentence):
        year = int(match["year"])
        to = match["to"]
        last = year if to is None else int(to) if len(to) == 4 else year // 100 * 100 + int(to)
        if last >= year:
            yield _span(date(year, 1, 1), date(last, 12, 31), last > year, match.start("year"), match.end(), sentence)


def _span(low: date, high: date, is_range: bool, start: int, end: int, sentence: str) -> DateSpan:
    return DateSpan(low.toordinal(), high.toordinal(), is_range, start, end, " ".join(sentence[start:end].split()))


def month_number(name: str) -> int:
    """Return which month a name or its short form means, from 1."""
    return next(i for i, month in enumerate(_MONTHS, start=1) if month.startswith(lowered(name)[:3]))
