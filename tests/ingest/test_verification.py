"""Proof: the PDFs are opened again, and a quote that is not on its page is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.answering.advisor import Advisor
from advisor.errors import UsageError
from advisor.records import Message
from ingest.build import ingest
from ingest.pages import content_hash, read_pages
from ingest.verification import Verification, verify_file
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import LEADING, write_text

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
    passage = opened.library.passages(ids)[0]
    sentence = passage.sentences[0]
    span = sentence.spans[0]
    quote = opened.library.page(document.document_id, 1).text[span.start : span.end]
    opened.close()
    citation = {"marker": 1, "document_id": document.document_id, "document": "report.pdf", "title": document.title}
    citation |= {"page": 1, "page_label": "", "section": list(passage.section), "passage_id": passage.passage_id}
    citation |= {"quote": quote, "start": span.start, "end": span.end, "boxes": [list(box) for box in span.boxes]}
    said = {"text": sentence.text, "markers": [1], "support": "verbatim"}
    answer = f"{sentence.text} [1]"
    return {"id": "q1", "abstained": False, "answer": answer, "citations": [citation], "sentences": [said]}


def say(record: Record, text: str, support: str = "verbatim") -> None:
    """Let the record's only sentence say something else, in the answer too."""
    record["sentences"][0] |= {"text": text, "support": support}
    record["answer"] = f"{text} [1]"


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
    proved = {"answers": 1, "citations": 1, "verified": 1, "boxes": 1, "boxes_verified": 1, "links": 1, "problems": []}
    assert verify(tmp_path, record).to_dict() == proved


def test_a_quote_with_one_word_altered_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["citations"][0]["quote"] = record["citations"][0]["quote"].replace("Chile", "China")
    assert "is not on page 1 of report.pdf" in verify(tmp_path, record).problems[0]


def test_a_verbatim_sentence_with_one_word_altered_is_a_problem(tmp_path: Path, record: Record) -> None:
    say(record, record["sentences"][0]["text"].replace("Chile", "China"))
    assert "sentence 1 is not what its quotes say" in verify(tmp_path, record).problems[0]


def test_a_verbatim_sentence_is_made_of_whole_words_and_figures(tmp_path: Path, record: Record) -> None:
    say(record, "usters export wind turbines to Chi")
    assert "sentence 1 is not what its quotes say" in verify(tmp_path, record).problems[0]


def test_a_supported_sentence_with_a_figure_from_nowhere_is_a_problem(tmp_path: Path, record: Record) -> None:
    say(record, "In 2019 clusters export wind turbines.", "supported")
    assert "sentence 1 has a figure that is not on its pages, 2019" in verify(tmp_path, record).problems[0]
    say(record, LINES[0], "supported")
    assert verify(tmp_path, record).problems == []


def test_a_figure_on_the_cited_page_bears_a_supported_sentence_out(tmp_path: Path, record: Record) -> None:
    """The first line of the page is another one now: the quote and its box stand a line lower."""
    write_text(tmp_path / "corpus" / "report.pdf", ["Share in 2019", *LINES])
    text = read_pages(tmp_path / "corpus" / "report.pdf")[0]
    start = text.index(LINES[0])
    x0, y0, x1, y1 = record["citations"][0]["boxes"][0]
    record["citations"][0] |= {"document_id": content_hash(tmp_path / "corpus" / "report.pdf")[:12], "start": start}
    record["citations"][0] |= {"end": start + len(LINES[0]), "boxes": [[x0, y0 + LEADING, x1, y1 + LEADING]]}
    record["citations"][0]["passage_id"] = "not in the store"
    say(record, "Share in 2019: Chile.", "supported")
    assert verify(tmp_path, record, corpus=tmp_path / "corpus").problems == []


def test_an_answer_that_does_not_say_its_sentence_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["answer"] = "Clusters export wind turbines to China. [1]"
    assert "sentence 1 is not in the text of the answer" in verify(tmp_path, record).problems[0]


@pytest.mark.parametrize("more", ["{} And 90 % of them profit.", "Most clusters profit. {}"])
def test_an_answer_that_says_more_than_its_sentences_is_a_problem(tmp_path: Path, record: Record, more: str) -> None:
    record["answer"] = more.format(record["answer"])
    assert "the answer says more than its sentences" in verify(tmp_path, record).problems[0]


def test_an_answer_that_declines_opens_with_words_of_its_own(tmp_path: Path, store: Path) -> None:
    answer = Advisor.open(store, embedder=HashEmbedder()).ask("Which bank finances volcano insurance?")
    assert answer.abstained
    assert verify(tmp_path, answer.to_dict()).problems == []


def test_an_unknown_marker_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["sentences"][0]["markers"] = [9]
    assert "sentence 1 cites [9]" in verify(tmp_path, record).problems[0]


