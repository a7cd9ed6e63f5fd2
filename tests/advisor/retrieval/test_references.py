from __future__ import annotations

import pytest

from advisor.retrieval.references import references


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
        "Are 300 companies active?",
        "Does the footstep 3 count?",
        "",
    ],
)
def test_a_number_without_a_part_before_it_names_none(question: str) -> None:
    assert references(question) == []
