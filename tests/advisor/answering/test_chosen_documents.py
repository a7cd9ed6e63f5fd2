"""Answers that come from some of the documents alone, and stores that change while an answer is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor import Advisor, Answer, Message
from advisor.embedding import TransformerEmbedder
from advisor.errors import CorpusError, StoreError
from advisor.records import AnswerReady, Searching
from advisor.store.vectors import VectorIndex
from advisor.store.versions import current_version
from tests.advisor.stores import HANDBOOK, SURVEY, Report, build_store, listed, prose, section
from tests.fakes import HashEmbedder, ScriptedWriter

MEMBERS = "How many members has the harbour cluster?"
FAIRS = "Do visits to trade fairs bring new partners?"
QUESTIONS = (
    FAIRS,
    "What should a cluster organisation hold before leaving step 3?",
    "How many partnerships named the barrier language?",
    MEMBERS,
    "Who pays a yearly fee of 300 euros to the Harbour Cluster?",
    "How long do I boil an egg?",
    "What is done in step 12?",
    "What does the survey say of fairs?",
    "hello",
    "shorter",
)

EAST = Report(
    "east.pdf",
    "Eastern ledger",
    (
        section(
            "How to count the members",
            blocks=[prose("The harbour cluster has 40 members.")],
        ),
        section("How to pay the harbour pilots", blocks=[listed("Pilots ask for:", "a fee,", "a berth.")]),
    ),
)
WEST = Report(
    "west.pdf",
    "Western ledger",
    (section("Why should a harbour join?", blocks=[prose("The harbour cluster has 55 members.")]),),
)
REPORTS = (HANDBOOK, SURVEY, EAST, WEST)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    path = build_store(tmp_path_factory.mktemp("chosen") / "store", *REPORTS)
    return Advisor.open(path, embedder=HashEmbedder())


def assert_kept_to(advisor: Advisor, answer: Answer, chosen: set[str]) -> None:
    assert {citation.document_id for citation in answer.citations} <= chosen
    assert {hit.document.document_id for hit in answer.hits} <= chosen
    for line in (*answer.conflicts, answer.answer):
        for document in advisor.documents():
            named = document.document_id in chosen or document.title not in line
            assert named or document.title in answer.note, line


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.sampled_from(QUESTIONS),
    before=st.sampled_from((None, *QUESTIONS)),
    reports=st.sets(st.sampled_from(REPORTS), min_size=1),
)
def test_nothing_of_an_answer_is_of_another_document_than_those_chosen(
    several: Advisor, question: str, before: str | None, reports: set[Report]
) -> None:
    chosen = {report.document_id for report in reports}
    history = [Message("user", before)] if before else []
    *events, last = several.stream(question, history=history, document_ids=sorted(chosen))
    assert isinstance(last, AnswerReady)
    assert_kept_to(several, last.answer, chosen)
    pages = {document.document_id: document.page_count for document in several.documents()}
    for event in events:
        if isinstance(event, Searching):
            assert (event.documents, event.pages) == (len(chosen), sum(pages[one] for one in chosen))


def test_an_answer_from_one_document_cites_that_one_alone(several: Advisor) -> None:
    assert len(several.ask(FAIRS).citations) == 2
    [citation] = several.ask(FAIRS, document_ids=["survey.pdf"]).citations
    assert citation.document == "survey.pdf"


def test_what_another_document_says_otherwise_is_not_told(several: Advisor) -> None:
    assert {"east.pdf", "west.pdf"} <= {citation.document for citation in several.ask(MEMBERS).citations}
    answer = several.ask(MEMBERS, document_ids=["west"])
    assert "55 members" in answer.answer
    assert "40 members" not in answer.answer


def test_documents_are_chosen_by_id_by_file_and_twice_as_well(several: Advisor) -> None:
    by_file = several.ask(FAIRS, document_ids=["survey", "survey.pdf", SURVEY.document_id])
    assert by_file.to_dict() | {"timings_ms": {}} == several.ask(FAIRS, document_ids=[SURVEY.document_id]).to_dict() | {
        "timings_ms": {}
    }


@pytest.mark.parametrize("question", [FAIRS, "hello"])
def test_a_document_that_is_not_there_is_refused_as_in_a_search(several: Advisor, question: str) -> None:
    with pytest.raises(CorpusError) as searched:
        several.search(FAIRS, document_ids=["other.pdf"])
    with pytest.raises(CorpusError) as asked:
        several.ask(question, document_ids=["survey.pdf", "other.pdf"])
    assert str(asked.value) == str(searched.value)


def test_no_documents_are_all_of_them(several: Advisor) -> None:
    assert several.ask(FAIRS, document_ids=[]).id == several.ask(FAIRS).id
    assert several.ask(FAIRS, document_ids=["survey"]).id != several.ask(FAIRS).id


async def test_asking_without_blocking_keeps_to_the_documents_too(several: Advisor) -> None:
    answer = await several.aask(FAIRS, document_ids=["survey.pdf"])
    assert [citation.document for citation in answer.citations] == ["survey.pdf"]


def test_words_that_only_another_document_holds_are_told_as_missing(several: Advisor) -> None:
    answer = several.ask("Who learned Portuguese in Lisbon?", document_ids=["west"])
    assert answer.abstained
    assert "“Portuguese”" in answer.note
    assert "Searched: Western ledger (1 page)." in answer.answer


def test_a_greeting_names_the_chosen_documents_and_examples_from_them(several: Advisor) -> None:
    greeting = several.ask("hello", document_ids=["west"]).answer
    assert "Western ledger" in greeting
    assert "Eastern" not in greeting
    assert "pilots" not in greeting


# --- a document that is named and not chosen ------------------------------------------------------------------------


def test_a_document_that_is_named_and_not_chosen_is_not_answered_from_another(several: Advisor) -> None:
    question = "What does the survey say of visits to trade fairs?"
    assert not several.ask(question).abstained
    answer = several.ask(question, document_ids=["handbook"])
    assert (answer.abstained, answer.reason) == (True, "near")
    assert answer.note == "Not among the chosen documents: Partnership survey."
    assert {citation.document for citation in answer.citations} == {"handbook.pdf"}  # what comes nearest


def test_a_comparison_with_a_document_that_is_not_chosen_is_not_answered(several: Advisor) -> None:
    question = "How do the handbook and the survey differ on visits to trade fairs?"
    assert several.ask(question, document_ids=["handbook"]).note.endswith("Partnership survey.")


def test_a_named_document_that_is_chosen_is_answered_from(several: Advisor) -> None:
    answer = several.ask("What does the survey say of visits to trade fairs?", document_ids=["survey", "west"])
    assert not answer.abstained
    assert answer.note == ""


# --- a store that changes meanwhile -----------------------------------------------------------------------------------


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Chroma as it may be at any time: it reads no vectors ahead, and none of a version that is deleted."""
    monkeypatch.setattr("advisor.store.vectors.EXACT_UP_TO", 0)
    for name in ("vectors", "query"):
        read = getattr(VectorIndex, name)

        def reading(self: VectorIndex, *given: object, read: object = read, **options: object) -> object:
            if not self.path.exists():
                raise StoreError(f"{self.path} is gone")
            assert callable(read)
            return read(self, *given, **options)

        monkeypatch.setattr(VectorIndex, name, reading)


