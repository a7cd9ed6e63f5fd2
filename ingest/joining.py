"""Blocks of all pages → blocks as a person reads them: what a page end, a box or a figure divided is joined again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from advisor.text import STOP_WORDS, words
from ingest.blocks import CAPTION, Block, Range, ends_sentence
from ingest.headings import BELOW_OUTLINE
from ingest.lines import Line
from ingest.notes import Mark

Pairs = set[tuple[str, str]]
"""Words that stand next to each other somewhere in the document."""

_NUMBER = re.compile(r"([A-Z])(\d{1,2})\b")

NARROW = 0.45
"""Share of the page width, below which a box floats beside the text."""

MIN_WIDE_LINES = 3
"""Lines wider than a box that show that it stands in no column."""

PICTURE_LINES = 3
"""Height in lines of the space in a paragraph, from which there is a picture in it."""

MAX_HEAD_WORDS = 12
"""A list item with text of its own below it has at most so many words where it is the head of that text."""


def with_floats_in_place(blocks: list[Block], lines: Sequence[Line], width: float) -> list[Block]:
    """Move narrow boxes that come before a heading in the content, but stand below it on the page, behind it."""
    for number in {line.callout for line in lines if line.callout}:
        boxed = [line for line in lines if line.callout == number]
        top = min(line.box[1] for line in boxed)
        left, right = min(line.box[0] for line in boxed), max(line.box[2] for line in boxed)
        if right - left > NARROW * width or not _is_beside(lines, left, right):
            continue
        box = [block for block in blocks if block.callout == number]
        first = blocks.index(box[0])
        above = [
            i
            for i, block in enumerate(blocks[first:], start=first)
            if block.kind == "heading" and not block.callout and block.ends and block.ends.box[1] < top
        ]
        if above and blocks[first : first + len(box)] == box:
            rest = blocks[:first] + blocks[first + len(box) :]
            at = above[-1] - len(box) + 1
            blocks = rest[:at] + box + rest[at:]
    return blocks


def _is_beside(lines: Sequence[Line], left: float, right: float) -> bool:
    """Tell whether the text of the page is wider than a box, above and below it, so that the box is no column."""
    wide = [line for line in lines if not line.callout and line.box[2] - line.box[0] > 1.2 * (right - left)]
    return sum(line.box[0] < right and line.box[2] > left for line in wide) >= MIN_WIDE_LINES


def join_callouts(blocks: list[Block]) -> list[Block]:
    """Give the parts of a call-out box that goes on in the next column or on the next page one number.

    A box that holds a heading as high as the highest outside is no call-out but the page itself.
    """
    for before, block in pairwise(blocks):
        if before.callout and block.callout and before.callout != block.callout and _goes_on(before, block):
            number = block.callout
            for one in blocks:
                if one.callout == number:
                    one.callout = before.callout
    top = min((block.level for block in blocks if block.kind == "heading" and not block.callout), default=0)
    pages = {block.callout for block in blocks if block.kind == "heading" and block.level <= top}
    for block in blocks:
        if block.callout in pages:
            block.callout = 0
    return blocks


def _goes_on(before: Block, block: Block) -> bool:
    """Tell whether a box is the rest of the one before it: it stands higher up, or on another page, without a title."""
    if block.kind == "heading" or before.ends is None or block.ends is None:
        return False
    return block.ends.page != before.ends.page or block.ends.box[1] < before.ends.box[1]


def find_list_heads(blocks: Sequence[Block]) -> None:
    """Make headings of list items that each have text of their own below them, where two or more do so in a row.

    An item behind others is one as well where it is bold and they are not, or where the text below opens as it does.
    """
    heads = [
        i
        for i, (block, after) in enumerate(pairwise(blocks))
        if _may_be_head(block)
        and after.kind == "paragraph"
        and after.callout == block.callout
        and not after.text[:1].islower()
        and (_opens_alike(block, after) or not _goes_on_with(blocks[i - 1] if i else None, block))
    ]
    for i in [i for i in heads if any(_follow(blocks, *sorted((i, other))) for other in heads if other != i)]:
        blocks[i].kind = "heading"
        blocks[i].level = BELOW_OUTLINE + 4


def _goes_on_with(before: Block | None, item: Block) -> bool:
    """Tell whether an item goes on with the list before it: it follows an item that looks the same."""
    if before is None or before.kind != "item" or before.callout != item.callout:
        return False
    return not (before.ends and item.ends and item.ends.bold and not before.ends.bold)


def _opens_alike(item: Block, after: Block) -> bool:
    """Tell whether an item is a name with which the text behind it begins."""
    return item.text[:1].isupper() and words(item.text)[:1] == words(after.text)[:1]


def _follow(blocks: Sequence[Block], first: int, second: int) -> bool:
    """Tell whether nothing but paragraphs and items of the same flow stand between two blocks."""
    between = blocks[first + 1 : second]
    return all(one.kind in ("paragraph", "item", "caption") and one.callout == blocks[first].callout for one in between)


def keep_lone_heads(blocks: Sequence[Block]) -> None:
    """Make paragraphs of minor heads over nothing, such as a question in a box: they are text by themselves."""
    for i, block in enumerate(blocks):
        if block.kind == "heading" and block.level > BELOW_OUTLINE:
            below = next((one for one in blocks[i + 1 :] if one.callout == block.callout), None)
            if below is None or (below.kind == "heading" and below.level <= block.level):
                block.kind, block.level = "paragraph", 0


def count_on(blocks: Sequence[Block]) -> None:
    """Make list items of paragraphs that go on counting from the item before: "R10 Most …" behind "R9. EC …"."""
    for before, block in pairwise(blocks):
        last, number = _NUMBER.match(before.text), _NUMBER.match(block.text)
        if not (last and number) or (before.kind, block.kind) != ("item", "paragraph"):
            continue
        if last[1] == number[1] and int(number[2]) == int(last[2]) + 1:
            block.kind = "item"


def _may_be_head(block: Block) -> bool:
    return (
        block.kind == "item"
        and not block.table
        and len(block.text.split()) <= MAX_HEAD_WORDS
        and not block.text.endswith((".", ";", ",", ":"))
    )


def join_broken(blocks: Sequence[Block]) -> list[Block]:
    """Put the parts of a sentence together that a page end or something set between them divides."""
    joined: list[Block] = []
    pairs = {pair for block in blocks for pair in pairwise(words(block.text))}
    for i, block in enumerate(blocks):
        first = _broken_off(joined, block, blocks[i + 1 :], pairs)
        if first is None:
            joined.append(block)
        else:
            first.text = f"{first.text} {block.text}"
            first.ranges.extend(block.ranges)
            first.ends, first.is_full = block.ends, block.is_full
    return joined


def _broken_off(before: Sequence[Block], block: Block, after: Sequence[Block], pairs: Pairs) -> Block | None:
    """Return the block that this one goes on with, None where it begins anew."""
    if block.kind != "paragraph" or not before:
        return None
    last = before[-1]
    if _is_pull_quote(last, block, after):
        return last
    for earlier in reversed(before):
        same_flow = earlier.callout == block.callout
        if same_flow and earlier.kind in ("paragraph", "item") and not earlier.table:
            divided = earlier is not last or _is_apart(earlier, block)
            return earlier if _is_unfinished(earlier, block, pairs if divided else set()) else None
        if same_flow and (earlier.kind == "heading" or block.callout):
            return None
    return None


def _is_pull_quote(last: Block, block: Block, after: Sequence[Block]) -> bool:
    """Tell whether a box goes on with the sentence before it, instead of interrupting it."""
    if last.callout or not block.callout or last.kind not in ("paragraph", "item") or not block.text[:1].islower():
        return False
    following = next((one for one in after if not one.callout and one.kind in ("paragraph", "heading", "item")), None)
    alone = not any(one.callout == block.callout for one in after)
    unfinished = not last.text.endswith((".", "!", "?", "…"))
    return alone and unfinished and not (following and following.text[:1].islower())


def _is_apart(first: Block, rest: Block) -> bool:
    """Tell whether a block stands on another page or column than the one before it, or a picture between them."""
    if first.ends is None or rest.begins is None or rest.begins.page != first.ends.page:
        return True
    gap = rest.begins.box[1] - first.ends.box[3]
    return gap < 0 or gap > PICTURE_LINES * first.ends.size


def _is_unfinished(first: Block, rest: Block, pairs: Pairs) -> bool:
    """Tell whether a block breaks off in the middle of a sentence that another goes on with.

    `pairs`: words that follow each other in the document; empty where nothing stands between the two blocks. Only
    where something does, a capital may go on with a sentence: behind a comma, in a paragraph also behind a function
    word or a line as long as it is wide, or with a word that follows the last one elsewhere ("European | Commission").
    """
    if ends_sentence(first.text):
        return False
    if rest.text[:1].islower() or first.text.endswith("/"):
        return True
    if not pairs or first.text.endswith(","):
        return bool(pairs)
    last, following = (words(first.text) or [""])[-1], (words(rest.text) or [""])[0]
    return first.kind == "paragraph" and (first.is_full or last in STOP_WORDS or (last, following) in pairs)


def attach_notes(blocks: Sequence[Block], marks: Mapping[Range, Mark]) -> list[Block]:
    """Put each footnote behind the paragraph or the list that holds its mark."""
    notes = [block for block in blocks if block.kind == "note"]
    ordered = [block for block in blocks if block.kind != "note"]
    for note in reversed(notes):
        page, start, end = marks[note.ranges[0]]
        at = next(
            (
                i
                for i, block in enumerate(ordered)
                if any(p == page and a <= start and end <= b for p, a, b in block.ranges)
            ),
            None,
        )
        if at is None:
            at = max(i for i, block in enumerate(ordered) if block.page <= page) if ordered else -1
        else:
            note.callout = ordered[at].callout
            while at + 1 < len(ordered) and _is_item_of(ordered[at], ordered[at + 1]):
                at += 1
        ordered.insert(at + 1, note)
    return ordered


def _is_item_of(block: Block, after: Block) -> bool:
    return after.kind == "item" and after.callout == block.callout and not block.table and not after.table


def attach_captions(blocks: Sequence[Block]) -> list[Block]:
    """Put the caption of a table before its rows, where it stands below them."""
    ordered = list(blocks)
    for i, block in enumerate(ordered):
        if block.kind != "caption" or not CAPTION.match(block.text) or not block.text.lower().startswith("table"):
            continue
        table = ordered[i - 1].table if i else 0
        after = ordered[i + 1].table if i + 1 < len(ordered) else 0
        first = next((k for k, one in enumerate(ordered) if one.table == table), i) if table else i
        has_own = first > 0 and ordered[first - 1].kind == "caption"
        if table and not after and not has_own:
            ordered.insert(first, ordered.pop(i))
    return ordered
