"""A question such as "Which barrier was named most often?", and evidence → the rows or items with the highest count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.answering.evidence import Evidence
from advisor.answering.ranking import RANKING, end_asked
from advisor.answering.tables.lookup import LIGHT, UNMET
from advisor.answering.tables.rows import cells_of
from advisor.answering.units import blocks_of
from advisor.records import Sentence
from advisor.retrieval.kinds import ASKING
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import terms

LEAST_MEMBERS = 3
"""Members with a count from which on a list or a table ranks them."""

RANKED = 0.8
"""Share of the members that must have one."""

MOST_EQUAL = 3
"""Members with the same highest count up to which they are told; more of them are no answer."""

_BEHIND = re.compile(r"\((\d+)\b[^()\d]*\)\s*[;,.]?$")
"""The count of an item: "Access to partners (6 partnerships)"."""

_FIRST = re.compile(r"^(\d+)(?:\s+(?:of|out of)\s+\d+)?\b(?!%)")
"""The count in a cell: "18 of 21"."""


def extremes_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the members of a list or a table with the highest count, or where the least is asked for the lowest.

    It is one of whose caption, headings and lead-in all words of the question are, besides those that rank; where
    counts stand in several columns, it is one that the question names, or else the first. Empty where there is none.
    """
    end = end_asked(query.focused)
    if not end or query.is_divided:
        return []
    asked = set(query.terms) - ASKING - LIGHT - RANKING
    may_lack = UNMET if query.focus else 0  # of the question before
    best: tuple[int, list[Sentence]] | None = None
    for item, block in blocks_of(store.library, evidence):
        members = [sentence for sentence in block if sentence.kind != "lead"]
        leads = [sentence.text for sentence in block if sentence.kind == "lead"]
        above = set(terms(" ".join([item.hit.document.title, *item.hit.passage.section, *leads])))
        for column, counts in _counted(members):
            unmet = (
                asked - above - set(terms(column)) - {term for member in members for term in terms(member.text)[-2:]}
            )
            if unmet & set(query.focus) or len(unmet) > may_lack or len(counts) < _enough(members):
                continue
            own = len(asked & set(terms(" ".join([column, *leads, *item.hit.passage.section[-1:]]))))
            extreme = (max if end > 0 else min)(counts.values())
            first = [member for member in members if counts.get(member.sentence_id) == extreme]
            if len(first) <= MOST_EQUAL and (best is None or own > best[0]):
                best = own, first
    return best[1] if best else []


def _enough(members: Sequence[Sentence]) -> float:
    """Return how many members must have a count."""
    return max(LEAST_MEMBERS, RANKED * len(members))


def _counted(members: Sequence[Sentence]) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield each column of counts of a table by its header, or those behind the items of a list under ""."""
    columns: dict[str, dict[str, int]] = {}
    for member in members:
        cells = cells_of(member.text) if member.kind == "row" else {}
        for header, value in cells.items():
            if match := _FIRST.match(value):
                columns.setdefault(header, {})[member.sentence_id] = int(match[1])
        if not cells and (match := _BEHIND.search(member.text)):
            columns.setdefault("", {})[member.sentence_id] = int(match[1])
    yield from columns.items()
