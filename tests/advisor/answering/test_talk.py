"""A conversation with the advisor: requests about the last answer, and small talk."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor import Advisor, Answer, Message
from advisor.records import AnswerReady, CitationReady, PassagesFound, Searching, SentenceReady
from tests.advisor.stores import build_store
from tests.fakes import HashEmbedder, ScriptedWriter

STEP_3 = "What should a cluster organisation hold before leaving step 3?"
EGG = "How long do I boil an egg?"


def talk(advisor: Advisor, *turns: str) -> Answer:
    """Return the answer to the last turn."""
    history: list[Message] = []
    for turn in turns[:-1]:
        answer = advisor.ask(turn, history=history)
        history += [Message("user", turn), Message("assistant", answer.answer)]
    return advisor.ask(turns[-1], history=history)


def places(answer: Answer) -> set[tuple[str, int, int, int, str]]:
    return {(c.document_id, c.page, c.start, c.end, c.quote) for c in answer.citations}


def assert_proved(advisor: Advisor, answer: Answer) -> None:
    assert all(sentence.markers for sentence in answer.sentences)
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        page = advisor.page(citation.document_id, citation.page)
        assert page.text[citation.start : citation.end] == citation.quote


def test_a_request_is_carried_out_on_the_last_answer_and_says_so(advisor: Advisor) -> None:
    first, answer = talk(advisor, STEP_3), talk(advisor, STEP_3, "Shorter, please")
    assert answer.question == "Shorter, please"
    assert answer.standalone_question == f"Shorter: {STEP_3}"
    assert (answer.mode, answer.reason, answer.abstained) == ("extractive", "answered", False)
    assert answer.confidence == first.confidence
    assert answer.hits == first.hits
    assert 0 < len(answer.sentences) < len(first.sentences)
    assert answer.id != first.id


@pytest.mark.parametrize("request_", ["shorter", "in one sentence", "as a list", "which report says that?"])
def test_a_reshaped_answer_cites_the_places_of_the_answer_with_markers_from_1(advisor: Advisor, request_: str) -> None:
    answer = talk(advisor, STEP_3, request_)
    assert_proved(advisor, answer)
    assert places(answer) <= places(talk(advisor, STEP_3))


def test_requests_behind_one_another_are_about_what_was_shown_last(advisor: Advisor) -> None:
    short = talk(advisor, STEP_3, "shorter")
    sources = talk(advisor, STEP_3, "shorter", "which report says that?")
    assert sources.standalone_question == f"Shorter, sources: {STEP_3}"
    assert places(sources) == places(short)
    assert sources.answer == "Harbour handbook (2020), page 1 (printed p1), section “Journey › Step 3”. " + "".join(
        f"[{marker}]" for marker in range(1, len(short.citations) + 1)
    )


def test_a_follow_up_question_behind_a_request_leans_on_the_question(advisor: Advisor) -> None:
    answer = talk(advisor, STEP_3, "shorter", "And step 4?")
    assert answer.standalone_question == "What should a cluster organisation hold before leaving step 4?"


def test_a_note_stands_before_the_sentences_and_cites_nothing(advisor: Advisor) -> None:
    answer = talk(advisor, STEP_3, "shorter")
    assert answer.note.startswith("1 of 3 statements")
    assert answer.answer.startswith(f"{answer.note}\n\n")


def test_a_declined_answer_stays_declined_whatever_is_asked_of_it(advisor: Advisor) -> None:
    declined = talk(advisor, EGG)
    answer = talk(advisor, EGG, "in one sentence")
    assert (answer.abstained, answer.reason) == (True, declined.reason)
    assert len(answer.sentences) == 1
    assert answer.answer.startswith(f"Not in the documents. {declined.note}")


def test_when_all_was_shown_more_says_so_and_shows_nothing(advisor: Advisor) -> None:
    answer = talk(advisor, STEP_3, *["more"] * 12)
    assert (answer.abstained, answer.reason, answer.sentences, answer.citations) == (True, "nothing-more", (), ())
    assert answer.answer == answer.note
    assert answer.confidence > 0


def test_a_request_in_another_language_is_answered_with_notes_in_it(advisor: Advisor) -> None:
    answer = talk(advisor, STEP_3, "kürzer")
    assert answer.note.startswith("1 von 3 Aussagen")
    assert answer.language == "de"
    assert answer.answer.endswith("Die Quellen sind auf Englisch.")


def test_a_request_is_streamed_as_an_answer_is(advisor: Advisor) -> None:
    history = [Message("user", STEP_3)]
    first, second, *middle, last = advisor.stream("shorter", history=history)
    assert first == Searching(f"Shorter: {STEP_3}", documents=2, pages=4)
    assert isinstance(second, PassagesFound)
    assert {type(event) for event in middle} == {CitationReady, SentenceReady}
    assert isinstance(last, AnswerReady)
    assert last.answer.sentences == tuple(event.sentence for event in middle if isinstance(event, SentenceReady))


# --- with a chat model --------------------------------------------------------------------------------------------


@pytest.fixture
def writer() -> ScriptedWriter:
    return ScriptedWriter(lambda given: f"Hold a signed letter of intent [{given[0].key}].")


@pytest.fixture
def written(small_store: Path, writer: ScriptedWriter) -> Advisor:
    return Advisor.open(small_store, embedder=HashEmbedder(), writer=writer)


def test_a_request_about_a_written_answer_is_carried_out_on_the_extractive_one(
    advisor: Advisor, written: Advisor, writer: ScriptedWriter
) -> None:
    answer = talk(written, STEP_3, "shorter")
    assert writer.asked == [STEP_3]
    assert (answer.mode, answer.reason) == ("extractive", "answered")
    assert answer.answer == talk(advisor, STEP_3, "shorter").answer


def test_other_words_are_the_chat_models(written: Advisor, writer: ScriptedWriter) -> None:
    answer = talk(written, STEP_3, "In your own words, please")
    assert writer.asked == [STEP_3, f"{STEP_3} (In your own words, please)"]
    assert answer.mode == "generative"
    assert answer.standalone_question == f"In other words: {STEP_3}"


@pytest.mark.parametrize("request_", ["in your own words", "translate that into German"])
def test_other_words_and_languages_are_refused_without_one(advisor: Advisor, request_: str) -> None:
    answer = talk(advisor, STEP_3, request_)
    assert (answer.abstained, answer.reason, answer.sentences) == (True, "needs-model", ())
    assert "ADVISOR_CHAT_MODEL" in answer.answer


def test_they_are_refused_too_where_the_extractive_answer_is_wanted(written: Advisor, writer: ScriptedWriter) -> None:
    answer = written.ask("in your own words", history=[Message("user", STEP_3)], extractive=True)
    assert (answer.reason, writer.asked) == ("needs-model", [])


# --- small talk ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["Hello!", "thanks", "Who are you?", "What can you do?", "help", "How does this work?"]
)
def test_small_talk_is_answered_at_once_without_a_search(written: Advisor, writer: ScriptedWriter, typed: str) -> None:
    [event] = written.stream(typed)
    assert isinstance(event, AnswerReady)
    answer = event.answer
    assert (answer.abstained, answer.reason, answer.confidence) == (True, "small-talk", 0.0)
    assert (answer.sentences, answer.citations, answer.hits) == ((), (), ())
    assert answer.answer == answer.note
    assert answer.standalone_question == typed
    assert writer.asked == []


def test_a_greeting_names_the_documents(advisor: Advisor) -> None:
    assert "Harbour handbook; Partnership survey" in advisor.ask("hello").answer


def test_a_request_before_any_question_says_that_there_is_no_answer_yet(advisor: Advisor) -> None:
    answer = advisor.ask("which report says that?")
    assert (answer.abstained, answer.reason) == (True, "nothing-before")
    assert answer.answer.startswith("There is no answer yet")


def test_small_talk_has_the_id_that_is_given(advisor: Advisor) -> None:
    assert advisor.ask("hello", id="q7").id == "q7"
    assert advisor.ask("hello").id == advisor.ask("hello").id != advisor.ask("help").id


@pytest.mark.parametrize("typed", ["hello", "shorter"])
def test_a_store_without_documents_says_how_to_add_some(tmp_path: Path, typed: str) -> None:
    empty = Advisor.open(build_store(tmp_path / "store"), embedder=HashEmbedder())
    assert empty.ask(typed).answer == "There are no documents yet. Add PDF reports with `advisor ingest`."


def test_a_request_about_an_answer_of_an_empty_store_is_carried_out(tmp_path: Path) -> None:
    empty = Advisor.open(build_store(tmp_path / "store"), embedder=HashEmbedder())
    assert talk(empty, STEP_3, "shorter").reason == "empty-store"