@pytest.mark.parametrize(
    "question",
    [MEMBERS, "How do steps 3 and 4 differ, and who pays a fee?", "A boiled egg?"],
)
@pytest.mark.parametrize("chosen", [(), ("east.pdf", "west.pdf", "handbook.pdf")])
@pytest.mark.parametrize("writes", [False, True])
def test_the_store_may_be_swapped_at_any_event_of_an_answer(
    tmp_path: Path, gone: None, question: str, chosen: tuple[str, ...], writes: bool
) -> None:
    writer = ScriptedWriter(lambda given: f"The harbour cluster has 55 members [{given[0].key}].") if writes else None

    def opened(name: str) -> Advisor:
        return Advisor.open(build_store(tmp_path / name, HANDBOOK, EAST, WEST), embedder=HashEmbedder(), writer=writer)

    events = len(list(opened("first").stream(question, document_ids=chosen)))
    for swapped_at in range(events - 1):
        advisor = opened(f"{swapped_at}")
        stream = advisor.stream(question, document_ids=chosen)
        before = current_version(tmp_path / f"{swapped_at}")
        for _ in range(swapped_at + 1):
            next(stream)
        build_store(tmp_path / f"{swapped_at}", SURVEY)
        assert current_version(tmp_path / f"{swapped_at}") != before
        *_, last = stream
        assert isinstance(last, AnswerReady)
        assert last.answer.answer


def test_a_chosen_document_that_goes_meanwhile_leaves_nothing_to_answer_from(tmp_path: Path) -> None:
    from ingest.build import remove

    advisor = Advisor.open(build_store(tmp_path / "store", SURVEY, WEST), embedder=HashEmbedder())
    stream = advisor.stream(FAIRS, document_ids=["survey"])
    assert next(stream) == Searching(FAIRS, documents=1, pages=1)
    remove("survey.pdf", store=tmp_path / "store")
    *_, last = stream
    assert isinstance(last, AnswerReady)
    assert (last.answer.abstained, last.answer.hits, last.answer.citations) == (True, (), ())


# --- the shipped documents --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("only", ["capacity-building-guide", "partnerships-consultation"])
def test_answers_from_one_shipped_document_are_of_that_one(
    shipped_store: Path, embedder: TransformerEmbedder, only: str
) -> None:
    advisor = Advisor.open(shipped_store, embedder=embedder)
    chosen = advisor.document(only).document_id
    questions = (
        "How do we find partners abroad?",
        "How many partnerships answered the survey?",
        "What does recommendation R9 ask for?",
        "How do the handbook and the guide differ on building trust?",
        "Which digital skills do members need?",
        "Who won the football cup?",
    )
    answered = 0
    for question in questions:
        answer = advisor.ask(question, document_ids=[only])
        assert {hit.document.document_id for hit in answer.hits} == {chosen}
        assert {citation.document_id for citation in answer.citations} <= {chosen}
        answered += not answer.abstained
    assert 0 < answered < len(questions)


@pytest.mark.slow
def test_a_conflict_is_one_of_the_documents_chosen(shipped_store: Path, embedder: TransformerEmbedder) -> None:
    advisor = Advisor.open(shipped_store, embedder=embedder)
    question = "In which year were the ESCP launched?"
    assert advisor.ask(question).conflicts
    others = "partnerships-consultation"
    chosen = [document for document in advisor.documents() if document.file != f"{others}.pdf"]
    answer = advisor.ask(question, document_ids=[document.document_id for document in chosen])
    left_out = advisor.document(others)
    assert left_out.document_id not in {citation.document_id for citation in answer.citations}
    assert left_out.title not in " ".join(answer.conflicts)
