"""Blocks of a document → its sections: the headings above some text, the outermost first, and that text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.blocks import Block

Section = tuple[tuple[Block, ...], list[Block]]
"""The path of headings of a section, and the blocks under it."""


def sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """Yield each section path with the blocks under it; headings are in the path alone.

    The text of a section comes in reading order, and its call-out boxes with a title after it, each with the headings
    inside it at the end of its path: what stands in a box ends with the box. A box without a title is a part of the
    text. Covers and dividers stand under no heading.
    """
    titled = {block.callout for block in blocks if block.kind == "heading"}
    path: list[Block] = []
    held: list[Block] = []
    boxes: dict[int, list[Block]] = {}
    covers: list[Block] = []
    for block in blocks:
        if block.callout and block.callout in titled:
            boxes.setdefault(block.callout, []).append(block)
        elif block.kind == "display":
            covers.append(block)
        elif block.kind == "heading":
            yield from _section(path, held, boxes)
            held, boxes = [], {}
            if covers:
                yield (), covers
                covers = []
            _enter(path, block)
        else:
            held.append(block)
    yield from _section(path, held, boxes)
    if covers:
        yield (), covers


def _section(path: list[Block], held: list[Block], boxes: dict[int, list[Block]]) -> Iterator[Section]:
    if held:
        yield tuple(path), held
    for box in boxes.values():
        inner, within = list(path), []
        for block in box:
            if block.kind != "heading":
                within.append(block)
                continue
            if within:
                yield tuple(inner), within
                within = []
            _enter(inner, block)
        if within:
            yield tuple(inner), within


def _enter(path: list[Block], heading: Block) -> None:
    """Change a path to that under a heading."""
    while path and path[-1].level >= heading.level:
        path.pop()
    path.append(heading)
