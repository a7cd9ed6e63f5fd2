"""A conversation as people have it, with the shipped corpus and the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor import Advisor, Answer, Message
from advisor.embedding import TransformerEmbedder
from tests.conftest import needs_reports

pytestmark = pytest.mark.slow


def talk(advisor: Advisor, *turns: str) -> list[Answer]:
    """Return the answer to each turn."""
    history: list[Message] = []
    answers: list[Answer] = []
    for turn in turns:
        answers.append(advisor.ask(turn, history=history))
        history += [Message("user", turn), Message("assistant", answers[-1].answer)]
    return answers


def assert_proved(advisor: Advisor, answer: Answer) -> None:
    assert all(sentence.markers for sentence in answer.sentences)
    for citation in answer.citations:
        page = advisor.page(citation.document_id, citation.page)
        assert page.text[citation.start : citation.end] == citation.quote


@pytest.fixture(scope="module")
def shipped(shipped_store: Path, embedder: TransformerEmbedder) -> Advisor:
    return Advisor.open(shipped_store, embedder=embedder)


def test_a_conversation_of_six_turns_about_finding_partners(shipped: Advisor) -> None:
    question = "How do we find partners abroad?"
    hello, first, sources, short, rest, thanks = talk(
        shipped, "Hello", question, "Which report says that?", "Shorter, please", "Show me the rest", "Thank you!"
    )
    assert (hello.reason, hello.sentences) == ("small-talk", ())
    examples = [line[2:] for line in hello.answer.splitlines() if line.startswith("- ")]
    assert len(examples) == 3
    assert not any(shipped.ask(example).abstained for example in examples)

    assert not first.abstained
    assert len(first.sentences) > 5

    [place, origin] = sources.sentences
    assert place.text.startswith("Brief: Cluster internationalisation handbook – steps 6 to 10")
    assert "section “1 Step 6: identify international partners" in place.text
    assert origin.text.startswith("Rests on: Cluster internationalisation handbook (TACTICS, 2012)")
    assert {citation.quote for citation in first.citations} < {citation.quote for citation in sources.citations}

    assert short.standalone_question == f"Shorter: {question}"
    assert short.confidence == first.confidence
    told = [sentence.text for sentence in first.sentences]
    kept = [sentence.text for sentence in short.sentences]
    assert len(kept) == 4
    assert set(kept) < set(told)

    assert rest.note == "With these, the list is complete."
    assert {sentence.text for sentence in rest.sentences} | set(kept) == set(told)
    assert thanks.reason == "small-talk"
    for answer in (first, sources, short, rest):
        assert_proved(shipped, answer)


def test_a_conversation_in_german_is_held_in_german_over_english_sources(shipped: Advisor) -> None:
    first, short, place, refused = talk(
        shipped, "Wie finden wir Partner im Ausland?", "kürzer", "Welcher Bericht sagt das?", "in eigenen Worten"
    )
    assert not first.abstained
    assert short.note.startswith(f"{len(short.sentences) - 1} von {len(first.sentences) - 1} Aussagen")
    assert ", Seite" in place.sentences[0].text
    assert (refused.abstained, refused.reason) == (True, "needs-model")
    assert "ohne Sprachmodell" in refused.answer


@needs_reports
def test_the_page_of_an_original_report_is_named(reports_store: Path, embedder: TransformerEmbedder) -> None:
    reports = Advisor.open(reports_store, embedder=embedder)
    _, place = talk(reports, "How many companies are active in Hamburg Aviation?", "Where does it say that?")
    assert any("page 36" in sentence.text for sentence in place.sentences)
    assert_proved(reports, place)
