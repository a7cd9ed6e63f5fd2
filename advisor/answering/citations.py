"""Sentences of the store → numbered citations with verbatim quotes."""

from __future__ import annotations

from advisor.records import Citation, Document, Passage, Sentence, Span
from advisor.store.library import Library


class Citer:
    """Numbers the places that one answer cites, from 1, in the order in which they come up; each place once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._citations: dict[tuple[str, int, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by marker."""
        return tuple(self._citations.values())

    def cite(self, sentence: Sentence, passage: Passage, document: Document) -> tuple[int, ...]:
        """Return the markers of a sentence's places: one, or one for each part where it is broken by a page end.

        Behind these come those of the names of a row's columns, and of a cell that it shares with other rows.
        """
        places = (*sentence.spans, *sentence.borrowed)
        return tuple(self._place(span, passage, document).marker for span in places)

    def _place(self, span: Span, passage: Passage, document: Document) -> Citation:
        key = (document.document_id, span.page, span.start, span.end)
        if key not in self._citations:
            page = self._library.page(document.document_id, span.page)
            self._citations[key] = Citation(
                marker=len(self._citations) + 1,
                document_id=document.document_id,
                document=document.file,
                title=document.title,
                page=span.page,
                page_label=page.label,
                section=passage.section,
                quote=page.text[span.start : span.end],
                start=span.start,
                end=span.end,
                boxes=span.boxes,
                passage_id=passage.passage_id,
            )
        return self._citations[key]
