"""The times that cells and questions name, and whether they meet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.tables.times import Times, times_asked, times_in


def days(times: Times) -> list[tuple[str, str]]:
    return [(str(date.fromordinal(low)), str(date.fromordinal(high))) for low, high in times.days]


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("9–10 May 2019", "2019-05-09", "2019-05-10"),
        ("April 15th - 17th 2019", "2019-04-15", "2019-04-17"),
        ("January - February 2019", "2019-01-01", "2019-02-28"),
        ("1st quarter 2019", "2019-01-01", "2019-03-31"),
        ("second half of 2019", "2019-07-01", "2019-12-31"),
        ("Summer 2019", "2019-06-01", "2019-08-31"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("February 25th - 29th 2019", "2019-02-01", "2019-02-28"),  # a day that there is not: the month
    ],
)
def test_a_cell_names_days(cell: str, first: str, last: str) -> None:
    assert days(times_in(cell)) == [(first, last)]


@pytest.mark.parametrize("cell", ["", "Not announced", "12,019 firms", "Horizon", "may be held"])
def test_a_cell_without_a_time_names_none(cell: str) -> None:
    assert not times_in(cell)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Which fairs are in May 2019?", "2019-05-01", "2019-05-31"),
        ("Which fairs are in April or May 2019?", "2019-04-01", "2019-05-31"),
        ("Which fairs are after June 2019?", "2019-07-01", "9999-12-31"),
        ("Which fairs are before 2019?", "0001-01-01", "2018-12-31"),
        ("Which fairs are between March and June 2019?", "2019-03-01", "2019-06-30"),
        ("Which fairs are from March to June 2019?", "2019-03-01", "2019-06-30"),
    ],
)
def test_a_question_asks_for_days(question: str, first: str, last: str) -> None:
    assert days(times_asked(question)) == [(first, last)]


@pytest.mark.parametrize(
    ("question", "cell", "meet"),
    [
        ("in May 2019", "9–10 May 2019", True),
        ("in May", "9–10 May 2019", True),
        ("in May 2019", "May", True),  # the year is that of the table
        ("in May", "June", False),
        ("in May 2019", "30 April 2019", False),
        ("in autumn 2019", "October 2019", True),
        ("after June 2019", "January", False),  # of which year?
        ("in 2020", "January", False),
        ("from March to May 2019", "October 2019", False),
        ("in 2019", "Not announced", False),
    ],
)
def test_what_is_asked_is_met_by_a_common_day(question: str, cell: str, meet: bool) -> None:
    assert times_asked(question).meet(times_in(cell)) is meet


@given(st.text(max_size=60))
def test_times_are_found_inside_any_text(text: str) -> None:
    found = times_asked(text)
    assert all(low <= high for low, high in found.days)
    assert all(0 <= start < end <= len(text) for start, end in found.words)
