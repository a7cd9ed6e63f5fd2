"""One PDF through all steps before the store, as `ingest` joins them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from advisor.records import Heading, Passage, Sentence
from ingest.layout import Layout, lay_out
from ingest.pages import SourcePdf, read_pdf
from ingest.passages import split_document
from tests.fakes import HashEmbedder


@dataclass(frozen=True, slots=True)
class Read:
    """A PDF as read: its pages, its blocks, its passages and headings."""

    pdf: SourcePdf
    layout: Layout
    passages: list[Passage]
    headings: list[Heading]

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences in reading order."""
        return [sentence for passage in self.passages for sentence in passage.sentences]

    @property
    def texts(self) -> list[str]:
        """The readable texts of all sentences."""
        return [sentence.text for sentence in self.sentences]

    @property
    def labels(self) -> list[str]:
        """The printed number of each page."""
        return [page.label for page in self.layout.pages]

    def quotes(self, sentence: Sentence) -> list[str]:
        """The stored text of each span of a sentence."""
        pages = {page.number: page.text for page in self.layout.pages}
        return [pages[span.page][span.start : span.end] for span in sentence.spans]


def read(path: Path, *, max_tokens: int = 256, document_id: str = "d") -> Read:
    """Read a PDF into passages, tokens counted as the words of a text and two."""
    pdf = read_pdf(path)
    layout = lay_out(pdf)
    count = HashEmbedder().count_tokens
    split = split_document(document_id, pdf, layout, count_tokens=count, max_tokens=max_tokens)
    return Read(pdf, layout, list(split.passages), list(split.headings))
