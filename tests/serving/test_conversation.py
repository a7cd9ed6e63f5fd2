"""Events become turns; what a browser sends is believed only where it is what our page sends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.answering.conversation import MAX_TURNS
from advisor.records import AnswerReady, CitationReady, Message, PassagesFound, Searching, SentenceReady
from advisor.serving import words
from advisor.serving.conversation import Choice, Conversation, Turn, read_choice, read_example

from .fakes import Store, answer, partners_answer, said


def test_a_turn_goes_from_searching_over_writing_to_done(store: Store) -> None:
    told = partners_answer(store)
    turn = Turn("How?")
    phases = []
    for event in (
        Searching("How?", 2, 5),
        PassagesFound(told.hits),
        SentenceReady(told.sentences[0], told.citations[:1]),
        AnswerReady(told),
    ):
        turn.take(event)
        phases.append((turn.phase, len(turn.sentences)))
    assert phases == [("searching", 0), ("writing", 0), ("writing", 1), ("done", 7)]


def test_the_whole_answer_stands_where_it_differs_from_what_was_streamed(store: Store) -> None:
    turn = Turn("How?")
    turn.take(SentenceReady(said("Said too early."), ()))
    turn.take(AnswerReady(answer("How?", (said("Said in the end."),))))
    assert [sentence.text for sentence in turn.sentences] == ["Said in the end."]


def test_quotes_that_come_instead_of_a_given_up_model_begin_anew(store: Store) -> None:
    first, second = store.cite(1, "d1handbook", 1, "join"), store.cite(1, "d2survey", 1, "Money")
    turn = Turn("How?")
    turn.take(SentenceReady(said("Written.", 1), (first,)))
    turn.take(SentenceReady(said("Quoted.", 1), (second,)))
    assert [sentence.text for sentence in turn.sentences] == ["Quoted."]
    assert turn.citation(1) is second


def test_each_sentence_is_read_out_once_and_then_the_end_of_the_answer(store: Store) -> None:
    told = partners_answer(store)
    turn = Turn("How?")
    assert turn.take(Searching("How?", 2, 5)) == ""
    assert turn.take(SentenceReady(told.sentences[0], told.citations[:1])) == told.sentences[0].text
    assert turn.take(AnswerReady(told)) == "Answer complete, 6 citations"


def test_a_follow_up_question_carries_the_finished_turns_only(store: Store) -> None:
    conversation = Conversation()
    conversation.begin("First?").take(AnswerReady(answer("First?", (said("Yes."),))))
    conversation.begin("Second?").fail("no")
    conversation.begin("Third?").stop()
    assert conversation.history() == (Message("user", "First?"), Message("assistant", "Yes."))


def test_a_long_conversation_carries_its_last_turns_only() -> None:
    conversation = Conversation()
    for number in range(300):
        conversation.begin(f"Question {number}?").take(AnswerReady(answer("q", (said("Yes."),))))
    history = conversation.history()
    assert len(history) == 2 * MAX_TURNS
    assert history[0] == Message("user", f"Question {300 - MAX_TURNS}?")


def test_a_conversation_that_is_cleared_carries_nothing() -> None:
    conversation = Conversation()
    conversation.begin("First?").take(AnswerReady(answer("First?", (said("Yes."),))))
    running = conversation.begin("Second?")
    conversation.clear()
    assert (conversation.turns, conversation.history(), running.phase) == ([], (), "stopped")


def test_a_place_that_is_announced_is_taken_with_the_sentence_that_brings_it(store: Store) -> None:
    told = partners_answer(store)
    turn = Turn("How?")
    assert turn.take(CitationReady(told.citations[0])) == ""
    assert turn.citations == []
    turn.take(SentenceReady(told.sentences[0], told.citations[:1]))
    assert turn.citations == [told.citations[0]]


def test_a_reply_without_sentences_is_read_out(store: Store) -> None:
    reply = replace(answer("hello", abstained=True, reason="small-talk"), note="Hello. Ask me.")
    assert Turn("hello").take(AnswerReady(reply)) == "Hello. Ask me."


def test_a_finished_turn_cannot_be_stopped() -> None:
    turn = Turn("How?")
    turn.take(AnswerReady(answer("How?")))
    turn.stop()
    assert turn.phase == "done"


def test_a_choice_is_read_from_whole_numbers() -> None:
    assert read_choice({"turn": 1, "n": 2, "page": 0, "seq": 3}) == Choice(1, 2, 0, 3)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "turn",
        [],
        {},
        {"turn": 1, "n": 2, "page": 0},
        {"turn": "1", "n": 2, "page": 0, "seq": 1},
        {"turn": True, "n": 2, "page": 0, "seq": 1},
        {"turn": 0, "n": 2, "page": 0, "seq": 1},
        {"turn": 1, "n": -2, "page": 0, "seq": 1},
        {"turn": 1, "n": 2, "page": -1, "seq": 1},
        {"turn": 1, "n": 2.5, "page": 0, "seq": 1},
        {"turn": 1, "n": 10**12, "page": 0, "seq": 1},
        {"turn": 1, "n": {"$gt": 0}, "page": 0, "seq": 1},
    ],
)
def test_a_choice_that_is_not_of_our_page_is_dropped(data: object) -> None:
    assert read_choice(data) is None


def test_an_example_is_named_by_its_place() -> None:
    assert read_example({"example": 0}) == words.EXAMPLES[0]
    assert [read_example(data) for data in ({"example": 999}, {"example": -1}, {"example": "0"}, {}, None)] == [
        None
    ] * 5
