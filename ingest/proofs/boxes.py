"""A citation and its page as drawn → what is wrong with its boxes: they enclose the words of the quote, and no others.

Three things are looked at that the boxes were not made from, or not in this way: which characters of the drawn page
lie in them, whether these are the quote, in its place on the page; how closely the boxes fit them; and whether
anything can be seen in each box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from advisor.records import Box
from advisor.text import LINE_END_HYPHENS
from ingest.glyphs import Drawing, Glyph
from ingest.lines import union
from ingest.proofs.answers import Record

CLOSE = 1.5
"""Points by which an edge may lie off the outermost character of its side.

Boxes and characters are rounded to hundredths of a point, and a reader does not see a highlight that is off by a
stroke's width. A box that has slipped by 3 points, a quarter of a line of 12 point type, is off by more.
"""

MOST_WORDS = 60
"""Characters of the words that a message quotes."""

MAX_COMPARED = 10_000_000
"""Pairs of characters in which quote and boxes may differ for a message to name them; a second."""

Inside = tuple[int, int]
"""Number of a box, and number of a character of the page that lies in it."""


def box_problem(citation: Record, text: str, drawing: Drawing) -> str:
    """Return what is wrong with the boxes of a citation, "" where nothing is; `text` is the text of its page."""
    boxes = citation["boxes"]
    if not boxes:
        return "it has no boxes: nothing is highlighted on the page; ask again"
    if len(boxes) > len(citation["quote"]):
        return f"it has {len(boxes)} boxes for {len(citation['quote'])} characters; ask again"
    width, height = drawing.size
    for i, box in enumerate(boxes, start=1):
        if not _is_box(box, width, height):
            return f"box {i} is no box on a page of {width:g} by {height:g} points: {str(box)[:80]}; ask again"
    inside = list(_inside(boxes, drawing))
    return next(_problems(citation, text, drawing, inside), "")


def _problems(citation: Record, text: str, drawing: Drawing, inside: Sequence[Inside]) -> Iterator[str]:
    """Yield what is wrong with boxes that are on the page, the plainest first."""
    numbers = sorted({k for _, k in inside})
    quoted = _characters(citation["quote"])
    enclosed = "".join(_plain(drawing.characters[k][0]) for k in numbers)
    yield from _different(quoted, enclosed)
    if len(inside) > len(numbers):
        yield "its boxes lie over one another; ask again"
    if _is_elsewhere(citation, text, quoted, drawing, numbers):
        yield "its boxes enclose the same words in another place of the page; ask again"
    for i, box in enumerate(citation["boxes"], start=1):
        held = [drawing.characters[k][1] for number, k in inside if number == i]
        if not held:
            yield f"box {i} holds no word of the quote; ask again"
        elif slip := _slip(box, held):
            yield f"box {i} does not fit its words: {slip}; ask again"
        elif not drawing.ink.is_seen(box):
            yield f"nothing can be seen in box {i}; look at the page in a viewer"


def _is_box(box: object, width: float, height: float) -> bool:
    """Tell whether a value is a box of finite numbers that stands on the page, give or take rounding."""
    if not (isinstance(box, list) and len(box) == 4 and all(type(edge) in (int, float) for edge in box)):
        return False
    x0, y0, x1, y1 = box
    return bool(-CLOSE <= x0 < x1 <= width + CLOSE and -CLOSE <= y0 < y1 <= height + CLOSE)  # false for NaN, too


def _inside(boxes: Sequence[Box], drawing: Drawing) -> Iterator[Inside]:
    """Yield the characters whose middle lies in a box, box by box."""
    for i, (x0, y0, x1, y1) in enumerate(boxes, start=1):
        for k, (_, glyph) in enumerate(drawing.characters):
            x, y = (glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2
            if x0 <= x <= x1 and y0 <= y <= y1:
                yield i, k


def _plain(text: str) -> str:
    return re.sub(rf"[{LINE_END_HYPHENS}]", "-", text)


def _characters(text: str) -> str:
    """Return the characters of a text as they can be compared with those of a page: without white space."""
    return _plain("".join(text.split()))


def _different(quoted: str, enclosed: str) -> Iterator[str]:
    if quoted == enclosed:
        return
    if len(quoted) * len(enclosed) > MAX_COMPARED:
        yield f"its boxes hold {len(enclosed)} characters, and the quote has {len(quoted)}; ask again"
        return
    parts = SequenceMatcher(None, quoted, enclosed, autojunk=False).get_opcodes()
    missed = " … ".join(quoted[i:j] for kind, i, j, _, _ in parts if kind != "equal" and j > i)
    more = " … ".join(enclosed[i:j] for kind, _, _, i, j in parts if kind != "equal" and j > i)
    said = [f"leave out {missed[:MOST_WORDS]!r}"] * bool(missed) + [f"hold {more[:MOST_WORDS]!r} too"] * bool(more)
    yield f"its boxes {' and '.join(said)}; ask again"


def _is_elsewhere(citation: Record, text: str, quoted: str, drawing: Drawing, numbers: Sequence[int]) -> bool:
    """Tell whether the boxes stand around another of several places of the page that have the words of the quote."""
    ours = _places(quoted, _characters(text))
    theirs = _places(quoted, "".join(_plain(character) for character, _ in drawing.characters))
    if len(ours) < 2 or len(ours) != len(theirs):
        return False
    start = len(_characters(text[: citation["start"]]))
    return start in ours and numbers[0] in theirs and ours.index(start) != theirs.index(numbers[0])


def _places(words: str, whole: str) -> list[int]:
    return [found.start() for found in re.finditer(f"(?={re.escape(words)})", whole)]


def _slip(box: Box, held: Sequence[Glyph]) -> str:
    """Return which edge lies farthest from the characters in a box, where it is too far."""
    around = union(glyph.box for glyph in held)
    names = ("left", "upper", "right", "lower")
    off, name = max((abs(edge - due), name) for edge, due, name in zip(box, around, names, strict=True))
    return f"its {name} edge is {off:.1f} points off" if off > CLOSE else ""
