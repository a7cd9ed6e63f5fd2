"""Frames drawn on a page → its call-out boxes, and which lines stand in them."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.records import Box, Page
from ingest.lines import Line, contains

PAPER = 0.8
"""A frame that covers more than this share of the page is its background."""

MIN_WIDTH = 0.25
"""A call-out box is at least this share of the page wide."""


def mark_callouts(page: Page, lines: Sequence[Line], frames: Sequence[Box], grids: Sequence[Box]) -> None:
    """Note for each line in which call-out box of the page it stands, counted from 1 from the first in the text.

    A frame inside another is a part of it; the cells of a table are none. A level rule above and below text frames
    it, too, where the PDF draws both as one shape, as borders of a box are drawn.
    """
    boxes = _outermost([frame for frame in frames if _may_hold_text(page, frame, grids)])
    numbers: dict[int, int] = {}
    for line in lines:
        inside = next((i for i, box in enumerate(boxes) if contains(box, line.box)), None)
        if inside is not None:
            line.callout = numbers.setdefault(inside, len(numbers) + 1)


def _may_hold_text(page: Page, frame: Box, grids: Sequence[Box]) -> bool:
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    return (
        width >= MIN_WIDTH * page.width
        and width * height <= PAPER * page.width * page.height
        and not any(contains(grid, frame) and width <= grid[2] - grid[0] + 2 for grid in grids)
    )


def _outermost(frames: Sequence[Box]) -> list[Box]:
    by_area = sorted(set(frames), key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
    kept: list[Box] = []
    for frame in by_area:
        if not any(contains(other, frame) and frame[3] - frame[1] <= other[3] - other[1] + 2 for other in kept):
            kept.append(frame)
    return kept
