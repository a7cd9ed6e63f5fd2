"""One PDF → what is stored of it: the steps from its pages to its passages, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.records import Heading, Page, Passage
from ingest.layout import lay_out
from ingest.pages import Progress, Unheard, read_pdf
from ingest.passages import CountTokens, split_document

READER = 5
"""Counted up whenever PDFs are read better than before, so that those in a store are read anew."""


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
    headings: tuple[Heading, ...]
    tables: int
    warnings: tuple[str, ...]


def read_document(
    path: Path,
    *,
    document_id: str,
    count_tokens: CountTokens,
    max_tokens: int,
    passwords: Sequence[str] = (),
    progress: Progress | None = None,
) -> Reading:
    """Read a PDF into passages of at most `max_tokens`, as `count_tokens` counts them.

    `passwords` are tried in order on a file that needs one. Pages that cannot be read are left out, with a warning.

    Raises:
        CorpusError: the file cannot be used; `reason` says why.
    """
    heard = progress or Unheard()
    pdf = read_pdf(path, passwords=passwords, progress=heard)
    layout = lay_out(pdf)
    heard.page_done()
    split = split_document(document_id, pdf, layout, count_tokens=count_tokens, max_tokens=max_tokens)
    empty = [page.page.number for page in pdf.pages if not page.page.text.strip()]
    warnings = pdf.warnings
    if not split.passages:
        warnings += ("nothing on its pages can be quoted: no sentence, list or table was found",)
    if empty:
        warnings += (f"no text on {len(empty)} of {len(pdf.pages)} pages: {', '.join(map(str, empty[:10]))}",)
    return Reading(pdf.title, layout.pages, split.passages, split.headings, layout.tables, warnings)
