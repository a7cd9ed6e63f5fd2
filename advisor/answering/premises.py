"""A query → what is known of the numbered parts that it names: "step 12" of ten is not there, "R1 to R3" are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.answering.parts import asks_for_parts
from advisor.retrieval.understanding import Query
from advisor.store.library import Library

LEAST = 2
"""Parts of a kind, from the first on, that the documents must have before it is said that another is none of them."""

MOST = 60
"""Higher numbers name no part of a row that could be looked through."""


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that the documents do not have: its label as a search term ("step", "r"), its number, the last one."""

    label: str
    number: int
    last: int


def missing_part(library: Library, query: Query) -> MissingPart | None:
    """Return the first numbered part in a question that the documents do not have, though they have those before it.

    None where they have it, or have no such row of parts: then nothing is known of it.
    """
    for label, number, is_code in _numbered(query):
        if number > MOST or _has(library, label, number, is_code):
            continue
        last = 0
        while last + 1 < number and _has(library, label, last + 1, is_code):
            last += 1
        later = any(_has(library, label, other, is_code) for other in range(number + 1, number + 4))
        if last >= LEAST and not later:
            return MissingPart(label, number, last)
    return None


def has_all_asked(library: Library, query: Query) -> bool:
    """Tell whether a question asks for numbered parts and nothing else, and the documents have all of them."""
    parts = list(_numbered(query))
    return bool(parts) and asks_for_parts(query) and all(_has(library, *part) for part in parts)


def _numbered(query: Query) -> Iterator[tuple[str, int, bool]]:
    """Yield label, number, and whether they are one word ("R14") of each numbered part in a question."""
    for reference in query.references:
        if len(reference) == 2 and reference[1].isdigit():
            yield reference[0], int(reference[1]), False
        elif code := re.fullmatch(r"([a-z])(\d{1,2})", reference[-1]):
            yield code[1], int(code[2]), True


def _has(library: Library, label: str, number: int, is_code: bool) -> bool:
    phrase = (f"{label}{number}",) if is_code else (label, str(number))
    return bool(library.match_phrases([phrase]))
