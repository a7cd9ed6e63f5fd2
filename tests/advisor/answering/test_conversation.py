from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.conversation import (
    MAX_QUESTION_CHARS,
    MAX_TURNS,
    Asked,
    checked,
    leans,
    read_turn,
    recent,
    standalone,
)
from advisor.errors import UsageError
from advisor.records import Message
from advisor.text import clean


def test_a_history_may_hold_mappings_as_a_file_of_questions_does() -> None:
    turns: list[Any] = [{"role": "user", "content": "How do we find partners?"}, Message("assistant", "At fairs. [1]")]
    assert recent(turns) == [Message("user", "How do we find partners?"), Message("assistant", "At fairs. [1]")]


@pytest.mark.parametrize("turn", ["Who?", {"role": "user"}, {"role": "system", "content": "x"}, ("user", "Who?"), None])
def test_a_history_of_other_things_than_turns_is_told_what_it_should_hold(turn: Any) -> None:
    with pytest.raises(UsageError, match="history is a list of"):
        recent([turn])


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


def test_a_question_that_leans_on_a_leaning_one_is_put_behind_both() -> None:
    asked = history("What is a joint mission to Asia?", "Who pays for it?")
    assert standalone("And why?", asked) == "What is a joint mission to Asia? Who pays for it? And why?"


def test_a_leaning_question_without_a_history_stays_as_it_is() -> None:
    assert standalone("Why?", []) == "Why?"


def test_what_the_advisor_said_is_not_searched() -> None:
    assert standalone("Why?", [Message("assistant", "What is a joint mission to Asia?")]) == "Why?"


def test_only_the_last_twenty_questions_are_looked_at() -> None:
    leaning = ["And why?"] * 20
    asked = history("What is a joint mission to Asia?", *leaning)
    assert standalone("And how?", asked) == " ".join([*leaning, "And how?"])
    asked = history("What is a joint mission to Asia?", *leaning[1:])
    assert standalone("And how?", asked) == " ".join(["What is a joint mission to Asia?", *leaning[1:], "And how?"])


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


# --- what leans -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Or in Chile?",
        "But who decides?",
        "AND IN ASIA?",
        "How about fees?",
        "Which ones?",
        "Then what?",
        "More on fees",
        "What are these?",
        "Fees?",
        "2014?",
        "And how should a cluster plan its first mission?",
        "Und in Asien?",
        "E in Asia?",
        "En in Azië?",
        "Och i Asien?",
        "Și în Asia?",
    ],
)
def test_a_question_leans_that_goes_on_from_the_one_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Mission to Chile?",
        "E-commerce tools for members?",
        "En route to Asia?",
        "Men in business?",
        "I need partners abroad in Asia",
        "So what does the handbook say about fees for members?",
        "Why do firms leave a cluster after the first year?",
        "Or how should a cluster organisation plan its first mission to a far market with many small members?",
    ],
)
def test_a_question_stands_alone_that_only_begins_like_one_that_goes_on(question: str) -> None:
    assert not leans(question)


def test_a_spanish_question_that_connects_leans() -> None:
    assert leans("¿Y en Asia?")


@pytest.mark.parametrize("question", ["Et en Asie ?", "E na Ásia?", "A w Azji?", "Y en Asia?"])
def test_a_short_question_of_any_language_that_connects_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ["How about smaller firms?", "What about travel costs?"])
def test_what_about_something_leans_whatever_that_is(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ["Which firms say that fairs pay?", "Who found that trust grows slowly?"])
def test_a_question_with_a_clause_that_opens_with_that_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["What is a cluster?", "What is the ESCP?"])
def test_a_question_for_the_meaning_of_a_word_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["", "?!", "🙂", "a" * 2_000, "and " * 400, "找合作伙伴"])
def test_any_text_leans_or_does_not(question: str) -> None:
    assert standalone(question, []) == question


