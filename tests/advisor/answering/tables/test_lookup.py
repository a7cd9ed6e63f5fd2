"""Which rows of tables answer a question for things that have a value, or for the values of a thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.evidence import gather
from advisor.answering.extractive import compose
from advisor.answering.tables.lookup import has_rows_asked, rows_asked, table_asked
from advisor.answering.tables.rows import cells_of
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, listed, prose, searched, section, table

MARKETS = {
    "Elm": "Elm — Strand: 1; Sector: Wood; Target markets: Japan, South Africa, USA",
    "Fir": "Fir — Strand: 1; Sector: Wood; Target markets: Kenya, South Korea",
    "Oak": "Oak — Strand: 2; Sector: Food; Target markets: Chile, Japan, United States",
    "Ash": "Ash — Strand: 2; Sector: Food; Target markets: South Africa, United Arab Emirates",
}
FAIRS = {
    "Spring": "Spring fair of Fir — Place: Lyon, France; Date: May 2019; Partnership: Elm",
    "Summer": "Summer fair — Place: Turin-ITALY; Date: 3–5 June 2019; Partnership: Fir",
}
TRIPS = {
    "Winter": "Winter fair — Place: Paris, France; Date: December 9th - 11th 2019; Partnership: Oak",
    "Autumn": "Autumn fair — Place: Nairobi, Kenya; Date: October; Partnership: Ash",
}
REPORT = Report(
    "markets.pdf",
    "Partnerships",
    (
        section("Markets of the partnerships", blocks=[table(*((row, row) for row in MARKETS.values()))]),
        section("Fairs of strand 1", blocks=[table(*((row, row) for row in FAIRS.values()))]),
        section("Fairs of strand 2", blocks=[table(*((row, row) for row in TRIPS.values()))]),
        section("Text", blocks=[prose("Two partnerships target Japan.", "The office in Kenya is a partner.")]),
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path_factory.mktemp("lookup") / "store", REPORT))
    yield opened
    opened.close()


def told(store: Store, question: str) -> list[str]:
    """Return the labels of the rows that an answer is made of; its texts where it is made of something else."""
    query, hits = searched(store, question)
    return [statement.text.split(" ")[0] for statement in compose(store, query, gather(store, query, hits))]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("Elm — Sector: Wood; Markets: Japan, Chile", {"": "Elm", "Sector": "Wood", "Markets": "Japan, Chile"}),
        ("Country: Japan; Missions: 9", {"Country": "Japan", "Missions": "9"}),
        ("A line", {}),
    ],
)
def test_a_row_is_its_cells_by_their_headers(row: str, cells: dict[str, str]) -> None:
    assert cells_of(row) == cells


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which partnerships target Japan?", ["Elm", "Oak"]),
        ("List all partnerships that target Japan.", ["Elm", "Oak"]),
        ("Which partnerships target South Africa?", ["Elm", "Ash"]),  # and not South Korea
        ("Which partnerships target the USA?", ["Elm", "Oak"]),  # the same as the United States
        ("Which partnerships target Kenya or Chile?", ["Fir", "Oak"]),
        ("Which fairs are in France?", ["Spring", "Winter"]),  # of two tables with the same columns
        ("Which fairs take place in France?", ["Spring", "Winter"]),  # "take place" asks for no more
        ("Which fairs are in france?", ["Spring", "Winter"]),
        ("Which fairs are in Italy?", ["Summer"]),
        ("Which fairs are in Africa?", ["Autumn"]),
        ("Which fairs are outside Europe?", ["Autumn"]),
        ("Which partnerships target Africa?", ["Elm", "Fir", "Ash"]),
        ("Which partnerships target Asia but also Chile?", ["Oak"]),
        ("Which partnerships target Chile?", ["Oak"]),
        ("Which partnerships are in the food sector?", ["Oak", "Ash"]),
        ("Which fairs are in June 2019?", ["Summer"]),
        ("Which fairs are in 2019?", ["Spring", "Summer", "Winter"]),  # "October" says not of which year
        ("Which fairs are after June 2019?", ["Winter"]),
        ("Which fairs are in France in May?", ["Spring"]),
        ("Which fairs are between May and July 2019?", ["Spring", "Summer"]),
        ("Which fairs does Fir hold?", ["Summer"]),  # its whole cell, not a fair that is called so
        ("Which partnerships in the food sector target Japan?", ["Oak"]),  # no word that chooses is passed over
        ("Which fairs does the food partnership Oak hold?", ["Winter"]),
    ],
)
def test_all_rows_that_hold_a_name_under_the_header_that_is_meant_are_told(
    store: Store, question: str, rows: list[str]
) -> None:
    assert told(store, question) == rows


def test_a_numbered_part_in_the_question_chooses_among_the_rows(store: Store) -> None:
    assert told(store, "Which Strand 1 partnerships target Kenya or Japan?") == ["Elm", "Fir"]


def test_both_names_must_be_held_where_both_are_asked_for(store: Store) -> None:
    assert told(store, "Which partnerships target both Japan and the United States?") == ["Elm", "Oak"]


def test_rows_are_counted_where_no_sentence_gives_their_number(store: Store) -> None:
    assert told(store, "How many partnerships target Japan?") == ["Two"]  # "Two partnerships target Japan."
    assert told(store, "How many partnerships target South Africa?") == ["Elm", "Ash"]
    assert told(store, "How many fairs take place in France?") == ["Spring", "Winter"]


def test_what_is_asked_of_a_thing_is_told_by_its_row(store: Store) -> None:
    assert told(store, "What sector is Oak in?") == ["Oak"]


@pytest.mark.parametrize(
    ("before", "question", "rows"),
    [
        ("Which fairs are in France?", "only those in May", ["Spring"]),
        ("Which fairs are in France?", "and in Italy?", ["Summer"]),
        ("Which partnerships target Japan?", "which of them are in the food sector?", ["Oak"]),
        ("Which partnerships target Japan?", "which of them target the USA?", ["Elm", "Oak"]),
        ("Which partnerships target Japan?", "and Kenya?", ["Fir"]),
        ("Which fairs does Oak hold in Europe?", "and outside Europe?", []),
        ("Which fairs are in Italy? and in France?", "only those in 2019", ["Spring", "Winter"]),
    ],
)
def test_what_was_found_is_filtered_or_replaced(store: Store, before: str, question: str, rows: list[str]) -> None:
    query, hits = searched(store, f"{before} {question}", focus=question)
    found = rows_asked(store, query, gather(store, query, hits))
    assert [row.text.split(" ")[0] for row in found] == rows


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("Which fairs are in France?", True),
        ("Which fairs are in Spain?", False),
        ("Which fairs are in France in 2025?", False),
        ("Which fairs are outside Europe?", True),
        ("Which partnerships target Peru?", False),
        ("Which visitors come to the fairs in Spain?", None),  # the table says nothing of visitors
        ("Which fairs are there?", None),
        ("Why are there fairs in Spain?", None),
    ],
)
def test_a_table_that_is_just_about_it_tells_whether_there_are_such_rows(
    store: Store, question: str, known: bool | None
) -> None:
    query, hits = searched(store, question)
    assert has_rows_asked(store, query, gather(store, query, hits)) is known


@pytest.mark.parametrize(
    "question",
    [
        "Which partnerships have an office in Japan?",  # no column speaks of offices
        "Who targets Japan?",  # no things are named
        "Which partnerships do not target Japan?",
        "Which partnerships target South Africa but not Japan?",
    ],
)
def test_other_questions_are_not_answered_with_such_rows(store: Store, question: str) -> None:
    query, hits = searched(store, question)
    assert rows_asked(store, query, gather(store, query, hits)) == []


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("List all partnerships with sector and target markets", ["Elm", "Fir", "Oak", "Ash"]),
        ("Give me the whole table of markets", ["Elm", "Fir", "Oak", "Ash"]),
        ("every fair of strand 1, with the place", ["Spring", "Summer"]),
        ("Which sectors do partnerships have?", []),  # nobody says all
        ("List all partnerships that target Japan", []),  # some of them
        ("List all partnerships with their budget", []),  # it has no such column
        ("All markets but not those of strand 1", []),
    ],
)
def test_a_whole_table_comes_where_all_of_it_is_asked_for(store: Store, question: str, rows: list[str]) -> None:
    query, hits = searched(store, question)
    assert [s.text.split(" ")[0] for s in table_asked(store, query, gather(store, query, hits))] == rows


def test_a_list_is_no_table_however_well_its_lead_in_fits(tmp_path: Path) -> None:
    lines = listed("All prizes of the harbours:", "the first prize,", "the second prize.")
    store = open_store(build_store(tmp_path / "store", Report("p.pdf", "Prizes", (section("Prizes", blocks=[lines]),))))
    query, hits = searched(store, "List all prizes")
    assert table_asked(store, query, gather(store, query, hits)) == []
