"""A page as read → its lines in reading order, each with its place and its look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from advisor.records import Box
from advisor.text import BULLETS, clean
from ingest.pages import SourcePage

Look = tuple[float, bool, bool]
"""Size in points, to the nearest half, whether bold and whether italic."""

MOSTLY = 0.8
"""Share of a line's characters that must be bold or italic for the line to count as such."""

RAISED, GAP = 0.8, 0.5
"""Size of a raised figure against its line, at most, and the space around it in sizes of the line, at most."""

BIG_NUMBER = 1.3
"""Size of a number against the words behind it, from which the two are different things on one line."""

INTERLEAVED = 0.3
"""Share of neighbouring lines that change sides, from which two columns are taken to be written line by line."""

_BULLET = re.compile(rf"^(?:[{re.escape(BULLETS)}\ue000-\uf8ff]|o(?=\s))\s*(?=\S|$)")
_ENUMERATED = re.compile(r"^(?:\(?(?:[A-Z]?\d{1,2}|[a-z]|[ivx]{2,4})[.)]|\((?:\d{1,2}|[a-z])\))\s+\S")


@dataclass(slots=True)
class Line:
    """One line of a page, with its place and its look.

    Attributes:
        bulleted: whether a bullet that stands alone in the text belongs to it.
        callout: number of the call-out box of its page in which it stands, from 1; 0 outside.
        heading: number of the outline entry of its page that it belongs to, from 1; 0 where it belongs to none.
        level: of that entry, from 1.
    """

    page: int
    start: int
    end: int
    text: str
    box: Box
    size: float
    bold: bool
    italic: bool
    bulleted: bool = False
    callout: int = 0
    heading: int = 0
    level: int = 0

    @property
    def look(self) -> Look:
        """How the line looks."""
        return (round(self.size * 2) / 2, self.bold, self.italic)

    @property
    def has_bullet(self) -> bool:
        """Whether a bullet opens the line, in it or beside it."""
        return self.bulleted or bool(_BULLET.match(self.text))

    @property
    def opens_item(self) -> bool:
        """Whether the line opens a list item, by a bullet or by its number."""
        return self.has_bullet or (not self.bold and bool(_ENUMERATED.match(self.text)))

    @property
    def range(self) -> tuple[int, int, int]:
        """The line's characters, as (page, start, end)."""
        return (self.page, self.start, self.end)

    @property
    def bullet(self) -> str:
        """The bullet that opens the line, with the space behind it; "" where it has none of its own."""
        match = None if self.bulleted else _BULLET.match(self.text)
        return match.group() if match else ""

    @property
    def range_without_bullet(self) -> tuple[int, int, int]:
        """The line's characters without the bullet that opens it."""
        return (self.page, self.start + len(self.bullet), self.end)

    @property
    def text_start(self) -> float:
        """Where the words begin, in points from the left; behind a bullet that is part of the line."""
        return self.box[0] + (self.size * 0.5 if self.bullet else 0)


def read_lines(page: SourcePage) -> list[Line]:
    """Return the lines of a page in reading order; characters without a place are not there for a reader."""
    found: list[Line] = []
    for part in _shown(page):
        for start, end in _parts(page, *part):
            line = _line(page, start, end)
            if line and found and _raised(found[-1], line) and not _hides(page, found[-1].end, line.start):
                line = _line(page, found.pop().start, end)
            if line:
                found.append(line)
    return _in_columns(_with_bullets(found), page.page.width)


def _shown(page: SourcePage) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of the page's text; hidden words divide one, and are in none."""
    edges = [0, *(edge for run in page.hidden for edge in run), len(page.page.text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for match in re.finditer(r"[^\n]+", page.page.text[start:end]):
            yield start + match.start(), start + match.end()


def _hides(page: SourcePage, start: int, end: int) -> bool:
    return any(start <= first < end for first, _ in page.hidden)


def _line(page: SourcePage, start: int, end: int) -> Line | None:
    raw = page.page.text[start:end]
    start, end = start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())
    glyphs = [glyph for glyph in page.glyphs[start:end] if glyph]
    if not glyphs:
        return None
    many = MOSTLY * len(glyphs)
    return Line(
        *(page.page.number, start, end, clean(page.page.text[start:end])),
        box=union(glyph.box for glyph in glyphs),
        size=median(glyph.size for glyph in glyphs),
        bold=sum(glyph.bold for glyph in glyphs) > many,
        italic=sum(glyph.italic for glyph in glyphs) > many,
    )


def _raised(before: Line, line: Line) -> bool:
    """Tell whether a line is a raised or lowered figure beside the one before it, or what follows such a figure."""
    small, large = sorted((before, line), key=lambda one: one.size)
    overlap = min(before.box[3], line.box[3]) - max(before.box[1], line.box[1])
    gap = line.box[0] - before.box[2]
    other = small.size < RAISED * large.size or before.text[-1:].isdigit()
    return other and overlap > 0.5 * (small.box[3] - small.box[1]) and -GAP * small.size < gap < GAP * large.size


def _parts(page: SourcePage, start: int, end: int) -> list[tuple[int, int]]:
    """Divide a line behind a large number that opens it, as chapters have it on their first page: "01Why go abroad"."""
    number = re.match(r"\s*\d{1,3}(?=\s*[^\W\d_])", page.page.text[start:end])
    if number:
        middle = start + number.end()
        sides = ([glyph.size for glyph in page.glyphs[i:j] if glyph] for i, j in ((start, middle), (middle, end)))
        before, after = (median(sizes) if sizes else 0.0 for sizes in sides)
        if before > BIG_NUMBER * after > 0:
            return [(start, middle), (middle, end)]
    return [(start, end)]


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of them."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def contains(outer: Box, inner: Box) -> bool:
    """Tell whether the middle of a box lies in another, with a point to spare."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - 1 <= x <= outer[2] + 1 and outer[1] - 1 <= y <= outer[3] + 1


def body_look(lines: Iterable[Line]) -> Look:
    """Return the look of most of the text."""
    looks: Counter[Look] = Counter()
    for line in lines:
        looks[line.look] += len(line.text)
    return looks.most_common(1)[0][0] if looks else (10.0, False, False)


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


def _in_columns(lines: list[Line], width: float) -> list[Line]:
    """Read two columns one after the other where the content goes from side to side, line by line.

    Nearly every PDF has its columns in order; the content is left as it is there.
    """
    gutter = _gutter(lines, width)
    if gutter is None:
        return lines
    sides = [_side(line, gutter) for line in lines]
    changes = sum(
        a != b and a and b and abs(first.box[1] - second.box[1]) < first.size
        for (a, b), (first, second) in zip(pairwise(sides), pairwise(lines), strict=True)
    )
    if changes < INTERLEAVED * len(lines):
        return lines
    ordered: list[Line] = []
    held: dict[int, list[Line]] = {-1: [], 1: []}
    for line, side in zip(lines, sides, strict=True):
        if side:
            held[side].append(line)
        else:
            ordered += [*held[-1], *held[1], line]
            held = {-1: [], 1: []}
    return [*ordered, *held[-1], *held[1]]


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """Return the middle of the page where it divides the lines into two sides, None where it does not."""
    middle = width / 2
    sides = Counter(_side(line, middle) for line in lines)
    return middle if min(sides[-1], sides[1]) >= max(5, 0.25 * len(lines)) else None


def _side(line: Line, gutter: float) -> int:
    """Return -1 for a line left of the gutter, 1 for one right of it, 0 for one across."""
    return -1 if line.box[2] <= gutter else 1 if line.box[0] >= gutter else 0