# --- numbered parts and years -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question", "text"),
    [
        ("What does strand 1 fund?", "And strand 2?", "What does strand 2 fund?"),
        ("What does the first strand fund?", "And the second strand?", "What does the second strand fund?"),
        ("What do firms do in step 3?", "And in step four?", "What do firms do in step four?"),
        ("How many firms exported in 2012?", "And in 2014?", "How many firms exported? And in 2014?"),
        ("Which firms exported since 2012?", "And until 2014?", "Which firms exported? And until 2014?"),
        ("What did strand 1 fund in 2012?", "And in 2014?", "What did strand 1 fund? And in 2014?"),
        ("What did strand 1 fund in 2012?", "And strand 2?", "What did strand 2 fund in 2012?"),
        ("What does recommendation R9 ask for?", "And R10?", "What does recommendation R10 ask for?"),
        ("Tell me about case 17.", "And 18?", "Tell me about case 18."),
        ("What happens in the fourth step?", "What about 5?", "What happens in the fourth step? What about 5?"),
        ("What do strands 1 and 2 fund?", "And strand 3?", "What do fund? And strand 3?"),
        ("How long does step 3 take?", "And who is in step 4?", "How long does take? And who is in step 4?"),
        ("What happens before step 3?", "And after step 4?", "What happens before ? And after step 4?"),
        ("Who pays for step 3?", "Why step 4?", "Who pays for ? Why step 4?"),
    ],
)
def test_a_numbered_part_or_a_year_takes_the_place_of_the_one_before(before: str, question: str, text: str) -> None:
    assert standalone(question, history(before)) == text


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("What does strand 1 fund?", "And step 4?"),  # parts of another kind stay
        ("What does strand 1 fund?", "And why?"),
        ("How many firms exported in 2012?", "And who paid?"),
        ("What does R9 ask?", "And why?"),
        ("How many of the 2,012 firms exported?", "And in 2014?"),
    ],
)
def test_what_the_question_puts_nothing_in_place_of_stays(before: str, question: str) -> None:
    assert standalone(question, history(before)) == f"{before} {question}"


def test_a_question_that_stands_alone_takes_nothing_from_the_one_before_though_it_names_another_part() -> None:
    question = "Which partners does strand 2 bring to small firms?"
    assert standalone(question, history("What does strand 1 fund?")) == question


@pytest.mark.parametrize("question", ["Who pays for it?", "Why?"])
def test_a_question_is_about_the_part_that_was_named_last(question: str) -> None:
    """Someone asks about strand 1, then "And strand 2?", then "Who pays for it?": strand 2 is meant."""
    text = standalone(question, history("What does strand 1 fund?", "And strand 2?"))
    assert "strand 2" in text
    assert "strand 1" not in text


def test_one_name_after_another_is_asked_with_the_question_they_lean_on() -> None:
    assert standalone("And the United States?", history("Which projects target China?", "And Japan?")) == (
        "Which projects target China? And the United States?"
    )
    assert standalone("And who pays?", history("Which projects target China?", "And Japan?")).endswith(
        "And Japan? And who pays?"
    )


def test_a_question_about_another_part_does_not_carry_what_is_next_to_nothing_without_it() -> None:
    asked = history("What is green transition action 4?")
    assert standalone("What about digital skills action 3?", asked) == "What about digital skills action 3?"


def test_a_part_of_another_kind_stays_beside_the_one_that_is_replaced() -> None:
    text = standalone("And strand 2?", history("What do step 3 and strand 1 share?"))
    assert "step 3" in text


def test_a_year_in_a_name_stays() -> None:
    text = standalone("And in 2014?", history("What did clusters get from Horizon 2020?"))
    assert text == "What did clusters get from Horizon 2020? And in 2014?"


# --- requests about the last answer -----------------------------------------------------------------------------


def kinds(asked: Asked) -> list[str]:
    return [request.kind for request in asked.requests]


def test_a_question_is_asked_as_it_is_with_the_turns_before_it() -> None:
    before = history("What is step 3?")
    assert read_turn("Who pays for it?", before) == Asked("Who pays for it?", before)


def test_a_request_is_about_the_last_question_that_was_none() -> None:
    asked = read_turn("shorter", history("What is step 3?", "Who pays for it?"))
    assert (asked.question, kinds(asked)) == ("Who pays for it?", ["shorter"])
    assert standalone(asked.question, asked.history) == "What is step 3? Who pays for it?"


