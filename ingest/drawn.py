"""A page as pdfium holds it → what is drawn on it: its shapes, and the page in shades of grey, where words are seen.

This module and `ingest.glyphs` are the door of pypdfium2 at ingest.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from advisor.records import Box
from ingest.ink import Ink

MAX_SHAPES = 20_000
"""More drawn shapes than this on one page are a map or a chart, not rules and frames around text."""

MAX_DEPTH = 8
"""Forms within forms that are looked into for drawn shapes."""

MIN_FRAME = (60.0, 18.0)
"""Width and height in points of the smallest drawn shape that can frame text."""

SLANT = 0.5
"""Points that a rule may lean and still count as level or upright."""

SCALE, MAX_SIDE_PX = 2.0, 4_000
"""Pixels to a point of a drawn page, fewer where it would get larger than this: 10 point type is 20 pixels high."""

MAX_PIXELS = 40_000_000
"""Pixels that the pictures of a page have together, up to which it is drawn: A4 scanned at 600 dpi has 35 million."""

PALE, CLEAR = 235, 20
"""Shade from which paint is that of paper, and opacity below which it is none; of 255."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is drawn on a page beside its text.

    Attributes:
        rules: the level and upright lines, sides of boxes included, as boxes without height or width.
        frames: the boxes around shapes that are large enough to hold text: tinted or bordered areas.
        countless: whether it is a picture made of countless shapes, whose rules and frames are not told.
    """

    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    countless: bool = False


def read_shapes(page: pypdfium2.PdfPage) -> Shapes:
    """Return what is drawn on a page beside its text."""
    rules: list[Box] = []
    frames: list[Box] = []
    shown, turn = page.get_bbox(), page.get_rotation()
    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=MAX_DEPTH)
    for count, path in enumerate(paths, start=1):
        if count > MAX_SHAPES:
            return Shapes(countless=True)
        x0, y0, x1, y1 = from_top_left(path.get_bounds(), shown, turn)
        if x1 - x0 >= MIN_FRAME[0] and y1 - y0 >= MIN_FRAME[1] and _is_seen(path):
            frames.append((x0, y0, x1, y1))
        if path.level == 0:  # inside a form, points are those of the form
            rules.extend(_rules(path, shown, turn))
    return Shapes(tuple(rules), tuple(frames))


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
                yield from_top_left((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), shown, turn)
        last = here


def draw_ink(page: pypdfium2.PdfPage) -> Ink | None:
    """Draw a page; None where its pictures are so large that unpacking them could fill the memory."""
    if picture_pixels(page) > MAX_PIXELS:
        return None
    scale = min(SCALE, MAX_SIDE_PX / max(page.get_size()))
    return Ink(page.render(scale=scale, grayscale=True).to_numpy().squeeze(), scale)


def picture_pixels(page: pypdfium2.PdfPage) -> int:
    """Return how many pixels the pictures of a page have together."""
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=MAX_DEPTH)
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pixels = 0
    for picture in pictures:
        if pdfium.FPDFImageObj_GetImagePixelSize(picture, width, height):
            pixels += width.value * height.value
    return pixels


def is_painted_unseen(textpage: pypdfium2.PdfTextPage, i: int) -> bool:
    """Tell whether a character is painted in no paint, or in that of paper."""
    mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(textpage, i))
    if mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP):
        return True
    colour = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(textpage, i, *colour)
    *paint, opacity = (part.value for part in colour)
    return opacity < CLEAR or min(paint) >= PALE


def from_top_left(box: Box, shown: Box, turn: int) -> Box:
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
