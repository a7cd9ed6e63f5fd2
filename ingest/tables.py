"""The rules drawn on a page → its tables: rows of cells, each cell with its box.

The rules come from pdfium, which has read the page already; pdfplumber joins them to a grid. Having pdfplumber read the
page as well would take seconds a report more (benchmarks/results/reading-reports.json, "pdfplumber alone").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber import table as pdfplumber

from advisor.records import Box

Cells = tuple[Box | None, ...]
"""The boxes of one row, left to right; None where a cell is merged with the one above or beside it."""

TOLERANCE = 3
"""Points within which two rules are one, and within which they meet."""

MAX_RULES = 5_000
"""More rules than this on one page are hatching or a drawing; no table needs them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table on one page: its box, and its rows from top to bottom."""

    box: Box
    rows: tuple[Cells, ...]

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.rows[0])


def find_grids(rules: Sequence[Box]) -> list[Grid]:
    """Return the ruled tables of a page, top to bottom, from its level and upright rules.

    A table has two cells at least. Whether it holds text, and is more than a frame, shows when its words are read.
    """
    if not 4 <= len(rules) <= MAX_RULES:
        return []
    edges = pdfplumber.merge_edges([_edge(rule) for rule in rules], TOLERANCE, TOLERANCE, TOLERANCE, TOLERANCE)
    crossings = pdfplumber.edges_to_intersections(edges, TOLERANCE, TOLERANCE)
    cells = pdfplumber.intersections_to_cells(crossings)
    grids = [_grid(group) for group in pdfplumber.cells_to_tables(cells)]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _edge(rule: Box) -> dict[str, Any]:
    x0, y0, x1, y1 = rule
    level = x1 - x0 >= y1 - y0
    return {
        "object_type": "line",
        "orientation": "h" if level else "v",
        **{"x0": x0, "x1": x1, "top": y0, "bottom": y1, "width": x1 - x0, "height": y1 - y0},
    }


def _grid(cells: Sequence[Box]) -> Grid:
    """Put cells into rows by their tops and columns by their left sides; a merged cell leaves gaps."""
    lefts = sorted({cell[0] for cell in cells})
    rows: defaultdict[float, dict[float, Box]] = defaultdict(dict)
    for cell in cells:
        rows[cell[1]][cell[0]] = cell
    x0, y0, x1, y1 = zip(*cells, strict=True)
    return Grid(
        (min(x0), min(y0), max(x1), max(y1)),
        tuple(tuple(held.get(left) for left in lefts) for _, held in sorted(rows.items())),
    )
