from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.retrieval.references import LABELS, NUMBERS, ORDINALS, references, without_codes, without_references
from advisor.text import terms


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What comes before step 3?", [("step", "3")]),
        ("What is in Step 10 of the journey?", [("step", "10")]),
        ("What does R9 say?", [("r9",)]),
        ("What does recommendation R9 ask for?", [("r9",), ("recommend", "r9")]),
        ("What happened in case 17?", [("case", "17")]),
        ("Who pays for strand 2?", [("strand", "2")]),
        ("What is action no. 4?", [("action", "4")]),
        ("What is action number 4?", [("action", "4")]),
        ("Show table #7", [("tabl", "7")]),
        ("What is step three?", [("step", "3")]),
        ("WHAT IS STEP THREE?", [("step", "3")]),
        ("What is the sıxth step?", [("step", "6")]),
        ("What does section\nA2 say?", [("a2",), ("section", "a2")]),
        ("Compare step 2 and step 3", [("step", "2"), ("step", "3")]),
        ("Is R9 about step 3, or R9 about case 5?", [("r9",), ("step", "3"), ("case", "5")]),
    ],
)
def test_the_numbered_parts_that_a_question_names_are_phrases_of_search_terms(
    question: str, expected: list[tuple[str, ...]]
) -> None:
    assert references(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How many steps are there?",
        "Which 20 cases are described?",
        "What happened in 2012?",
        "What is a first step?",
        "What are the first three steps?",
        "Who was the first person in the section?",
        "Are 300 companies active?",
        "Does the footstep 3 count?",
        "What is step 1000?",
        "?!",
        "",
    ],
)
def test_a_number_without_a_part_before_it_names_none(question: str) -> None:
    assert references(question) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the fourth stage?", [("stage", "4")]),
        ("What is The Twelfth case?", [("case", "12")]),
        ("Who pays for the first and the second strand?", [("strand", "1"), ("strand", "2")]),
        ("Who pays for the first or second strand?", [("strand", "1"), ("strand", "2")]),
        ("What leads from the second to the third step?", [("step", "2"), ("step", "3")]),
        ("What is the third line of the second table?", [("line", "3"), ("tabl", "2")]),
    ],
)
def test_an_ordinal_before_a_part_names_it_as_its_number_does(question: str, expected: list[tuple[str, ...]]) -> None:
    assert references(question) == expected


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("What do steps 1 and 2 cost?", "1 2"),
        ("What do steps one and two cost?", "1 2"),
        ("What do steps 1, 2 and 3 cost?", "1 2 3"),
        ("Does step 3 or 4 cost more?", "3 4"),
        ("What happens in steps 2 to 5?", "2 3 4 5"),
        ("What happens in steps two to four?", "2 3 4"),
        ("What happens in steps 5 to 2?", "5 2"),
        ("What happens in steps 2 to 99?", "2 99"),
        ("Compare step 3 with 4", "3 4"),
        ("Step 3 vs. 4", "3 4"),
        ("Step 3 versus step 4", "3 4"),
        ("Step 3 and step 3", "3"),
    ],
)
def test_several_numbers_behind_one_part_name_several_parts(question: str, numbers: str) -> None:
    assert references(question) == [("step", number) for number in numbers.split()]


@pytest.mark.parametrize("question", ["What do R2 to R4 ask?", "R2–4", "R2 - R4, please", "What do R2, R3 and R4 ask?"])
def test_a_range_of_codes_names_them_all(question: str) -> None:
    assert references(question) == [("r2",), ("r3",), ("r4",)]


def test_a_question_without_its_codes_is_what_is_asked_of_each() -> None:
    assert without_codes("What do R2 to R4 ask of members?") == "What do ask of members?"


@pytest.mark.parametrize("question", ["Do step 3 and 40 % fit?", "Do step 3 and 40 per cent fit?", "Step 3, 40%"])
def test_a_percentage_behind_a_part_is_no_part(question: str) -> None:
    assert references(question) == [("step", "3")]


@pytest.mark.parametrize("question", ["steps 1, 2, and 3", "steps 1–3", "steps 1-3", "steps 1 & 3", "steps 1/3"])
def test_numbers_may_be_joined_by_a_comma_with_and_by_a_dash_or_by_a_sign(question: str) -> None:
    assert references(question)[0] == ("step", "1")
    assert references(question)[-1] == ("step", "3")


@pytest.mark.parametrize("question", ["Who joins step 3 with two partners?", "In step 3, 20 firms pay 300 euros"])
def test_a_number_that_counts_something_else_is_no_further_part(question: str) -> None:
    assert references(question) == [("step", "3")]


@pytest.mark.parametrize("question", ["the first, second and third step", "the first, the second and the third step"])
def test_three_ordinals_name_three_parts(question: str) -> None:
    assert references(question) == [("step", "1"), ("step", "2"), ("step", "3")]


def test_a_full_width_digit_is_the_digit() -> None:
    assert references("step ３") == [("step", "3")]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What do strands 1 and 2 pay for?", "What do pay for?"),
        ("Who pays for the first and the second strand?", "Who pays for ?"),
        ("Does step 3 or 4 cost 1,200 euros?", "Does cost 1,200 euros?"),
        ("What does recommendation R9 ask?", "What does ask?"),
        ("Do step 3 and 40 % fit?", "Do and 40 % fit?"),
        ("  Who   pays?  ", "Who pays?"),
        ("steps 1 and 2", ""),
        ("", ""),
    ],
)
def test_without_its_references_a_question_keeps_its_other_words(question: str, rest: str) -> None:
    assert without_references(question) == rest


def test_a_code_stays_in_the_question_since_it_is_a_word_of_the_text() -> None:
    assert without_references("What does R9 ask of step 3?") == "What does R9 ask of ?"


NUMBER = st.integers(0, 999).map(str) | st.sampled_from(NUMBERS) | st.sampled_from(["R9", "a2"])
PIECE = st.sampled_from(["and", "or", "the", "to", ",", "%", "pays", "R9", *LABELS, *ORDINALS, *NUMBERS]) | NUMBER


@given(st.lists(PIECE, max_size=10).map(" ".join))
def test_references_are_search_terms_each_phrase_once(question: str) -> None:
    found = references(question)
    assert len(set(found)) == len(found)
    for reference in found:
        assert terms(" ".join(reference)) in ([*reference], [])


@given(st.sampled_from(LABELS), NUMBER, NUMBER)
def test_what_was_taken_out_is_not_named_any_more(label: str, first: str, second: str) -> None:
    left = without_references(f"Who pays for {label}s {first} and {second}?")
    assert left == "Who pays for ?"
    assert references(left) == []
