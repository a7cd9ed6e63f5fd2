"""The five reports and the shipped briefs → how well they are read, against what people read in them.

    python -m benchmarks.reading.reports FOLDER [--out FILE]

FOLDER holds the PDFs of the reports. Prints the table of the measures and writes all figures as JSON; nothing of the
reports' text goes into either. `README.md` beside this file says what each measure means.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any

import pdfplumber
import pypdfium2

from advisor.embedding import TransformerEmbedder
from advisor.evaluation.stamp import machine
from advisor.records import Passage, Sentence
from advisor.text import comparable, words
from benchmarks.reading.judging import holds, is_text, opens, read_truth
from ingest.blocks import Block
from ingest.headings import BELOW_OUTLINE
from ingest.layout import Layout, lay_out
from ingest.pages import SourcePdf, read_pdf
from ingest.passages import CRUMB_TOKENS, embedded_text, split_document
from ingest.running import MARGIN
from ingest.sentences import SentenceReader

RUN = 3
"""Words in a row that count as a moved run when they stand elsewhere than in the text layer."""


@dataclass(frozen=True, slots=True)
class Read:
    """One PDF as read."""

    pdf: SourcePdf
    layout: Layout
    passages: list[Passage]
    reader: SentenceReader
    seconds: float

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences, in reading order."""
        return [sentence for passage in self.passages for sentence in passage.sentences]

    def text(self, block: Block) -> str:
        """Return the words of a block as a person reads them."""
        return self.reader.read(block.ranges, glue=block.kind == "item" and bool(block.table))[0]


def read(path: Path, embedder: TransformerEmbedder) -> Read:
    """Read a PDF as ingest does."""
    started = time.perf_counter()
    pdf = read_pdf(path)
    layout = lay_out(pdf)
    split = split_document("d", pdf, layout, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens)
    seconds = time.perf_counter() - started
    return Read(pdf, layout, list(split.passages), SentenceReader(pdf, layout), seconds)


# --- words -----------------------------------------------------------------------------------------------------


def word_order(found: Read) -> dict[str, Any]:
    """Compare the words of the text layer, running lines aside, with those of all blocks in reading order.

    `strict`: share of the words in one common order. `in_order`: words in runs that were moved as a whole count too,
    for the text layer has the rest of a sentence behind the box that interrupts it, and footnotes at the page end.
    """
    running = {(page, i) for page, start, end in found.layout.running for i in range(start, end)}
    layer = "\n".join(
        "".join(" " if (page.number, i) in running else letter for i, letter in enumerate(page.text))
        for page in found.layout.pages
    )
    ours = "\n".join(found.text(block) for block in found.layout.blocks)
    expected, got = _words(layer), _words(ours)
    matcher = SequenceMatcher(None, expected, got, autojunk=False)
    strict = sum(block.size for block in matcher.get_matching_blocks())
    gone = [expected[a:b] for tag, a, b, _, _ in matcher.get_opcodes() if tag in ("delete", "replace")]
    come = [got[a:b] for tag, _, _, a, b in matcher.get_opcodes() if tag in ("insert", "replace")]
    moves = 0
    moved = 0
    for run in gone:
        best = max((_common(run, other) for other in come), default=0)
        if best >= RUN:
            moves, moved = moves + 1, moved + best
    return {
        "words": len(expected),
        "strict": round(strict / len(expected), 4),
        "in_order": round((strict + moved) / len(expected), 4),
        "moved_runs": moves,
    }


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _words(text: str) -> list[str]:
    return words(re.sub(r"(?<=[^\W\d_])[-\u2010\u00ad]\s*(?=[^\W\d_])", "", text))


def running_in_passages(found: Read, truth: Mapping[str, Any]) -> int:
    """Count sentences that stand in the margin of a page and hold its running header or footer."""
    heights = {page.number: page.height for page in found.layout.pages}
    count = 0
    for sentence in found.sentences:
        pages = {
            span.page
            for span in sentence.spans
            for _, y0, _, y1 in span.boxes
            if y1 < MARGIN * heights[span.page] or y0 > (1 - MARGIN) * heights[span.page]
        }
        marks = [mark for mark, on in truth["running"] if pages & set(on)]
        count += any(is_text(part, mark) for part in _parts(sentence.text) for mark in marks)
    return count


