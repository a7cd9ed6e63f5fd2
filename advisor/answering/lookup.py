"""A question such as "Which firms export to Japan?", and evidence → the rows of one table that answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from advisor.answering.evidence import Evidence
from advisor.answering.expected import expected_in
from advisor.records import Sentence
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

LEAST, MOST = 2, 15
"""Rows from which on they are a list of their own, and up to which they are one that somebody reads."""

UNMET = 1
"""Words of the question that a table, with its headings and its rows, may lack."""

_LABEL = " — "
_ASKS_WHICH = re.compile(
    r"\b(?:which|what|list|name|show)\b(?: me| all| the| of| other)* (?:[\w-]+ ){0,2}?[\w-]{3,}s\b", re.IGNORECASE
)


def cells_of(row: str) -> dict[str, str]:
    """Return the cells of a row in words by their headers; "" is the header of its label."""
    label, mark, rest = row.partition(_LABEL)
    held = {"": label.strip()} if mark else {}
    for cell in (rest if mark else row).split("; "):
        header, colon, value = cell.partition(": ")
        if colon:
            held[header.strip()] = value.strip()
    return held


def rows_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the rows of the best table in which a column that a question speaks of holds a name in it, in their order.

    Empty where it asks for something else than things, or no table has several such rows.
    """
    if not query.names or query.sides or not _ASKS_WHICH.search(query.focused):
        return []
    if expected_in(query.focused) not in ("", "entity", "place", "person"):
        return []
    seen: set[tuple[str, int]] = set()
    for item in evidence:
        place = (item.sentence.document_id, item.sentence.group)
        if item.sentence.kind != "row" or place in seen or not _is_asked(item.sentence, query):
            continue
        seen.add(place)
        block = store.library.group(*place)
        found = [sentence for sentence in block if sentence.kind == "row" and _is_asked(sentence, query)]
        above = " ".join(
            [item.hit.document.title, *item.hit.passage.section, *(s.text for s in block if s.kind == "lead")]
        )
        met = set(terms(" ".join([above, *(sentence.text for sentence in found)])))
        if LEAST <= len(found) <= MOST and len(set(query.terms) - met) <= UNMET:
            return found
    return []


def _is_asked(row: Sentence, query: Query) -> bool:
    """Tell whether a cell holds a name in the question under a header that shares another word with it."""
    names = set(query.names)
    others = set(query.terms) - names
    held: Mapping[str, str] = cells_of(row.text)
    return any(header and others & set(terms(header)) and names & set(terms(value)) for header, value in held.items())
