"""Headings become questions that the documents answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.answering.talk.examples import EXAMPLES, TRIED, find_examples
from advisor.answering.talk.headings import question_of
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, section

Build = Callable[..., Store]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return a store of documents with the headings given for each."""

    def built(*documents: tuple[str, ...]) -> Store:
        reports = [
            Report(f"{i}.pdf", f"Report {i}", tuple(section(head, blocks=[prose(f"{head} {i}.")]) for head in headings))
            for i, headings in enumerate(documents)
        ]
        return open_store(build_store(tmp_path / "store", *reports))

    return built


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Why should a harbour join?", "Why should a harbour join?"),
        ("3 Step 1: Why should a harbour join?", "Why should a harbour join?"),
        ("4.2 Is the harbour ready for trade?", "Is the harbour ready for trade?"),
        ("2.1 How to choose partners", "How do we choose partners?"),
        (
            "Case 5: Fibre valley shares its test bed",
            "What does the case “Fibre valley shares its test bed” show?",
        ),
        ("Green skills for smaller firms", "What are the green skills for smaller firms?"),
        ("Recommendation R4: Pay on time", "What does recommendation R4 ask for?"),
        ("Green transition action 2: Map Your Skills", "How do we map our skills?"),
        ("Interview with Ada Byrne, Port Office", "What does the interview with Ada Byrne, Port Office tell?"),
        (
            "First crew of the harbour ferry (COS-HARB-2014-3)",
            "What do the documents say about the first crew of the harbour ferry?",
        ),
        ("Checklist for signing an agreement", "What is on the checklist for signing an agreement?"),
        (
            "Agreements: Whether SMEs signed them alone",
            "What do the documents say about whether SMEs signed them alone?",
        ),
        (
            "Harbours as leaders of fair trade at sea",
            "What do the documents say about harbours as leaders of fair trade at sea?",
        ),
    ],
)
def test_a_heading_makes_a_question(heading: str, question: str) -> None:
    made = question_of(heading)
    assert made is not None
    assert made[1] == question


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "Annex",
        "2.1",
        "STEP 1. WHY SHOULD A HARBOUR JOIN?",
        "How do you see your harbour?",
        "A few words to start with ...",
        "The greatest barriers of the harbours are these:",
        "Profile of respondents",
        "One heading that goes on and on for so many words that nobody would ever ask it aloud",
    ],
)
def test_a_heading_that_nobody_would_ask_makes_none(heading: str) -> None:
    assert question_of(heading) is None


def test_headings_that_ask_go_first_and_each_document_has_its_turn(build: Build) -> None:
    store = build(
        (
            "Harbour fees for smaller firms",
            "How to choose partners",
            "Why should a harbour join?",
            "Who pays the pilots?",
        ),
        ("How to plan a trip",),
        ("When does winter trade begin?",),
    )
    assert find_examples(store.library, lambda question: True) == [
        "Why should a harbour join?",
        "When does winter trade begin?",
        "Who pays the pilots?",
    ]


def test_only_questions_that_are_answered_are_named(build: Build) -> None:
    store = build(("Why should a harbour join?", "Who pays the pilots?"))
    assert find_examples(store.library, lambda question: "pilots" in question) == ["Who pays the pilots?"]


def test_two_examples_do_not_ask_nearly_the_same(build: Build) -> None:
    store = build(("How to choose partners abroad", "How to choose good partners"))
    assert find_examples(store.library, lambda question: True) == ["How do we choose partners abroad?"]


def test_no_more_is_tried_than_a_person_would_wait_for(build: Build) -> None:
    asked: list[str] = []

    def declined(question: str) -> bool:
        asked.append(question)
        return False

    store = build(tuple(f"How to pay pilot{i} in port{i}" for i in range(30)))
    assert find_examples(store.library, declined) == []
    assert len(asked) == TRIED


def test_a_store_without_headings_or_documents_has_no_examples(build: Build) -> None:
    assert find_examples(build().library, lambda question: True) == []


def test_there_are_as_many_examples_as_fit_a_reply(build: Build) -> None:
    store = build(tuple(f"How to pay pilot{i} in port{i}" for i in range(9)))
    assert len(find_examples(store.library, lambda question: True)) == EXAMPLES
