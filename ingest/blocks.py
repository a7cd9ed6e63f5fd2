"""Lines of a page → blocks: headings, paragraphs, list items, captions and notes, each with its exact characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from advisor.text import LINE_END_HYPHENS, STOP_WORDS, clean, comparable, words
from ingest.headings import HeadingLevels
from ingest.lines import Line

BlockKind = Literal["heading", "paragraph", "item", "row", "header", "caption", "note", "contents", "display"]
Range = tuple[int, int, int]
"""Characters of the document: page from 1, start and end in the page's stored text."""

CAPTION = re.compile(
    r"^(?:figure|fig\.|table|chart|graph|map|diagram|box)\s+\d{1,3}[a-z]?\b|^source\s*:", re.IGNORECASE
)
_CAPTION_MARK = re.compile(
    r"^(?:figure|fig\.|table|chart|graph|map|diagram|box)\s+\d{1,3}[a-z]?\s*[:.–—-]", re.IGNORECASE
)

MAX_CAPTION_CHARS = 110
"""A line that begins like a caption, looks like the body and is longer than this is a sentence about the figure."""

SAME_SIZE = 0.06

SHORT = 0.7
"""Width of a head within a paragraph against the lines before it, at most."""


@dataclass(slots=True)
class Block:
    """Lines that belong together.

    Attributes:
        kind: "display" is text of a cover or divider, which stands under no heading.
        level: of a heading, from 1; 0 otherwise.
        ranges: the characters of the block, as (page, start, end) in reading order.
        cells: of a row or table header, the characters of each cell.
        table: number of the table in the document, from 1; 0 outside tables.
        carried: of a row, the columns whose cell is the lower part of one that began in a row above.
        callout: number of the call-out box in the document, from 1; 0 outside.
        begins: the first line, None where it is set together from cells.
        ends: the last line, where it may have been broken off.
        is_full: whether the last of several lines is as long as the others, as where a paragraph goes on.
    """

    kind: BlockKind
    text: str
    ranges: list[Range]
    level: int = 0
    cells: list[list[Range]] = field(default_factory=list)
    table: int = 0
    carried: tuple[int, ...] = ()
    callout: int = 0
    begins: Line | None = None
    ends: Line | None = None
    is_full: bool = False

    @property
    def page(self) -> int:
        """The page on which the block begins."""
        return self.ranges[0][0]


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends like a sentence or a lead-in."""
    return text.rstrip(" \"'”’»)]").endswith((".", "!", "?", ":", ";", "…"))


def breaks_word(text: str) -> bool:
    """Tell whether a text ends in the middle of a word, with a hyphen after a letter."""
    return len(text) > 1 and text[-1] in LINE_END_HYPHENS and text[-2].isalpha()


def read_blocks(lines: Sequence[Line], levels: HeadingLevels) -> list[Block]:
    """Group the free lines of a page into blocks, in reading order."""
    gaps = [b.box[1] - a.box[3] for a, b in pairwise(lines) if 0 <= b.box[1] - a.box[3] < a.size]
    usual = median(gaps) if gaps else 0.3 * (lines[0].size if lines else 10)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, usual, levels):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group, levels) for group in groups]


def _continues(group: Sequence[Line], line: Line, usual_gap: float, levels: HeadingLevels) -> bool:
    """Tell whether a line goes on with the lines before it."""
    first, last = group[0], group[-1]
    if last.heading or line.heading:
        return last.heading == line.heading or (not line.heading and _is_cut_off(last, line, levels))
    if line.callout != last.callout or line.has_bullet:
        return False
    same_size = abs(last.size - line.size) < SAME_SIZE * max(last.size, line.size)
    goes_on = line.text[:1].islower()
    if goes_on and same_size and breaks_word(last.text):
        return True
    if CAPTION.match(line.text) and _is_caption([line], levels):
        return False
    gap = line.box[1] - last.box[3]
    near = -last.size < gap <= usual_gap + 0.35 * last.size
    if line.opens_item and (ends_sentence(last.text) or not near or _counts_on(first, line)):
        return False  # "(see Step\n2) above" opens nothing
    if first.opens_item and line.box[0] < first.text_start - 3 and not goes_on:
        return False
    if not same_size or _turns(group, line, levels):
        return False
    return near or (goes_on and not ends_sentence(last.text))


def _is_cut_off(last: Line, line: Line, levels: HeadingLevels) -> bool:
    """Tell whether a heading goes on in the next line, where the outline has its first line alone: "Strategies for"."""
    gap = line.box[1] - last.box[3]
    is_open = (words(last.text) or [""])[-1].lower() in STOP_WORDS
    return (
        is_open and levels.stands_out(line) and abs(line.size - last.size) < SAME_SIZE * last.size and gap < last.size
    )


def _turns(group: Sequence[Line], line: Line, levels: HeadingLevels) -> bool:
    """Tell whether the look changes in a way that divides: a run-in head above or below text, not a stressed word."""
    last = group[-1]
    if (last.bold, last.italic) == (line.bold, line.italic) or line.text[:1].islower():
        return False
    if levels.stands_out(line) and not levels.stands_out(last):
        return ends_sentence(last.text) or _is_short(line, group)
    whole = all((one.bold, one.italic) == (last.bold, last.italic) for one in group)
    return whole and not last.text.endswith((",", "-", "–")) and len(group) < 3


def _is_short(line: Line, group: Sequence[Line]) -> bool:
    """Tell whether a line that stands out is shorter than those before it and no end of their sentence: a head."""
    width = max(one.box[2] - one.box[0] for one in group)
    goes_on = group[-1].text.endswith((",", "-", "–")) or (words(group[-1].text) or [""])[-1] in STOP_WORDS
    return line.box[2] - line.box[0] < SHORT * width and not goes_on and not line.text.endswith((".", ",", ")"))


def _counts_on(first: Line, line: Line) -> bool:
    """Tell whether a line has the number after that of an item's first line."""
    numbers = [re.match(r"\(?(\d{1,2})[.)]", one.text) for one in (first, line)]
    return all(numbers) and int(numbers[1][1]) == int(numbers[0][1]) + 1  # type: ignore[index]


