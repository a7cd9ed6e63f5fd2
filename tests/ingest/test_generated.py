"""What holds for every document: generated PDFs, and what must be found in them, word by word."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pypdfium2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.records import Span
from advisor.text import clean, comparable
from ingest.passages import embedded_text
from tests.fakes import HashEmbedder
from tests.ingest.generated import HEADER, Part, documents, draw
from tests.ingest.pdfs import HEIGHT, WIDTH
from tests.ingest.reading import Read, read

few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


_held = tempfile.TemporaryDirectory(prefix="generated-")  # gone with the process


def folder() -> Path:
    return Path(tempfile.mkdtemp(dir=_held.name))


def rejoined(quotes: list[str]) -> str:
    """The words of some stored lines: a hyphen at a line end falls away (these documents have no other hyphens)."""
    return clean(re.sub(r"-\s+", "", "\n".join(quotes)))


def text_in_boxes(pdf: pypdfium2.PdfDocument, span: Span) -> str:
    """What pdfium finds on the page inside the boxes of a span."""
    page = pdf[span.page - 1].get_textpage()
    return "".join(page.get_text_bounded(x0, HEIGHT - y1, x1, HEIGHT - y0) for x0, y0, x1, y1 in span.boxes)


@few
@given(documents)
def test_every_sentence_item_and_row_is_found_in_order_and_nothing_else(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    assert read(drawn.path).texts == [expected.text for expected in drawn.expected]


@few
@given(documents)
def test_sentences_know_their_kind_and_section(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    found = [(s.kind, passage.section) for passage in read(drawn.path).passages for s in passage.sentences]
    assert found == [(expected.kind, expected.section) for expected in drawn.expected]


@few
@given(documents)
def test_the_items_of_a_list_share_a_group_with_their_lead_in_alone(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    found = read(drawn.path).sentences
    for number, part in enumerate(parts):
        if part.kind == "list":
            pairs = list(zip(found, drawn.expected, strict=True))
            inside = {sentence.group for sentence, expected in pairs if expected.part == number}
            outside = {sentence.group for sentence, expected in pairs if expected.part != number}
            assert len(inside) == 1
            assert not inside & outside


@few
@given(documents)
def test_spans_hold_exactly_the_words_of_their_sentence(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    found = read(drawn.path)
    for sentence, expected in zip(found.sentences, drawn.expected, strict=True):
        if expected.kind == "row":
            assert rejoined(found.quotes(sentence)).split() == list(expected.words)
        else:
            assert rejoined(found.quotes(sentence)) == expected.text


@few
@given(documents)
def test_spans_lie_inside_the_text_of_their_page_in_order_and_begin_and_end_with_a_word(parts: list[Part]) -> None:
    found = read(draw(folder() / "a.pdf", parts).path)
    lengths = {page.number: len(page.text) for page in found.layout.pages}
    for sentence in found.sentences:
        assert sentence.spans
        for span in sentence.spans:
            assert 0 <= span.start < span.end <= lengths[span.page]
        for quote in found.quotes(sentence):
            assert quote == quote.strip()
        assert [(s.page, s.start) for s in sentence.spans] == sorted((s.page, s.start) for s in sentence.spans)


@few
@given(documents)
def test_boxes_lie_on_the_page_around_exactly_the_words_of_their_span(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    found = read(drawn.path)
    pdf = pypdfium2.PdfDocument(drawn.path)
    for sentence in found.sentences:
        for span, quote in zip(sentence.spans, found.quotes(sentence), strict=True):
            for x0, y0, x1, y1 in span.boxes:
                assert 0 <= x0 < x1 <= WIDTH
                assert 0 <= y0 < y1 <= HEIGHT
            assert comparable(text_in_boxes(pdf, span)) == comparable(quote)
            assert len(span.boxes) == (1 if sentence.kind == "row" else quote.count("\n") + 1)
    pdf.close()


@few
@given(documents, st.sampled_from([12, 20, 40, 256]))
def test_no_passage_is_longer_than_the_model_reads_its_header_included(parts: list[Part], limit: int) -> None:
    embedder = HashEmbedder(max_tokens=limit)
    title = "A report with a title that takes up many of the words which the model can read at once"
    for passage in read(draw(folder() / "a.pdf", parts).path, max_tokens=limit).passages:
        header_and_text = embedded_text(title, passage, count_tokens=embedder.count_tokens, max_tokens=limit)
        assert header_and_text.endswith(passage.text)
        assert embedder.count_tokens(header_and_text) <= limit


@few
@given(documents, st.sampled_from([12, 256]))
def test_a_passage_is_made_of_its_sentences_and_no_others(parts: list[Part], limit: int) -> None:
    found = read(draw(folder() / "a.pdf", parts).path, max_tokens=limit, document_id="doc")
    for passage in found.passages:
        assert clean(passage.text) == " ".join(sentence.text for sentence in passage.sentences)
        assert {sentence.passage_id for sentence in passage.sentences} == {passage.passage_id}
        assert {sentence.document_id for sentence in passage.sentences} == {passage.document_id} == {"doc"}


@few
@given(documents)
def test_reading_again_gives_the_same_ids_texts_and_places(parts: list[Part]) -> None:
    path = draw(folder() / "a.pdf", parts).path
    once, again = read(path), read(path)
    assert once.passages == again.passages
    ids = [passage.passage_id for passage in once.passages] + [s.sentence_id for s in once.sentences]
    assert len(set(ids)) == len(ids)


@few
@given(documents)
def test_the_running_header_is_in_no_passage_and_the_footer_gives_the_labels(parts: list[Part]) -> None:
    drawn = draw(folder() / "a.pdf", parts)
    found: Read = read(drawn.path)
    if drawn.pages > 2:
        assert found.labels == [str(number) for number in range(1, drawn.pages + 1)]
    assert not any(HEADER in passage.text or "Page" in passage.text for passage in found.passages)
