"""Ruled tables of a page and its text → rows and headers; what is ruled like a table but is a form becomes a list."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.records import Box
from advisor.text import clean
from ingest.blocks import Block, Range, is_same_text
from ingest.lines import Line, contains
from ingest.pages import SourcePage
from ingest.tables import Grid

NARROW = 9.0
"""Points: a column narrower than this is the border of a box."""

MAX_HEADER_WORDS = 15
"""A first row with a longer cell than this is no header: a canvas, whose cells hold questions and answers."""

MIN_FORM_ROWS = 3
"""A frame with fewer rows than this and one column is a box around text."""


def read_table(page: SourcePage, grid: Grid, lines: Sequence[Line]) -> list[Block]:
    """Return the rows of one ruled table that hold text, empty where it is no table.

    The first row of a table is its header, and the second too where a cell above spans more than one of its cells. A
    form, which has one cell in most of its rows, has no header: each row is an item.
    """
    members = [line for line in lines if contains(grid.box, line.box)]
    cells = _without_borders(grid)
    rows = [[_characters_in(page, cell, members) if cell else [] for cell in row] for row in cells]
    filled = [(row, carried) for row, carried in zip(rows, _carried(cells), strict=True) if any(row)]
    texts = [row for row, _ in filled]
    if not texts or not _is_table(len(texts), _most_filled(texts)):
        return []
    if _is_form(texts):
        return [_form_row(page, row) for row in texts]
    blocks = [_row(page, row, carried) for row, carried in filled]
    if max(len(_text(page, cell).split()) for cell in texts[0]) > MAX_HEADER_WORDS:
        return blocks
    blocks[0].kind = "header"
    if len(texts) > 2 and _spans(cells[0]) and not _spans(cells[1]):
        blocks[:2] = [_joined_header(page, texts[0], texts[1])]
    return blocks


def _carried(rows: Sequence[Sequence[Box | None]]) -> list[tuple[int, ...]]:
    """Return for each row the columns whose cell is the lower part of one that began in a row above."""
    lefts = [min(cell[0] for row in rows if (cell := row[k])) for k in range(len(rows[0]))] if rows else []
    found = []
    for i, row in enumerate(rows):
        own = [cell for cell in row if cell]
        middle = (own[0][1] + min(cell[3] for cell in own)) / 2 if own else 0.0
        above = [cell for upper in rows[:i] for cell in upper if cell and cell[1] < middle < cell[3]]
        found.append(
            tuple(k for k, cell in enumerate(row) if cell is None and any(one[0] <= lefts[k] < one[2] for one in above))
        )
    return found


def _is_table(rows: int, columns: int) -> bool:
    """Tell a table from a frame: two rows of two cells at least, one row of three that may go on, or a form."""
    return columns > 2 or (columns == 2 and rows > 1) or rows >= MIN_FORM_ROWS


def _most_filled(rows: Sequence[Sequence[Sequence[Range]]]) -> int:
    """Return how many cells of a row hold text, at most."""
    return max(sum(map(bool, row)) for row in rows)


def _without_borders(grid: Grid) -> list[list[Box | None]]:
    """Leave out columns that are too narrow for a letter: the thick border of a box."""
    kept = []
    for k in range(grid.columns):
        widths = [cell[2] - cell[0] for row in grid.rows if (cell := row[k])]
        if widths and max(widths) >= NARROW:
            kept.append(k)
    return [[row[k] for k in kept] for row in grid.rows]


def _characters_in(page: SourcePage, cell: Box, lines: Sequence[Line]) -> list[Range]:
    """Return the runs of characters whose middle lies in the cell, one or more for each line."""
    x0, y0, x1, y1 = cell
    runs: list[list[int]] = []
    for line in lines:
        if line.box[2] < x0 or line.box[0] > x1 or line.box[3] < y0 or line.box[1] > y1:
            continue
        for i in range(line.start, line.end):
            glyph = page.glyphs[i]
            if glyph is None:
                continue
            x, y = (glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2
            if not (x0 <= x <= x1 and y0 <= y <= y1):
                continue
            if runs and not page.page.text[runs[-1][1] : i].strip(" \t\r\u00a0"):
                runs[-1][1] = i + 1
            else:
                runs.append([i, i + 1])
    return [(page.page.number, start, end) for start, end in runs]


def _is_form(rows: Sequence[Sequence[Sequence[Range]]]) -> bool:
    single = sum(sum(map(bool, row)) == 1 for row in rows)
    return len(rows[0]) < 2 or (len(rows) >= MIN_FORM_ROWS and single > len(rows) / 2)


def _spans(row: Sequence[Box | None]) -> bool:
    return sum(cell is None for cell in row) > 0 and sum(cell is not None for cell in row) > 1


def _row(page: SourcePage, cells: Sequence[list[Range]], carried: tuple[int, ...] = ()) -> Block:
    text = " | ".join(_text(page, cell) for cell in cells)
    ranges = sorted(part for cell in cells for part in cell)
    return Block("row", text, ranges, cells=list(cells), carried=carried)


def _form_row(page: SourcePage, cells: Sequence[list[Range]]) -> Block:
    ranges = sorted(part for cell in cells for part in cell)
    return Block("item", _text(page, ranges), ranges, cells=list(cells))


def _joined_header(page: SourcePage, upper: Sequence[list[Range]], lower: Sequence[list[Range]]) -> Block:
    """Put two levels of a header together: each name below goes with the name above it, which may span several."""
    cells: list[list[Range]] = []
    over: list[Range] = []
    for above, below in zip(upper, lower, strict=True):
        over = above or over
        cells.append([*over, *below] if below else list(above))
    header = _row(page, cells)
    header.ranges = sorted({part for cell in cells for part in cell})
    header.kind = "header"
    return header


def _text(page: SourcePage, ranges: Sequence[Range]) -> str:
    return clean(" ".join(page.page.text[start:end] for _, start, end in ranges))


class Tables:
    """Numbers the tables of a document and joins the parts of one that a page end divides."""

    def __init__(self) -> None:
        self.count = 0
        self._header: Block | None = None
        self._columns = 0

    def add(self, rows: list[Block], *, at_top: bool, before: Sequence[Block]) -> list[Block]:
        """Return the rows of the next table with its number. Its first header counts; it may be repeated.

        `at_top`: nothing but running lines stands above it on its page. `before`: the blocks before it.
        """
        header = self._header
        columns = len(rows[0].cells)
        is_form = rows[0].kind == "item"
        goes_on = (
            at_top
            and not is_form
            and header is not None
            and bool(before)
            and before[-1].table == self.count
            and columns == self._columns
        )
        if goes_on and header is not None:
            rows[0].kind = "header" if is_same_text(rows[0], header) else "row"
        else:
            self.count += 1
            self._header = rows[0] if rows[0].kind == "header" else None
            self._columns = columns
        for row in rows:
            row.table = self.count
        return rows
