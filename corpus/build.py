"""Markdown briefs in this folder → one PDF each beside them; the same text gives the same bytes on every machine.

`python corpus/build.py` writes a PDF for every brief or for those named; with `--check` it writes nothing and tells
which PDFs differ. A brief begins with `# Title` and has `##` and `###` headings, paragraphs, flat lists (`-` or `1.`),
tables below a `Table 1: …` caption, `*emphasis*` and `**strong emphasis**`. A paragraph `*Rests on: …*` is a source
note. Everything else is an error.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from blocks import Block, BriefError, Grid, Heading, ItemList, Prose, Text
from layout import missing_letters, render
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

CORPUS = Path(__file__).parent
CAPTION = re.compile(r"Table \d+: \S")
NOTE = "Rests on:"

# Without link definitions and underlined headings, their lines stay visible here and can be reported.
MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["reference", "lheading"])
UNREAD = {
    re.compile(r"\|"): "a table that is not one; give the header row and the row of dashes the same number of cells",
    re.compile(r"#+\w"): "a heading without a space; write `## Heading`",
    re.compile(r"(•|–|\d+\))\s"): "a list with another sign; begin its lines with `- ` or `1. `",
    re.compile(r"\[[^\]]+\]:"): "a link definition; name the source in words",
}
"""Beginnings of lines that show that the Markdown parser took for words what was meant as something else."""
ADVICE = {
    "html_block": "HTML; write plain text",
    "html_inline": "HTML; write plain text",
    "link": "a link; name the source in words",
    "image": "an image; put what it shows into words or a table",
    "code_inline": "code; leave the backticks out",
    "code_block": "an indented line; begin it at the left margin",
    "fence": "code; write plain text",
    "blockquote": "a block quote; write a paragraph",
    "bullet_list": "a list within a list; write one flat list",
    "ordered_list": "a list within a list; write one flat list",
    "em": "emphasis with underscores; use asterisks",
    "strong": "emphasis with underscores; use asterisks",
    "hr": "a ruled line; use a heading to divide the text",
    "hardbreak": "a line break within a paragraph; leave out the spaces or the backslash at the line end",
}


def refuse(line: int, kind: str) -> BriefError:
    """Return the error for Markdown outside the dialect."""
    return BriefError(line, f"found {ADVICE.get(kind, f'{kind}; this does not belong in a brief')}")


def line_of(node: SyntaxTreeNode) -> int:
    """Return the first line of a block, counted from 1."""
    return node.map[0] + 1 if node.map else 1


def parse_text(nodes: Sequence[SyntaxTreeNode], line: int, *, italic: bool = False) -> Text:
    """Return the text of inline nodes that begin in the given line."""
    markup: list[str] = []
    plain: list[str] = []
    for node in nodes:
        match node.type:
            case "text":
                if "*" in node.content or "`" in node.content:
                    raise BriefError(line, "found an unpaired `*` or backtick; pair it or leave it out")
                if missing := missing_letters(node.content, italic=italic):
                    signs = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
                    raise BriefError(line, f"found {signs}, which the font cannot show; use another sign")
                markup.append(escape(node.content))
                plain.append(node.content)
            case "softbreak":
                line += 1
                markup.append(" ")
                plain.append(" ")
            case "em" | "strong" if "_" not in node.markup:
                tag = "i" if node.type == "em" else "b"
                inner = parse_text(node.children, line, italic=italic or tag == "i")
                line += sum(child.type == "softbreak" for child in node.walk())
                markup.append(f"<{tag}>{inner.markup}</{tag}>")
                plain.append(inner.plain)
            case kind:
                raise refuse(line, kind)
    return Text("".join(markup), "".join(plain))


def parse_lines(node: SyntaxTreeNode) -> tuple[Text, Sequence[SyntaxTreeNode]]:
    """Return the text of a heading or a paragraph, and the inline nodes that it was made of."""
    inline = node.children[0]
    for line, source in enumerate(inline.content.split("\n"), line_of(node)):
        for beginning, advice in UNREAD.items():
            if beginning.match(source):
                raise BriefError(line, f"found {advice}")
    return parse_text(inline.children, line_of(node)), inline.children


def parse_heading(node: SyntaxTreeNode) -> Heading:
    """Return a heading of level 1, 2 or 3."""
    if not (text := parse_lines(node)[0]).plain:
        raise BriefError(line_of(node), "found a heading without words; write some or leave it out")
    if (level := len(node.markup)) > 3:
        raise BriefError(line_of(node), f"found a heading of level {level}; `###` is the lowest")
    return Heading(level, text)


def parse_paragraph(node: SyntaxTreeNode) -> Prose:
    """Return a paragraph, a caption or, when all of it is emphasised, a source note."""
    text, nodes = parse_lines(node)
    if text.plain.startswith(NOTE):
        if len(nodes) > 1 or nodes[0].type != "em":
            raise BriefError(line_of(node), f"found a source note that is not all in emphasis; write `*{NOTE} …*`")
        return Prose("note", parse_text(nodes[0].children, line_of(node), italic=True))
    return Prose("caption" if CAPTION.match(text.plain) else "body", text)


def parse_list(node: SyntaxTreeNode) -> ItemList:
    """Return a flat list; a numbered list counts on from its first number."""
    if node.markup not in "-.":
        raise BriefError(line_of(node), f"found a list with `{node.markup}`; begin its lines with `- ` or `1. `")
    start = int(node.attrs.get("start", 1))
    items = []
    for number, item in enumerate(node.children, start):
        if not item.children:
            raise BriefError(line_of(item), "found a list item without words; write some or leave it out")
        for child in item.children:
            if child.type != "paragraph":
                raise refuse(line_of(child), child.type)
        if len(item.children) > 1:
            raise BriefError(line_of(item.children[1]), "found a second paragraph in a list item; make it one")
        marker = "•" if node.type == "bullet_list" else f"{number}."
        items.append((marker, parse_lines(item.children[0])[0]))
    return ItemList(tuple(items))


def parse_table(node: SyntaxTreeNode, lines: Sequence[str]) -> Grid:
    """Return a table; its rows are counted in `lines`, as the Markdown parser fills up and cuts off uneven ones."""
    if ":" in lines[line_of(node)]:
        raise BriefError(line_of(node) + 1, "found an alignment; write the row of dashes without colons")
    rows = []
    trs = [tr for part in node.children for tr in part.children]
    for tr in trs:
        line, source, columns = line_of(tr), lines[line_of(tr) - 1].strip(), len(trs[0].children)
        if not (source.startswith("|") and source.endswith("|")):
            raise BriefError(line, "found a table row without `|` at both ends; add it, or a blank line above")
        if (found := len(re.split(r"(?<!\\)\|", source)) - 2) != columns:
            raise BriefError(line, f"found {found} cells in a table of {columns} columns; add or remove cells")
        rows.append(tuple(parse_text(cell.children[0].children, line) for cell in tr.children))
    if len(rows) < 2:
        raise BriefError(line_of(node), "found a table without rows below its header; add some or leave it out")
    return Grid(tuple(rows), line_of(node))


def parse_blocks(text: str) -> Iterator[tuple[int, Block]]:
    """Yield each block with the line on which it begins."""
    for node in SyntaxTreeNode(MARKDOWN.parse(text)).children:
        match node.type:
            case "heading":
                yield line_of(node), parse_heading(node)
            case "paragraph":
                yield line_of(node), parse_paragraph(node)
            case "bullet_list" | "ordered_list":
                yield line_of(node), parse_list(node)
            case "table":
                yield line_of(node), parse_table(node, text.split("\n"))
            case kind:
                raise refuse(line_of(node), kind)


def parse_brief(text: str) -> list[Block]:
    """Return the blocks of a brief, title first; raises BriefError for anything outside the dialect."""
    if not text.strip():
        raise BriefError(1, "the file is empty; write a brief or delete it")
    blocks = list(parse_blocks(text))
    line, first = blocks[0]
    if line != 1 or not (isinstance(first, Heading) and first.level == 1):
        raise BriefError(1, "the title is missing; make `# Title` the first line")
    level = 1
    for (line_before, before), (line, block) in pairwise([*blocks, blocks[0]]):
        is_caption = isinstance(before, Prose) and before.kind == "caption"
        if is_caption and not isinstance(block, Grid):
            raise BriefError(line_before, "found a caption without a table; put one below it or reword the paragraph")
        if isinstance(block, Grid) and not is_caption:
            raise BriefError(line, "found a table without a caption; write `Table 1: …` as a paragraph above it")
        if isinstance(block, Heading) and block is not first:
            if block.level == 1:
                raise BriefError(line, "found a second title; use `##`")
            if block.level > level + 1:
                raise BriefError(line, f"found `{'#' * block.level}` below `{'#' * level}`; leave no level out")
            level = block.level
    return [block for _, block in blocks]


def build(source: Path) -> bytes:
    """Return the PDF of a Markdown file; raises BriefError with the line that cannot be set."""
    if source.suffix != ".md":
        raise BriefError(1, "not a Markdown file; name a file that ends in .md")
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.read_bytes()[: error.start].count(b"\n") + 1
        raise BriefError(line, "the file is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise BriefError(1, f"the file cannot be read ({error.strerror}); check its name") from error
    return render(parse_brief(unicodedata.normalize("NFC", text)))


def write(target: Path, data: bytes) -> None:
    """Put the whole file in place at once, so that a run broken off leaves no half PDF."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def main() -> int:
    """Build every brief beside this script, or those named; exit 1 when one cannot be built or a PDF is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("briefs", type=Path, nargs="*", metavar="FILE.md", help="all of corpus/ unless named")
    parser.add_argument("--check", action="store_true", help="write nothing; name each PDF that differs")
    arguments = parser.parse_args()
    failed = False
    for source in arguments.briefs or sorted(CORPUS.glob("*.md")):
        target = source.with_suffix(".pdf")
        try:
            data = build(source)
        except BriefError as error:
            print(f"{source}:{error.line}: {error}", file=sys.stderr)
            failed = True
        else:
            if not arguments.check:
                write(target, data)
            elif not target.exists() or target.read_bytes() != data:
                print(f"{target}: not what {source.name} gives; run `python corpus/build.py` and commit it")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
