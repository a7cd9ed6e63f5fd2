from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from advisor.records import Answer, AnswerSentence, Citation, Document, Hit, Passage, Sentence, Span

DOCUMENT = Document("d1", "handbook.pdf", "/reports/handbook.pdf", "Handbook", 3, "ab" * 32)


def sentence(number: int, *pages: int) -> Sentence:
    spans = tuple(Span(page, 0, 9) for page in pages)
    return Sentence(f"d1-0001-{number:02d}", "d1-0001", "d1", "text", 1, "Fairs help.", spans)


def passage(*sentences: Sentence) -> Passage:
    return Passage("d1-0001", "d1", ("Journey", "Step 3"), "Fairs help.", sentences)


def answer(**changes: Any) -> Answer:
    citation = Citation(
        1,
        "d1",
        "handbook.pdf",
        "Handbook",
        2,
        "ii",
        ("Journey",),
        "Fairs help.",
        4,
        15,
        ((1.0, 2.0, 3.0, 4.0),),
        "d1-0001",
    )
    values: dict[str, Any] = {
        "id": "a1",
        "question": "Do fairs help?",
        "standalone_question": "Do fairs help?",
        "answer": "Fairs help. [1]",
        "abstained": False,
        "confidence": 0.87654321,
        "reason": "answered",
        "mode": "extractive",
        "sentences": (AnswerSentence("Fairs help.", (1,), "verbatim"),),
        "citations": (citation,),
        "hits": (Hit(1, 2.123456789, 0.5, passage(sentence(1, 2)), DOCUMENT),),
        "timings_ms": {"total": 12.345},
    }
    return Answer(**(values | changes))


@pytest.mark.parametrize(("page", "start", "end"), [(0, 0, 1), (1, -1, 1), (1, 3, 3), (1, 4, 3)])
def test_a_span_outside_a_page_or_without_characters_cannot_be_made(page: int, start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"page {page}, characters {start} to {end}"):
        Span(page, start, end)


def test_records_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        DOCUMENT.title = "Another"  # type: ignore[misc]


def test_a_passage_stands_on_the_pages_of_its_sentences() -> None:
    held = passage(sentence(1, 4), sentence(2, 4, 5))
    assert (held.first_page, held.last_page) == (4, 5)


def test_the_markers_follow_the_sentence() -> None:
    assert AnswerSentence("Fairs help.", (1, 2), "verbatim").marked == "Fairs help. [1][2]"


def test_a_sentence_without_markers_is_shown_as_it_is() -> None:
    assert AnswerSentence("Fairs help.", (), "verbatim").marked == "Fairs help."


def test_a_sentence_that_its_page_does_not_bear_out_says_so() -> None:
    assert AnswerSentence("Fairs help.", (1,), "unsupported").marked == "Fairs help. [1] (not borne out by the page)"
    assert (
        AnswerSentence("Fairs help.", (1,), "partial").marked == "Fairs help. [1] (only partly borne out by the page)"
    )


def test_an_answer_record_has_exactly_the_agreed_fields() -> None:
    assert answer().to_dict() == {
        "id": "a1",
        "question": "Do fairs help?",
        "standalone_question": "Do fairs help?",
        "answer": "Fairs help. [1]",
        "abstained": False,
        "confidence": 0.8765,
        "reason": "answered",
        "mode": "extractive",
        "sentences": [{"text": "Fairs help.", "markers": [1], "support": "verbatim"}],
        "citations": [
            {
                "marker": 1,
                "document_id": "d1",
                "document": "handbook.pdf",
                "title": "Handbook",
                "page": 2,
                "page_label": "ii",
                "section": ["Journey"],
                "quote": "Fairs help.",
                "start": 4,
                "end": 15,
                "boxes": [[1.0, 2.0, 3.0, 4.0]],
                "passage_id": "d1-0001",
            }
        ],
        "passages": [
            {
                "rank": 1,
                "score": 2.123457,
                "passage_id": "d1-0001",
                "document_id": "d1",
                "document": "handbook.pdf",
                "title": "Handbook",
                "first_page": 2,
                "last_page": 2,
                "section": ["Journey", "Step 3"],
                "text": "Fairs help.",
            }
        ],
        "conflicts": [],
        "note": "",
        "suggestions": [],
        "suspicious": [],
        "suspicious_question": [],
        "removed": [],
        "timings_ms": {"total": 12.3},
    }


def test_an_answer_record_survives_json_unchanged() -> None:
    record = answer(conflicts=("The reports disagree.",)).to_dict()
    assert json.loads(json.dumps(record)) == record