def _parts(text: str) -> Iterator[str]:
    """Yield a text without its figures, and what it begins and ends with, word by word: a footer glued to words."""
    bare = re.sub(r"\d+", "", text).split()
    for i in range(len(bare)):
        yield " ".join(bare[i:])
        yield " ".join(bare[: i + 1])


# --- headings, boxes, notes, lists, breaks ---------------------------------------------------------------------


def headings(found: Read, truth: Mapping[str, Any]) -> dict[str, Any]:
    """Compare headings with the outline, or with those that people see where there is none.

    `more`: headings that the outline lacks and people see; `strict_precision` counts them as wrong. `minor`: heads of
    boxes and lists and bold lines below the outline, of those that we found the share that people see.
    """
    heads = [b for b in found.layout.blocks if b.kind == "heading"]
    main = [b for b in heads if b.level <= BELOW_OUTLINE]
    if found.pdf.outline:
        entries: list[tuple[int, Any]] = [(entry.page, entry.title) for entry in found.pdf.outline]
        hits = [
            any(b.page == page and comparable(b.text) == comparable(title) for b in main) for page, title in entries
        ]
        right = [any(b.page == p and comparable(b.text) == comparable(t) for p, t in entries) for b in main]
    else:
        hits = [any(b.page == page and is_text(b.text, mark) for b in heads) for page, mark in truth["headings"]]
        right = [any(b.page == page and is_text(b.text, mark) for page, mark in truth["headings"]) for b in main]
    seen = truth["more_headings"] + truth["box_heads"] + truth["headings"]
    known = [any(page == b.page and is_text(b.text, mark) for page, mark in seen) for b in main]
    minor = [b for b in heads if b.level > BELOW_OUTLINE]
    minor_right = sum(any(page == b.page and is_text(b.text, mark) for page, mark in seen) for b in minor)
    return {
        "expected": len(hits),
        "recall": round(sum(hits) / len(hits), 3),
        "strict_precision": round(sum(right) / len(main), 3),
        "precision": round(sum(a or b for a, b in zip(right, known, strict=True)) / len(main), 3),
        "minor": len(minor),
        "minor_precision": round(minor_right / max(len(minor), 1), 3),
    }


def tables(found: Read, truth: Mapping[str, Any]) -> dict[str, int]:
    """Count tables whose pages, columns and rows are those that people see."""
    right = 0
    numbers = {block.table for block in found.layout.blocks if block.table}
    for table in truth["tables"]:
        right += any(_is_table(found, number, table) for number in numbers)
    return {"expected": len(truth["tables"]), "found": found.layout.tables, "right": right}


def _is_table(found: Read, number: int, table: Mapping[str, Any]) -> bool:
    blocks = [block for block in found.layout.blocks if block.table == number]
    rows = [block for block in blocks if block.kind != "header"]
    header = next((block for block in blocks if block.kind == "header"), None)
    names = [name for name, _ in found.reader.cells(header)] if header else []
    same_columns = len(names) == len(table["columns"]) and all(
        is_text(name, mark) for name, mark in zip(names, table["columns"], strict=True)
    )
    pages = {page for block in blocks for page, _, _ in block.ranges}
    return (
        pages == set(table["pages"]) and same_columns and abs(len(rows) - table["rows"]) <= (1 if table["form"] else 0)
    )


def notes(found: Read, truth: Mapping[str, Any]) -> tuple[int, int]:
    """Count footnotes that are sentences of their own in the section of their mark, behind it."""
    sentences = [(passage.section, sentence) for passage in found.passages for sentence in passage.sentences]
    right = 0
    for note in truth["notes"]:
        behind = None
        for i, (section, sentence) in enumerate(sentences):
            if opens(sentence.text, note["opens"]):
                behind = any(holds(one.text, note["before"]) for path, one in sentences[:i] if path == section)
        right += bool(behind)
    return right, len(truth["notes"])


