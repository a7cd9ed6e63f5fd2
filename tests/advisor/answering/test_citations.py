from __future__ import annotations

from dataclasses import replace

from advisor.answering.citations import Citer
from advisor.records import Citation, Passage, Sentence, Span
from advisor.store.versions import Store
from tests.advisor.stores import HANDBOOK


def passage_about(store: Store, words: str) -> Passage:
    ids = [item for item, _, _ in store.library.passage_vectors()]
    return next(passage for passage in store.library.passages(ids) if words in passage.text)


def cite(store: Store, citer: Citer, sentence: Sentence, passage: Passage) -> tuple[int, ...]:
    return citer.cite(sentence, passage, store.library.document(passage.document_id))


def test_a_citation_names_document_page_section_span_and_quote(opened: Store) -> None:
    passage = passage_about(opened, "1,200 euros")
    citer = Citer(opened.library)
    assert cite(opened, citer, passage.sentences[1], passage) == (1,)
    assert citer.citations == (
        Citation(
            marker=1,
            document_id=HANDBOOK.document_id,
            document="handbook.pdf",
            title="Harbour handbook",
            page=2,
            page_label="p2",
            section=("Fairs",),
            quote="A visit costs about 1,200 euros.",
            start=42,
            end=74,
            boxes=((72.0, 118.0, 232.0, 129.0),),
            passage_id=passage.passage_id,
        ),
    )


def test_every_quote_is_the_text_of_its_page_at_its_place(opened: Store) -> None:
    citer = Citer(opened.library)
    for item, _, _ in list(opened.library.passage_vectors()):
        [passage] = opened.library.passages([item])
        for sentence in passage.sentences:
            cite(opened, citer, sentence, passage)
    assert len(citer.citations) == 19
    for citation in citer.citations:
        page = opened.library.page(citation.document_id, citation.page)
        assert page.text[citation.start : citation.end].encode() == citation.quote.encode()


def test_a_row_is_quoted_as_it_stands_on_the_page(opened: Store) -> None:
    passage = passage_about(opened, "Barrier: Money")
    citer = Citer(opened.library)
    cite(opened, citer, passage.sentences[0], passage)
    assert citer.citations[0].quote == "Money 8"


def test_the_names_of_the_columns_are_cited_behind_a_row_and_have_one_marker_for_all_rows(opened: Store) -> None:
    passage = passage_about(opened, "Barrier: Money")
    document = opened.library.document(passage.document_id)
    page = passage.sentences[0].spans[0].page
    header = Span(page, 0, 7)
    citer = Citer(opened.library)
    rows = [replace(sentence, borrowed=(header,)) for sentence in passage.sentences[:2]]
    assert [citer.cite(row, passage, document) for row in rows] == [(1, 2), (3, 2)]
    assert citer.citations[1].quote == opened.library.page(document.document_id, page).text[:7]


def test_a_sentence_over_a_page_end_has_a_marker_for_each_part(opened: Store) -> None:
    passage = passage_about(opened, "yearly fee")
    citer = Citer(opened.library)
    assert cite(opened, citer, passage.sentences[0], passage) == (1, 2)
    assert [(citation.page, citation.quote) for citation in citer.citations] == [
        (2, "Members pay a yearly fee"),
        (3, "of 300 euros to the Harbour Cluster."),
    ]


def test_a_place_is_numbered_once_however_often_it_is_cited(opened: Store) -> None:
    passage = passage_about(opened, "1,200 euros")
    citer = Citer(opened.library)
    first, second = passage.sentences
    markers = [cite(opened, citer, sentence, passage) for sentence in (second, first, second, first)]
    assert markers == [(1,), (2,), (1,), (2,)]
    assert [citation.marker for citation in citer.citations] == [1, 2]
