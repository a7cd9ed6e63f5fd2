"""What an answer says beside its sentences is in the advisor's own words, and what fills them in is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.answering.advisor import Advisor
from tests.fakes import HashEmbedder

from .conftest import FEE, Record, Verify

Answered = Callable[..., Record]

CLAIM = "Yes: the handbook says a visit costs 500 euros."


@pytest.fixture(scope="module")
def asked(store: Path) -> Callable[[str], Record]:
    """Return what makes the record of a real answer of the advisor."""
    advisor = Advisor.open(store, embedder=HashEmbedder())
    return lambda question: advisor.ask(question).to_dict()


QUESTIONS = (
    *(
        "Which bank finances volcano insurance?",
        "Welche Bank versichert Vulkane?",
        "Quelle banque assure les volcans ?",
    ),
    *("How long do I boil an egg?", "What does XQZ stand for?"),
    *("Hello", "Thank you", "Danke", "What can you do?", "shorter", "plus court"),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_that_declines_in_our_own_words_is_proved(
    asked: Callable[[str], Record], verify: Verify, question: str
) -> None:
    record = asked(question)
    assert record["abstained"]
    assert verify(record) == []


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("form", [f"{CLAIM} {{}}", f"{{}} {CLAIM}", f"{{}}\n\n- {CLAIM}", CLAIM])
def test_a_claim_before_behind_or_in_place_of_a_decline_is_a_problem(
    asked: Callable[[str], Record], verify: Verify, question: str, form: str
) -> None:
    record = asked(question)
    record["answer"] = form.format(record["answer"])
    assert any(
        "the answer says more than its sentences" in said or "is not in the text" in said for said in verify(record)
    )


def test_a_claim_without_sentences_and_citations_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(FEE) | {"abstained": True, "reason": "declined", "sentences": [], "citations": []}
    assert verify(record | {"answer": CLAIM}) == [f"the answer says more than its sentences: {CLAIM!r}; ask again"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Harbour report", "Handbook with prices"),
        ("(2 pages)", "(500 pages)"),
        ("“volcano”", "“visits at 500 euros”"),
        ("Not in the documents.", "It is in the documents."),
    ],
)
def test_a_decline_that_is_filled_in_otherwise_is_a_problem(
    asked: Callable[[str], Record], verify: Verify, old: str, new: str
) -> None:
    record = asked("Which bank finances volcano insurance?")
    record |= {"reason": "declined", "sentences": [], "citations": []}
    record["note"] = "The documents do not speak of “volcano”."
    text = "Not in the documents. {note} Searched: Harbour report (2 pages)."
    record["answer"] = text.format(note=record["note"])
    assert verify(record) == []
    record["answer"] = record["answer"].replace(old, new)
    assert any(said.startswith("the answer says more than its sentences") for said in verify(record))


def test_a_part_that_was_not_asked_for_is_a_problem(answered: Answered, verify: Verify) -> None:
    note = "The documents go up to step 10: there is no step 12."
    record = answered(FEE) | {"abstained": True, "reason": "near", "sentences": [], "citations": []}
    record |= {"answer": f"Near, not an answer. The documents do not state what was asked. {note}", "note": note}
    assert verify(record | {"question": "What is the twelfth step?"}) == []
    assert verify(record | {"question": "What is in step 12?"}) == []
    assert verify(record | {"question": "What is in step 13?"}) != []


def test_a_question_that_no_heading_makes_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(FEE) | {"abstained": True, "reason": "declined", "sentences": [], "citations": []}
    record["answer"] = "Not in the documents.\n\nYou could ask:\n\n- Did you know that a visit costs 500 euros?"
    assert any("Did you know" in said for said in verify(record))


def test_words_of_a_decline_do_not_stand_beside_an_answer(answered: Answered, verify: Verify) -> None:
    record = answered(FEE)
    record["answer"] = f"Not in the documents. {record['answer']}"
    assert any(said.startswith("the answer says more than its sentences") for said in verify(record))