def _block(group: Sequence[Line], levels: HeadingLevels) -> Block:
    text = clean(" ".join(line.text for line in group))
    ranges = [line.range for line in group]
    longest = max(line.box[2] for line in group)
    is_full = len(group) > 1 and group[-1].box[2] >= longest - group[-1].size
    kept = {"callout": group[0].callout, "begins": group[0], "ends": group[-1], "is_full": is_full}
    if not group[0].heading and _is_caption(group, levels):
        return Block("caption", text, ranges, **kept)  # type: ignore[arg-type]
    level = levels.level(group, text)
    if level:
        return Block("heading", text, ranges, level=level, **kept)  # type: ignore[arg-type]
    if levels.is_display(group[0]):
        return Block("display", text, ranges, **kept)  # type: ignore[arg-type]
    if group[0].opens_item:
        ranges[0] = group[0].range_without_bullet
        text = clean(text[len(group[0].bullet) :])
        return Block("item", text, ranges, **kept)  # type: ignore[arg-type]
    return Block("paragraph", text, ranges, **kept)  # type: ignore[arg-type]


def _is_caption(group: Sequence[Line], levels: HeadingLevels) -> bool:
    text = " ".join(line.text for line in group)
    if not CAPTION.match(text) or group[0].bulleted:
        return False
    looks_like_body = not levels.stands_out(group[0]) and group[0].size >= 0.95 * levels.body_size
    return not looks_like_body or (
        (bool(_CAPTION_MARK.match(text)) or len(text) < MAX_CAPTION_CHARS)
        and not (text.endswith(".") and not _CAPTION_MARK.match(text))
    )


def is_same_text(one: Block, other: Block) -> bool:
    """Tell whether two blocks have the same words."""
    return comparable(one.text) == comparable(other.text)
