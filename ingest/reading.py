"""One PDF → what is stored of it: the steps from its pages to its passages, joined."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from advisor.records import Page, Passage
from ingest.layout import lay_out
from ingest.pages import read_pdf
from ingest.passages import CountTokens, split_passages


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one PDF.

    Attributes:
        title: what the PDF itself gives as its title, "" where it gives none.
        tables: how many tables it has.
        warnings: what could not be read, one sentence each.
    """

    title: str
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    tables: int
    warnings: tuple[str, ...]


def read_document(path: Path, *, document_id: str, count_tokens: CountTokens, max_tokens: int) -> Reading:
    """Read a PDF into passages of at most `max_tokens`, as `count_tokens` counts them.

    Raises:
        CorpusError: the file cannot be used; `reason` says why.
    """
    pdf = read_pdf(path)
    layout = lay_out(pdf)
    passages = split_passages(document_id, pdf, layout, count_tokens=count_tokens, max_tokens=max_tokens)
    empty = [page.page.number for page in pdf.pages if not page.page.text.strip()]
    warnings = pdf.warnings
    if not passages:
        warnings += ("nothing on its pages can be quoted: no sentence, list or table was found",)
    if empty:
        warnings += (f"no text on {len(empty)} of {len(pdf.pages)} pages: {', '.join(map(str, empty[:10]))}",)
    return Reading(pdf.title, layout.pages, tuple(passages), layout.tables, warnings)
