"""Pages → blocks in reading order: what a person reads as one thing, with running lines told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records import Page
from ingest.blocks import Block, Range, read_blocks
from ingest.callouts import mark_callouts
from ingest.headings import HeadingLevels, mark_outlined
from ingest.joining import (
    attach_captions,
    attach_notes,
    count_on,
    find_list_heads,
    join_broken,
    join_callouts,
    keep_lone_heads,
)
from ingest.lines import Line, body_look, read_lines
from ingest.notes import Mark, find_notes
from ingest.pages import SourcePage, SourcePdf, printed_labels
from ingest.rows import Tables, read_table
from ingest.running import running_lines
from ingest.tables import find_grids

_CONTENTS = re.compile(
    r"^(?:table of )?contents$|^(?:(?:list|index) of|table of) (?:figures|tables|boxes)$", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$")
_CONTENTS_LINE = re.compile(rf"{_LEADERS.pattern}|\s\d{{1,3}}$")

NARROW = 0.45
"""Share of the page width, below which a box floats beside the text."""

MIN_WIDE_LINES = 3
"""Lines wider than a box that show that it stands in no column."""


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
    for number, found in lines.items():
        mark_outlined(found, [entry for entry in pdf.outline if entry.page == number])
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
        self._in_contents = False

    def divide(self, page: SourcePage) -> _Parts:
        """Tell the parts of the next page apart."""
        lines = self._lines[page.page.number]
        grids = find_grids(page.rules)
        contents, lines = self._take_contents(lines, has_table=any(grid.columns > 1 for grid in grids))
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
        blocks = _with_floats_in_place(blocks, parts.free, parts.page.page.width)
        self.blocks += parts.contents
        for upper, rows in parts.tables:
            at_top = upper <= parts.top + 2
            blocks = _inserted(blocks, self.tables.add(rows, at_top=at_top, before=self.blocks if at_top else ()))
        for note, mark in parts.notes:
            block = Block("note", " ".join(line.text for line in note), [line.range for line in note])
            blocks.append(block)
            self.marks[block.ranges[0]] = mark
        self.blocks += blocks

    def _take_contents(self, lines: list[Line], *, has_table: bool) -> tuple[list[Block], list[Line]]:
        """Return the headings of a page of contents and its entries as one block, and the lines of any other page.

        A page of contents is known by its title or, without one, by dot leaders or by page numbers in their order;
        what stands at the top of the page after it and looks the same belongs to it.
        """
        entries = [line for line in lines if _CONTENTS_LINE.search(line.text)]
        titled = any(_CONTENTS.match(line.text) for line in lines[:4])
        goes_on = self._in_contents and bool(entries) and len(entries) >= 0.8 * len(lines)
        self._in_contents = not has_table and (
            (titled and len(entries) > max(5, 0.3 * len(lines)))
            or (goes_on and _rises(entries))
            or _is_untitled_contents(lines, entries, len(self._lines))
        )
        if not self._in_contents:
            return [], lines
        titles = [line for line in lines if _CONTENTS.match(line.text) or (line.heading and line not in entries)]
        rest = [line for line in lines if line not in titles]
        blocks = [Block("heading", title.text, [title.range], level=title.level or 1) for title in titles]
        return [*blocks, Block("contents", " ".join(line.text for line in rest), [line.range for line in rest])], []


def _with_floats_in_place(blocks: list[Block], lines: Sequence[Line], width: float) -> list[Block]:
    """Move narrow boxes that come before a heading in the content, but stand below it on the page, behind it."""
    for number in {line.callout for line in lines if line.callout}:
        boxed = [line for line in lines if line.callout == number]
        top = min(line.box[1] for line in boxed)
        left, right = min(line.box[0] for line in boxed), max(line.box[2] for line in boxed)
        if right - left > NARROW * width or not _is_beside(lines, left, right):
            continue
        box = [block for block in blocks if block.callout == number]
        first = blocks.index(box[0])
        above = [
            i
            for i, block in enumerate(blocks[first:], start=first)
            if block.kind == "heading" and not block.callout and block.ends and block.ends.box[1] < top
        ]
        if above and blocks[first : first + len(box)] == box:
            rest = blocks[:first] + blocks[first + len(box) :]
            at = above[-1] - len(box) + 1
            blocks = rest[:at] + box + rest[at:]
    return blocks


def _is_beside(lines: Sequence[Line], left: float, right: float) -> bool:
    """Tell whether the text of the page is wider than a box, above and below it, so that the box is no column."""
    wide = [line for line in lines if not line.callout and line.box[2] - line.box[0] > 1.2 * (right - left)]
    return sum(line.box[0] < right and line.box[2] > left for line in wide) >= MIN_WIDE_LINES


def _holds(rows: Sequence[Block], line: Line) -> bool:
    return any(part[1] < line.end and line.start < part[2] for row in rows for part in row.ranges)


def _inserted(blocks: list[Block], rows: list[Block]) -> list[Block]:
    """Put the rows of a table where their first character stands among the other blocks."""
    if not rows:
        return blocks
    first = min(row.ranges[0] for row in rows)
    at = next((i for i, block in enumerate(blocks) if block.ranges[0] > first), len(blocks))
    return [*blocks[:at], *rows, *blocks[at:]]


def _is_untitled_contents(lines: Sequence[Line], entries: Sequence[Line], page_count: int) -> bool:
    if len(entries) <= max(5, 0.6 * len(lines)):
        return False
    leaders = sum(bool(_LEADERS.search(line.text)) for line in entries) > 0.6 * len(lines)
    return leaders or (_rises(entries) and _numbers(entries)[-1] <= page_count)


def _rises(entries: Sequence[Line]) -> bool:
    numbers = _numbers(entries)
    return numbers == sorted(numbers) and (numbers[0] < numbers[-1] or len(numbers) < 3)


def _numbers(entries: Sequence[Line]) -> list[int]:
    ordered = sorted(entries, key=lambda line: line.box[1])
    return [int(re.findall(r"\d{1,4}$", line.text)[0]) for line in ordered]


Section = tuple[tuple[str, ...], list[Block]]
"""A section path with the blocks under it."""


def sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """Yield each section path with the blocks under it; headings are in the path alone.

    The text of a section comes in reading order, and its call-out boxes after it, each with the headings inside it at
    the end of its path: what stands in a box ends with the box. Covers and dividers stand under no heading.
    """
    path: list[tuple[int, str]] = []
    held: list[Block] = []
    boxes: dict[int, list[Block]] = {}
    covers: list[Block] = []
    for block in blocks:
        if block.callout:
            boxes.setdefault(block.callout, []).append(block)
        elif block.kind == "display":
            covers.append(block)
        elif block.kind == "heading":
            yield from _section(path, held, boxes)
            held, boxes = [], {}
            if covers:
                yield (), covers
                covers = []
            _enter(path, block)
        else:
            held.append(block)
    yield from _section(path, held, boxes)
    if covers:
        yield (), covers


def _section(path: list[tuple[int, str]], held: list[Block], boxes: dict[int, list[Block]]) -> Iterator[Section]:
    if held:
        yield _titles(path), held
    for box in boxes.values():
        inner, within = list(path), []
        for block in box:
            if block.kind != "heading":
                within.append(block)
                continue
            if within:
                yield _titles(inner), within
                within = []
            _enter(inner, block)
        if within:
            yield _titles(inner), within


def _enter(path: list[tuple[int, str]], heading: Block) -> None:
    """Change a path to that under a heading."""
    while path and path[-1][0] >= heading.level:
        path.pop()
    path.append((heading.level, heading.text))


def _titles(path: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(title for _, title in path)
