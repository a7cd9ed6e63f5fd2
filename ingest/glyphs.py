"""A page's text and its PDF → where each character stands and how it looks, and what is drawn around the words.

The text comes from pypdf, the positions from pdfium. Both follow the order of the page's content, so that their
characters match one to one once white space is left aside; where they differ, the two are aligned. The page is drawn
too, so that words which nobody can see on it are told apart.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import TracebackType

import pypdfium2
import pypdfium2.raw as pdfium

from advisor.errors import CorpusError
from advisor.records import Box
from advisor.text import LINE_END_HYPHENS
from ingest.drawn import MAX_PIXELS, draw_ink, from_top_left, is_painted_unseen, picture_pixels, read_shapes
from ingest.hidden import hidden_runs
from ingest.ink import Ink

PDFIUM_HYPHENS = "\x02\ufffe"
"""What pdfium reports instead of a hyphen at a line end."""

MAX_ALIGNED = 100_000_000
"""Pairs of characters in which two readings may differ for them to be aligned; some seconds."""

SMALLEST = 1.5
"""Points that the box of a character is high or wide at least where anybody can read it, whatever its paint."""

AROUND = 0.5
"""Points around a character in which it shows against the paper: a full block is of one shade inside."""

ITALIC, FORCE_BOLD = 1 << 6, 1 << 18
"""Font descriptor flags (ISO 32000-1, table 123)."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its boxes in points from the top left, its type size in points, weight and slope.

    Attributes:
        box: as wide as the character and as high as its font: the boxes of a word stand side by side.
        shape: around what is drawn of the character.
    """

    box: Box
    size: float
    bold: bool
    italic: bool
    shape: Box


@dataclass(frozen=True, slots=True)
class GlyphPage:
    """The glyphs of a page, one for each character of its text, or None for white space and unplaced characters.

    Attributes:
        size: width and height of the page in points, as pdfium renders it.
        rules: see `ingest.drawn.Shapes`.
        frames: see `ingest.drawn.Shapes`.
        hidden: the runs of characters that nobody can see on the page, as (start, end); they have no glyphs.
    """

    glyphs: tuple[Glyph | None, ...]
    size: tuple[float, float]
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as it is shown: its characters in the order of its content, its size in points, and its ink."""

    characters: tuple[tuple[str, Glyph], ...]
    size: tuple[float, float]
    ink: Ink


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
        with self._page(number) as page:
            textpage = page.get_textpage()
            found = list(_characters(page, textpage))
            shapes = read_shapes(page)
            seen = _seen(page, textpage, found, None if shapes.countless else draw_ink(page))
            size = _size(page)
        ours = [i for i, character in enumerate(text) if not character.isspace()]
        glyphs: list[Glyph | None] = [None] * len(text)
        shown: list[bool | None] = [None] * len(text)
        for mine, theirs in _matched([text[i] for i in ours], [character for _, character, _ in found]):
            glyphs[ours[mine]] = found[theirs][2]
            shown[ours[mine]] = seen[theirs]
        hidden = tuple(hidden_runs(text, shown))
        for start, end in hidden:
            glyphs[start:end] = [None] * (end - start)
        return GlyphPage(tuple(glyphs), size, shapes.rules, shapes.frames, hidden)

    def draw(self, number: int) -> Drawing:
        """Return a page as it is shown, the page counted from 1.

        Raises:
            CorpusError: the page is damaged, or its pictures are too large to be drawn.
        """
        with self._page(number) as page:
            ink = draw_ink(page)
            if ink is None:
                raise CorpusError(
                    f"{self._path}, page {number}, has pictures of {picture_pixels(page):,} pixels and is not drawn "
                    f"above {MAX_PIXELS:,}; look at it in a viewer"
                )
            found = tuple((character, glyph) for _, character, glyph in _characters(page, page.get_textpage()))
            return Drawing(found, _size(page), ink)

    @contextmanager
    def _page(self, number: int) -> Iterator[pypdfium2.PdfPage]:
        try:
            yield self._pdf[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:  # pypdf may count more pages of a broken file
            raise CorpusError(
                f"{self._path}, page {number}, is damaged ({error}); download it again", reason="damaged"
            ) from error


def _size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    return round(width, 2), round(height, 2)


def _characters(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str, Glyph]]:
    """Yield the characters that are not white space, each with its number on the page."""
    shown, turn = page.get_bbox(), page.get_rotation()
    name = ctypes.create_string_buffer(256)
    flags, matrix = ctypes.c_int(), pdfium.FS_MATRIX()
    for i in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, i)
        character = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if character.isspace() or (pdfium.FPDFText_IsGenerated(textpage, i) == 1 and character not in PDFIUM_HYPHENS):
            continue
        box = from_top_left(textpage.get_charbox(i, loose=True), shown, turn)
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
        shape = from_top_left(textpage.get_charbox(i), shown, turn)
        glyph = Glyph(box, round(size, 1) or round(box[3] - box[1], 1), bold, italic, shape)
        yield i, ("-" if character in PDFIUM_HYPHENS else character), glyph


def _seen(
    page: pypdfium2.PdfPage,
    textpage: pypdfium2.PdfTextPage,
    characters: Sequence[tuple[int, str, Glyph]],
    ink: Ink | None,
) -> list[bool]:
    """Tell of each character whether a reader of the page can see it; all can be where `ink` is None.

    Where most of a page shows no ink, it may be that it cannot be drawn here as other programs draw it: for want of a
    font, or of a form of pictures that pdfium lacks. Only text that is painted in no paint or in that of paper is
    hidden there, and none where the page has pictures: text recognition lays its text over them unpainted.
    """
    if ink is None:
        return [True] * len(characters)
    seen = [_is_legible(glyph) and ink.is_seen(glyph.shape, around=AROUND) for _, _, glyph in characters]
    if 2 * sum(seen) >= len(seen):
        return seen
    if picture_pixels(page):
        return [True] * len(characters)
    return [
        known or (_is_legible(glyph) and not is_painted_unseen(textpage, i))
        for known, (i, _, glyph) in zip(seen, characters, strict=True)
    ]


def _is_legible(glyph: Glyph) -> bool:
    x0, y0, x1, y1 = glyph.box
    return max(x1 - x0, y1 - y0) >= SMALLEST


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
