"""A question such as "Which firms export to Japan?", and evidence → the rows of tables that answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import dropwhile

from advisor.answering.checks.cues import read_cues
from advisor.answering.evidence import Evidence
from advisor.answering.expected import expected_in
from advisor.answering.units import blocks_of
from advisor.records import Sentence
from advisor.retrieval.kinds import ASKING
from advisor.retrieval.references import without_references
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import names, same_words, stem, terms, words

MOST_ROWS = 40
"""Rows up to which a table is told whole."""

LEAST, MOST = 2, 15
"""Rows from which on they are a list of their own, and up to which they are one that somebody reads."""

UNMET = 1
"""Words of the question that a table, with its headings and its rows, may lack, where a header is one of its words."""

PLACES = frozenset(terms("place location country city venue region market destination"))
"""Headers of columns that "in Spain" and "to Spain" speak of, as search terms."""

SAME = (
    ("USA", "US", "United States", "United States of America"),
    ("UK", "United Kingdom", "Great Britain"),
    ("UAE", "United Arab Emirates"),
)
"""Names of one country."""

_TABLE = stem("table")
_WHOLE = re.compile(r"\b(?:table|every|each|all|complete|whole|full)\b", re.IGNORECASE)
_LABEL = " — "
_ASKS_WHICH = re.compile(
    r"\b(?:which|what|list|name|show)\b(?: me| all| the| of| other)* (?:[\w-]+ ){0,2}?[\w-]{3,}s\b", re.IGNORECASE
)
_ASKS = re.compile(r"\b(?:which|what|where|who|list|name|show)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_a-z][\w&’'-]*(?:(?: of)?(?: the)? [^\W\d_a-z][\w&’'-]*)*")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except|without|other than|apart from|besides|neither|but not)\b", re.IGNORECASE)
_TO_A_PLACE = re.compile(r"\b(?:in|at|from|to|into|within)\s+(?:the\s+)?$", re.IGNORECASE)
_PARTS = re.compile(r"[,;/()]|\band\b")

Cells = Mapping[str, str]


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
    """Return the rows that answer a question for things with a value, or for the values of a thing, in their order.

    These are the rows in which a column that the question speaks of holds the names in it ("Which firms export to
    Japan and Chile?"), also of further tables with the same columns; or else those that begin with its only name, where
    a column or the caption says what is asked ("What sector is Elm in?"). Empty where no table has such rows, or where
    the question takes something away ("but not Japan").
    """
    question = query.focused
    asked = _names_in(question)
    if not asked or query.sides or not _ASKS.search(question):
        return []
    if expected_in(question) not in ("", "entity", "place", "person"):
        return []
    if read_cues(question).negated or _EXCEPT.search(question):
        return []
    others = set(query.terms) - {term for name in asked for term in terms(name)}
    if _ASKS_WHICH.search(question):
        for headers, unmet in ((others, UNMET), (PLACES if _asks_for_place(question, asked) else set(), 0)):
            if found := _rows(store, query, evidence, _with_values(question, asked, headers), least=LEAST, unmet=unmet):
                return found
    if len(asked) > 1:
        return []
    return _rows(store, query, evidence, _labelled(asked[0], others), least=1, unmet=UNMET)


def table_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the whole table that a question asks for, with its caption: "List all agreements with their countries".

    It is one of whose caption, headings and columns all words of the question are; more of the first go first. Empty
    where the question does not say that it wants all of it, names a thing, or takes something away.
    """
    question = query.focused
    if not _WHOLE.search(question) or query.sides or _names_in(question):
        return []
    if read_cues(question).negated or _EXCEPT.search(question):
        return []
    asked = {term for term in query.terms if term not in ASKING and term != _TABLE}
    found: list[tuple[int, list[Sentence]]] = []
    for item, block in blocks_of(store.library, evidence):
        rows = [s for s in block if s.kind == "row"]
        leads = [s for s in block if s.kind == "lead"][:1]
        above = set(terms(_caption(item, block)))
        columns = {term for row in rows for name in cells_of(row.text) for term in terms(name)}
        if 0 < len(rows) <= MOST_ROWS and asked and not asked - above - columns:
            found.append((len(asked - above), [*leads, *rows]))
    return min(found, key=lambda one: one[0])[1] if found else []


def _names_in(question: str) -> list[str]:
    """Return the names in a question, each as it stands there: "United Arab Emirates"; "Strand 1" is none."""
    plain = without_references(question)
    known = names(plain)
    found = (" ".join(dropwhile(lambda word: word.lower() not in known, name.split())) for name in _NAME.findall(plain))
    return [name for name in found if name]


def _rows(
    store: Store,
    query: Query,
    evidence: Sequence[Evidence],
    is_asked: Callable[[Cells, str], bool],
    *,
    least: int,
    unmet: int,
) -> list[Sentence]:
    found: list[Sentence] = []
    columns: list[str] = []
    for best, block in blocks_of(store.library, evidence):
        rows = [s for s in block if s.kind == "row"]
        caption = _caption(best, block)
        told = [row for row in rows if is_asked(cells_of(row.text), caption) and _is_of_part(row, caption, query)]
        if not told or (found and list(cells_of(told[0].text)) != columns):
            continue
        met = set(terms(" ".join([caption, *(row.text for row in told)])))
        if not found and len(set(query.terms) - met) > unmet:
            continue
        columns = list(cells_of(told[0].text))
        found += told
    return sorted(found, key=lambda row: row.sentence_id) if least <= len(found) <= MOST else []


def _caption(item: Evidence, block: Sequence[Sentence]) -> str:
    """Return what stands above a table: the title of its document, its headings, its own caption."""
    leads = (s.text for s in block if s.kind == "lead")
    return " ".join([item.hit.document.title, *item.hit.passage.section, *leads])


def _asks_for_place(question: str, asked: Sequence[str]) -> bool:
    return any(_TO_A_PLACE.search(question[: question.find(name)]) for name in asked)


def _with_values(question: str, asked: Sequence[str], headers: Set[str]) -> Callable[[Cells, str], bool]:
    """Return what tells whether a row holds all names, or one where either will do, under one of the headers."""
    enough = any if _EITHER.search(question) else all

    def holds(cells: Cells, _: str) -> bool:
        values = [value for header, value in cells.items() if header and headers & set(terms(header))]
        return enough(any(_holds(value, name) for value in values) for name in asked)

    return holds


def _labelled(name: str, others: Set[str]) -> Callable[[Cells, str], bool]:
    """Return what tells whether a row is about the thing of that name, and says what is asked."""

    def is_about(cells: Cells, caption: str) -> bool:
        first = next(iter(cells.values()), "")
        return words(first) == words(name) and bool(others & set(terms(" ".join([caption, *cells]))))

    return is_about


def _holds(value: str, name: str) -> bool:
    forms = next((group for group in SAME if name in group), (name,))
    return any(same_words(form, part) for part in _PARTS.split(value) for form in forms)


def _is_of_part(row: Sentence, caption: str, query: Query) -> bool:
    """Tell whether a row, or what stands above it, names the numbered parts in the question: "Strand 1"."""
    said = f" {' '.join(terms(f'{caption} ; {row.text}'))} "
    return all(f" {' '.join(part)} " in said for part in query.references if len(part) > 1)
