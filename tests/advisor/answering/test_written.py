from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.budget import Source
from advisor.answering.generative import Writer
from advisor.answering.written import SHIPPED_WRITING, Unsupported, Writing
from advisor.errors import GenerationError
from advisor.records import AnswerReady, Message, Removed, SentenceReady
from tests.fakes import HashEmbedder, ScriptedWriter

QUESTION = "Do visits to trade fairs bring new partners?"
FAIRS = "Visits to trade fairs bring new partners"
COST = "A visit costs about 1,200 euros"


def key_of(words: str, sources: Sequence[Source]) -> str:
    return next(source.key for source in sources if words in source.passage.text)


def citing(text: str) -> ScriptedWriter:
    """Writes a text in which {fairs} is the key of the passage on the cost of fairs, and {r9} of that with R9."""

    def write(sources: Sequence[Source]) -> str:
        return text.format(fairs=key_of(COST, sources), r9=key_of("R9 asks", sources))

    return ScriptedWriter(write)


@pytest.fixture
def extractive(advisor: Advisor) -> str:
    """What is answered without a chat model."""
    return advisor.ask(QUESTION).answer


def advised(store: Path, writer: Writer, writing: Writing = SHIPPED_WRITING) -> Advisor:
    return Advisor.open(store, embedder=HashEmbedder(), writer=writer, writing=writing)


def test_a_written_answer_keeps_the_words_of_the_model_and_proves_them(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}]. R9 asks policy makers to finance joint missions. [{{r9}}]")
    answer = advised(small_store, writer).ask(QUESTION)
    assert (answer.mode, answer.reason, answer.abstained) == ("generative", "answered", False)
    assert answer.answer == f"{FAIRS}. [1] R9 asks policy makers to finance joint missions. [2]"
    assert [sentence.support for sentence in answer.sentences] == ["verbatim", "verbatim"]
    assert [citation.quote for citation in answer.citations] == [
        f"{FAIRS}.",
        "R9 asks policy makers to finance joint missions.",
    ]
    assert writer.asked == [QUESTION]


def test_a_citation_of_a_written_sentence_is_the_sentence_of_the_passage_that_is_nearest(small_store: Path) -> None:
    answer = advised(small_store, citing("The costs of a visit are 1,200 euros [{fairs}].")).ask(QUESTION)
    assert [citation.quote for citation in answer.citations] == [f"{COST}."]


def test_a_written_list_is_shown_as_a_list(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}].\n- {COST} [{{fairs}}]")).ask(QUESTION)
    assert answer.answer == f"{FAIRS}. [1]\n\n- {COST} [2]"


def test_a_sentence_with_a_figure_that_the_model_invented_is_removed_and_listed(small_store: Path) -> None:
    text = f"{FAIRS} [{{fairs}}]. A visit costs about 900 euros [{{fairs}}]."
    answer = advised(small_store, citing(text)).ask(QUESTION)
    assert answer.mode == "generative"
    assert answer.answer == f"{FAIRS}. [1]"
    assert [(s.text, s.support) for s in answer.sentences] == [(f"{FAIRS}.", "verbatim")]
    assert answer.removed == (Removed("A visit costs about 900 euros.", "figure"),)
    assert answer.to_dict()["removed"] == [{"text": "A visit costs about 900 euros.", "reason": "figure"}]
    assert len(answer.citations) == 1


def test_it_is_marked_instead_where_the_operator_wants_so(small_store: Path) -> None:
    text = f"{FAIRS} [{{fairs}}]. A visit costs about 900 euros [{{fairs}}]."
    answer = advised(small_store, citing(text), Writing(unsupported="mark")).ask(QUESTION)
    assert [sentence.support for sentence in answer.sentences] == ["verbatim", "unsupported"]
    assert answer.answer.endswith("A visit costs about 900 euros. [2] (not borne out by the page)")
    assert answer.removed == ()


def test_keys_that_were_not_given_are_dropped(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}][zzzz][0].")).ask(QUESTION)
    assert [sentence.markers for sentence in answer.sentences] == [(1,)]


@pytest.mark.parametrize("unsupported", ["remove", "mark"])
def test_a_sentence_that_cites_no_passage_that_was_given_is_left_out(
    small_store: Path, unsupported: Unsupported
) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}]. {COST} [zzzz].")
    answer = advised(small_store, writer, Writing(unsupported=unsupported)).ask(QUESTION)
    assert [(s.markers, s.support) for s in answer.sentences] == [((1,), "verbatim")]
    assert answer.removed == (Removed(f"{COST}.", "uncited"),)


def test_no_key_is_shown(small_store: Path) -> None:
    keys: list[str] = []

    def write(sources: Sequence[Source]) -> str:
        keys.extend(source.key for source in sources)
        key = key_of(COST, sources)
        return f"According to {key}, {FAIRS.lower()} [{key}]. See {key}: {COST} ({key})."

    answer = advised(small_store, ScriptedWriter(write)).ask(QUESTION)
    assert keys
    assert not any(key in f"{answer.answer} {answer.removed}" for key in keys)


