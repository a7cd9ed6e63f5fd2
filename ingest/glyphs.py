"""A page's text and its PDF → where each character stands and how it looks, and what is drawn around the words.

The text comes from pypdf, the positions from pdfium. Both follow the order of the page's content, so that their
characters match one to one once white space is left aside; where they differ, the two are aligned.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import TracebackType

import pypdfium2
import pypdfium2.raw as pdfium

from advisor.errors import CorpusError
from advisor.records import Box
from advisor.text import LINE_END_HYPHENS

PDFIUM_HYPHENS = "\x02\ufffe"
"""What pdfium reports instead of a hyphen at a line end."""

MAX_SHAPES = 20_000
"""More drawn shapes than this on one page are a map or a chart, not rules and frames around text."""

MAX_DEPTH = 8
"""Forms within forms that are looked into for drawn shapes."""

MIN_FRAME = (60.0, 18.0)
"""Width and height in points of the smallest drawn shape that can frame text."""

MAX_ALIGNED = 100_000_000
"""Pairs of characters in which two readings may differ for them to be aligned; some seconds."""

SLANT = 0.5
"""Points that a rule may lean and still count as level or upright."""

ITALIC, FORCE_BOLD = 1 << 6, 1 << 18
"""Font descriptor flags (ISO 32000-1, table 123)."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One visible character: its box in points from the top left, its type size in points, weight and slope."""

    box: Box
    size: float
    bold: bool
    italic: bool = False


@dataclass(frozen=True, slots=True)
class GlyphPage:
    """The glyphs of a page, one for each character of its text, or None for white space and unplaced characters.

    Attributes:
        size: width and height of the page in points, as pdfium renders it.
        rules: the level and upright lines drawn on the page, sides of boxes included, as boxes without height or width.
        frames: the boxes around drawn shapes that are large enough to hold text: tinted or bordered areas.
    """

    glyphs: tuple[Glyph | None, ...]
    size: tuple[float, float]
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()


class GlyphReader:
    """Reads glyphs from one PDF. Use as a context manager: it holds the file open."""

    def __init__(self, path: Path, *, password: str = "") -> None:
        self._path = path
        try:
            self._pdf = pypdfium2.PdfDocument(path, password=password or None)
        except pypdfium2.PdfiumError as error:
            raise CorpusError(f"{path}: damaged PDF ({error}); download it again", reason="damaged") from error

    def __enter__(self) -> GlyphReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pdf.close()

    def read(self, number: int, text: str) -> GlyphPage:
        """Return the glyphs for the text of a page, the page counted from 1.

        Raises:
            CorpusError: the page is damaged.
        """
        try:
            page = self._pdf[number - 1]
            width, height = page.get_size()
            found = list(_characters(page))
            rules, frames = _shapes(page)
        except (pypdfium2.PdfiumError, IndexError) as error:  # pypdf may count more pages of a broken file
            raise CorpusError(
                f"{self._path}, page {number}, is damaged ({error}); download it again", reason="damaged"
            ) from error
        ours = [i for i, character in enumerate(text) if not character.isspace()]
        glyphs: list[Glyph | None] = [None] * len(text)
        for mine, theirs in _matched([text[i] for i in ours], [character for character, _ in found]):
            glyphs[ours[mine]] = found[theirs][1]
        return GlyphPage(tuple(glyphs), (round(width, 2), round(height, 2)), tuple(rules), tuple(frames))


def _characters(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Glyph]]:
    textpage = page.get_textpage()
    shown, turn = page.get_bbox(), page.get_rotation()
    name = ctypes.create_string_buffer(256)
    flags, matrix = ctypes.c_int(), pdfium.FS_MATRIX()
    for i in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, i)
        character = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if character.isspace() or (pdfium.FPDFText_IsGenerated(textpage, i) == 1 and character not in PDFIUM_HYPHENS):
            continue
        box = _from_top_left(textpage.get_charbox(i, loose=True), shown, turn)
        pdfium.FPDFText_GetFontInfo(textpage, i, name, len(name), flags)
        font = name.value.decode("utf-8", "replace").lower()
        bold = (
            any(word in font for word in ("bold", "black", "heavy"))
            or bool(flags.value & FORCE_BOLD)
            or pdfium.FPDFText_GetFontWeight(textpage, i) >= 600
        )
        italic = any(word in font for word in ("italic", "oblique")) or bool(flags.value & ITALIC)
        pdfium.FPDFText_GetMatrix(textpage, i, matrix)
        size = pdfium.FPDFText_GetFontSize(textpage, i) * math.hypot(matrix.c, matrix.d)
        glyph = Glyph(box, round(size, 1) or round(box[3] - box[1], 1), bold, italic)
        yield ("-" if character in PDFIUM_HYPHENS else character), glyph


