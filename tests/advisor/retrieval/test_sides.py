"""A question that asks about two things, divided so that each finds its own passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.retrieval.restrictions import Restriction
from advisor.retrieval.sides import MOST, MOST_PARTS, Side, sides

HANDBOOK = Restriction("the handbook", ("h",))
STUDY = Restriction("the 2014 study", ("s", "t"))


def texts(question: str) -> list[str]:
    return [side.text for side in sides(question)]


@pytest.mark.parametrize(
    "question",
    [
        "Who pays?",
        "Do members and partners pay?",
        "Which companies and universities take part?",
        "What is in step 3?",
        "How do step 3 and case 2 fit?",
        "Which fairs are between March and May 2019?",
        "Which fairs are in March and May 2019?",
        "Who are the members and what do Anvil partners pay?",
        "Is Anvil the Mill Trust?",
        "What should a manager do before step 3 of phase 2?",
        "",
        "?!",
        "and and and",
    ],
)
def test_a_question_about_one_thing_has_no_sides(question: str) -> None:
    assert sides(question) == ()


def test_two_documents_that_are_named_are_sides_with_the_words_about_both() -> None:
    assert sides("What do the handbook and the 2014 study say of fees?", [HANDBOOK, STUDY]) == (
        Side("What do and say of fees?", document_ids=("h",)),
        Side("What do and say of fees?", document_ids=("s", "t")),
    )


def test_a_part_that_is_asked_of_two_documents_is_looked_for_in_both() -> None:
    found = sides("What do the handbook and the 2014 study say of step 3?", [HANDBOOK, STUDY])
    assert [side.references for side in found] == [(("step", "3"),), (("step", "3"),)]


def test_one_document_that_is_named_is_no_side() -> None:
    assert sides("What does the handbook say of fees?", [HANDBOOK]) == ()


def test_two_numbered_parts_of_one_kind_are_sides() -> None:
    assert sides("What do strands 1 and 2 pay for?") == (
        Side("strand 1 What do pay for?", (("strand", "1"),)),
        Side("strand 2 What do pay for?", (("strand", "2"),)),
    )


def test_ordinals_are_sides_as_numbers_are() -> None:
    assert [side.references for side in sides("Who pays for the first and the second strand?")] == [
        (("strand", "1"),),
        (("strand", "2"),),
    ]


def test_each_side_keeps_the_other_part_that_the_question_names() -> None:
    assert all("phase 4" in text for text in texts("What do steps 1 and 2 of phase 4 cost?"))


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("What differs between fairs and missions?", "What fairs ?", "What missions ?"),
        ("Trade between big firms and agencies, in euros", "Trade big firms , in euros", "Trade agencies , in euros"),
        ("Fairs versus missions", "Fairs", "missions"),
        ("fairs vs. missions", "fairs", "missions"),
        ("Fairs compared with joint missions", "Fairs", "joint missions"),
        ("fairs compared to missions", "fairs", "missions"),
        ("Compare fairs and missions", "fairs", "missions"),
        ("Please compare fairs with missions on fees", "Please fairs on fees", "Please missions on fees"),
        ("How do fairs and missions differ?", "fairs ?", "missions ?"),
        ("Compare the fees for members and guests", "the fees for members", "the fees for guests"),
        ("Compare visits to Chile with those to Peru", "visits to Chile", "visits to Peru"),
        ("Compare fees for members in Chile with those for guests", "fees for members in Chile", "fees for guests"),
        (
            "Compare the results of trips to Chile with those of the one to Peru",
            "the results of trips to Chile",
            "the results of trips to Peru",
        ),
    ],
)
def test_two_things_set_against_each_other_are_sides(question: str, first: str, second: str) -> None:
    assert texts(question) == [first, second]


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("What do Anvil and the Mill Trust pay?", "What do Anvil pay?", "What do Mill Trust pay?"),
        ("Did Anvil or Bellows pay more?", "Did Anvil pay more?", "Did Bellows pay more?"),
        ("Lessons from AnVil and from Bellows", "Lessons from AnVil", "Lessons from Bellows"),
        ("Harbour Lab 2020 or Bellows, who pays?", "Harbour Lab 2020 , who pays?", "Bellows , who pays?"),
        ("both Anvil and Élan: who pays?", "both Anvil : who pays?", "both Élan : who pays?"),
        ("Which fees has goBellows against MILL-2?", "Which fees has goBellows ?", "Which fees has MILL-2 ?"),
    ],
)
def test_names_beside_each_other_are_sides(question: str, first: str, second: str) -> None:
    assert texts(question) == [first, second]


def test_of_names_beside_each_other_three_are_searched() -> None:
    assert texts("Anvil, Bellows and Chisel: who pays?") == [
        "Anvil : who pays?",
        "Bellows : who pays?",
        "Chisel : who pays?",
    ]
    assert len(sides("Who pays Anvil, Bellows, Chisel or the Drill?")) == MOST


def test_a_question_word_is_nothing_that_is_set_against_another() -> None:
    assert sides("What was agreed between the partners and why?") == ()


@pytest.mark.parametrize(
    "joint", [", and who", " and who", "; and who", ": and who", " – and who", "? Who", "? And who", "?\nwho"]
)
def test_clauses_that_ask_are_sides(joint: str) -> None:
    first, second = texts(f"On what is the fee based{joint} pays for missions?")
    assert first == "On what is the fee based"
    assert second.lower().removeprefix("and ") == "who pays for missions?"


def test_a_clause_with_the_part_it_asks_about_looks_for_that_part() -> None:
    found = sides("Who signs the letter in step 3, and which tools does case 17 describe?")
    assert [side.references for side in found] == [(("step", "3"),), (("case", "17"),)]


@pytest.mark.parametrize("question", ["Who pays the fee, and why?", "What is a fair? And who pays for it?"])
def test_a_clause_of_fewer_than_two_search_terms_says_too_little_to_be_searched(question: str) -> None:
    assert sides(question) == ()


def test_further_numbered_parts_than_twelve_are_not_searched() -> None:
    assert [side.references[0][1] for side in sides("What are steps 1 to 15?")] == [str(n) for n in range(1, 13)]


def test_codes_are_sides() -> None:
    found = sides("What do R2 to R4 ask of members?")
    assert [(side.text, side.references) for side in found] == [
        (f"R{number} What do ask of members?", ((f"r{number}",),)) for number in (2, 3, 4)
    ]


def test_further_sides_than_three_are_not_searched() -> None:
    assert len(sides("Who pays for travel, who books rooms, who signs letters, and who meets the guests?")) <= MOST
    asked = "Who pays for travel? Who books the rooms? Who signs the letters? Who meets the guests?"
    assert len(sides(asked)) == MOST


PIECES = st.sampled_from(
    "between versus and or , ; ? step steps 1 2 3 who pays fees which partners meet the first second how "
    "both Anvil Bellows".split()
)


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=40))
def test_sides_are_two_or_more_and_none_is_empty(question: str) -> None:
    found = sides(question)
    assert len(found) in (0, *range(2, MOST_PARTS + 1))
    assert all(side.text.strip() for side in found)


@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_the_same_question_has_the_same_sides(question: str) -> None:
    assert sides(question) == sides(question)