def test_a_sentence_in_which_the_model_stopped_is_left_out_and_does_not_count(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. A visit [{{fairs}}] costs about")).ask(QUESTION)
    assert (answer.mode, answer.answer) == ("generative", f"{FAIRS}. [1]")
    assert [removed.reason for removed in answer.removed] == ["cut-off"]


def test_a_lead_in_without_a_key_does_not_count_against_its_list(small_store: Path) -> None:
    answer = advised(small_store, citing(f"Know this:\n- {COST} [{{fairs}}]")).ask(QUESTION)
    assert (answer.mode, answer.answer) == ("generative", f"- {COST} [1]")


def test_two_passages_that_both_bear_a_sentence_out_are_both_cited(small_store: Path) -> None:
    def write(sources: Sequence[Source]) -> str:
        keys = [source.key for source in sources if FAIRS in source.passage.text]
        return f"{FAIRS} [{keys[0]}][{keys[1]}]."

    answer = advised(small_store, ScriptedWriter(write)).ask(QUESTION)
    assert answer.answer == f"{FAIRS}. [1][2]"
    assert len({citation.document_id for citation in answer.citations}) == 2


def test_a_sentence_put_together_from_two_is_cited_to_both(small_store: Path) -> None:
    text = "Visits to trade fairs bring new partners and cost about 1,200 euros [{fairs}]."
    answer = advised(small_store, citing(text)).ask(QUESTION)
    assert {citation.quote for citation in answer.citations} == {f"{FAIRS}.", f"{COST}."}


def test_an_answer_of_which_half_is_borne_out_stays(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. Fish is cheap.")).ask(QUESTION)
    assert (answer.mode, answer.reason) == ("generative", "answered")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{FAIRS}. {COST}.", "model-uncited"),
        (f"{FAIRS} [{{fairs}}]. Fish is cheap. Eggs boil.", "model-uncited"),
        ("NOT IN THE PASSAGES", "model-refused"),
        ("NOT IN THE PASSAGES.", "model-refused"),
        ("I'm sorry, I cannot answer that.", "model-refused"),
        ("The passages do not say whether visits help.", "model-refused"),
        ("", "model-empty"),
        (" \n", "model-empty"),
    ],
    ids=[
        "uncited",
        "most invented",
        "refusal",
        "refusal with a full stop",
        "apology",
        "refusal in its own words",
        "empty",
        "white space",
    ],
)
def test_an_answer_that_is_not_borne_out_gives_way_to_the_extractive_one(
    small_store: Path, extractive: str, text: str, reason: str
) -> None:
    answer = advised(small_store, citing(text)).ask(QUESTION)
    assert (answer.mode, answer.reason, answer.abstained) == ("extractive", reason, False)
    assert answer.answer == extractive


@pytest.mark.parametrize(
    ("timed_out", "reason"),
    [(True, "model-timeout"), (False, "model-error")],
)
def test_a_model_that_fails_in_the_middle_gives_way_to_the_extractive_answer(
    small_store: Path, extractive: str, timed_out: bool, reason: str
) -> None:
    writer = ScriptedWriter(f"{FAIRS} [zzzz]. And", GenerationError("the chat model failed", timed_out=timed_out))
    answer = advised(small_store, writer).ask(QUESTION)
    assert (answer.mode, answer.reason) == ("extractive", reason)
    assert answer.answer == extractive


def test_what_the_model_writes_from_a_refusal_on_is_no_part_of_the_answer(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. NOT IN THE PASSAGES. {COST} [{{fairs}}].")).ask(
        QUESTION
    )
    assert (answer.mode, answer.answer) == ("generative", f"{FAIRS}. [1]")


def test_what_was_streamed_before_a_failure_is_no_part_of_the_answer(small_store: Path) -> None:
    def write(sources: Sequence[Source]) -> str:
        return f"{COST} [{key_of(COST, sources)}]. And"

    writer = ScriptedWriter(write, GenerationError("the chat model failed"))
    *events, last = advised(small_store, writer).stream(QUESTION)
    assert isinstance(last, AnswerReady)
    streamed = [event.sentence.text for event in events if isinstance(event, SentenceReady)]
    assert streamed == [f"{COST}.", *(sentence.text for sentence in last.answer.sentences)]
    assert [citation.marker for citation in last.answer.citations] == list(range(1, len(last.answer.citations) + 1))


def test_a_written_sentence_is_streamed_with_the_citations_that_are_new_with_it(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}]. New partners: {FAIRS.lower()} [{{fairs}}]. {COST} [{{fairs}}].")
    events = [event for event in advised(small_store, writer).stream(QUESTION) if isinstance(event, SentenceReady)]
    assert [[citation.marker for citation in event.citations] for event in events] == [[1], [], [2]]


def test_the_chat_model_is_not_asked_where_the_extractive_answer_is_wanted(small_store: Path, extractive: str) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}].")
    answer = advised(small_store, writer).ask(QUESTION, extractive=True)
    assert (answer.mode, answer.reason, answer.answer) == ("extractive", "answered", extractive)
    assert writer.asked == []


def test_the_chat_model_is_not_asked_what_the_corpus_does_not_answer(small_store: Path) -> None:
    writer = citing("Boil it for 8 minutes [{fairs}].")
    answer = advised(small_store, writer).ask("How long do I boil an egg?")
    assert (answer.mode, answer.abstained) == ("extractive", True)
    assert answer.reason in ("declined", "near")
    assert writer.asked == []


def test_the_chat_model_is_asked_as_the_person_typed_in_the_language_of_the_question(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}].")
    question = "Wie bringen Besuche von Messen neue Partner?"
    answer = advised(small_store, writer).ask(question)
    assert answer.language == "de"
    assert (writer.asked, writer.languages) == ([question], ["de"])


def test_the_chat_model_is_told_the_conversation(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}].")
    history = [Message("user", "What do visits to trade fairs bring?"), Message("assistant", "New partners.")]
    advised(small_store, writer).ask("And what does a visit to trade fairs cost?", history=history)
    assert writer.asked == ["And what does a visit to trade fairs cost?"]
    assert writer.histories == [tuple(history)]


def test_a_writer_is_closed_when_its_answer_is_left(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}]. {COST} [{{fairs}}].")
    events = advised(small_store, writer).stream(QUESTION)
    assert any(isinstance(event, SentenceReady) for event in events)  # stops at the first
    assert writer.closed == 0
    events.close()
    assert writer.closed == 1
