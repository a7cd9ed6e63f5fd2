"""A question set and the folder of PDFs it is about → each line, field and phrase that is not as it should be.

    python benchmarks/check_questions.py benchmarks/first-questions/dev.jsonl corpus

Reads the PDFs with pypdf itself and not through a store, so that a question set is checked without the code that it
tests. Prints one line per problem and exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdf

ANSWERABLE_KINDS = frozenset("fact table list how-to comparison follow-up keyword".split())
UNANSWERABLE_KINDS = frozenset("computing-cluster off-topic absent false-premise".split())
ALWAYS = frozenset("id question kind answerable".split())
ROLES = frozenset("user assistant".split())

PagesOf = Callable[[str], tuple[str, ...] | None]
"""A document's name → the text of its pages, the first page first; None where there is no such PDF."""


def collapse(text: str) -> str:
    """Return the text with each run of white space as one space."""
    return " ".join(text.split())


def pages_in(corpus: Path) -> PagesOf:
    """Return a reader of the PDFs in a folder; it reads each PDF once and collapses white space."""

    @cache
    def pages_of(document: str) -> tuple[str, ...] | None:
        path = corpus / document
        if path.suffix != ".pdf" or path.name != document or not path.is_file():
            return None
        return tuple(collapse(page.extract_text()) for page in pypdf.PdfReader(path).pages)

    return pages_of


def problems_in_set(lines: Iterator[str], pages_of: PagesOf) -> Iterator[str]:
    """Yield every problem of a question set, each with its line counted from 1."""
    seen: dict[str, int] = {}
    number = 0
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            yield f"line {number}: not JSON ({error}); write one object per line"
            continue
        if not isinstance(entry, dict):
            yield f"line {number}: {type(entry).__name__} instead of an object"
            continue
        name = entry.get("id")
        if isinstance(name, str) and (first := seen.setdefault(name, number)) != number:
            yield f"line {number}: id {name!r} already stands in line {first}"
        yield from (f"line {number} ({name}): {problem}" for problem in problems_in_entry(entry, pages_of))
    if not number:
        yield "the question set is empty"


def problems_in_entry(entry: dict[str, Any], pages_of: PagesOf) -> Iterator[str]:
    """Yield the problems of one question."""
    yield from (
        f"{field} is {entry.get(field)!r}, not a text" for field in ("id", "question") if not _text(entry, field)
    )
    kind, answerable = entry.get("kind"), entry.get("answerable")
    if not isinstance(answerable, bool):
        yield f"answerable is {answerable!r}, neither true nor false"
        return
    kinds = ANSWERABLE_KINDS if answerable else UNANSWERABLE_KINDS
    if not isinstance(kind, str) or kind not in kinds:
        yield f"kind is {kind!r}; where answerable is {json.dumps(answerable)}, write {', '.join(sorted(kinds))}"
    wanted = ALWAYS | ({"evidence", "key_facts"} if answerable else set())
    wanted |= {"history"} if kind == "follow-up" else set()
    yield from (f"field {field!r} is missing" for field in sorted(wanted - entry.keys()))
    yield from (f"field {field!r} does not belong here" for field in sorted(entry.keys() - wanted))
    if "history" in entry.keys() & wanted:
        yield from problems_in_history(entry["history"])
    if {"evidence", "key_facts"} <= entry.keys() & wanted:
        yield from problems_in_evidence(entry["evidence"], entry["key_facts"], pages_of)


def problems_in_history(history: Any) -> Iterator[str]:
    """Yield the problems of the turns before a follow-up question."""
    if not isinstance(history, list) or not history:
        yield "history is no list of turns"
        return
    for turn in history:
        if not isinstance(turn, dict) or turn.keys() != {"role", "content"} or turn["role"] not in ROLES:
            yield f"turn {turn!r} needs a role (user, assistant) and a content, and nothing else"
        elif not _text(turn, "content"):
            yield f"turn {turn!r} has no words"


def problems_in_evidence(evidence: Any, key_facts: Any, pages_of: PagesOf) -> Iterator[str]:
    """Yield each phrase that is not on its page, and each key fact that is on none of the pages (case aside)."""
    if not isinstance(evidence, list) or not evidence:
        yield "evidence is no list of places"
        return
    pages: list[str] = []
    for place in evidence:
        if not isinstance(place, dict) or place.keys() != {"document", "page", "phrase"}:
            yield f"evidence {place!r} needs a document, a page and a phrase, and nothing else"
        elif not (_text(place, "document") and _text(place, "phrase") and type(place["page"]) is int):
            yield f"evidence {place!r} needs texts for document and phrase, and a whole number for page"
        elif (texts := pages_of(place["document"])) is None:
            yield f"{place['document']} is no PDF of the corpus folder"
        elif not 1 <= place["page"] <= len(texts):
            yield f"{place['document']} has {len(texts)} pages, so that page {place['page']} is none of them"
        else:
            pages.append(texts[place["page"] - 1])
            if place["phrase"] not in pages[-1]:
                yield f"{place['phrase']!r} is not on page {place['page']} of {place['document']}"
    if not isinstance(key_facts, list) or not key_facts:
        yield "key_facts is no list of texts"
        return
    for fact in key_facts:
        if not isinstance(fact, str) or not fact.strip():
            yield f"key fact {fact!r} is no text"
        elif not any(fact.casefold() in page.casefold() for page in pages):
            yield f"key fact {fact!r} is on no page of the evidence"


def _text(entry: dict[str, Any], field: str) -> bool:
    """Tell whether a field holds words."""
    value = entry.get(field)
    return isinstance(value, str) and bool(value.strip())


def main() -> int:
    """Print the problems of one question set and return the exit status."""
    parser = argparse.ArgumentParser(description="Check a question set against the PDFs that it is about.")
    parser.add_argument("questions", type=Path, help="a question set, one JSON object per line")
    parser.add_argument("corpus", type=Path, help="the folder of PDFs")
    options = parser.parse_args()
    if not options.questions.is_file() or not options.corpus.is_dir():
        parser.error(f"{options.questions} must be a file and {options.corpus} a folder")
    # Not splitlines(): it also splits at U+2028 and its like, which may stand inside a JSON text.
    try:
        with options.questions.open(encoding="utf-8") as lines:
            problems = list(problems_in_set(lines, pages_in(options.corpus)))
    except UnicodeDecodeError as error:
        problems = [f"not UTF-8 ({error})"]
    for problem in problems:
        print(f"{options.questions}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
