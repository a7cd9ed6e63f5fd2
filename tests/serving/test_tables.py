"""Rows of an answer are a table again where their words can be taken apart in one way only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.records import AnswerSentence
from advisor.serving.conversation import Turn
from advisor.serving.tables import Table, parts_of

from .fakes import ROWS, Store, rows_answer, said

COLUMNS = ("Strand", "Sector", "Target markets outside Europe")


def turn_of(store: Store, *rows: tuple[str, str]) -> Turn:
    """A turn whose answer is some rows: what each says, and how its page has it."""
    citations = [
        replace(store.cite(marker, "d2survey", 1, "Money comes second."), quote=page)
        for marker, (_, page) in enumerate(rows, start=1)
    ]
    told = [said(text, marker, kind="row") for marker, (text, _) in enumerate(rows, start=1)]
    return Turn("q", sentences=told, citations=citations)


def tables(turn: Turn) -> list[Table]:
    """The tables of a turn that has nothing else."""
    parts = parts_of(turn)
    assert all(isinstance(part, Table) for part in parts)
    return [part for part in parts if isinstance(part, Table)]


def test_rows_that_follow_each_other_are_a_table_under_their_lead_in(store: Store) -> None:
    answer = rows_answer(store)
    table, text, alone = parts_of(Turn("q", sentences=list(answer.sentences), citations=list(answer.citations)))
    assert isinstance(table, Table)
    assert isinstance(alone, Table)
    assert table.caption == answer.sentences[0]
    assert (text, alone.caption) == (answer.sentences[4], None)
    assert [row.sentence for row in table.rows] == list(answer.sentences[1:4])


def test_a_cell_that_is_empty_leaves_its_place_and_a_semicolon_of_the_page_stays_in_its_cell(store: Store) -> None:
    (table,) = tables(turn_of(store, *ROWS))
    assert table.columns == COLUMNS
    assert [(row.label, *table.cells(row)) for row in table.rows] == [
        ("ELBE", "1", "Ocean energy", "Canada, China"),
        ("PIMAP", "1", "", "To be defined"),
        ("NF4", "2", "Food; drink", "Japan"),
    ]


@pytest.mark.parametrize(
    ("row", "columns", "cells"),
    [
        (("Joint events — SMEs: all: 6; SMEs: new: 4", "Joint events 6\n4"), ("SMEs: all", "SMEs: new"), ("6", "4")),
        (
            ("Launch — Report: Study, 2014: in May", "Launch\nStudy, 2014: in May"),
            ("Report",),
            ("Study, 2014: in May",),
        ),
        (("Tour — week 1 — Place: Oslo", "Tour — week 1 Oslo"), ("Place",), ("Oslo",)),
        (("Strand 1 — Name: DIA; Sector: Media", "DIA Media"), ("Name", "Sector"), ("DIA", "Media")),  # a merged label
    ],
)
def test_the_page_tells_what_is_of_a_header_and_what_of_a_cell(
    store: Store, row: tuple[str, str], columns: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    (table,) = tables(turn_of(store, row))
    assert (table.columns, table.cells(table.rows[0])) == (columns, cells)


def test_places_of_words_that_a_row_has_from_elsewhere_do_not_keep_it_from_being_a_row(store: Store) -> None:
    row = ("Strand 1 — Name: DIA; Sector: Media", "DIA Media")
    turn = turn_of(store, row, ("Name Sector", "Strand Name Sector"), ("Strand 1", "Strand 1"))
    cited = replace(turn.sentences[0], markers=(1, 2, 3))
    (table,) = tables(replace(turn, sentences=[cited]))
    assert table.cells(table.rows[0]) == ("DIA", "Media")


@pytest.mark.parametrize(
    "row",
    [
        ("ELBE — Sector: Energy; by the sea", "ELBE Energy by the sea"),  # a cell without a header, or a part of one
        ("ELBE", "ELBE"),
        ("ELBE — Partner: Fir; Partner: Oak", "ELBE Fir Oak"),  # two columns of one name
        ("ELBE — Date: May", "ELBE Oslo May"),  # not what the page has
        ("ELBE — Sector: Energy", ""),
    ],
)
def test_rows_stay_a_list_where_one_of_them_could_be_read_in_two_ways(store: Store, row: tuple[str, str]) -> None:
    turn = turn_of(store, ROWS[0], row, ROWS[2])
    assert parts_of(turn) == turn.sentences


def test_rows_of_two_tables_are_two_tables(store: Store) -> None:
    other = ("NF4 (2) — Country: Brazil; Type: Cluster", "NF4 (2) Brazil Cluster")
    found = tables(turn_of(store, ROWS[0], other, other))
    assert [(table.columns, len(table.rows)) for table in found] == [(COLUMNS, 1), (("Country", "Type"), 2)]


def test_rows_of_another_section_are_of_another_table_though_both_begin_alike(store: Store) -> None:
    turn = turn_of(store, ROWS[0], ("FIEP — Strand: 2; Subject: Food", "FIEP 2 Food"))
    turn.citations[1] = replace(turn.citations[1], section=("5 Agreements",))
    assert [table.columns for table in tables(turn)] == [COLUMNS, ("Strand", "Subject")]


def test_columns_stand_in_the_order_that_the_rows_tell_together(store: Store) -> None:
    rows = (
        ("Contacts — All: 10; Strand 1: 7; SMEs: 9", "Contacts 10 7 9"),
        ("Agreements — All: 5; Strand 2: 4", "Agreements 5 4"),
        ("Transfer — All: 3; Strand 2: 2; SMEs: 1", "Transfer 3 2 1"),
    )
    (table,) = tables(turn_of(store, *rows))
    assert table.columns == ("All", "Strand 1", "Strand 2", "SMEs")


def test_items_and_sentences_are_left_as_they_are() -> None:
    told: list[AnswerSentence] = [said("ELBE — Strand: 1", kind="item"), said("ELBE — Strand: 1")]
    assert parts_of(Turn("q", sentences=told)) == told
