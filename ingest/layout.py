"""Pages → blocks in reading order: what a person reads as one thing, with running lines told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.records import Page
from ingest.blocks import Block, Range, read_blocks
from ingest.callouts import mark_callouts
from ingest.contents import ContentsReader
from ingest.headings import HeadingLevels, mark_outlined
from ingest.joining import (
    attach_captions,
    attach_notes,
    count_on,
    find_list_heads,
    join_broken,
    join_callouts,
    keep_lone_heads,
    with_floats_in_place,
)
from ingest.lines import Line, body_look, read_lines
from ingest.notes import Mark, find_notes
from ingest.pages import OutlineEntry, SourcePage, SourcePdf, printed_labels
from ingest.rows import Tables, read_table
from ingest.running import running_lines
from ingest.tables import find_grids


@dataclass(frozen=True, slots=True)
class Layout:
    """A document laid out.

    Attributes:
        pages: its pages with their printed labels.
        blocks: its blocks in reading order.
        tables: how many tables it has; forms that are ruled like tables count.
        running: the characters of running headers and footers, as (page, start, end).
        marks: the characters of footnote marks in the text.
    """

    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    tables: int
    running: tuple[Range, ...] = ()
    marks: tuple[Mark, ...] = ()


def lay_out(pdf: SourcePdf) -> Layout:
    """Lay a document out."""
    lines = {page.page.number: read_lines(page) for page in pdf.pages}
    entries: defaultdict[int, list[OutlineEntry]] = defaultdict(list)
    for entry in pdf.outline:
        entries[entry.page].append(entry)
    for number, found in lines.items():
        mark_outlined(found, entries[number])
    body = body_look(line for found in lines.values() for line in found)
    running = running_lines([page.page for page in pdf.pages], lines, body=body[0])
    labels = printed_labels([[line.text for line in running[page.page.number]] for page in pdf.pages])
    pages = tuple(
        Page(p.page.number, p.page.label or label, p.page.text, p.page.width, p.page.height)
        for p, label in zip(pdf.pages, labels, strict=True)
    )
    kept = {number: [line for line in found if line not in running[number]] for number, found in lines.items()}
    reader = _Reader(kept, body[0])
    parts = [reader.divide(page) for page in pdf.pages]
    levels = HeadingLevels(body, (line for part in parts for line in part.free))
    for part in parts:
        reader.read(part, levels)
    blocks = join_callouts(reader.blocks)
    find_list_heads(blocks)
    count_on(blocks)
    keep_lone_heads(blocks)
    blocks = attach_captions(attach_notes(join_broken(blocks), reader.marks))
    ranges = tuple(line.range for found in running.values() for line in found)
    return Layout(pages, tuple(blocks), reader.tables.count, ranges, tuple(reader.marks.values()))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a page is made of.

    Attributes:
        contents: its headings and entries, where it is a page of contents.
        tables: the rows of each table, with its upper edge, from top to bottom.
        notes: the lines of each footnote, with its mark in the text.
        free: all other lines, in reading order.
        top: where the first line stands.
    """

    page: SourcePage
    contents: list[Block]
    tables: list[tuple[float, list[Block]]]
    notes: list[tuple[list[Line], Mark]]
    free: list[Line]
    top: float


class _Reader:
    """Reads page by page into blocks, keeping what goes on from page to page."""

    def __init__(self, lines: dict[int, list[Line]], body: float) -> None:
        self.blocks: list[Block] = []
        self.tables = Tables()
        self.marks: dict[Range, Mark] = {}
        self._lines = lines
        self._body = body
        self._callouts = 0
        self._contents = ContentsReader(len(lines))

    def divide(self, page: SourcePage) -> _Parts:
        """Tell the parts of the next page apart."""
        lines = self._lines[page.page.number]
        grids = find_grids(page.rules)
        contents, lines = self._contents.take(lines, has_table=any(grid.columns > 1 for grid in grids))
        notes = find_notes(page, lines, self._body)
        noted = [line for note, _ in notes for line in note]
        lines = [line for line in lines if line not in noted]
        tables = []
        boxes = []
        free = lines
        for grid in grids:
            rows = read_table(page, grid, free)
            if rows:
                free = [line for line in free if not _holds(rows, line)]
                boxes.append(grid.box)
                tables.append((grid.box[1], rows))
        mark_callouts(page.page, free, page.frames, boxes)
        for line in free:
            line.callout += self._callouts if line.callout else 0
        self._callouts = max([self._callouts, *(line.callout for line in free)])
        return _Parts(page, contents, tables, notes, free, min((line.box[1] for line in lines), default=0.0))

    def read(self, parts: _Parts, levels: HeadingLevels) -> None:
        """Add the blocks of the next page."""
        blocks = read_blocks(parts.free, levels)
        blocks = with_floats_in_place(blocks, parts.free, parts.page.page.width)
        self.blocks += parts.contents
        for upper, rows in parts.tables:
            at_top = upper <= parts.top + 2
            blocks = _inserted(blocks, self.tables.add(rows, at_top=at_top, before=self.blocks if at_top else ()))
        for note, mark in parts.notes:
            block = Block("note", " ".join(line.text for line in note), [line.range for line in note])
            blocks.append(block)
            self.marks[block.ranges[0]] = mark
        self.blocks += blocks


def _holds(rows: Sequence[Block], line: Line) -> bool:
    return any(part[1] < line.end and line.start < part[2] for row in rows for part in row.ranges)


def _inserted(blocks: list[Block], rows: list[Block]) -> list[Block]:
    """Put the rows of a table where their first character stands among the other blocks."""
    if not rows:
        return blocks
    first = min(row.ranges[0] for row in rows)
    at = next((i for i, block in enumerate(blocks) if block.ranges[0] > first), len(blocks))
    return [*blocks[:at], *rows, *blocks[at:]]
