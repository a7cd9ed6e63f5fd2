from __future__ import annotations

import pytest

from advisor.answering.conversation import checked, leans, standalone
from advisor.errors import UsageError
from advisor.records import Message


def history(*questions: str) -> list[Message]:
    return [
        turn
        for question in questions
        for turn in (Message("user", question), Message("assistant", "The handbook names fairs. [1]"))
    ]


def test_a_question_is_searched_without_control_characters_and_surplus_space() -> None:
    assert checked("  How do\x00 we\n\n find\u202e partners? ") == "How do we find partners?"


@pytest.mark.parametrize("question", ["", " \n\t", "\x00\x1b", "?!…", "\u200b"])
def test_a_question_without_a_letter_or_figure_is_empty(question: str) -> None:
    with pytest.raises(UsageError, match=r"^the question is empty; type a question in words$"):
        checked(question)


def test_a_question_in_another_script_is_a_question() -> None:
    assert checked("Как найти партнёров?") == "Как найти партнёров?"


def test_a_question_of_2000_characters_is_taken() -> None:
    assert len(checked("a" * 2_000)) == 2_000


def test_a_question_of_20000_characters_is_refused_with_its_length() -> None:
    with pytest.raises(
        UsageError, match=r"^the question has 20,000 characters; ask in at most 2,000, one question at a time$"
    ):
        checked("a" * 20_000)


@pytest.mark.parametrize(
    "question",
    [
        "And in Asia?",
        "What about fees?",
        "Why?",
        "Who pays for it?",
        "Do they work?",
        "Tell me more about that",
        "Costs?",
    ],
)
def test_a_question_that_connects_points_back_or_names_next_to_nothing_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do we find partners abroad?",
        "Which barriers did the partnerships name?",
        "What does recommendation R9 ask for?",
        "How should a cluster organisation measure the results of missions that it pays for?",
    ],
)
def test_a_question_that_names_its_subject_stands_alone(question: str) -> None:
    assert not leans(question)


def test_a_question_that_stands_alone_is_searched_unchanged() -> None:
    assert standalone("Which barriers did partnerships name?", history("What is step 3?")) == (
        "Which barriers did partnerships name?"
    )


def test_a_question_that_leans_is_put_behind_the_one_before_it() -> None:
    assert standalone("Who pays for it?", history("What is a joint mission to Asia?")) == (
        "What is a joint mission to Asia? Who pays for it?"
    )


def test_a_question_that_leans_on_a_leaning_one_is_put_behind_the_one_that_stands() -> None:
    asked = history("What is a joint mission to Asia?", "Who pays for it?")
    assert standalone("And why?", asked) == "What is a joint mission to Asia? And why?"


def test_a_leaning_question_without_a_history_stays_as_it_is() -> None:
    assert standalone("Why?", []) == "Why?"


def test_what_the_advisor_said_is_not_searched() -> None:
    assert standalone("Why?", [Message("assistant", "What is a joint mission to Asia?")]) == "Why?"


def test_only_the_last_twenty_questions_are_looked_at() -> None:
    leaning = ["And why?"] * 20
    assert standalone("And how?", history("What is a joint mission to Asia?", *leaning)) == "And why? And how?"
    assert standalone("And how?", history("What is a joint mission to Asia?", *leaning[1:])) == (
        "What is a joint mission to Asia? And how?"
    )


def test_an_earlier_question_of_any_length_is_cut_and_cleaned() -> None:
    text = standalone("Why?", history("What\x00 is a \n mission? " + "x" * 20_000))
    assert text.startswith("What is a mission? xxx")
    assert len(text) == 2_000 + len(" Why?")


@pytest.mark.parametrize(
    "question",
    [
        "How can a cluster help its members go digital?",
        "Why should partnerships sign an agreement?",
        "What barriers do clusters and their partners meet?",
    ],
)
def test_a_question_whose_pronoun_has_its_noun_beside_it_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize(
    "question", ["Who pays for it?", "Why?", "And in Asia?", "Does it cost much?", "How do we keep them?"]
)
def test_a_question_whose_pronoun_has_nothing_before_it_leans(question: str) -> None:
    assert leans(question)
