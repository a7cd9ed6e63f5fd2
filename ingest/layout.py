"""Pages → blocks in reading order: what a person reads as one thing, with running lines told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records import Page
from ingest.blocks import Block, Range, read_blocks
from ingest.callouts import mark_callouts
from ingest.headings import HeadingLevels, mark_outlined
from ingest.joining import attach_captions, attach_notes, find_list_heads, join_broken, join_callouts
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
    reader = _PageReader(kept, body[0], HeadingLevels(body, (line for found in kept.values() for line in found)))
    for page in pdf.pages:
        reader.read(page)
    blocks = join_callouts(reader.blocks)
    find_list_heads(blocks)
    blocks = attach_captions(attach_notes(join_broken(blocks), reader.marks))
    ranges = tuple(line.range for found in running.values() for line in found)
    return Layout(pages, tuple(blocks), reader.tables.count, ranges, tuple(reader.marks.values()))


class _PageReader:
    """Reads page by page into blocks, keeping what goes on from page to page."""

    def __init__(self, lines: dict[int, list[Line]], body: float, levels: HeadingLevels) -> None:
        self.blocks: list[Block] = []
        self.tables = Tables()
        self.marks: dict[Range, Mark] = {}
        self._lines = lines
        self._body = body
        self._levels = levels
        self._callouts = 0
        self._in_contents = False

    def read(self, page: SourcePage) -> None:
        """Add the blocks of the next page."""
        lines = self._lines[page.page.number]
        grids = find_grids(page.rules)
        lines = self._take_contents(lines, has_table=any(grid.columns > 1 for grid in grids))
        notes = find_notes(page, lines, self._body)
        noted = [line for note, _ in notes for line in note]
        lines = [line for line in lines if line not in noted]
        rows = []
        inside: list[Line] = []
        boxes = []
        for grid in grids:
            found = read_table(page, grid, [line for line in lines if line not in inside])
            if found:
                inside += [line for line in lines if _holds(found, line)]
                boxes.append(grid.box)
                rows.append((grid.box[1], found))
        free = [line for line in lines if line not in inside]
        mark_callouts(page.page, free, page.frames, boxes)
        for line in free:
            line.callout += self._callouts if line.callout else 0
        self._callouts = max([self._callouts, *(line.callout for line in free)])
        blocks = read_blocks(free, self._levels)
        top = min((line.box[1] for line in lines), default=0.0)
        for upper, found in rows:
            at_top = upper <= top + 2
            found = self.tables.add(found, at_top=at_top, before=self.blocks if at_top else ())
            blocks = _inserted(blocks, found)
        for note, mark in notes:
            block = Block("note", " ".join(line.text for line in note), [line.range for line in note])
            blocks.append(block)
            self.marks[block.ranges[0]] = mark
        self.blocks += blocks

    def _take_contents(self, lines: list[Line], *, has_table: bool) -> list[Line]:
        """Put the entries of a page of contents aside as one block, and return the other lines.

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
            return lines
        titles = [line for line in lines if _CONTENTS.match(line.text) or (line.heading and line not in entries)]
        rest = [line for line in lines if line not in titles]
        for title in titles:
            self.blocks.append(Block("heading", title.text, [title.range], level=title.level or 1))
        self.blocks.append(Block("contents", " ".join(line.text for line in rest), [line.range for line in rest]))
        return []


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
