"""Events become turns of a conversation."""

from __future__ import annotations

from dataclasses import replace

from advisor.answering.conversation import MAX_TURNS
from advisor.records import AnswerReady, CitationReady, Message, PassagesFound, Searching, SentenceReady
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation, Turn

from .fakes import Store, answer, partners_answer, said

SAY = words_in("en")


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
        turn.take(event, SAY)
        phases.append((turn.phase, len(turn.sentences)))
    assert phases == [("searching", 0), ("writing", 0), ("writing", 1), ("done", 7)]


def test_the_whole_answer_stands_where_it_differs_from_what_was_streamed(store: Store) -> None:
    turn = Turn("How?")
    turn.take(SentenceReady(said("Said too early."), ()), SAY)
    turn.take(AnswerReady(answer("How?", (said("Said in the end."),))), SAY)
    assert [sentence.text for sentence in turn.sentences] == ["Said in the end."]


def test_quotes_that_come_instead_of_a_given_up_model_begin_anew(store: Store) -> None:
    first, second = store.cite(1, "d1handbook", 1, "join"), store.cite(1, "d2survey", 1, "Money")
    turn = Turn("How?")
    turn.take(SentenceReady(said("Written.", 1), (first,)), SAY)
    turn.take(SentenceReady(said("Quoted.", 1), (second,)), SAY)
    assert [sentence.text for sentence in turn.sentences] == ["Quoted."]
    assert turn.citation(1) is second


def test_each_sentence_is_read_out_once_and_then_the_end_of_the_answer(store: Store) -> None:
    told = partners_answer(store)
    turn = Turn("How?")
    assert turn.take(Searching("How?", 2, 5), SAY) == ""
    assert turn.take(SentenceReady(told.sentences[0], told.citations[:1]), SAY) == told.sentences[0].text
    assert turn.take(AnswerReady(told), SAY) == "Answer complete, 6 citations"


def test_a_follow_up_question_carries_the_finished_turns_only(store: Store) -> None:
    conversation = Conversation()
    conversation.begin("First?").take(AnswerReady(answer("First?", (said("Yes."),))), SAY)
    conversation.begin("Second?").fail("no")
    conversation.begin("Third?").stop()
    assert conversation.history() == (Message("user", "First?"), Message("assistant", "Yes."))


def test_a_long_conversation_carries_its_last_turns_only() -> None:
    conversation = Conversation()
    for number in range(300):
        conversation.begin(f"Question {number}?").take(AnswerReady(answer("q", (said("Yes."),))), SAY)
    history = conversation.history()
    assert len(history) == 2 * MAX_TURNS
    assert history[0] == Message("user", f"Question {300 - MAX_TURNS}?")


def test_the_title_is_the_first_question_on_one_line() -> None:
    conversation = Conversation()
    assert conversation.title == ""
    conversation.begin("How do we\nbegin?")
    conversation.begin("And then?")
    assert conversation.title == "How do we begin?"


def test_a_place_that_is_announced_is_taken_with_the_sentence_that_brings_it(store: Store) -> None:
    told = partners_answer(store)
    turn = Turn("How?")
    assert turn.take(CitationReady(told.citations[0]), SAY) == ""
    assert turn.citations == []
    turn.take(SentenceReady(told.sentences[0], told.citations[:1]), SAY)
    assert turn.citations == [told.citations[0]]


def test_a_reply_without_sentences_is_read_out(store: Store) -> None:
    reply = replace(answer("hello", abstained=True, reason="small-talk"), note="Hello. Ask me.")
    assert Turn("hello").take(AnswerReady(reply), SAY) == "Hello. Ask me."


def test_a_finished_turn_cannot_be_stopped() -> None:
    turn = Turn("How?")
    turn.take(AnswerReady(answer("How?")), SAY)
    turn.stop()
    assert turn.phase == "done"
