"""Proof: the PDFs are opened again, and a quote that is not on its page is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.answering.advisor import Advisor
from advisor.errors import UsageError
from ingest.build import ingest
from ingest.verification import Verification, verify_file
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text

Record = dict[str, Any]
LINES = ["Clusters export wind turbines to Chile.", "Energy clusters train their staff every winter."]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write_text(tmp_path / "corpus" / "report.pdf", LINES)
    ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=HashEmbedder())
    return tmp_path / "store"


@pytest.fixture
def record(store: Path) -> Record:
    """A real answer, as it is written to an answers file."""
    from advisor.store.versions import open_store

    opened = open_store(store)
    document = opened.library.documents()[0]
    ids = [item for item, _, _ in opened.library.passage_vectors()]
    sentence = opened.library.passages(ids)[0].sentences[0]
    span = sentence.spans[0]
    quote = opened.library.page(document.document_id, 1).text[span.start : span.end]
    opened.close()
    citation = {"marker": 1, "document_id": document.document_id, "document": "report.pdf", "page": 1}
    citation |= {"quote": quote, "start": span.start, "end": span.end}
    said = {"text": sentence.text, "markers": [1], "support": "verbatim"}
    return {"id": "q1", "abstained": False, "citations": [citation], "sentences": [said]}


def verify(tmp_path: Path, *records: object, corpus: Path | None = None) -> Verification:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in records), encoding="utf-8")
    return verify_file(path, store=tmp_path / "store", corpus=corpus)


def test_the_quotes_of_real_answers_are_proved(tmp_path: Path, store: Path) -> None:
    answer = Advisor.open(store, embedder=HashEmbedder()).ask("Where do clusters export wind turbines?")
    report = verify(tmp_path, answer.to_dict())
    assert report.problems == []
    assert report.citations == report.verified == len(answer.citations)


def test_a_true_record_is_proved(tmp_path: Path, record: Record) -> None:
    assert verify(tmp_path, record).to_dict() == {"answers": 1, "citations": 1, "verified": 1, "problems": []}


def test_a_quote_with_one_word_altered_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["citations"][0]["quote"] = record["citations"][0]["quote"].replace("Chile", "China")
    assert "is not on page 1 of report.pdf" in verify(tmp_path, record).problems[0]


def test_a_verbatim_sentence_with_one_word_altered_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["sentences"][0]["text"] = record["sentences"][0]["text"].replace("Chile", "China")
    assert "sentence 1 is not what its quotes say" in verify(tmp_path, record).problems[0]


def test_an_unknown_marker_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["sentences"][0]["markers"] = [9]
    assert "sentence 1 cites [9]" in verify(tmp_path, record).problems[0]


def test_a_sentence_without_a_citation_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["sentences"][0]["markers"] = []
    assert "sentence 1 has no citation" in verify(tmp_path, record).problems[0]


@pytest.mark.parametrize(("key", "value"), [("page", 7), ("start", -60), ("start", "x"), ("quote", ""), ("page", 0)])
def test_a_citation_of_no_such_place_is_a_problem(tmp_path: Path, record: Record, key: str, value: object) -> None:
    record["citations"][0][key] = value
    assert verify(tmp_path, record).verified == 0


def test_a_changed_pdf_proves_nothing(tmp_path: Path, record: Record) -> None:
    write_text(tmp_path / "corpus" / "report.pdf", [*LINES, "And one more."])
    assert "has changed since it was cited" in verify(tmp_path, record).problems[0]


def test_a_missing_pdf_proves_nothing(tmp_path: Path, record: Record) -> None:
    (tmp_path / "corpus" / "report.pdf").unlink()
    assert "is not found" in verify(tmp_path, record).problems[0]


def test_the_pdf_with_the_cited_content_is_found_among_others_of_its_name(tmp_path: Path, record: Record) -> None:
    for folder in ("a", "c"):
        write_text(tmp_path / "moved" / folder / "report.pdf", ["Another report."])
    (tmp_path / "moved" / "b").mkdir()
    (tmp_path / "corpus" / "report.pdf").rename(tmp_path / "moved" / "b" / "report.pdf")
    assert verify(tmp_path, record, corpus=tmp_path / "moved").problems == []


def test_a_line_end_of_other_scripts_inside_a_text_ends_no_record(tmp_path: Path, record: Record) -> None:
    assert verify(tmp_path, record | {"question": "one\u2028two\x85three"}).verified == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "{",
        "[]",
        "7",
        "{}",
        '{"citations": [], "sentences": 1}',
        '{"citations": ["x"], "sentences": []}',
        '{"citations": [], "sentences": ["x"]}',
        '{"citations": [], "sentences": [{"markers": 1}]}',
    ],
)
def test_a_file_without_answer_records_is_one_clear_error(tmp_path: Path, store: Path, content: str) -> None:
    (tmp_path / "answers.jsonl").write_text(content)
    with pytest.raises(UsageError, match=r"answers\.jsonl"):
        verify_file(tmp_path / "answers.jsonl", store=store)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path, store: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        verify_file(tmp_path / "none.jsonl", store=store)
