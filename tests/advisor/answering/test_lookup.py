"""Which rows of a table answer a question for things that have a value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.evidence import gather
from advisor.answering.extractive import compose
from advisor.answering.lookup import cells_of
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, searched, section, table

MARKETS = (
    ("Elm Japan Chile", "Elm — Sector: Wood; Target markets: Japan, Chile"),
    ("Fir Kenya", "Fir — Sector: Wood; Target markets: Kenya"),
    ("Oak Chile Japan", "Oak — Sector: Food; Target markets: Chile, Japan"),
)
REPORT = Report(
    "markets.pdf",
    "Partnerships",
    (
        section("Markets of the partnerships", blocks=[table(*MARKETS)]),
        section("Text", blocks=[prose("Two partnerships target Japan.", "The office in Kenya is a partner.")]),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path / "store", REPORT))
    yield opened
    opened.close()


def told(store: Store, question: str) -> list[str]:
    query, hits = searched(store, question)
    return [statement.text for statement in compose(store, query, gather(store, query, hits))]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (
            "Elm — Sector: Wood; Target markets: Japan, Chile",
            {"": "Elm", "Sector": "Wood", "Target markets": "Japan, Chile"},
        ),
        ("Country: Japan; Missions: 9", {"Country": "Japan", "Missions": "9"}),
        ("A line", {}),
    ],
)
def test_a_row_is_its_cells_by_their_headers(row: str, cells: dict[str, str]) -> None:
    assert cells_of(row) == cells


@pytest.mark.parametrize("question", ["Which partnerships target Japan?", "List all partnerships that target Japan."])
def test_all_rows_that_hold_a_name_under_the_header_that_is_asked_for_are_told(store: Store, question: str) -> None:
    assert told(store, question) == [MARKETS[0][1], MARKETS[2][1]]


@pytest.mark.parametrize(
    "question",
    [
        "How many partnerships target Japan?",  # a number
        "Which partnerships target Kenya?",  # one row is no list
        "Which partnerships have an office in Japan?",  # no column speaks of offices
        "Who targets Japan?",  # no things are named
    ],
)
def test_other_questions_are_answered_as_usual(store: Store, question: str) -> None:
    assert told(store, question) != [MARKETS[0][1], MARKETS[2][1]]
