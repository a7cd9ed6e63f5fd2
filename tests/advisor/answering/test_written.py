from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.generative import Writer
from advisor.errors import GenerationError
from advisor.records import AnswerReady, Hit, SentenceReady
from tests.fakes import HashEmbedder, ScriptedWriter

QUESTION = "Do visits to trade fairs bring new partners?"
FAIRS = "Visits to trade fairs bring new partners"
COST = "A visit costs about 1,200 euros"


def number_of(words: str, hits: Sequence[Hit]) -> int:
    return next(hit.rank for hit in hits if words in hit.passage.text)


def citing(text: str) -> ScriptedWriter:
    """Writes a text in which {fairs} is the number of the passage on the cost of fairs, and {r9} of that with R9."""

    def write(hits: Sequence[Hit]) -> str:
        return text.format(fairs=number_of(COST, hits), r9=number_of("R9 asks", hits))

    return ScriptedWriter(write)


@pytest.fixture
def extractive(advisor: Advisor) -> str:
    """What is answered without a chat model."""
    return advisor.ask(QUESTION).answer


def advised(store: Path, writer: Writer) -> Advisor:
    return Advisor.open(store, embedder=HashEmbedder(), writer=writer)


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


def test_a_figure_that_the_model_invented_is_marked(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. A visit costs about 900 euros [{{fairs}}].")).ask(
        QUESTION
    )
    assert [sentence.support for sentence in answer.sentences] == ["verbatim", "unsupported"]
    assert answer.mode == "generative"


def test_numbers_of_passages_that_were_not_given_are_dropped(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}][99][0].")).ask(QUESTION)
    assert [sentence.markers for sentence in answer.sentences] == [(1,)]


def test_a_sentence_that_cites_no_passage_that_was_given_is_left_out(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. {COST} [99].")).ask(QUESTION)
    assert [(s.markers, s.support) for s in answer.sentences] == [((1,), "verbatim")]
    assert COST not in answer.answer


def test_a_sentence_that_is_not_borne_out_is_marked_in_the_text(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. Eggs cost 7 million euros [{{fairs}}].")).ask(QUESTION)
    assert answer.answer.endswith("Eggs cost 7 million euros. [2] (not borne out by the page)")


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
        ("", "model-empty"),
        (" \n", "model-empty"),
    ],
    ids=["uncited", "most invented", "refusal", "refusal with a full stop", "empty", "white space"],
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
    writer = ScriptedWriter(f"{FAIRS} [1]. And", GenerationError("the chat model failed", timed_out=timed_out))
    answer = advised(small_store, writer).ask(QUESTION)
    assert (answer.mode, answer.reason) == ("extractive", reason)
    assert answer.answer == extractive


def test_what_the_model_writes_from_a_refusal_on_is_no_part_of_the_answer(small_store: Path) -> None:
    answer = advised(small_store, citing(f"{FAIRS} [{{fairs}}]. NOT IN THE PASSAGES. {COST} [{{fairs}}].")).ask(
        QUESTION
    )
    assert (answer.mode, answer.answer) == ("generative", f"{FAIRS}. [1]")


def test_what_was_streamed_before_a_failure_is_no_part_of_the_answer(small_store: Path) -> None:
    writer = ScriptedWriter("Fish is cheap [1]. And", GenerationError("the chat model failed"))
    *events, last = advised(small_store, writer).stream(QUESTION)
    assert isinstance(last, AnswerReady)
    streamed = [event.sentence.text for event in events if isinstance(event, SentenceReady)]
    assert streamed == ["Fish is cheap.", *(sentence.text for sentence in last.answer.sentences)]
    assert [citation.marker for citation in last.answer.citations] == list(range(1, len(last.answer.citations) + 1))


def test_a_written_sentence_is_streamed_with_the_citations_that_are_new_with_it(small_store: Path) -> None:
    writer = citing(f"{FAIRS} [{{fairs}}]. {FAIRS} again [{{fairs}}]. {COST} [{{fairs}}].")
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
