"""Tables in the evidence: their rows as cells by header, and what stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advisor.answering.evidence import Evidence
from advisor.answering.units import blocks_of
from advisor.records import Sentence
from advisor.store.library import Library
from advisor.text import terms

Cells = Mapping[str, str]
"""The cells of a row by their headers; "" is the header of its label."""

_LABEL = " — "
_NAME_OF = re.compile(r"names? of (?:the |an? )?(?P<thing>.+)", re.IGNORECASE)


def cells_of(row: str) -> dict[str, str]:
    """Return the cells of a row in words by their headers; "" is the header of its label."""
    label, mark, rest = row.partition(_LABEL)
    held = {"": label.strip()} if mark else {}
    for cell in (rest if mark else row).split("; "):
        header, colon, value = cell.partition(": ")
        if colon:
            held[header.strip()] = value.strip()
    return held


@dataclass(frozen=True)
class Table:
    """A table, whole.

    Attributes:
        lead: the sentence above it, at most one.
        rows: its rows in their order, as sentences.
        caption: the title of its document, its headings, its lead.
        heading: the last of these headings.
        longs: long forms of abbreviations.
    """

    lead: tuple[Sentence, ...]
    rows: tuple[Sentence, ...]
    caption: str
    heading: str
    longs: Mapping[str, str]

    @cached_property
    def cells(self) -> list[Cells]:
        """The cells of each row."""
        return [cells_of(row.text) for row in self.rows]

    @cached_property
    def columns(self) -> list[str]:
        """The headers of its first row."""
        return list(self.cells[0])

    @cached_property
    def above(self) -> frozenset[str]:
        """The search terms of what stands above it."""
        return frozenset(terms(self.caption))

    @cached_property
    def headers(self) -> frozenset[str]:
        """The search terms of all headers."""
        return frozenset(term for cells in self.cells for header in cells for term in terms(header))

    @cached_property
    def own(self) -> frozenset[str]:
        """The search terms of its headers, its lead and the heading right above it: what it alone is about."""
        return self.headers.union(terms(" ".join([self.heading, *(lead.text for lead in self.lead)])))

    @cached_property
    def things(self) -> frozenset[str]:
        """The search terms of what its rows are, where a header says so: "Name of the event"."""
        told = [match["thing"] for header in self.columns if (match := _NAME_OF.fullmatch(header))]
        return frozenset(term for thing in told for term in terms(f"{thing} {self.longs.get(thing, '')}"))


def tables_in(library: Library, evidence: Sequence[Evidence]) -> Iterator[Table]:
    """Yield the tables that hold some of the evidence, best first, then others with the same columns beside them."""
    seen: dict[tuple[str, int], Table] = {}
    longs = {short: long for short, long, _ in library.abbreviations()}
    for item, block in blocks_of(library, evidence):
        if any(sentence.kind == "row" for sentence in block):
            place = (item.sentence.document_id, item.sentence.group)
            seen[place] = _table([item.hit.document.title, *item.hit.passage.section], block, longs)
            yield seen[place]
    columns = {(document_id, tuple(table.columns)) for (document_id, _), table in seen.items()}
    for document_id in dict.fromkeys(document_id for document_id, _ in seen):
        title = library.document(document_id).title
        for group in library.groups_of_rows(document_id):
            if (document_id, group) in seen:
                continue
            block = library.group(document_id, group)
            row = next(sentence for sentence in block if sentence.kind == "row")
            if (document_id, tuple(cells_of(row.text))) in columns:
                (passage,) = library.passages([row.passage_id])
                yield _table([title, *passage.section], block, longs)


def _table(headings: Sequence[str], block: Sequence[Sentence], longs: Mapping[str, str]) -> Table:
    leads = tuple(sentence for sentence in block if sentence.kind == "lead")
    rows = tuple(sentence for sentence in block if sentence.kind == "row")
    return Table(leads[:1], rows, " ".join([*headings, *(lead.text for lead in leads)]), headings[-1], longs)