def test_requests_are_carried_out_one_after_another() -> None:
    asked = read_turn("Which report says that?", history("What is step 3?", "shorter", "more", "in bullet points"))
    assert (asked.question, kinds(asked)) == ("What is step 3?", ["shorter", "more", "bullets", "sources"])


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("Three tools [1]\n\n- maps [2]\n- fairs [3]", "Which tools are there?"),
        ("Visit fairs. [1]", "how many are there?"),  # there is nothing to count: a question like any other
        ("", "how many are there?"),
    ],
)
def test_what_an_answer_lists_can_be_counted(answer: str, question: str) -> None:
    before = [Message("user", "Which tools are there?"), Message("assistant", answer)]
    assert read_turn("how many are there?", before).question == question


def test_requests_before_the_last_question_are_over() -> None:
    asked = read_turn("more", history("What is step 3?", "shorter", "What is step 4?"))
    assert (asked.question, kinds(asked)) == ("What is step 4?", ["more"])


def test_small_talk_and_named_sources_in_between_change_nothing() -> None:
    asked = read_turn("more", history("What is step 3?", "source?", "thanks", "translate it", "shorter"))
    assert (asked.question, kinds(asked)) == ("What is step 3?", ["shorter", "more"])


@pytest.mark.parametrize("before", [[], history("hello"), [Message("assistant", "What is step 3?")]])
def test_a_request_without_a_question_before_it_is_about_nothing(before: list[Message]) -> None:
    asked = read_turn("shorter", before)
    assert (asked.question, kinds(asked)) == ("", ["shorter"])


def test_small_talk_is_about_nothing_whatever_was_asked_before() -> None:
    asked = read_turn("thank you", history("What is step 3?", "shorter"))
    assert (asked.question, kinds(asked)) == ("", ["thanks"])


def test_a_leaning_question_leans_on_a_question_and_not_on_a_request_or_small_talk() -> None:
    asked = history("hello", "What is a joint mission to Asia?", "shorter", "thanks", "which report says that?")
    assert standalone("Who pays for it?", asked) == "What is a joint mission to Asia? Who pays for it?"


# --- histories of any length --------------------------------------------------------------------------------------


class Watched(list[Message]):
    """A history that notes how many of its turns are read."""

    read = 0

    def __iter__(self) -> Iterator[Message]:
        for turn in super().__iter__():
            self.read += 1
            yield turn

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self.read += len(found) if isinstance(key, slice) else 1
        return found


@pytest.mark.parametrize("typed", ["And why?", "shorter", "What is step 3?"])
def test_of_ten_thousand_turns_only_the_last_are_read(typed: str) -> None:
    before = Watched(history(*["What is a joint mission to Asia?"] * 10_000))
    read_turn(typed, before)
    standalone(typed, before)
    assert before.read <= 4 * MAX_TURNS


def test_of_a_turn_of_megabytes_only_the_beginning_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def measured(text: str) -> str:
        lengths.append(len(text))
        return clean(text)

    monkeypatch.setattr("advisor.answering.conversation.clean", measured)
    text = "What is a mission? " + "x" * 3_000_000
    assert len(standalone("And why?", history(text))) <= MAX_QUESTION_CHARS + len(" And why?")
    assert max(lengths) <= 2 * MAX_QUESTION_CHARS


@given(st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), st.text(max_size=40)), max_size=60))
def test_any_history_gives_a_question_or_none(before: list[Message]) -> None:
    asked = read_turn("shorter", before)
    assert kinds(asked)[-1] == "shorter"
    assert len(recent(before)) <= 2 * MAX_TURNS


def test_another_point_that_is_explained_is_one_of_the_same_answer() -> None:
    before = history("What do we hold before step 3?", "Only the first three", "Explain the first point")
    turn = read_turn("Explain the second point", before)
    assert turn.question == "What do we hold before step 3?"
    assert [(request.kind, request.number) for request in turn.requests] == [("first", 3), ("point", 2)]
