"""One turn → what is put on the clipboard: plain text, and simple HTML for programs that take it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from advisor.serving.catalogue import Words
from advisor.serving.conversation import Turn
from advisor.serving.keeping.outline import Block, asked_at, blocks_of, plain, verdict
from advisor.serving.keeping.references import references_of


@dataclass(frozen=True, slots=True)
class Copied:
    """The same twice: as plain text, and as HTML of headings, paragraphs, lists and tables without any attribute.

    In plain text the rows of a table are a list: nothing there keeps columns below each other.
    """

    text: str
    html: str


def copied(turn: Turn, say: Words) -> Copied:
    """Return a question with its answer, marks and references, for the clipboard."""
    state = " · ".join(filter(None, [asked_at(turn, say), verdict(turn, say)]))
    blocks = blocks_of(turn, say)
    references = [reference.marked for reference in references_of(turn, say)]
    question, sources = plain(turn.question), say("answer.sources")
    texts = [question, state, *map(_text, blocks), *(["\n".join([sources, *references])] if references else [])]
    html = [f"<h2>{escape(question)}</h2>", f"<p>{escape(state)}</p>", *map(_html, blocks)]
    return Copied("\n\n".join(texts) + "\n", "".join([*html, *_listed(sources, references)]))


def _listed(heading: str, references: list[str]) -> Iterator[str]:
    if references:
        yield f"<h3>{escape(heading)}</h3>"
        yield from (f"<p>{escape(reference)}</p>" for reference in references)


def _text(block: Block) -> str:
    lines = [line.marked for line in block.lines]
    return "\n".join(f"• {line}" for line in lines) if block.kind in ("list", "table") else " ".join(lines)


def _html(block: Block) -> str:
    lines = [escape(line.marked) for line in block.lines]
    match block.kind:
        case "heading":
            return f"<h3>{' '.join(lines)}</h3>"
        case "list":
            return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        case "note":
            return f"<p><em>{' '.join(lines)}</em></p>"
        case "table":
            rows = ((*cells, line.marks) for cells, line in zip(block.cells, block.lines, strict=True))
            body = "".join(f"<tr><th>{escape(name)}</th>{_cells(rest, 'td')}</tr>" for name, *rest in rows)
            return f"<table><tr>{_cells((*block.head, ''), 'th')}</tr>{body}</table>"
    return f"<p>{' '.join(lines)}</p>"


def _cells(cells: Iterable[str], tag: str) -> str:
    return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
