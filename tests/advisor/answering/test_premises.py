from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.premises import Known, MissingPart, known, missing_part
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, section, understood

STEPS = Report(
    "steps.pdf",
    "Steps",
    (
        section("Step 1: Ask", blocks=[prose("Ask the members.")]),
        section("Step 2: Choose", blocks=[prose("Choose a market.", "R1 asks for money.", "R2 asks for time.")]),
        section("Step 3: Go", blocks=[prose("Go there with R4 in hand.", "Strand 1 stays at home.")]),
    ),
)


@pytest.fixture
def steps(tmp_path: Path) -> Iterator[Store]:
    store = open_store(build_store(tmp_path / "store", STEPS))
    yield store
    store.close()


def missing(store: Store, question: str) -> MissingPart | None:
    return missing_part(store.library, understood(store, question))


def test_a_step_behind_the_last_one_is_missing(steps: Store) -> None:
    assert missing(steps, "What is done in step 5?") == MissingPart("step", 5, 3)
    assert missing(steps, "What is done in the fourth step?") == MissingPart("step", 4, 3)


def test_a_code_behind_the_last_one_is_missing(steps: Store) -> None:
    assert missing(steps, "What does R9 ask for?") == MissingPart("r", 9, 2)


@pytest.mark.parametrize("question", ["What is done in step 3?", "What does R2 ask for?", "What do members ask?"])
def test_a_part_that_is_there_and_a_question_without_parts_miss_nothing(steps: Store, question: str) -> None:
    assert missing(steps, question) is None


def test_a_gap_in_a_row_is_no_end_of_it(steps: Store) -> None:
    assert missing(steps, "What does R3 ask for?") is None


def test_of_a_row_that_the_documents_do_not_have_nothing_is_known(steps: Store) -> None:
    assert missing(steps, "What is in table 7?") is None
    assert missing(steps, "What does strand 2 do?") is None


def test_more_parts_than_there_are_are_missing_where_all_of_them_are_counted(steps: Store, tmp_path: Path) -> None:
    assert missing(steps, "What are the five steps?") == MissingPart("step", 5, 3)
    assert missing(steps, "What are the three steps?") is None
    assert missing(steps, "Name five steps to a market") is None  # of any: it does not say that there are no others
    assert missing(steps, "What are the 20 steps?") is None  # hardly these
    told = Report("t.pdf", "T", (section("Steps", blocks=[prose("In all there are five steps.")]),))
    store = open_store(build_store(tmp_path / "told", STEPS, told))
    assert missing(store, "What are the five steps?") is None  # a document says so
    store.close()


def test_of_several_parts_the_one_that_is_missing_is_named(steps: Store) -> None:
    assert missing(steps, "How do step 2 and step 7 differ?") == MissingPart("step", 7, 3)


ACTS = Report(
    "acts.pdf",
    "Acts",
    (
        section(
            "Names",
            blocks=[prose("A joint regional strategy (JRS) comes first.", "The CLP acronym stands for Cluster Pact.")],
        ),
        section("Money", blocks=[prose("The EU pays, and the JRSs help.")]),
    ),
)


@pytest.mark.parametrize(
    ("question", "sure"),
    [
        ("What does JRS stand for?", Known(has=True)),
        ("What does CLP stand for?", Known()),
        ("What does EU stand for?", Known(unexplained=("EU",), lacks=True)),
        ("What do JRS and EU stand for?", Known(unexplained=("EU",), lacks=True)),
        ("What does the EU pay for?", Known()),
    ],
)
def test_an_abbreviation_that_no_document_explains_is_lacking(tmp_path: Path, question: str, sure: Known) -> None:
    store = open_store(build_store(tmp_path / "store", ACTS))
    assert known(store.library, understood(store, question)) == sure
