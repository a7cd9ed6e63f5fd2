"""Pages → blocks in reading order: headings, paragraphs, list items and table rows; running lines are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from advisor.records import Box, Page
from advisor.text import BULLETS, LINE_END_HYPHENS, clean, comparable
from ingest.pages import SourcePage, SourcePdf, printed_labels
from ingest.tables import Grid

BlockKind = Literal["heading", "paragraph", "item", "row", "header"]
Place = tuple[int, int]
"""A character of the document: page from 1, and position in the page's stored text."""

MARGIN = 0.1
"""Share of the page height, at the top and at the bottom, in which running headers and footers stand."""

HEADING_SCALE = 1.1
MAX_HEADING_CHARS = 160

_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")
_ENUMERATED = re.compile(r"^(?:\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]|\((?:\d{1,2}|[a-z])\))\s+\S")
_BULLET = re.compile(rf"^(?:[{re.escape(BULLETS)}\ue000-\uf8ff]|o(?=\s))\s*(?=\S|$)")
_CONTENTS = re.compile(r"^(?:table of )?contents$|^(?:list of|index of) (?:figures|tables)$", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$")
_CONTENTS_LINE = re.compile(rf"{_LEADERS.pattern}|\s\d{{1,3}}$")


@dataclass(slots=True)
class Line:
    """One line of a page, with its place and its look."""

    page: int
    start: int
    end: int
    text: str
    box: Box
    size: float
    bold: bool
    bulleted: bool = False


@dataclass(slots=True)
class Block:
    """Lines that belong together.

    Attributes:
        level: of a heading, from 1; 0 otherwise.
        ranges: the characters of the block, as (page, start, end) in reading order.
        cells: of a row or table header, the characters of each cell.
        table: number of the table in the document, from 1; 0 outside tables.
    """

    kind: BlockKind
    text: str
    ranges: list[tuple[int, int, int]]
    level: int = 0
    cells: list[list[tuple[int, int, int]]] = field(default_factory=list)
    table: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A document laid out: pages with their printed labels, and blocks in reading order."""

    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    tables: int


def lay_out(pdf: SourcePdf, grids: Mapping[int, Sequence[Grid]]) -> Layout:
    """Lay a document out; `grids` holds the ruled tables of each page that has any."""
    lines = {page.page.number: _lines(page) for page in pdf.pages}
    body = _body_size(lines.values())
    titles = {n: {comparable(e.title): e.level for e in pdf.outline if e.page == n} for n in lines}
    running = _running_lines(pdf.pages, lines, body, titles)
    labels = printed_labels([[line.text for line in running[page.page.number]] for page in pdf.pages])
    pages = tuple(
        Page(p.page.number, p.page.label or label, p.page.text, p.page.width, p.page.height)
        for p, label in zip(pdf.pages, labels, strict=True)
    )
    blocks: list[Block] = []
    tables = 0
    for page in pdf.pages:
        number = page.page.number
        kept = _with_bullets([line for line in lines[number] if line not in running[number]])
        if not grids.get(number) and _is_contents_page(kept, len(pages)):
            continue
        rows, inside = _table_blocks(page, kept, grids.get(number, ()), blocks, tables)
        tables = max([tables, *(block.table for block in rows)])
        free = [line for line in kept if id(line) not in inside]
        merged = _in_order(_blocks(free, body, titles[number], bool(pdf.outline)), rows)
        _append(blocks, merged)
    return Layout(pages, tuple(blocks), tables)


def _lines(page: SourcePage) -> list[Line]:
    found = []
    text = page.page.text
    for match in re.finditer(r"[^\n]+", text):
        raw = match.group()
        if not raw.strip():
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        end = match.start() + len(raw.rstrip())
        glyphs = [glyph for glyph in page.glyphs[start:end] if glyph]
        if not glyphs:
            continue  # characters without a place are not on the page for a reader
        box = union(glyph.box for glyph in glyphs)
        bold = sum(glyph.bold for glyph in glyphs) > 0.8 * len(glyphs)
        found.append(
            Line(page.page.number, start, end, clean(text[start:end]), box, median(g.size for g in glyphs), bold)
        )
    return found


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of them."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def _running_lines(
    pages: Sequence[SourcePage], lines: Mapping[int, list[Line]], body: float, titles: Mapping[int, Mapping[str, int]]
) -> dict[int, list[Line]]:
    """Find headers and footers: the same words in the same margin of several pages, page numbers aside."""
    margins = {page.page.number: _margin_lines(page.page.height, lines[page.page.number]) for page in pages}
    enough = 3 if len(pages) > 5 else 2
    counted = Counter(name for found in margins.values() for name in {n for line in found for n in _counted(line)})
    counting = {name for name, count in counted.items() if count >= enough}

    def key(line: Line) -> tuple[bool, str]:
        words = line.text.lower()
        is_large = line.size >= HEADING_SCALE * body and any(map(str.isalpha, words))
        if not is_large and comparable(words) not in titles[line.page]:  # else "Step 1", "Step 2" are headings
            names = iter(_counted(line))
            words = re.sub(r"\d+", lambda found: "#" if next(names) in counting else found.group(), words)
        return line.box[3] < MARGIN * pages[line.page - 1].page.height, words

    counts = Counter(name for found in margins.values() for name in {key(line) for line in found})
    return {
        page: [line for line in found if counts[key(line)] >= enough or re.fullmatch(r"[\d\W]+", line.text)]
        for page, found in margins.items()
    }


def _margin_lines(height: float, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.box[3] < MARGIN * height or line.box[1] > (1 - MARGIN) * height]


def _counted(line: Line) -> list[tuple[str, int, int]]:
    """Return for each number of a line the words around it, its place among them and what it is ahead of the page.

    Where that is the same on several pages, the number counts the pages. Five figures and more never do.
    """
    words = re.sub(r"\d+", "#", line.text.lower())
    return [(words, i, int(found[:5]) - line.page) for i, found in enumerate(re.findall(r"\d+", line.text))]


def _with_bullets(lines: list[Line]) -> list[Line]:
    """Give bullets that stand alone in the content to the line beside them on the page."""
    alone = [line for line in lines if _BULLET.fullmatch(line.text)]
    others = [line for line in lines if not _BULLET.fullmatch(line.text)]
    for bullet in alone:
        middle = (bullet.box[1] + bullet.box[3]) / 2
        beside = [line for line in others if line.box[1] <= middle <= line.box[3] and line.box[0] >= bullet.box[0]]
        if beside:
            min(beside, key=lambda line: line.box[0]).bulleted = True
    return others


def _is_contents_page(lines: Sequence[Line], page_count: int) -> bool:
    """Tell a page of contents by its title or, without one, by dot leaders or by page numbers in their order."""
    entries = [line for line in lines if _CONTENTS_LINE.search(line.text)]
    if any(_CONTENTS.match(line.text) for line in lines[:4]):
        return len(entries) > max(5, 0.3 * len(lines))
    if len(entries) <= max(5, 0.6 * len(lines)):
        return False
    numbers = [int(re.findall(r"\d{1,4}$", line.text)[0]) for line in sorted(entries, key=lambda line: line.box[1])]
    rising = numbers == sorted(numbers) and numbers[0] < numbers[-1] <= page_count
    return rising or sum(bool(_LEADERS.search(line.text)) for line in entries) > 0.6 * len(lines)


def _body_size(pages: Iterable[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _blocks(lines: Sequence[Line], body: float, titles: Mapping[str, int], has_outline: bool) -> list[Block]:
    """Group the free lines of a page into blocks."""
    gaps = [b.box[1] - a.box[3] for a, b in pairwise(lines) if 0 <= b.box[1] - a.box[3] < body]
    usual = median(gaps) if gaps else 0.3 * body
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, usual, titles):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group, body, titles, has_outline) for group in groups]


def _continues(group: Sequence[Line], line: Line, usual_gap: float, titles: Mapping[str, int]) -> bool:
    last = group[-1]
    whole = comparable(" ".join(member.text for member in group))
    if whole in titles or _has_bullet(line):
        return False
    if whole and any(title.startswith(whole + comparable(line.text)) for title in titles):
        return True
    same_look = abs(last.size - line.size) < 0.06 * last.size and last.bold == line.bold
    gap = line.box[1] - last.box[3]
    near = -last.size < gap <= usual_gap + 0.35 * last.size
    if opens_item(line) and (ends_sentence(last.text) or not near or _counts_on(group[0], line)):
        return False  # "(see Step\n2) above" opens nothing
    if opens_item(group[0]) and line.box[0] < _text_start(group[0]) - 3 and not line.text[:1].islower():
        return False
    if near:
        return same_look or (last.bold == line.bold) or not (last.bold and len(group) == 1 and _looks_complete(last))
    return same_look and not ends_sentence(last.text) and line.text[:1].islower()


def _counts_on(first: Line, line: Line) -> bool:
    """Tell whether a line has the number after that of an item's first line."""
    numbers = [re.match(r"\(?(\d{1,2})[.)]", one.text) for one in (first, line)]
    return all(numbers) and int(numbers[1][1]) == int(numbers[0][1]) + 1  # type: ignore[index]


def _looks_complete(line: Line) -> bool:
    return len(line.text) < 80 and not line.text.endswith((",", "-"))


def opens_item(line: Line) -> bool:
    """Tell whether a line opens a list item: by its bullet, beside it or in it, or by its number."""
    return _has_bullet(line) or (not line.bold and bool(_ENUMERATED.match(line.text)))


def _has_bullet(line: Line) -> bool:
    return line.bulleted or bool(_BULLET.match(line.text))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends like a sentence or a lead-in."""
    return text.rstrip(" \"'”’»)]").endswith((".", "!", "?", ":", ";", "…"))


def _text_start(line: Line) -> float:
    return line.box[0] if line.bulleted or not _BULLET.match(line.text) else line.box[0] + line.size * 0.5


def _block(group: Sequence[Line], body: float, titles: Mapping[str, int], has_outline: bool) -> Block:
    text = clean(" ".join(line.text for line in group))
    ranges = [(line.page, line.start, line.end) for line in group]
    level = _heading_level(group, text, body, titles, has_outline)
    if level:
        return Block("heading", text, ranges, level=level)
    if opens_item(group[0]):
        ranges[0] = _without_bullet(group[0])
        return Block("item", text, ranges)
    return Block("paragraph", text, ranges)


def _without_bullet(line: Line) -> tuple[int, int, int]:
    match = _BULLET.match(line.text)
    return (line.page, line.start + (match.end() if match and not line.bulleted else 0), line.end)


def _heading_level(group: Sequence[Line], text: str, body: float, titles: Mapping[str, int], has_outline: bool) -> int:
    """Return the level of a heading, 0 for anything else. Levels found by looks lie below those of the outline."""
    listed = titles.get(comparable(text))
    if listed:
        return listed
    first = group[0]
    if opens_item(first) or len(text) > MAX_HEADING_CHARS or not any(map(str.isalpha, text)) or text[0].islower():
        return 0
    larger = min(line.size for line in group) >= HEADING_SCALE * body
    bold = all(line.bold for line in group) and first.size >= 0.95 * body and not ends_sentence(text)
    if not (larger or bold) or (text.endswith((".", ",", ";")) and not larger):
        return 0
    number = _NUMBERED.match(text)
    by_number = number.group(1).count(".") + 1 if number else 0
    by_size = 1 if first.size >= 1.6 * body else 2 if first.size >= 1.3 * body else 3 if larger else 4
    return (10 if has_outline else 0) + (by_number or by_size)


def _table_blocks(
    page: SourcePage, lines: Sequence[Line], grids: Sequence[Grid], before: Sequence[Block], tables: int
) -> tuple[list[Block], set[int]]:
    """Return the rows of a page's tables, and the ids of the lines inside them."""
    found: list[Block] = []
    inside: set[int] = set()
    for grid in grids:
        members = [line for line in lines if _contains(grid.box, line.box)]
        rows = [_row(page, cells) for cells in grid.rows]
        rows = [row for row in rows if row.ranges]
        if not members or not rows:
            continue
        inside.update(map(id, members))
        header = _header_of(before)
        first_on_page = not found and min(line.box[1] for line in lines) >= grid.box[1] - 2
        continues = first_on_page and header is not None and len(header.cells) == len(rows[0].cells)
        if not continues:
            tables += 1
        for i, row in enumerate(rows):
            row.table = tables
            repeated = header is not None and comparable(row.text) == comparable(header.text)
            if i == 0 and (not continues or repeated):
                row.kind = "header"
        found.extend(row for row in rows if not (continues and row.kind == "header"))
    return found, inside


def _header_of(blocks: Sequence[Block]) -> Block | None:
    """Return the header of the table that the blocks end with, None where they end with anything else."""
    if not blocks or not blocks[-1].table:
        return None
    return next((block for block in blocks if block.table == blocks[-1].table and block.kind == "header"), None)


def _row(page: SourcePage, cells: Sequence[Box | None]) -> Block:
    found = [_characters_in(page, cell) if cell else [] for cell in cells]
    ranges = sorted(span for cell in found for span in cell)
    text = " | ".join(clean(" ".join(page.page.text[start:end] for _, start, end in cell)) for cell in found)
    return Block("row", text, ranges, cells=found)


def _characters_in(page: SourcePage, cell: Box) -> list[tuple[int, int, int]]:
    """Return the runs of characters whose middle lies in the cell; white space between them belongs to a run."""
    x0, y0, x1, y1 = cell
    runs: list[list[int]] = []
    for i, glyph in enumerate(page.glyphs):
        if glyph is None:
            continue
        x, y = (glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            continue
        if runs and not page.page.text[runs[-1][1] : i].strip():
            runs[-1][1] = i + 1
        else:
            runs.append([i, i + 1])
    return [(page.page.number, start, end) for start, end in runs]


def _contains(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - 1 <= x <= outer[2] + 1 and outer[1] - 1 <= y <= outer[3] + 1


def _in_order(blocks: list[Block], rows: list[Block]) -> list[Block]:
    """Put the rows of tables where their first character stands among the other blocks."""
    first = {row.table: min(r.ranges[0] for r in rows if r.table == row.table) for row in reversed(rows)}
    keyed = [((block.ranges[0], 0), block) for block in blocks]
    keyed += [((first[row.table], i + 1), row) for i, row in enumerate(rows)]
    return [block for _, block in sorted(keyed, key=lambda pair: pair[0])]


def _append(blocks: list[Block], more: Iterable[Block]) -> None:
    """Add a page's blocks; a sentence broken by the page end goes on in the same block."""
    for i, block in enumerate(more):
        last = blocks[-1] if blocks else None
        if (
            i == 0
            and last is not None
            and block.kind == "paragraph"
            and last.kind in ("paragraph", "item")
            and block.text[:1].islower()
            and (last.text[-1:] in LINE_END_HYPHENS or not ends_sentence(last.text))
        ):
            last.text = f"{last.text} {block.text}"
            last.ranges.extend(block.ranges)
        else:
            blocks.append(block)


def sections(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Yield each section path with the blocks under it, in reading order; headings are in the path alone."""
    path: list[tuple[int, str]] = []
    held: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            held.append(block)
            continue
        if held:
            yield tuple(title for _, title in path), held
            held = []
        path = [(level, title) for level, title in path if level < block.level]
        path.append((block.level, block.text))
    if held:
        yield tuple(title for _, title in path), held
