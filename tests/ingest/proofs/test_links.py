"""Sentences and citations lead to one another, and a citation's place is the one that the store knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.records import Hit
from advisor.store.versions import open_store
from ingest.proofs.links import markers_in
from ingest.verification import verify_file

from .conftest import FEE, WRAPPED, Record, Verify

Answered = Callable[..., Record]


def drop_from_sentence(record: Record) -> None:
    record["sentences"][1]["markers"] = []


def drop_from_text(record: Record) -> None:
    record["answer"] = record["answer"].replace(" [2]", "")


def drop_everywhere(record: Record) -> None:
    drop_from_sentence(record)
    drop_from_text(record)


def drop_citation(record: Record) -> None:
    record["citations"].pop()


def repeat_marker(record: Record) -> None:
    record["citations"][1]["marker"] = 1


def exchange_markers(record: Record) -> None:
    record["sentences"][0]["markers"], record["sentences"][1]["markers"] = [2], [1]
    record["answer"] = record["answer"].replace("[1]", "[0]").replace("[2]", "[1]").replace("[0]", "[2]")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (drop_from_sentence, "sentence 2 has no citation"),
        (drop_from_text, "sentence 2 is shown with the markers [], not [2]"),
        (drop_everywhere, "citation [2] is cited by no sentence"),
        (drop_citation, "sentence 2 cites [2], which is not among the citations"),
        (repeat_marker, "2 citations have the marker [1]"),
        (exchange_markers, "sentence 1 is not what its quotes say"),
    ],
)
def test_a_broken_link_is_a_problem(
    answered: Answered, verify: Verify, damage: Callable[[Record], None], problem: str
) -> None:
    record = answered(WRAPPED, FEE)
    assert verify(record) == []
    damage(record)
    assert any(said.startswith(problem) for said in verify(record))


def test_a_sentence_that_says_of_itself_that_it_is_not_borne_out_needs_a_citation_too(
    answered: Answered, verify: Verify
) -> None:
    record = answered(FEE, mode="generative")
    record["sentences"].append({"text": "Fairs are fun.", "markers": [], "support": "unsupported"})
    record["answer"] += " Fairs are fun. (not borne out by the page)"
    assert verify(record) == ["sentence 2 has no citation: 'Fairs are fun.'; ask again"]


def test_a_conflict_uses_a_citation_and_stands_behind_the_sentences(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED, FEE)
    record["sentences"].pop()
    conflict = "One page says 300 euros [2]."
    record |= {"conflicts": [conflict], "answer": f"{WRAPPED} [1]\n\n- {conflict}"}
    assert verify(record) == []


def test_a_conflict_that_cites_nothing_known_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(FEE) | {"conflicts": ["One says 300 [1], the other 450 [7]."]}
    assert verify(record) == ["conflict 1 cites [7], which is not among the citations; ask again"]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("page_label", "xii", "its page label is '' in the store, not 'xii'"),
        ("section", ["Fees"], "its section is 'Fairs' in the store, not 'Fees'"),
        ("section", [], "its section is 'Fairs' in the store, not ''"),
        ("title", "Another report", "its title is 'Harbour report' in the store, not 'Another report'"),
        ("passage_id", "other-0001", "the store has no passage 'other-0001' of this document"),
        ("page", 2, "the quote is not on page 2"),
        ("page", 3, "report.pdf has 2 pages, not 3"),
        ("page", -1, "report.pdf has 2 pages, not -1"),
    ],
)
def test_a_place_that_the_store_does_not_know_is_a_problem(
    answered: Answered, verify: Verify, field: str, value: Any, problem: str
) -> None:
    record = answered(FEE)
    record["citations"][0][field] = value
    [said] = verify(record)
    assert said.startswith(f"citation [1]: {problem}")


def test_a_part_of_a_sentence_is_not_what_its_passage_holds(answered: Answered, verify: Verify) -> None:
    record = answered(FEE)
    record["citations"][0] |= {"quote": FEE[:-1], "end": record["citations"][0]["end"] - 1}
    assert any("the quote is no sentence of its passage" in said for said in verify(record))


def test_without_a_store_the_place_is_not_looked_at(
    answered: Answered, store: Path, verify: Verify, tmp_path: Path
) -> None:
    record = answered(FEE)
    record["citations"][0]["section"] = ["Elsewhere"]
    assert len(verify(record)) == 1
    answers = tmp_path / "answers.jsonl"
    assert verify_file(answers, store=tmp_path / "none", corpus=store.parent / "corpus").problems == []


@pytest.fixture
def with_passage(answered: Answered, store: Path) -> Record:
    """A record with the passage of its citation beside it, as an answer has it."""
    opened = open_store(store)
    record = answered(FEE)
    [passage] = opened.library.passages([record["citations"][0]["passage_id"]])
    hit = Hit(1, 1.0, 0.5, passage, opened.library.documents()[0])
    opened.close()
    return record | {"passages": [hit.to_dict()]}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("first_page", 2, "has another first page in the store"),
        ("last_page", 9, "has another last page in the store"),
        ("document", "other.pdf", "has another document in the store"),
        ("document_id", "other", "has another document id in the store"),
        ("title", "Another report", "has another title in the store"),
        ("section", ["Fees"], "has another section in the store"),
        ("text", "Something else.", "has another text in the store"),
        ("passage_id", "other-0001", "the store has no passage 'other-0001'"),
    ],
)
def test_a_passage_that_is_not_as_the_store_holds_it_is_a_problem(
    with_passage: Record, verify: Verify, field: str, value: Any, problem: str
) -> None:
    assert verify(with_passage) == []
    with_passage["passages"][0][field] = value
    [said] = verify(with_passage)
    assert problem in said


def test_markers_are_read_in_order() -> None:
    assert markers_in("Eight [1], or ten. [2][3] In [square] brackets [12a] no.") == [1, 2, 3]
