"""A citation, or a document → what is needed to show a page of it, checked against the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError, CorpusError
from advisor.records import Box, Citation, Page
from advisor.serving.pages import check_document, find_words
from advisor.serving.shelf.finding import word_spans
from advisor.text import terms

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor


@dataclass(frozen=True, slots=True)
class Proof:
    """A citation, the page shown for it, and whether the quote is the text that stands there.

    Attributes:
        citations: all citations of the answer, by marker.
        page: the page shown; None where it cannot be.
        page_count: pages of the document; 0 where it is not known.
        exact: the quote is byte-equal with the stored text of its page.
        problem: why the page cannot be shown; None where it can be, or where the document is no longer in the store.
    """

    turn: int
    citation: Citation
    citations: tuple[Citation, ...]
    page: Page | None
    page_count: int
    exact: bool
    problem: AdvisorError | None = None


def open_proof(advisor: Advisor, citations: Sequence[Citation], marker: int, *, turn: int, page: int = 0) -> Proof:
    """Return the proof of one citation; `page` is another page of its document to show, 0 for its own.

    A document that is gone or has changed is a result, not an error: the quote is still shown.
    """
    citation = next(citation for citation in citations if citation.marker == marker)
    ordered = tuple(sorted(citations, key=lambda each: each.marker))
    try:
        document = advisor.document(citation.document_id)
    except CorpusError:
        return Proof(turn, citation, ordered, None, 0, exact=False)
    try:
        cited_page = advisor.page(citation.document_id, citation.page)
        exact = cited_page.text[citation.start : citation.end] == citation.quote
        shown = advisor.page(citation.document_id, page) if page not in (0, citation.page) else cited_page
        check_document(document)
    except AdvisorError as error:
        return Proof(turn, citation, ordered, None, 0, exact=False, problem=error)
    return Proof(turn, citation, ordered, shown, document.page_count, exact)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a document, opened without a citation.

    Attributes:
        page: None where it cannot be shown.
        problem: why it cannot be shown; None where it can be, or where the document is not in the store.
        marks: where what was searched for stands; the first is to be seen at once.
        others: where its words stand besides.
    """

    document_id: str
    title: str
    page: Page | None
    page_count: int
    problem: AdvisorError | None = None
    marks: tuple[Box, ...] = ()
    others: tuple[Box, ...] = ()


def open_sheet(advisor: Advisor, document_id: str, page: int, *, words: str = "", sentence_id: str = "") -> Sheet:
    """Return a page of a document; one that does not exist becomes the nearest one that does.

    Marked are the words that were searched for, those of the sentence that was found first; where it has none of them,
    the sentence.
    """
    try:
        document = advisor.document(document_id)
    except CorpusError:
        return Sheet(document_id, document_id, None, 0)
    try:
        shown = advisor.page(document_id, min(max(page, 1), document.page_count))
        path, wanted = check_document(document), frozenset(terms(words))
        found = find_words(path, shown.number, lambda text: word_spans(text, wanted)) if wanted else []
    except AdvisorError as error:
        return Sheet(document_id, document.title, None, 0, error)
    lines = _lines(advisor, document_id, shown.number, sentence_id) if sentence_id else ()
    inside = [box for box in found if any(_is_inside(box, line) for line in lines)]
    marks, others = [*inside, *(box for box in found if box not in inside)], []
    if lines and not inside:
        marks, others = list(lines), found
    return Sheet(document_id, document.title, shown, document.page_count, None, tuple(marks), tuple(others))


def _lines(advisor: Advisor, document_id: str, page: int, sentence_id: str) -> tuple[Box, ...]:
    """Return where a sentence stands on a page, a box for each of its lines; none where the store has it no more."""
    try:
        sentence = advisor.sentence(sentence_id)
    except CorpusError:
        return ()
    spans = sentence.spans if sentence.document_id == document_id else ()
    return tuple(box for span in spans if span.page == page for box in span.boxes)


def _is_inside(box: Box, line: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return line[0] <= x <= line[2] and line[1] <= y <= line[3]
