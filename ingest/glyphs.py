"""A page's text and its PDF → where each character stands, how large it is and whether it is bold.

The text comes from pypdf, the positions from pdfium. Both follow the order of the page's content, so that their
characters match one to one once white space is left aside; where they differ, the two are aligned.
"""

from __future__ import annotations

import ctypes
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

MIN_RULINGS = 4
"""Fewer drawn lines or boxes than this cannot hold a table of two rows and two columns."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One visible character: its box in points from the top left, its height in points, and its weight."""

    box: Box
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class GlyphPage:
    """The glyphs of a page, one for each character of its text, or None for white space and unplaced characters.

    Attributes:
        size: width and height of the page in points, as pdfium renders it.
    """

    glyphs: tuple[Glyph | None, ...]
    has_rulings: bool
    size: tuple[float, float]


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
            rulings = sum(1 for item in page.get_objects(max_depth=1) if item.type == pdfium.FPDF_PAGEOBJ_PATH)
        except (pypdfium2.PdfiumError, IndexError) as error:  # pypdf may count more pages of a broken file
            raise CorpusError(
                f"{self._path}, page {number}, is damaged ({error}); download it again", reason="damaged"
            ) from error
        ours = [i for i, character in enumerate(text) if not character.isspace()]
        glyphs: list[Glyph | None] = [None] * len(text)
        for mine, theirs in _matched([text[i] for i in ours], [character for character, _ in found]):
            glyphs[ours[mine]] = found[theirs][1]
        return GlyphPage(tuple(glyphs), rulings >= MIN_RULINGS, (round(width, 2), round(height, 2)))


def _characters(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Glyph]]:
    textpage = page.get_textpage()
    shown, turn = page.get_bbox(), page.get_rotation()
    name = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
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
            or pdfium.FPDFText_GetFontWeight(textpage, i) >= 600
        )
        yield ("-" if character in PDFIUM_HYPHENS else character), Glyph(box, round(box[3] - box[1], 1), bold)


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
    if mine == other:
        yield from zip(range(len(mine)), range(len(other)), strict=True)
        return
    for i, j, length in SequenceMatcher(None, mine, other, autojunk=False).get_matching_blocks():
        yield from zip(range(i, i + length), range(j, j + length), strict=True)