def _shapes(page: pypdfium2.PdfPage) -> tuple[list[Box], list[Box]]:
    """Return the rules and the frames drawn on a page; both empty where it is a picture made of countless shapes."""
    rules: list[Box] = []
    frames: list[Box] = []
    shown, turn = page.get_bbox(), page.get_rotation()
    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=MAX_DEPTH)
    for count, path in enumerate(paths, start=1):
        if count > MAX_SHAPES:
            return [], []
        x0, y0, x1, y1 = _from_top_left(path.get_bounds(), shown, turn)
        if x1 - x0 >= MIN_FRAME[0] and y1 - y0 >= MIN_FRAME[1] and _is_seen(path):
            frames.append((x0, y0, x1, y1))
        if path.level == 0:  # inside a form, points are those of the form
            rules.extend(_rules(path, shown, turn))
    return rules, frames


def _is_seen(path: pypdfium2.PdfObject) -> bool:
    """Tell whether a shape has a border, or a colour other than that of paper."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if stroke.value:
        return True
    colour = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(path, *colour)
    *paint, opacity = (part.value for part in colour)
    return bool(fill.value and opacity and min(paint) < 255)


def _rules(path: pypdfium2.PdfObject, shown: Box, turn: int) -> Iterator[Box]:
    """Yield the level and upright lines of a path."""
    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for i in range(min(pdfium.FPDFPath_CountSegments(path), MAX_SHAPES)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pairs = [(last, here)] if kind == pdfium.FPDF_SEGMENT_LINETO else []
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        if pdfium.FPDFPathSegment_GetClose(segment):
            pairs.append((here, start))
        for (ax, ay), (bx, by) in pairs:
            level, upright = abs(ay - by) <= SLANT, abs(ax - bx) <= SLANT
            if level != upright:
                yield _from_top_left((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), shown, turn)
        last = here


def _from_top_left(box: Box, shown: Box, turn: int) -> Box:
    """Turn a box in PDF user space (origin bottom left) into one on the page as a viewer shows it.

    `shown` is the part of user space that is rendered: the crop box, but never more than the media box.
    """
    left, bottom, right, top = shown
    x0, y0, x1, y1 = box
    match turn:
        case 90:
            turned = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 180:
            turned = (right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 270:
            turned = (top - y1, right - x1, top - y0, right - x0)
        case _:
            turned = (x0 - left, top - y1, x1 - left, top - y0)
    a, b, c, d = (round(value, 2) for value in turned)
    return (a, b, c, d)


def _matched(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int]]:
    """Pair the characters of the two readings, in order."""
    mine = ["-" if character in LINE_END_HYPHENS else character for character in ours]
    other = ["-" if character in LINE_END_HYPHENS else character for character in theirs]
    shorter = min(len(mine), len(other))
    head = next((i for i in range(shorter) if mine[i] != other[i]), shorter)
    tail = next((i for i in range(shorter - head) if mine[-1 - i] != other[-1 - i]), shorter - head)
    yield from ((i, i) for i in range(head))
    middle, theirs_middle = mine[head : len(mine) - tail], other[head : len(other) - tail]
    if len(middle) * len(theirs_middle) <= MAX_ALIGNED:
        for i, j, length in SequenceMatcher(None, middle, theirs_middle, autojunk=False).get_matching_blocks():
            yield from ((head + i + k, head + j + k) for k in range(length))
    yield from ((len(mine) - 1 - i, len(other) - 1 - i) for i in reversed(range(tail)))
