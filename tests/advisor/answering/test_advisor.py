from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from reportlab.pdfgen.canvas import Canvas

from advisor import Advisor, Answer, Message
from advisor.answering.abstention import DOUBTFUL, Judgement
from advisor.answering.wording import render
from advisor.errors import AdvisorError, CorpusError, StoreMismatchError, StoreNotFoundError, UsageError
from advisor.records import (
    AnswerReady,
    AnswerSentence,
    CitationReady,
    Hit,
    PassagesFound,
    Searching,
    SearchMode,
    SentenceReady,
)
from advisor.text import comparable
from ingest.build import ingest
from tests.advisor.stores import HANDBOOK, SURVEY, Report, build_store, prose, section
from tests.fakes import HashEmbedder

QUESTION = "Do visits to trade fairs bring new partners?"
EGG = "How long do I boil an egg?"

RECORD = {
    "id": str,
    "question": str,
    "standalone_question": str,
    "answer": str,
    "abstained": bool,
    "confidence": float,
    "reason": str,
    "mode": str,
    "sentences": list,
    "citations": list,
    "passages": list,
    "conflicts": list,
    "note": str,
    "suggestions": list,
    "suspicious": list,
    "suspicious_question": list,
    "removed": list,
    "timings_ms": dict,
}
SENTENCE = {"text": str, "markers": list, "support": str}
CITATION = {
    "marker": int,
    "document_id": str,
    "document": str,
    "title": str,
    "page": int,
    "page_label": str,
    "section": list,
    "quote": str,
    "start": int,
    "end": int,
    "boxes": list,
    "passage_id": str,
}
PASSAGE = {
    "rank": int,
    "score": float,
    "passage_id": str,
    "document_id": str,
    "document": str,
    "title": str,
    "first_page": int,
    "last_page": int,
    "section": list,
    "text": str,
}


def types(record: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in record.items()}


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


def said(text: str, *markers: int, kind: Any = "text") -> AnswerSentence:
    return AnswerSentence(text, markers, "verbatim", kind)


# --- the answer -------------------------------------------------------------------------------------------------


def test_an_answer_says_what_the_documents_say_with_a_marker_for_each_place(advisor: Advisor) -> None:
    answer = advisor.ask(QUESTION)
    assert answer.answer == "Visits to trade fairs bring new partners. [1][2]"
    assert (answer.abstained, answer.reason, answer.mode) == (False, "answered", "extractive")
    assert {(c.marker, c.document, c.page) for c in answer.citations} in (
        {(1, "handbook.pdf", 2), (2, "survey.pdf", 1)},
        {(1, "survey.pdf", 1), (2, "handbook.pdf", 2)},
    )