def breaks(reads: Mapping[str, Read], truth: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count sentences that a page, a column, a box or a figure breaks, and that are read as one."""
    right = [
        any(holds(s.text, place["text"]) for s in reads[place["report"]].sentences if _near(s, place["page"]))
        for place in truth
    ]
    return {"expected": len(right), "right": sum(right)}


def lists(reads: Mapping[str, Read], truth: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count lists whose items are all in one group, and those whose group or heading holds the words that lead in."""
    whole = led = 0
    for wanted in truth:
        found = reads[wanted["report"]]
        groups: dict[int, list[Sentence]] = {}
        for sentence in found.sentences:
            groups.setdefault(sentence.group, []).append(sentence)
        fit = [
            group
            for group in groups.values()
            if {span.page for s in group for span in s.spans} & set(wanted["pages"])
            and all(any(opens(s.text, mark) for s in group) for mark in wanted["items"])
        ]
        whole += bool(fit)
        paths = {id(s): passage.section for passage in found.passages for s in passage.sentences}
        leads = [text for group in fit for s in group for text in (s.text, *paths[id(s)][-1:])]
        led += any(holds(text, wanted["lead"]) for text in leads)
    return {"expected": len(truth), "whole": whole, "with_lead_in": led}


def _near(sentence: Sentence, page: int) -> bool:
    return any(page <= span.page <= page + 1 for span in sentence.spans)


# --- samples ---------------------------------------------------------------------------------------------------


def cells(reads: Mapping[str, Read], truth: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count cells of the sample with the right words, under the right column, in the right row."""
    return {"expected": len(truth), "right": sum(_has_cell(reads[cell["report"]], cell) for cell in truth)}


def _has_cell(found: Read, cell: Mapping[str, Any]) -> bool:
    for block in found.layout.blocks:
        if not block.table or not any(page == cell["page"] for page, _, _ in block.ranges):
            continue
        if block.kind == "item" and holds(found.text(block), cell["cell"]):
            return True
        named = found.reader.cells(block)
        right = any(
            is_text(text, cell["cell"]) and (cell["column"] is None or is_text(name, cell["column"]))
            for name, text in named
        )
        if right and (cell["row"] is None or cell["column"] is None or is_text(named[0][1], cell["row"])):
            return True
    return False


def places(reads: Mapping[str, Read], truth: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count places of the sample that are found on their page with the right section path and page label."""
    result = Counter({"expected": len(truth)})
    for place in truth:
        found = reads[place["report"]]
        label = next(page.label for page in found.layout.pages if page.number == place["page"])
        result["label"] += label == place["label"]
        passage = next(
            (
                p
                for p in found.passages
                if p.first_page <= place["page"] <= p.last_page and holds(p.text, place["text"])
            ),
            None,
        )
        if passage is None:
            continue
        result["page"] += 1
        result["section"] += any(_is_path(passage.section, path) for path in (place["section"], place["or"]))
    return dict(result)


def _is_path(section: Sequence[str], path: Sequence[Any]) -> bool:
    """Tell whether a section path is the one that people see; heads of boxes and lists may follow it."""
    return 0 < len(path) <= len(section) and all(map(is_text, section, path))


# --- passages and invariants -----------------------------------------------------------------------------------


def passages(found: Read, embedder: TransformerEmbedder) -> dict[str, Any]:
    """Measure passages in tokens, and count those that are too long or needlessly short."""
    count = embedder.count_tokens
    sizes = [count(passage.text) for passage in found.passages]
    title = found.pdf.title or found.pdf.path.stem
    limit = embedder.max_tokens
    whole = [count(embedded_text(title, p, count_tokens=count, max_tokens=limit)) for p in found.passages]
    sections = [passage.section for passage in found.passages]
    crumbs = sum(
        size < CRUMB_TOKENS and sections[i] in (sections[i - 1] if i else None, *sections[i + 1 : i + 2])
        for i, size in enumerate(sizes)
    )
    return {
        "passages": len(sizes),
        "sentences": len(found.sentences),
        "median_tokens": median(sizes),
        "longest_with_header": max(whole),
        "over_limit": sum(size > limit for size in whole),
        "crumbs": crumbs,
    }


def violations(found: Read) -> Iterator[str]:
    """Yield what breaks a rule: spans hold their sentence and nothing else, boxes lie on its words."""
    pages = {page.number: page for page in found.layout.pages}
    pdf = pypdfium2.PdfDocument(found.pdf.path)
    layers = {number: pdf[number - 1].get_textpage() for number in pages}
    for sentence in found.sentences:
        quotes = []
        for span in sentence.spans:
            page = pages[span.page]
            quote = page.text[span.start : span.end]
            quotes.append(quote)
            if not 0 <= span.start < span.end <= len(page.text) or quote != quote.strip():
                yield f"{sentence.sentence_id}: span"
            if any(
                not (0 <= b[0] < b[2] <= page.width + 1 and 0 <= b[1] < b[3] <= page.height + 1) for b in span.boxes
            ):
                yield f"{sentence.sentence_id}: box off the page"
            boxed = "".join(_inside(layers[span.page], box, page.height) for box in span.boxes)
            if comparable(boxed) != comparable(quote):
                yield f"{sentence.sentence_id}: box not on the words"
        if sentence.kind != "row" and comparable(sentence.text) not in comparable("".join(quotes)):
            yield f"{sentence.sentence_id}: words"
    pdf.close()


def _inside(layer: pypdfium2.PdfTextPage, box: tuple[float, ...], height: float) -> str:
    """Return the characters in the middle half of a box: lines set closely overlap in height."""
    x0, y0, x1, y1 = box
    quarter = (y1 - y0) / 4
    return str(layer.get_text_bounded(x0, height - y1 + quarter, x1, height - y0 - quarter))


def pdfplumber_tables(path: Path) -> tuple[int, float]:
    """Return how many ruled grids of two rows and columns pdfplumber finds by itself, and the seconds it takes."""
    started = time.perf_counter()
    with pdfplumber.open(path) as pdf:
        count = sum(
            len(table.rows) > 1 and max(sum(cell is not None for cell in row.cells) for row in table.rows) > 1
            for page in pdf.pages
            for table in page.find_tables()
        )
    return count, time.perf_counter() - started


# --- all of it -------------------------------------------------------------------------------------------------


def measure(folder: Path) -> dict[str, Any]:
    """Return every figure, ready for JSON."""
    truth = read_truth()
    embedder = TransformerEmbedder()
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.rglob("*.pdf")}
    reads: dict[str, Read] = {}
    by_report: dict[str, Any] = {}
    for name, wanted in truth["reports"].items():
        path = files.get(wanted["sha256"])
        if path is None:
            sys.exit(f"the report {name!r} is not in {folder}; name the folder with the five reports")
        found = reads[name] = read(path, embedder)
        right, expected = notes(found, wanted)
        grids, seconds = pdfplumber_tables(path)
        by_report[name] = {
            "pages": len(found.layout.pages),
            "words": word_order(found),
            "running_lines_in_passages": running_in_passages(found, wanted),
            "headings": headings(found, wanted),
            "tables": tables(found, wanted),
            "footnotes": {"expected": expected, "right": right},
            "passages": passages(found, embedder),
            "violations": len(list(violations(found))),
            "seconds": {"read": round(found.seconds, 1), "pdfplumber alone": round(seconds, 1)},
            "grids by pdfplumber alone": grids,
        }
    briefs = [read(path, embedder) for path in sorted(Path("corpus").glob("*.pdf"))]
    return {
        "reports": by_report,
        "samples": {
            "cells": cells(reads, truth["cells"]),
            "places": places(reads, truth["places"]),
            "broken sentences": breaks(reads, truth["breaks"]),
            "lists": lists(reads, truth["lists"]),
        },
        "briefs": {
            "documents": len(briefs),
            "passages": sum(len(brief.passages) for brief in briefs),
            "over_limit": sum(passages(brief, embedder)["over_limit"] for brief in briefs),
            "violations": sum(len(list(violations(brief))) for brief in briefs),
        },
        "stamp": machine(),
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| report | pages | words in order (strict) | running lines | headings: recall, precision (strict) "
        "| tables right | footnotes | passages | median tokens | over limit | violations |",
        "| --- " * 11 + "|",
    ]
    for name, figures in result["reports"].items():
        order, heads, sizes = figures["words"], figures["headings"], figures["passages"]
        lines.append(
            f"| {name} | {figures['pages']} | {order['in_order']:.4f} ({order['strict']:.4f}) "
            f"| {figures['running_lines_in_passages']} "
            f"| {heads['recall']}, {heads['precision']} ({heads['strict_precision']}) "
            f"| {figures['tables']['right']} of {figures['tables']['expected']} "
            f"| {figures['footnotes']['right']} of {figures['footnotes']['expected']} "
            f"| {sizes['passages']} | {sizes['median_tokens']} | {sizes['over_limit']} | {figures['violations']} |"
        )
    lines += ["", "| sample | n | right |", "| --- | --- | --- |"]
    for name, figures in result["samples"].items():
        right = ", ".join(f"{key} {value}" for key, value in figures.items() if key != "expected")
        lines.append(f"| {name} | {figures['expected']} | {right} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the five reports are")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/reading-reports.json"))
    options = parser.parse_args()
    result = measure(options.folder)
    print(table(result))
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
