"""Hits → segments: runs of neighbouring passages worth more together than they are long; lists and tables whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any

from advisor.records import Document, Hit, Passage
from advisor.store.library import Library

LENGTH = 0.18
"""What a passage costs, beside the value 1 of the best hit."""

MOST = 8
"""Passages that a segment holds at most, lists apart."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring passages of one document, in reading order.

    Attributes:
        rank: from 1, best first.
        score: the value of its passages less their length; comparable within one list only.
    """

    rank: int
    score: float
    document: Document
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """The text of its passages."""
        return "\n".join(passage.text for passage in self.passages)

    @property
    def section(self) -> tuple[str, ...]:
        """The headings that all its passages stand under."""
        levels = zip(*(passage.section for passage in self.passages), strict=False)
        return tuple(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))

    @property
    def first_page(self) -> int:
        """The first page on which it stands."""
        return min(passage.first_page for passage in self.passages)

    @property
    def last_page(self) -> int:
        """The last page on which it stands."""
        return max(passage.last_page for passage in self.passages)

    def to_dict(self) -> dict[str, Any]:
        """Return the segment, ready for JSON, under the names that a passage has in an answer record."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "passage_ids": [passage.passage_id for passage in self.passages],
            "document_id": self.document.document_id,
            "document": self.document.file,
            "title": self.document.title,
            "first_page": self.first_page,
            "last_page": self.last_page,
            "section": list(self.section),
            "text": self.text,
        }


def join(library: Library, hits: Sequence[Hit], *, k: int = 3, allowed: frozenset[str] | None = None) -> list[Segment]:
    """Return the `k` best segments around some hits, best first; no passage is in two of them.

    A hit is worth 1 / (1 + (rank - 1) / 4), and each passage costs `LENGTH`: of all runs of passages inside a chapter
    the one with the highest sum is taken, then the next among what is left. A list or a table that a segment holds in
    part is taken whole. Where ids of passages are `allowed`, runs hold no others.

    Source: relevant segment extraction as in dsRAG (https://github.com/D-Star-AI/dsRAG).
    """
    worth = {hit.passage.passage_id: 1 / (1 + (hit.rank - 1) / 4) for hit in hits}
    documents = {hit.document.document_id: hit.document for hit in hits}
    chapters = [
        chapter
        for item in documents
        for chapter in _chapters(library.outline(item), allowed)
        if worth.keys() & {*chapter}
    ]
    taken: set[str] = set()
    found: list[tuple[float, list[str]]] = []
    while len(found) < k:
        runs = [(value, run) for chapter in chapters for value, run in _runs(chapter, worth, taken)]
        if not runs:
            break
        value, run = max(runs, key=lambda scored: (scored[0], -len(scored[1])))
        if value <= 0:
            break
        whole = [item for item in _with_lists(library, run) if item not in taken]
        taken |= set(whole)
        found.append((value, whole))
    held = {p.passage_id: p for p in library.passages([item for _, ids in found for item in ids])}
    return [
        Segment(rank, value, documents[held[ids[0]].document_id], tuple(held[item] for item in ids))
        for rank, (value, ids) in enumerate(found, start=1)
    ]


def _chapters(outline: Sequence[tuple[str, tuple[str, ...]]], allowed: frozenset[str] | None) -> list[list[str]]:
    """Divide the passages of a document, in reading order, where the outermost heading changes.

    Those that are not allowed are left out, and divide too.
    """
    parts = groupby(outline, key=lambda entry: (entry[1][:1], allowed is None or entry[0] in allowed))
    return [[item for item, _ in members] for (_, is_allowed), members in parts if is_allowed]


def _runs(chapter: Sequence[str], worth: Mapping[str, float], taken: set[str]) -> Iterator[tuple[float, list[str]]]:
    """Yield the runs that begin and end with a hit, hold none that is taken and at most `MOST`, with their value."""
    for first, item in enumerate(chapter):
        if item not in worth:
            continue
        value = 0.0
        for last in range(first, min(first + MOST, len(chapter))):
            if chapter[last] in taken:
                break
            value += worth.get(chapter[last], 0.0) - LENGTH
            if chapter[last] in worth:
                yield value, list(chapter[first : last + 1])


def _with_lists(library: Library, run: Sequence[str]) -> list[str]:
    """Return a run with the passages that hold the rest of its lists and tables, in reading order."""
    listed = {
        (sentence.document_id, sentence.group)
        for passage in library.passages(run)
        for sentence in passage.sentences
        if sentence.kind != "text"
    }
    rest = {sentence.passage_id for place in listed for sentence in library.group(*place)}
    return sorted({*run, *rest})
