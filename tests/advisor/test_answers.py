"""Questions that people ask, to the shipped corpus and to the original reports, with the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor import Advisor, Answer
from advisor.embedding import TransformerEmbedder
from tests.conftest import needs_reports

pytestmark = pytest.mark.slow

HAMBURG = "How many companies are active in Hamburg Aviation?"
R9 = "What does recommendation R9 ask for?"
STEP_3 = "What should we have in place before we leave step 3 of the internationalisation journey?"
PARTNERS = "How do we find partners abroad?"
SLURM = "How do I configure Slurm on a computing cluster?"
EGG = "How long do I boil an egg?"


@pytest.fixture(scope="module")
def shipped(shipped_store: Path, embedder: TransformerEmbedder) -> Advisor:
    return Advisor.open(shipped_store, embedder=embedder)


@pytest.fixture(scope="module")
def reports(reports_store: Path, embedder: TransformerEmbedder) -> Advisor:
    return Advisor.open(reports_store, embedder=embedder)


def places(answer: Answer) -> set[tuple[str, int]]:
    return {(citation.document, citation.page) for citation in answer.citations}


def assert_proved(advisor: Advisor, answer: Answer) -> None:
    """Every sentence is cited, and every quote is the text of its page, byte for byte."""
    assert not answer.abstained
    assert all(sentence.markers for sentence in answer.sentences)
    for citation in answer.citations:
        page = advisor.page(citation.document_id, citation.page)
        assert page.text[citation.start : citation.end].encode() == citation.quote.encode()


@pytest.mark.parametrize("question", [HAMBURG, R9, STEP_3, PARTNERS])
def test_the_shipped_corpus_answers_with_proof(shipped: Advisor, question: str) -> None:
    assert_proved(shipped, shipped.ask(question))


def test_the_number_of_companies_of_hamburg_aviation_is_given(shipped: Advisor) -> None:
    assert "300" in shipped.ask(HAMBURG).answer


def test_recommendation_r9_is_quoted_and_no_other(shipped: Advisor) -> None:
    answer = shipped.ask(R9).answer
    assert "R9" in answer
    assert not any(f"R{other} " in answer for other in (1, 2, 3, 4, 5, 6, 7, 8, 10))


def test_both_checklists_of_step_3_come_under_their_lead_ins(shipped: Advisor) -> None:
    sentences = shipped.ask(STEP_3).sentences
    leads = [sentence.text.lower() for sentence in sentences if sentence.kind == "lead"]
    assert sum("cluster organisation" in lead for lead in leads) == 1
    assert sum("policy maker" in lead for lead in leads) == 1
    assert sum(sentence.kind == "item" for sentence in sentences) == 6


@pytest.mark.parametrize("question", [SLURM, EGG])
def test_what_is_not_about_industry_clusters_is_declined(shipped: Advisor, question: str) -> None:
    answer = shipped.ask(question)
    assert (answer.abstained, answer.reason) == (True, "declined")


@needs_reports
@pytest.mark.parametrize("question", [HAMBURG, R9, STEP_3, PARTNERS])
def test_the_original_reports_answer_with_proof(reports: Advisor, question: str) -> None:
    assert_proved(reports, reports.ask(question))


@needs_reports
@pytest.mark.parametrize(
    ("question", "document", "page", "words"),
    [
        (HAMBURG, "eccp-2021-guide-capacity-building.pdf", 36, "300"),
        (R9, "eccp-2014-cluster-manager-internationalisation-skills.pdf", 38, "R9"),
        (STEP_3, "tactics-2012-cluster-internationalisation-handbook.pdf", 23, "policy makers"),
    ],
    ids=["Hamburg", "R9", "step 3"],
)
def test_the_original_page_is_cited(reports: Advisor, question: str, document: str, page: int, words: str) -> None:
    answer = reports.ask(question)
    assert (document, page) in places(answer)
    assert words in answer.answer


@needs_reports
@pytest.mark.parametrize("question", [SLURM, EGG])
def test_the_original_reports_decline_what_is_not_about_industry_clusters(reports: Advisor, question: str) -> None:
    answer = reports.ask(question)
    assert (answer.abstained, answer.reason) == (True, "declined")


@pytest.mark.parametrize(
    ("question", "held"),
    [
        (
            "What are the 16 actions?",
            (
                "Take part in green conferences and events.",
                "Build up cluster services for skills.",
                "Build new partnerships.",
            ),
        ),
        ("What are the digital actions?", ("up to date.", "Build up cluster services for skills.")),
        ("What are the ten recommendations?", ("should go on.", "should be used more widely.")),
    ],
)
def test_an_overview_names_all_that_it_is_asked_for(shipped: Advisor, question: str, held: tuple[str, ...]) -> None:
    answer = shipped.ask(question)
    assert_proved(shipped, answer)
    assert all(text in answer.answer for text in held)


def test_a_question_for_drawbacks_is_not_answered_with_advantages(shipped: Advisor) -> None:
    answer = shipped.ask("What are the downsides if a public agency coordinates our project?")
    assert "too far from business" in answer.answer
    assert "these advantages" not in answer.answer
