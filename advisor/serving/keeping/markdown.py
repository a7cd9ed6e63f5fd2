"""A conversation → Markdown, in which the words of people and of PDFs are text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.serving.catalogue import Words
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping.outline import Block, asked_at, blocks_of, plain, verdict
from advisor.serving.keeping.references import references_of

# Any ASCII punctuation may stand behind a backslash (CommonMark 0.31, section 2.4). These characters begin emphasis,
# code, links, images, HTML, entities, tables, strike-through, formulas, mentions; the colon and the dot only inside
# addresses, which some viewers turn into links by themselves.
_ACTIVE = re.compile(r"[\\`*_\[\]<>&~|$@#^={}]|(?<=\w):(?=[\w/])|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^(?:[-+]|(\d+)([.)]))")


def to_markdown(conversation: Conversation, say: Words) -> str:
    """Return all turns of a conversation: questions as headings, with answers, disagreements and references."""
    parts = [f"# {escaped(say('keeping.heading'))}"]
    for turn in conversation.turns:
        parts += _turn(turn, say)
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return Markdown for one line of text, which shows as it is wherever a line begins."""
    shown = _ACTIVE.sub(r"\\\g<0>", plain(text))
    return _OPENING.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[0]}", shown)


def _turn(turn: Turn, say: Words) -> Iterator[str]:
    yield f"## {escaped(turn.question)}"
    yield f"*{' · '.join(filter(None, [asked_at(turn, say), escaped(verdict(turn, say))]))}*"
    for block in blocks_of(turn, say):
        yield _block(block)
    references = references_of(turn, say)
    if references:
        yield f"### {escaped(say('answer.sources'))}"
        yield "\n".join(f"- {escaped(reference.marked)}" for reference in references)


def _block(block: Block) -> str:
    lines = [escaped(line.marked) for line in block.lines]
    match block.kind:
        case "heading":
            return f"### {' '.join(lines)}"
        case "list":
            return "\n".join(f"- {line}" for line in lines)
        case "note":
            return f"*{' '.join(lines)}*"
        case "table":  # https://github.github.com/gfm/#tables-extension-
            rows = ((*cells, line.marks) for cells, line in zip(block.cells, block.lines, strict=True))
            ruled = [_ruled((*block.head, "")), f"|{' --- |' * (len(block.head) + 1)}", *map(_ruled, rows)]
            return "\n".join(ruled)
    return " ".join(lines)


def _ruled(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"
