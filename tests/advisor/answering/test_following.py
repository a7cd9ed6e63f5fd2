"""After an answer: further questions that the documents answer, near what was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.citations import Citer
from advisor.answering.following import TRIED, follow_ups
from advisor.embedding import TransformerEmbedder
from advisor.errors import CorpusError
from advisor.records import Answer, Hit, Message
from advisor.serving.catalogue import words_in
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, section

HEADINGS = (
    "How to choose a harbour",
    "How to agree on berths",
    "How to share the costs",
    "How to end a partnership",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a guide of four sections, and a report of one."""
    guide = tuple(section(heading, blocks=[prose(f"This is told: {heading}.")]) for heading in HEADINGS)
    survey = (section("How to count ships", blocks=[prose("Ships are counted at dawn.")]),)
    return open_store(
        build_store(tmp_path / "store", Report("guide.pdf", "Guide", guide), Report("s.pdf", "Survey", survey))
    )


def hit(store: Store, heading: str, rank: int = 1) -> Hit:
    library = store.library
    for document in library.documents():
        for passage_id, path in library.outline(document.document_id):
            if path[-1] == heading:
                return Hit(rank, 1.0, 0.9, library.passages([passage_id])[0], document)
    raise AssertionError(heading)


def read(store: Store, heading: str, *others: str) -> Answer:
    """Return an answer that cites a section, for which others were found too."""
    found = tuple(hit(store, name, rank) for rank, name in enumerate((heading, *others), start=1))
    cited = found[0]
    citer = Citer(store.library)
    citer.cite(cited.passage.sentences[0], cited.passage, cited.document)
    return Answer("a", "Q?", "Q?", "", False, 0.9, "answered", "extractive", (), citer.citations, found)


def ask(
    store: Store,
    answer: Answer,
    *,
    asked: tuple[str, ...] = (),
    chosen: tuple[str, ...] = (),
    answered: Callable[[str], bool] = lambda _: True,
) -> list[str]:
    other = [hit(store, "How to count ships")]
    return follow_ups(
        store.library,
        answer,
        asked=asked,
        chosen=chosen,
        count=3,
        hits_if_answered=lambda text: other if answered(text) else [],
    )


def test_what_stands_behind_and_before_the_cited_section_is_asked_next(store: Store) -> None:
    offered = ask(store, read(store, "How to agree on berths"))
    assert offered == ["How do we share the costs?", "How do we end a partnership?", "How do we choose a harbour?"]


def test_another_report_that_was_found_comes_before_a_second_question_of_the_same(store: Store) -> None:
    offered = ask(store, read(store, "How to choose a harbour", "How to count ships"))
    assert offered[:2] == ["How do we agree on berths?", "How do we count ships?"]


def test_a_question_that_was_asked_is_not_offered(store: Store) -> None:
    offered = ask(store, read(store, "How to agree on berths"), asked=("How do we share the costs?",))
    assert "How do we share the costs?" not in offered


def test_only_questions_that_the_documents_answer_are_offered(store: Store) -> None:
    tried: list[str] = []

    def answered(text: str) -> bool:
        tried.append(text)
        return False

    assert ask(store, read(store, "How to agree on berths"), answered=answered) == []
    assert 0 < len(tried) <= TRIED


def test_documents_that_are_left_out_are_not_asked_about(store: Store) -> None:
    guide = next(each.document_id for each in store.library.documents() if each.title == "Guide")
    offered = ask(store, read(store, "How to choose a harbour", "How to count ships"), chosen=(guide,))
    assert "How do we count ships?" not in offered


@pytest.fixture(scope="module")
def advisor(shipped_store: Path, embedder: TransformerEmbedder) -> Advisor:
    return Advisor.open(shipped_store, embedder=embedder)


@pytest.mark.slow
@pytest.mark.parametrize("question", [topic.questions[0] for topic in words_in("en").topics])
def test_after_each_example_there_is_something_to_ask_that_is_answered(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    offered = advisor.follow_ups(answer)
    assert 1 <= len(offered) <= 3
    assert question not in offered
    history = (Message("user", question), Message("assistant", answer.answer))
    assert [text for text in offered if advisor.ask(text, history=history).abstained] == []


@pytest.mark.slow
def test_a_decline_offers_its_own_suggestions(advisor: Advisor) -> None:
    declined = advisor.ask("What salary should we offer a cluster manager in Poland?")
    assert declined.abstained
    assert advisor.follow_ups(declined) == declined.suggestions
    assert advisor.follow_ups(replace(declined, suggestions=())) == ()


@pytest.mark.slow
def test_an_unknown_document_is_an_error(advisor: Advisor) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.pdf"):
        advisor.follow_ups(advisor.ask("How do we find partners abroad?"), document_ids=["nowhere.pdf"])