def test_a_list_is_answered_under_its_lead_in(advisor: Advisor) -> None:
    assert advisor.ask("What should a cluster organisation hold before leaving step 4?").answer == (
        "Before leaving step 4 a cluster organisation should hold: [1]\n- a joint calendar, [2]\n- a translator. [3]"
    )


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "What should a cluster organisation hold before leaving step 3?",
        "How many partnerships named the barrier language?",
        "Who pays a yearly fee of 300 euros to the Harbour Cluster?",
        EGG,
    ],
)
def test_every_quote_is_the_text_of_its_page_and_every_marker_has_its_citation(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    assert answer.citations
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {m for sentence in answer.sentences for m in sentence.markers} == {c.marker for c in answer.citations}
    for citation in answer.citations:
        page = advisor.page(citation.document_id, citation.page)
        assert page.text[citation.start : citation.end].encode() == citation.quote.encode()


def test_a_sentence_over_a_page_end_is_verbatim_with_a_marker_for_each_page(advisor: Advisor) -> None:
    answer = advisor.ask("Who pays a yearly fee of 300 euros to the Harbour Cluster?")
    [sentence] = answer.sentences
    assert (sentence.markers, sentence.support) == ((1, 2), "verbatim")
    assert [citation.page for citation in answer.citations] == [2, 3]


def test_a_row_read_with_its_column_headers_is_supported_and_not_verbatim(advisor: Advisor) -> None:
    [sentence] = advisor.ask("How many partnerships named the barrier language?").sentences
    assert (sentence.text, sentence.support) == ("Barrier: Language; Named by: 3 partnerships", "supported")


def test_an_answer_record_has_the_agreed_fields_and_types_and_is_json(advisor: Advisor) -> None:
    record = json.loads(json.dumps(advisor.ask(QUESTION).to_dict()))
    assert types(record) == RECORD
    assert [types(entry) for entry in record["sentences"]] == [SENTENCE]
    assert [types(entry) for entry in record["citations"]] == [CITATION, CITATION]
    assert [types(entry) for entry in record["passages"]] == [PASSAGE] * 8
    assert set(record["timings_ms"]) == {"embed", "retrieve", "answer", "total"}
    assert all(type(value) is float and value >= 0 for value in record["timings_ms"].values())


def test_an_answer_lists_the_passages_that_search_finds(advisor: Advisor) -> None:
    assert list(advisor.ask(QUESTION).hits) == advisor.search(QUESTION)


def test_the_same_question_has_the_same_id_and_another_one_another(advisor: Advisor) -> None:
    assert advisor.ask(QUESTION).id == advisor.ask(f"  {QUESTION}").id != advisor.ask(EGG).id


def test_an_id_that_is_given_is_kept(advisor: Advisor) -> None:
    assert advisor.ask(QUESTION, id="q17").id == "q17"


def test_the_question_is_kept_as_asked_beside_the_one_that_was_searched(advisor: Advisor) -> None:
    history = [Message("user", "What do trade fairs bring?"), Message("assistant", "Partners. [1]")]
    answer = advisor.ask("And what do they\n cost?", history=history)
    assert answer.question == "And what do they cost?"
    assert answer.standalone_question == "What do trade fairs bring? And what do they cost?"


def test_a_question_that_leans_is_answered_from_what_it_leans_on(advisor: Advisor) -> None:
    history = [Message("user", "What does a cluster organisation hold before leaving step 4?")]
    assert "a joint calendar," in [
        sentence.text for sentence in advisor.ask("What else should it hold?", history=history).sentences
    ]


@pytest.mark.parametrize("question", ["", "\x00 ?", "a" * 20_000])
def test_a_question_that_cannot_be_searched_is_refused(advisor: Advisor, question: str) -> None:
    with pytest.raises(UsageError, match=r"^the question "):
        advisor.ask(question)
    with pytest.raises(UsageError, match=r"^the question "):
        advisor.search(question)


# --- no answer --------------------------------------------------------------------------------------------------


def test_a_question_that_the_documents_do_not_touch_is_not_answered(advisor: Advisor) -> None:
    answer = advisor.ask(EGG)
    assert answer.abstained
    assert answer.reason in ("declined", "near")


def test_a_declined_answer_says_what_was_searched(advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.answering.judging.judge", lambda signals, **known: Judgement(0.1, 0.1, "declined"))
    answer = advisor.ask(EGG)
    assert (answer.abstained, answer.reason) == (True, "declined")
    opening, _, *nearest = answer.answer.splitlines()
    assert opening == (
        "Not in the documents. The documents do not speak of “boil”, “egg”. Searched: Harbour handbook; "
        "Partnership survey (4 pages). These statements come nearest:"
    )
    assert len(nearest) == len(answer.sentences) == 3
    assert nearest == [f"- {sentence.marked}" for sentence in answer.sentences]


def test_the_nearest_statements_are_no_list_under_a_lead_in(advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.answering.judging.judge", lambda signals, **known: Judgement(0.1, 0.1, "declined"))
    answer = advisor.ask("What should a cluster organisation hold before leaving step 4?")
    assert [sentence.kind for sentence in answer.sentences] == ["text", "text", "text"]


def test_a_declined_answer_is_less_sure_than_one_that_was_given(advisor: Advisor) -> None:
    assert advisor.ask(EGG).confidence < 0.5 < advisor.ask(QUESTION).confidence


def test_an_answer_that_is_near_is_not_claimed(advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.answering.judging.judge", lambda signals, **known: Judgement(0.3, 0.9, "near"))
    answer = advisor.ask(QUESTION)
    assert (answer.abstained, answer.reason) == (True, "near")
    assert answer.answer.startswith(
        "Near, not an answer. The documents do not state what was asked. Searched: Harbour handbook; Partnership survey"
    )


def test_a_store_without_documents_says_so_and_what_to_do(tmp_path: Path) -> None:
    answer = Advisor.open(build_store(tmp_path / "store"), embedder=HashEmbedder()).ask(QUESTION)
    assert (answer.abstained, answer.reason, answer.confidence) == (True, "empty-store", 0.0)
    assert answer.answer == "There are no documents yet. Add PDF reports with `advisor ingest`."
    assert (answer.sentences, answer.citations, answer.hits) == ((), (), ())


# --- the stream -------------------------------------------------------------------------------------------------


def test_a_stream_tells_what_is_searched_then_the_passages_the_sentences_and_the_whole(advisor: Advisor) -> None:
    question = "What should a cluster organisation hold before leaving step 4?"
    first, second, *middle, last = advisor.stream(question)
    assert first == Searching(question, documents=2, pages=4)
    assert isinstance(second, PassagesFound)
    assert isinstance(last, AnswerReady)
    assert second.hits == last.answer.hits
    assert [type(event) for event in middle] == [CitationReady, SentenceReady] * 3
    sentences = [event for event in middle if isinstance(event, SentenceReady)]
    assert tuple(event.sentence for event in sentences) == last.answer.sentences
    assert tuple(citation for event in sentences for citation in event.citations) == last.answer.citations


def test_each_place_is_announced_once_before_the_sentence_that_is_the_first_to_cite_it(advisor: Advisor) -> None:
    *events, last = advisor.stream("What does a member pay as a yearly fee?")
    assert isinstance(last, AnswerReady)
    announced: list[int] = []
    for event in events:
        if isinstance(event, CitationReady):
            announced.append(event.citation.marker)
        elif isinstance(event, SentenceReady):
            assert set(event.sentence.markers) <= set(announced)
    assert announced == [citation.marker for citation in last.answer.citations] == [1, 2]


def test_the_nearest_statements_are_not_streamed_as_if_they_were_the_answer(advisor: Advisor) -> None:
    *before, last = advisor.stream(EGG)
    assert [type(event) for event in before] == [Searching, PassagesFound]
    assert isinstance(last, AnswerReady)
    assert last.answer.sentences


@pytest.mark.parametrize("question", [QUESTION, EGG])
def test_a_stream_ends_with_the_answer_that_ask_gives(advisor: Advisor, question: str) -> None:
    *_, last = advisor.stream(question)
    assert isinstance(last, AnswerReady)
    assert untimed(last.answer) == untimed(advisor.ask(question))


async def test_asking_without_blocking_gives_the_same_answer(advisor: Advisor) -> None:
    history = [Message("user", QUESTION)]
    answer = await advisor.aask("And why?", history=history, extractive=True, id="q1")
    assert untimed(answer) == untimed(advisor.ask("And why?", history=history, extractive=True, id="q1"))


async def test_streaming_without_blocking_gives_the_same_events(advisor: Advisor) -> None:
    *events, last = [event async for event in advisor.astream(QUESTION, id="q1")]
    *expected, expected_last = advisor.stream(QUESTION, id="q1")
    assert events == expected
    assert isinstance(last, AnswerReady)
    assert isinstance(expected_last, AnswerReady)
    assert untimed(last.answer) == untimed(expected_last.answer)


async def test_streaming_without_blocking_refuses_an_empty_question(advisor: Advisor) -> None:
    with pytest.raises(UsageError, match=r"^the question is empty"):
        [event async for event in advisor.astream(" ")]


def test_a_stream_refuses_an_empty_question_before_its_first_event(advisor: Advisor) -> None:
    with pytest.raises(UsageError, match=r"^the question is empty"):
        next(iter(advisor.stream(" ")))


# --- how an answer is written -----------------------------------------------------------------------------------


def test_sentences_of_a_paragraph_stand_behind_one_another() -> None:
    assert render([said("Fairs help.", 1), said("They cost.", 2)]) == "Fairs help. [1] They cost. [2]"


def test_a_list_stands_under_its_lead_in_and_apart_from_paragraphs() -> None:
    sentences = [
        said("Fairs help.", 1),
        said("Bring:", 2, kind="lead"),
        said("a letter,", 3, kind="item"),
        said("a budget.", 4, kind="item"),
        said("Go early.", 5),
    ]
    assert render(sentences) == "Fairs help. [1]\n\nBring: [2]\n- a letter, [3]\n- a budget. [4]\n\nGo early. [5]"


def test_rows_without_a_lead_in_are_a_list_of_their_own() -> None:
    assert render([said("Fairs help.", 1), said("Money: 8", 2, kind="row"), said("Time: 3", 3, kind="row")]) == (
        "Fairs help. [1]\n\n- Money: 8 [2]\n- Time: 3 [3]"
    )


def test_nothing_to_say_is_an_empty_text() -> None:
    assert render([]) == ""


# --- the store --------------------------------------------------------------------------------------------------


def test_the_advisor_knows_its_documents_pages_and_counts(advisor: Advisor) -> None:
    assert [document.file for document in advisor.documents()] == ["handbook.pdf", "survey.pdf"]
    assert advisor.document("survey").document_id == SURVEY.document_id
    assert advisor.page(HANDBOOK.document_id, 3).text == "of 300 euros to the Harbour Cluster."
    counts = advisor.counts()
    assert (counts.documents, counts.pages, counts.passages, counts.sentences) == (2, 4, 8, 18)


def test_a_document_or_page_that_is_not_there_is_named(advisor: Advisor) -> None:
    with pytest.raises(CorpusError, match=r"^no document 'other\.pdf'"):
        advisor.document("other.pdf")
    with pytest.raises(CorpusError, match=r"has no page 9$"):
        advisor.page(HANDBOOK.document_id, 9)


def test_where_there_is_no_store_the_error_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError, match=r"^there is no store at .*; build one with `advisor ingest"):
        Advisor.open(tmp_path / "none", embedder=HashEmbedder())


@pytest.mark.parametrize("other", [HashEmbedder(name="other"), HashEmbedder(dim=32)])
def test_an_embedder_other_than_the_one_that_built_the_store_is_refused(small_store: Path, other: HashEmbedder) -> None:
    with pytest.raises(StoreMismatchError) as caught:
        Advisor.open(small_store, embedder=other)
    assert f"was built with 'hash' (dim 64), but the embedder in use is {other.name!r} (dim {other.dim})" in str(
        caught.value
    )
    assert "set ADVISOR_EMBEDDER=hash or delete" in str(caught.value)


def test_a_new_version_of_the_store_is_seen_at_the_next_question(tmp_path: Path) -> None:
    advisor = Advisor.open(build_store(tmp_path / "store", SURVEY), embedder=HashEmbedder())
    before = advisor.ask("Who finances joint missions of R9?")
    build_store(tmp_path / "store", HANDBOOK)
    after = advisor.ask("Who finances joint missions of R9?")
    assert before.abstained
    assert after.answer == "R9 asks policy makers to finance joint missions. [1]"
    assert advisor.counts().documents == 2


def test_a_question_under_way_is_answered_when_another_version_takes_the_place_of_the_store(tmp_path: Path) -> None:
    for attempt in range(6):  # Chroma finds the files of the version before gone in about half of the attempts
        advisor = Advisor.open(build_store(tmp_path / str(attempt), SURVEY), embedder=HashEmbedder())
        events = advisor.stream("Half of the staff learned what in Lisbon?")
        assert next(iter(events)) == Searching("Half of the staff learned what in Lisbon?", documents=1, pages=1)
        build_store(tmp_path / str(attempt), HANDBOOK)
        *_, last = events
        assert isinstance(last, AnswerReady)
        assert last.answer.answer == "Half of the staff learned Portuguese in Lisbon. [1]"


def test_what_cannot_be_read_from_the_current_version_is_an_error(tmp_path: Path) -> None:
    advisor = Advisor.open(build_store(tmp_path / "store", SURVEY), embedder=HashEmbedder())
    with pytest.raises(CorpusError, match=r"^no document 'other\.pdf'"):
        advisor.search(QUESTION, document_ids=["other.pdf"])


def test_a_new_version_built_by_another_embedder_is_refused_at_the_next_question(tmp_path: Path) -> None:
    advisor = Advisor.open(build_store(tmp_path / "store", SURVEY), embedder=HashEmbedder())
    other = HashEmbedder(name="other")
    report = Report("new.pdf", "New", (section("A", blocks=[prose("Fairs help.")]),))
    build_store(tmp_path / "store", report, embedder=other)
    with pytest.raises(StoreMismatchError, match="was built with 'other'"):
        advisor.ask(QUESTION)


def test_eight_threads_get_the_answers_that_one_gets(small_store: Path) -> None:
    advisor = Advisor.open(small_store, embedder=HashEmbedder())
    questions = [QUESTION, EGG, "What does R9 ask?", "What should a cluster organisation hold before leaving step 3?"]
    expected = {question: untimed(advisor.ask(question)) for question in questions}
    found: list[tuple[str, Answer]] = []
    errors: list[Exception] = []
    together = threading.Barrier(8)

    def ask(first: int) -> None:
        together.wait()
        try:
            for i in range(8):
                question = questions[(first + i) % len(questions)]
                found.append((question, untimed(advisor.ask(question))))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(found) == 64
    assert all(answer == expected[question] for question, answer in found)


# --- from a PDF to the answer -----------------------------------------------------------------------------------


def test_an_answer_from_a_pdf_quotes_its_page_with_a_box_around_each_line(tmp_path: Path) -> None:
    path = tmp_path / "fairs.pdf"
    canvas = Canvas(str(path), invariant=1)
    canvas.setTitle("Fairs")
    for page, lines in enumerate(
        (["The port opened in 1907."], ["Visits to trade fairs bring many", "new partners to firms."])
    ):
        canvas.setFont("Helvetica", 11)
        for i, line in enumerate(lines):
            canvas.drawString(72, 700 - 14 * i - 100 * page, line)
        canvas.showPage()
    canvas.save()
    ingest([path], store=tmp_path / "store", embedder=HashEmbedder())
    advisor = Advisor.open(tmp_path / "store", embedder=HashEmbedder())
    answer = advisor.ask("What do visits to trade fairs bring to firms?")
    [citation] = answer.citations
    assert answer.answer == "Visits to trade fairs bring many new partners to firms. [1]"
    assert (citation.document, citation.page, len(citation.boxes)) == ("fairs.pdf", 2, 2)
    assert citation.quote == advisor.page(citation.document_id, 2).text[citation.start : citation.end]
    assert comparable(citation.quote) == comparable("Visits to trade fairs bring many new partners to firms.")


# --- search -----------------------------------------------------------------------------------------------------

STEPS = "What should a cluster organisation hold before leaving step 3?"


def under(hits: Sequence[Hit]) -> list[tuple[str, ...]]:
    return [hit.passage.section for hit in hits]


def test_search_gives_the_passages_under_a_heading_alone(advisor: Advisor) -> None:
    assert under(advisor.search(QUESTION, sections=["Barriers"])) == [("Barriers",)]
    assert set(under(advisor.search(QUESTION, sections=["journey"]))) == {("Journey", "Step 3"), ("Journey", "Step 4")}


def test_the_words_of_a_heading_may_be_part_of_it_and_in_another_form(advisor: Advisor) -> None:
    assert set(under(advisor.search(QUESTION, sections=["Steps"]))) == {("Journey", "Step 3"), ("Journey", "Step 4")}
    assert under(advisor.search(QUESTION, sections=["step 4"])) == [("Journey", "Step 4")]


def test_several_headings_give_what_stands_under_any_of_them(advisor: Advisor) -> None:
    hits = advisor.search(QUESTION, sections=["Fairs", "Contacts"])
    assert sorted(under(hits)) == [("Contacts",), ("Fairs",)]
    assert [hit.rank for hit in hits] == [1, 2]


def test_headings_and_documents_are_both_kept_to(advisor: Advisor) -> None:
    sections = ["Fairs", "Contacts"]
    assert under(advisor.search(QUESTION, sections=sections, document_ids=["survey.pdf"])) == [("Contacts",)]
    assert advisor.search(QUESTION, sections=["Fairs"], document_ids=["survey.pdf"]) == []


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_headings_are_kept_to_in_every_mode(advisor: Advisor, mode: SearchMode) -> None:
    question = "Which barrier do partnerships name, language or money?"
    assert under(advisor.search(question, sections=["Barriers"], mode=mode)) == [("Barriers",)]


def test_the_passage_of_a_named_part_or_side_does_not_get_around_the_headings(advisor: Advisor) -> None:
    question = "How do steps 3 and 4 differ, and what do visits to trade fairs bring?"
    assert under(advisor.search(question, sections=["Fees"])) == [("Fees",)]


@pytest.mark.parametrize("heading", ["Elsewhere", "the", '"', 'Fairs" OR text : "visits', "*"])
def test_a_heading_that_is_not_there_has_nothing_under_it(advisor: Advisor, heading: str) -> None:
    assert advisor.search(QUESTION, sections=[heading]) == []


def test_search_takes_a_leaning_question_with_its_history(advisor: Advisor) -> None:
    history = [Message("user", STEPS), Message("assistant", "A letter. [1]")]
    assert under(advisor.search("And step 4?", k=1, history=history)) == [("Journey", "Step 4")]


async def test_searching_without_blocking_gives_the_same_hits(advisor: Advisor) -> None:
    options: dict[str, Any] = {"k": 2, "sections": ["Fairs", "Contacts", "Fees"], "mode": "dense"}
    assert await advisor.asearch(QUESTION, **options) == advisor.search(QUESTION, **options)


async def test_searching_without_blocking_refuses_what_search_refuses(advisor: Advisor) -> None:
    with pytest.raises(UsageError, match=r"^the question is empty"):
        await advisor.asearch(" ")
    with pytest.raises(UsageError, match=r"^k is 0"):
        await advisor.asearch(QUESTION, k=0)


async def test_searches_may_run_beside_one_another(advisor: Advisor) -> None:
    questions = [QUESTION, STEPS, "Who pays a yearly fee?", EGG]
    found = await asyncio.gather(*(advisor.asearch(question) for question in questions))
    assert list(found) == advisor.search_many(questions)


def test_several_searches_give_their_hits_in_order(advisor: Advisor) -> None:
    found = advisor.search_many([STEPS, QUESTION, STEPS], k=2)
    assert found == [advisor.search(STEPS, k=2), advisor.search(QUESTION, k=2), advisor.search(STEPS, k=2)]


def test_no_searches_give_nothing(advisor: Advisor) -> None:
    assert advisor.search_many([]) == []


def test_one_search_of_several_that_cannot_be_made_is_refused(advisor: Advisor) -> None:
    with pytest.raises(UsageError, match=r"^the question is empty"):
        advisor.search_many([QUESTION, "?"])


def test_a_store_without_documents_has_no_hits_and_no_segments(tmp_path: Path) -> None:
    empty = Advisor.open(build_store(tmp_path / "store"), embedder=HashEmbedder())
    assert empty.search(QUESTION) == []
    assert empty.segments(QUESTION) == []
    assert empty.search(QUESTION, sections=["Fairs"]) == []
    assert empty.search_many([QUESTION, EGG]) == [[], []]


# --- segments ---------------------------------------------------------------------------------------------------


def test_a_segment_holds_the_best_passage_with_its_pages_and_text(advisor: Advisor) -> None:
    [segment] = advisor.segments("Who pays a yearly fee of 300 euros to the Harbour Cluster?", k=1, sections=["Fees"])
    assert (segment.rank, segment.document.file) == (1, "handbook.pdf")
    assert "Members pay a yearly fee of 300 euros to the Harbour Cluster." in segment.text
    assert segment.last_page == 3


@pytest.mark.parametrize("k", [1, 2, 3, 50])
def test_segments_are_ranked_at_most_as_many_as_asked_for_and_share_no_passage(advisor: Advisor, k: int) -> None:
    segments = advisor.segments(QUESTION, k=k)
    assert [segment.rank for segment in segments] == list(range(1, len(segments) + 1))
    assert 1 <= len(segments) <= k
    assert [segment.score for segment in segments] == sorted((s.score for s in segments), reverse=True)
    passages = [passage.passage_id for segment in segments for passage in segment.passages]
    assert len(passages) == len(set(passages))


def test_the_passages_of_a_segment_are_of_one_document_in_reading_order(advisor: Advisor) -> None:
    for segment in advisor.segments(QUESTION, k=8):
        assert {passage.document_id for passage in segment.passages} == {segment.document.document_id}
        ids = [passage.passage_id for passage in segment.passages]
        assert ids == sorted(ids)
        assert segment.first_page <= segment.last_page


def test_without_a_number_there_are_at_most_three_segments(advisor: Advisor) -> None:
    assert advisor.segments(QUESTION) == advisor.segments(QUESTION, k=3)


def test_segments_take_a_leaning_question_with_its_history(advisor: Advisor) -> None:
    [segment] = advisor.segments("And step 4?", k=1, history=[Message("user", STEPS)])
    assert "a joint calendar," in segment.text


# --- options ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, -1])
def test_a_number_below_1_is_refused(advisor: Advisor, k: int) -> None:
    with pytest.raises(UsageError, match=rf"^k is {k}; ask for at least one passage$"):
        advisor.search(QUESTION, k=k)
    with pytest.raises(UsageError, match=rf"^k is {k}; ask for at least one passage$"):
        advisor.search_many([QUESTION], k=k)
    with pytest.raises(UsageError, match=rf"^k is {k}; ask for at least one segment$"):
        advisor.segments(QUESTION, k=k)


def test_a_mode_that_there_is_not_is_refused_with_those_there_are(advisor: Advisor) -> None:
    with pytest.raises(UsageError, match=r"^the mode 'fuzzy' is none of hybrid, dense, lexical$"):
        advisor.search(QUESTION, mode=cast(SearchMode, "fuzzy"))


def test_every_refusal_is_one_line(advisor: Advisor) -> None:
    refused: list[str] = []
    for options in ({"k": 0}, {"mode": "a\nb"}, {"document_ids": ["no\nsuch.pdf"]}):
        with pytest.raises(AdvisorError) as caught:
            advisor.search(QUESTION, **cast(dict[str, Any], options))
        refused.append(str(caught.value))
    for question in ("", "?\n?", "a\n" * 5_000):
        with pytest.raises(AdvisorError) as caught:
            advisor.segments(question)
        refused.append(str(caught.value))
    assert [message for message in refused if len(message.splitlines()) != 1] == []


def test_a_refused_option_leaves_the_advisor_as_it_was(small_store: Path) -> None:
    advisor = Advisor.open(small_store, embedder=HashEmbedder())
    before = advisor.search(QUESTION)
    with pytest.raises(UsageError):
        advisor.search(QUESTION, k=0)
    advisor.search(QUESTION, mode="lexical", k=1)
    assert advisor.search(QUESTION) == before


def test_more_passages_than_there_are_gives_all_there_are(advisor: Advisor) -> None:
    assert len(advisor.search(QUESTION, k=10_000)) == 8


def test_passages_in_which_nothing_can_be_told_answer_nothing(tmp_path: Path) -> None:
    notes = Report("notes.pdf", "Notes", (section("Notes", blocks=[prose("Source: R9 asks for clear roles.")]),))
    store = build_store(tmp_path / "store", notes)
    answer = Advisor.open(store, embedder=HashEmbedder()).ask("What does R9 ask for?")
    assert (answer.abstained, answer.reason, answer.sentences) == (True, "near", ())


def test_a_text_where_several_are_asked_for_is_one_of_them(advisor: Advisor) -> None:
    assert advisor.search("visits", document_ids="survey.pdf") == advisor.search("visits", document_ids=["survey.pdf"])
    assert advisor.search("visits", sections="Contacts") == advisor.search("visits", sections=["Contacts"])
    assert advisor.search_many("visits") == [advisor.search("visits")]
    assert advisor.as_retriever(document_ids="survey.pdf").document_ids == ("survey.pdf",)


def test_what_is_of_the_wrong_kind_is_refused_in_words(advisor: Advisor) -> None:
    wrong: Any = None
    with pytest.raises(UsageError, match="the question is NoneType; give a text"):
        advisor.search(wrong)
    with pytest.raises(UsageError, match="k is '5'"):
        advisor.search("visits", k=cast("Any", "5"))
    with pytest.raises(UsageError, match=r"k is 2\.5"):
        advisor.as_retriever(k=cast("Any", 2.5))
    with pytest.raises(UsageError, match="history is a list of"):
        advisor.ask("Who pays?", history=cast("Any", 5))
    with pytest.raises(ValueError, match="no such turn"):
        Message(cast("Any", "system"), "x")


@pytest.mark.parametrize("history", [5, "Who?", [None], {"role": "user", "content": "Who?"}])
@pytest.mark.parametrize("question", [QUESTION, "And step 4?"])
def test_a_history_of_the_wrong_kind_is_refused_whether_or_not_the_question_leans_on_it(
    advisor: Advisor, question: str, history: Any
) -> None:
    for method in (advisor.search, advisor.segments, advisor.ask):
        with pytest.raises(UsageError, match=r"^history is a list of"):
            method(question, history=history)


def test_a_history_may_be_read_one_turn_after_another_or_be_none(advisor: Advisor) -> None:
    turns = [Message("user", STEPS)]
    assert advisor.search("And step 4?", history=iter(turns)) == advisor.search("And step 4?", history=turns)
    assert advisor.segments("And step 4?", history=iter(turns)) == advisor.segments("And step 4?", history=turns)
    assert advisor.search(QUESTION, history=None) == advisor.search(QUESTION)
    assert advisor.ask(QUESTION, history=None).answer == advisor.ask(QUESTION).answer


def test_several_searches_read_what_can_be_read_once_only_for_all_of_them(advisor: Advisor) -> None:
    asked = ["And step 4?", "And step 3?"]
    many = advisor.search_many(asked, history=iter([Message("user", STEPS)]), document_ids=iter(["handbook.pdf"]))
    assert many == advisor.search_many(asked, history=[Message("user", STEPS)], document_ids=["handbook.pdf"])


def test_an_option_that_is_none_is_left_out(advisor: Advisor) -> None:
    assert advisor.search(QUESTION, document_ids=None, sections=None, mode=None) == advisor.search(QUESTION)
    assert advisor.segments(QUESTION, document_ids=None, sections=None) == advisor.segments(QUESTION)
    assert advisor.ask(QUESTION, document_ids=None).answer == advisor.ask(QUESTION).answer
    assert advisor.as_retriever(document_ids=None, sections=None) == advisor.as_retriever()


@pytest.mark.parametrize("headings", ["", [""], [" ", ""]])
def test_a_heading_that_is_empty_asks_for_nothing(advisor: Advisor, headings: Any) -> None:
    assert advisor.search(QUESTION, sections=headings) == advisor.search(QUESTION)
    assert under(advisor.search(QUESTION, sections=["Fairs", *headings])) == [("Fairs",)]


@pytest.mark.parametrize(("value", "told"), [(5, "is int"), ([None], "holds NoneType"), (b"ab", "holds int")])
def test_texts_of_the_wrong_kind_are_refused_by_the_name_of_the_option(advisor: Advisor, value: Any, told: str) -> None:
    for method in (advisor.search, advisor.segments, advisor.ask):
        with pytest.raises(UsageError, match=f"^document_ids {told}; give a list of texts$"):
            method(QUESTION, document_ids=value)
    for method in (advisor.search, advisor.segments):
        with pytest.raises(UsageError, match=f"^sections {told}; give a list of texts$"):
            method(QUESTION, sections=value)
    with pytest.raises(UsageError, match=f"^sections {told}; give a list of texts$"):
        advisor.as_retriever(sections=value)


def test_what_is_no_text_and_no_number_is_refused_wherever_one_is_asked_for(advisor: Advisor) -> None:
    wrong: Any = None
    answer = advisor.ask(QUESTION)
    refused: dict[str, Callable[[], object]] = {
        "queries is NoneType; give a list of texts": lambda: advisor.search_many(wrong),
        "queries is int; give a list of texts": lambda: advisor.search_many(cast("Any", 5)),
        "the id of a sentence is NoneType; give a text": lambda: advisor.sentence(wrong),
        "the id of a document is NoneType; give a text": lambda: advisor.document(wrong),
        "the store is NoneType; give the path of its folder": lambda: Advisor.open(wrong),
        "k is -1; ask for at least one passage": lambda: advisor.mentions("visits", k=-1),
        "count is -1; ask for at least one question": lambda: advisor.follow_ups(answer, count=-1),
        "asked holds NoneType; give a list of texts": lambda: advisor.follow_ups(answer, asked=[wrong]),
        "the answer is NoneType; give one that `ask` has returned": lambda: advisor.follow_ups(wrong),
    }
    for message, call in refused.items():
        with pytest.raises(UsageError) as caught:
            call()
        assert str(caught.value) == message


def test_segments_keep_to_documents_and_headings(advisor: Advisor) -> None:
    [segment] = advisor.segments(QUESTION, document_ids=["survey.pdf"], sections=["Contacts"])
    assert segment.section == ("Contacts",)
    assert segment.document.file == "survey.pdf"
    assert advisor.segments(QUESTION, document_ids=["survey.pdf"], sections=["Fairs"]) == []
    with pytest.raises(CorpusError, match=r"^no document 'other\.pdf'"):
        advisor.segments(QUESTION, document_ids=["other.pdf"])


def test_a_segment_is_ready_for_json_under_the_names_of_a_passage(advisor: Advisor) -> None:
    [segment] = advisor.segments("Who pays a yearly fee of 300 euros to the Harbour Cluster?", k=1, sections=["Fees"])
    told = json.loads(json.dumps(segment.to_dict()))
    assert told.pop("score") == round(segment.score, 6)
    assert told == {
        "rank": 1,
        "passage_ids": [f"{HANDBOOK.document_id}-0005"],
        "document_id": HANDBOOK.document_id,
        "document": "handbook.pdf",
        "title": "Harbour handbook",
        "first_page": 2,
        "last_page": 3,
        "section": ["Fees"],
        "text": "Members pay a yearly fee of 300 euros to the Harbour Cluster.",
    }


def test_answers_that_are_equal_have_one_hash(advisor: Advisor) -> None:
    answer = advisor.ask(QUESTION)
    assert {answer, replace(answer)} == {answer}


def test_a_name_that_no_document_holds_is_told_beside_an_answer(advisor: Advisor) -> None:
    answer = advisor.ask("Do visits to trade fairs in Ljubljana bring new partners?")
    assert (answer.abstained, answer.note) == (False, "The documents do not speak of “Ljubljana”.")
    assert answer.confidence <= DOUBTFUL
    assert answer.answer.startswith("The documents do not speak of “Ljubljana”.\n\nVisits to trade fairs")
    assert advisor.ask("Do British visits to trade fairs bring new partners?").note == ""
