"""A page with ruled lines → its tables: rows of cells, each cell with its box.

pdfplumber finds the grid; the words are taken from the stored text by their place, so that spans stay exact.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.table import Table

from advisor.errors import CorpusError
from advisor.records import Box

Cells = tuple[Box | None, ...]
"""The boxes of one row, left to right; None where a cell is merged with the one above or beside it."""

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it reports every flaw that it can read past


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table on one page: its box, and its rows from top to bottom."""

    box: Box
    rows: tuple[Cells, ...]


class TableReader:
    """Finds ruled tables in one PDF. Use as a context manager: it holds the file open."""

    def __init__(self, path: Path, *, password: str = "") -> None:
        self._path = path
        self._file = path.open("rb")
        try:
            self._pdf = pdfplumber.open(self._file, password=password)
        except Exception as error:  # pdfplumber raises whatever its parsing runs into
            self._file.close()
            raise self._damaged(error) from error

    def __enter__(self) -> TableReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, number: int) -> list[Grid]:
        """Return the tables of a page (from 1), top to bottom.

        A table has two rows of two cells or, as the rest of one that began on the page before, one row of three.

        Raises:
            CorpusError: the page is damaged.
        """
        try:
            page = self._pdf.pages[number - 1]
            _show_from_top_left(page)
            grids = [_grid(table) for table in page.find_tables()]
            page.close()
        except Exception as error:  # see above
            raise self._damaged(error) from error
        return sorted((grid for grid in grids if _is_table(grid)), key=lambda grid: grid.box[1])

    def _damaged(self, error: Exception) -> CorpusError:
        what = f"{type(error).__name__}: {error}"
        return CorpusError(f"{self._path} is damaged ({what}); download it again", reason="damaged")


def _show_from_top_left(page: Page) -> None:
    """Make pdfplumber count from the top left of what a viewer shows: its own origin is that of the media box."""
    (media, crop) = (_ordered(box) for box in (page.page_obj.mediabox, page.page_obj.cropbox))
    x0, y0, x1, y1 = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if x0 >= x1 or y0 >= y1:
        x0, y0, x1, y1 = media
    page.page_obj.mediabox = (x0, y0, x1, y1)
    width, height = (y1 - y0, x1 - x0) if page.rotation % 180 else (x1 - x0, y1 - y0)
    page.mediabox = page.bbox = (0, 0, width, height)


def _ordered(box: Box) -> Box:
    """Return a box with its lower left corner first: a PDF may name any two opposite corners."""
    (x0, x1), (y0, y1) = sorted(box[::2]), sorted(box[1::2])
    return (x0, y0, x1, y1)


def _grid(table: Table) -> Grid:
    rows = (tuple(_rounded(cell) if cell else None for cell in row.cells) for row in table.rows)
    return Grid(_rounded(table.bbox), tuple(rows))


def _rounded(box: Box) -> Box:
    x0, y0, x1, y1 = (round(float(value), 2) for value in box)
    return (x0, y0, x1, y1)


def _is_table(grid: Grid) -> bool:
    columns = max(sum(cell is not None for cell in row) for row in grid.rows)
    return columns > 2 or (columns == 2 and len(grid.rows) > 1)
