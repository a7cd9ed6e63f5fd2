from __future__ import annotations

import pytest

from advisor.answering.differences.moments import moment_at
from advisor.answering.differences.wanted import Wanted, wanted


def asked(question: str) -> Wanted:
    found = wanted(question)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "kind", "noun"),
    [
        ("How many member firms does the port have?", "count", "member firms"),
        ("What is the number of ports in the network?", "count", "ports"),
        ("What share of the ports has signed?", "share", "ports"),
        ("Have most of the ports signed?", "share", "ports"),
        ("How long does the course take?", "duration", ""),
        ("How much money did the port receive?", "money", ""),
        ("When did the survey close?", "date", ""),
    ],
)
def test_the_kind_of_value_and_what_is_counted_follow_from_the_question(question: str, kind: str, noun: str) -> None:
    found = asked(question)
    assert (found.kind, found.noun) == (kind, noun)


@pytest.mark.parametrize("question", ["Why do ports cooperate?", "Which tools help ports?", "Who leads the port?"])
def test_a_question_that_asks_for_no_value_wants_none(question: str) -> None:
    assert wanted(question) is None


def test_the_subject_is_what_is_left_without_the_words_that_ask() -> None:
    assert asked("How many partnerships target Japan?").subject == ("target", "japan")


def test_the_end_of_a_range_is_asked_for_by_name() -> None:
    assert asked("What is the smallest number of ports in a network?").bound == "least"
    assert asked("What is the largest number of ports in a network?").bound == "most"


def test_a_start_is_told_from_an_end() -> None:
    assert asked("When was the network launched?").moment == "start"
    assert asked("Until when was the survey open?").moment == "end"


def test_the_date_of_a_sentence_marks_what_the_nearest_word_says() -> None:
    sentence = "The survey was launched on 3 May 2019 and stayed open until 9 June 2019."
    assert moment_at(sentence, sentence.index("3 May"), sentence.index(" and")) == "start"
    assert moment_at(sentence, sentence.index("9 June"), len(sentence) - 1) == "end"
