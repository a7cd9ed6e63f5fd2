"""Questions for numbered parts alone: what opens each of them is told, in the order in which they are named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.parts import asks_for_parts, openings
from advisor.answering.premises import has_all_asked
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, listed, prose, section, understood
from tests.fakes import HashEmbedder

LONG = "The members then talk about it for a long time, " + "and again, " * 20 + "and agree."

GUIDE = Report(
    "guide.pdf",
    "Guide",
    (
        section("2 Step 1: Ask", blocks=[prose("The office asks all members.", "It takes a month.", LONG)]),
        section("3 Step 2: Choose", "Overview", blocks=[listed("The board looks at:", "the market,", "the price.")]),
        section("3 Step 2: Choose", "Tools", blocks=[prose("A table helps to compare markets before step 3.")]),
        section("4 Step 3: Go", blocks=[prose("Two people travel.")]),
        section("5 Case 7a: Rome", blocks=[prose("Rome was visited.")]),
        section("6 Checklist before step 2: members", blocks=[prose("All is ready.")]),
        section(
            "7 Advice", blocks=[listed("We recommend:", "R1. Save money.", "R2. Save time.", "R3. Write it down.")]
        ),
    ),
)


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[Store]:
    store = open_store(build_store(tmp_path / "store", GUIDE))
    yield store
    store.close()


def opening(store: Store, question: str, *, words: int = 20) -> list[str]:
    query = understood(store, question)
    return [sentence.text for sentence in openings(store.library, query, [GUIDE.document_id], words=words)]


@pytest.mark.parametrize(
    "question", ["What does step 2 say?", "Steps 1 to 3", "Explain R1 and R3.", "Tell me about step 3."]
)
def test_a_question_may_ask_for_parts_alone(guide: Store, question: str) -> None:
    assert asks_for_parts(understood(guide, question))
    assert has_all_asked(guide.library, understood(guide, question))


@pytest.mark.parametrize("question", ["Who pays for step 2?", "What does the office ask?", "What does figure 2 show?"])
def test_or_for_something_about_them(guide: Store, question: str) -> None:
    assert not asks_for_parts(understood(guide, question))


def test_parts_of_which_one_is_not_there_are_not_all_there(guide: Store) -> None:
    assert not has_all_asked(guide.library, understood(guide, "What do steps 2 to 4 say?"))


def test_a_part_opens_with_the_first_sentences_under_its_heading(guide: Store) -> None:
    assert opening(guide, "What does step 1 say?") == ["The office asks all members.", "It takes a month."]
    assert opening(guide, "What does step 1 say?", words=2) == ["The office asks all members."]


def test_a_list_comes_whole(guide: Store) -> None:
    assert opening(guide, "What does step 2 say?", words=2) == ["The board looks at:", "the market,", "the price."]


def test_a_heading_that_speaks_of_a_part_late_is_not_its_own(guide: Store) -> None:
    assert "All is ready." not in opening(guide, "What does step 2 say?", words=500)


def test_a_part_that_is_divided_is_found_by_its_number(guide: Store) -> None:
    assert opening(guide, "Tell me about case 7") == ["Rome was visited."]


def test_each_part_is_answered_in_turn(guide: Store) -> None:
    advisor = Advisor.open(guide.path, embedder=HashEmbedder())
    told = advisor.ask("What happens in steps 1 to 3?")
    assert told.reason == "answered"
    assert [s.text for s in told.sentences] == [
        "The office asks all members.",
        "It takes a month.",
        "The board looks at:",
        "the market,",
        "the price.",
        "A table helps to compare markets before step 3.",
        "Two people travel.",
    ]
    codes = advisor.ask("What are R1 to R3?")
    assert [s.text for s in codes.sentences] == ["R1. Save money.", "R2. Save time.", "R3. Write it down."]