def test_a_sentence_without_a_citation_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["sentences"][0]["markers"] = []
    assert "sentence 1 has no citation" in verify(tmp_path, record).problems[0]


@pytest.mark.parametrize(("key", "value"), [("page", 7), ("start", -60), ("quote", ""), ("page", 0)])
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


def test_the_pdf_with_the_cited_content_is_found_under_another_name(tmp_path: Path, record: Record) -> None:
    write_text(tmp_path / "moved" / "a.pdf", ["Another report."])
    (tmp_path / "corpus" / "report.pdf").rename(tmp_path / "moved" / "renamed.pdf")
    assert verify(tmp_path, record, corpus=tmp_path / "moved").problems == []


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path, record: Record) -> None:
    for folder in (tmp_path / "none", tmp_path / "answers.jsonl", tmp_path / ("a" * 5000)):
        with pytest.raises(UsageError, match="is not a folder"):
            verify(tmp_path, record, corpus=folder)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("citations", "marker", [1]),
        ("citations", "start", "x"),
        ("citations", "page", None),
        ("citations", "quote", 7),
        ("citations", "document_id", {}),
        ("citations", "document", "\ud800.pdf"),
        ("sentences", "markers", [[1]]),
        ("sentences", "text", None),
    ],
)
def test_a_value_of_the_wrong_kind_is_one_clear_error(
    tmp_path: Path, record: Record, part: str, key: str, value: object
) -> None:
    record[part][0][key] = value
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(record))
    with pytest.raises(UsageError, match="line 1 is not an answer record"):
        verify_file(path, store=tmp_path / "store")


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
        '{"citations": [], "sentences": []}',
        '{"answer": "", "citations": [], "sentences": [], "confidence": ' + "9" * 5000 + "}",
        "[" * 100_000,
    ],
)
def test_a_file_without_answer_records_is_one_clear_error(tmp_path: Path, store: Path, content: str) -> None:
    (tmp_path / "answers.jsonl").write_text(content)
    with pytest.raises(UsageError, match=r"answers\.jsonl"):
        verify_file(tmp_path / "answers.jsonl", store=store)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path, store: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        verify_file(tmp_path / "none.jsonl", store=store)


def test_a_byte_order_mark_as_some_editors_write_it_is_passed_over(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "marked.jsonl"
    path.write_text("\ufeff" + json.dumps(record), encoding="utf-8")
    assert verify_file(path, store=tmp_path / "store").problems == []


def test_an_answer_without_a_sentence_proves_nothing(tmp_path: Path, record: Record) -> None:
    record |= {"sentences": [], "citations": [], "answer": "Invented, 45%.", "note": "Invented, 45%."}
    assert "has no sentence that cites anything" in verify(tmp_path, record).problems[0]


def test_a_disagreement_with_a_figure_from_nowhere_is_a_problem(tmp_path: Path, record: Record) -> None:
    told = "The reports differ on the number of firms: 8888 [1]."
    record |= {"conflicts": [told], "answer": f"{record['answer']} {told}"}
    assert "conflict 1 has a figure that is not on its pages, 8888" in verify(tmp_path, record).problems[0]


def test_a_disagreement_that_cites_nothing_is_a_problem(tmp_path: Path, record: Record) -> None:
    record |= {"conflicts": ["The reports differ."], "answer": f"{record['answer']} The reports differ."}
    assert "conflict 1 cites nothing" in verify(tmp_path, record).problems[0]


def test_a_citation_that_names_another_file_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["citations"][0]["document"] = "other.pdf"
    assert "its file is 'report.pdf' in the store" in verify(tmp_path, record).problems[0]


def test_a_passage_with_another_text_is_a_problem(tmp_path: Path, record: Record) -> None:
    record["passages"] = [{"passage_id": record["citations"][0]["passage_id"], "text": "Something else."}]
    assert "has another text in the store" in verify(tmp_path, record).problems[0]


@pytest.mark.parametrize(
    "request_",
    [
        *(
            "shorter",
            "more",
            "explain more",
            "in bullet points",
            "Which report says that?",
            "Welcher Bericht sagt das?",
        ),
        *("Quel rapport dit cela ?", "¿Qué informe lo dice?", "Quale rapporto lo dice?", "Który raport to mówi?"),
    ],
)
def test_the_answer_to_a_request_is_proved(tmp_path: Path, store: Path, request_: str) -> None:
    history = [Message("user", "Where do clusters export wind turbines?"), Message("assistant", "To fairs. [1]")]
    answer = Advisor.open(store, embedder=HashEmbedder()).ask(request_, history=history)
    assert verify(tmp_path, answer.to_dict()).problems == []
