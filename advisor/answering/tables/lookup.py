"""A question such as "Which firms export to Japan?", and evidence → the rows of tables that answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from functools import partial
from typing import get_args

from advisor.answering.checks.cues import read_cues
from advisor.answering.evidence import Evidence
from advisor.answering.expected import expected_in
from advisor.answering.tables.conditions import Wanted, Whole, names_in, wanted_of_rows
from advisor.answering.tables.rows import Table, tables_in
from advisor.records import Sentence
from advisor.retrieval.kinds import ASKING
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from advisor.text import stem, terms, words

MOST_ROWS = 60
"""Rows up to which a table is told whole, and up to which those that answer are what somebody reads."""

UNMET = 1
"""Words of the question that a table, with its headings and its rows, may lack, where a header is one of its words."""

LEAST_PREFIX = 4
"""Letters from which on a word of the question is met by a longer one: "health" by "healthcare"."""

LIGHT = frozenset(
    terms(
        "take took place hold held happen occur plan organise schedule exist locate base include involve run find "
        "attend upcoming sign signed conclude agree"
    )
)
"""Search terms that say no more than that something is there."""

_ROWS_TELL = frozenset({"", "entity", "place", "person", "count"})
"""Kinds of values that rows give, by themselves or by their number."""

_TABLE = stem("table")
_WHOLE = re.compile(r"\b(?:table|every|each|all|complete|whole|full)\b", re.IGNORECASE)
_ASKS_WHICH = re.compile(
    r"\b(?:which|what|list|name|show|only|how many)\b(?: me| all| the| of| other)* "
    r"(?:[\w-]+ ){0,2}?(?!does\b)[\w-]{3,}s\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:which|what|where|who|list|name|show|only|how many)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except|without|other than|apart from|besides|neither|but not)\b", re.IGNORECASE)


def rows_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the rows that answer a question for things with a value, or for the values of a thing, in their order.

    These are the rows that hold the names, places and times in it in the columns that it speaks of ("Which firms export
    to Japan and Chile?", "Which fairs are in Asia in May?"), and its other words where what stands above the table does
    not ("Which firms are in the wood sector?"); also of further tables with the same columns. Or else they are those
    that begin with its only name, where a column or the caption says what is asked ("What sector is Elm in?"). Empty
    where no table has such rows, or where the question takes something away ("but not Japan").
    """
    several, named = _asks_for_several(query), names_in(query.focused)
    if not _is_lookup(query) or not (several or len(named) == 1):
        return []
    tables = list(tables_in(store.library, evidence))
    if several and (found := _with_values(query, tables)):
        return found
    return _about(named[0], query, tables) if len(named) == 1 else []


def has_rows_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> bool | None:
    """Tell whether there are rows with what a question for things wants of them, where a table is just about that.

    "Which fairs are in Chile in May?" is all that a table of fairs with places and dates can tell. None where no table
    is, or the question wants nothing by name or time.
    """
    *_, wanted = wanted_of_rows(*_focus_and_before(query))
    if not wanted or not _is_lookup(query) or not _asks_for_several(query):
        return None
    asked = _asked(query, wanted)
    tables = tables_in(store.library, evidence)
    about = [table for table in tables if asked & table.own and not _left(table, asked)]
    if not any(wanted.has_columns(row, asked) for table in about for row in table.cells):
        return None
    return any(_holding(query, asked, wanted, table, whole=each) for table in about for each in get_args(Whole))


def _is_lookup(query: Query) -> bool:
    """Tell whether a question may be answered by rows: it asks for things or values, and takes nothing away.

    Names beside each other are looked up as one question: "Which fairs are in Kenya or Chile?".
    """
    asks = bool(_ASKS.search(query.searched)) and expected_in(query.focused) in _ROWS_TELL
    return asks and not query.is_divided and not _takes_away(query.focused)


def _asks_for_several(query: Query) -> bool:
    return bool(_ASKS_WHICH.search(query.searched)) or (query.language != "en" and query.kind == "list")


def _focus_and_before(query: Query) -> tuple[str, str]:
    """Return what asks, and what of the conversation stands before it."""
    return query.focused, query.searched.removesuffix(query.asked) if query.asked else ""


def _asked(query: Query, wanted: Wanted) -> Set[str]:
    """Return the search terms of a question beside those that say what rows must hold."""
    return set(query.terms) - wanted.terms - {term for part in query.references for term in part}


def table_asked(store: Store, query: Query, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the whole table that a question asks for, with its caption: "List all agreements with their countries".

    It is one of whose caption, headings and columns all words of the question are; more of the first go first. Empty
    where the question does not say that it wants all of it, names a thing, or takes something away.
    """
    question = query.focused
    if not _WHOLE.search(question) or query.is_divided or names_in(question) or _takes_away(question):
        return []
    asked = {term for term in query.terms if term not in ASKING and term != _TABLE}
    found = [
        table
        for table in tables_in(store.library, evidence)
        if len(table.rows) <= MOST_ROWS and asked and not asked - table.above - table.headers
    ]
    best = min(found, key=lambda table: len(asked - table.above), default=None)
    return [*best.lead, *best.rows] if best else []


def _takes_away(question: str) -> bool:
    return read_cues(question).negated or bool(_EXCEPT.search(question))


def _with_values(query: Query, tables: Sequence[Table]) -> list[Sentence]:
    """Return the rows that hold what the question asks for; those that hold all of it go before others."""
    for wanted in wanted_of_rows(*_focus_and_before(query)):
        asked = _asked(query, wanted)
        ranked = sorted(tables, key=lambda table: not asked & table.things)
        passes: list[Callable[[Table], list[Sentence]]] = [
            partial(_chosen, query, asked, wanted, whole="parties" if wanted.has_parties else "")
        ]
        if wanted:
            passes += [partial(_chosen, query, asked, wanted), partial(_nearly, query, asked, wanted)]
            passes += [partial(_chosen, query, asked, wanted, whole="all")]
        if found := next(filter(None, (_first_columns(ranked, asked, told) for told in passes)), None):
            return found
    return []


def _first_columns(tables: Sequence[Table], asked: Set[str], told: Callable[[Table], list[Sentence]]) -> list[Sentence]:
    """Return the rows of the first table that has some, and of those with the same columns, in their order.

    A single one is told where the table is about what is asked for: "Which firms export to Chile?" is not answered from
    any table with Chile.
    """
    found: list[Sentence] = []
    columns: list[str] = []
    named = False
    for table in tables:
        if columns in ([], table.columns) and (rows := told(table)):
            columns = table.columns
            found += rows
            named = named or bool(asked & table.own)
    is_told = len(found) <= MOST_ROWS and (named or len(found) > 1)
    return sorted(found, key=lambda row: row.sentence_id) if is_told else []


def _chosen(query: Query, asked: Set[str], wanted: Wanted, table: Table, *, whole: Whole = "") -> list[Sentence]:
    """Return the rows that hold what is wanted, and each word that stands neither above the table nor in a header.

    Where words alone choose, one must be a header of the table, and not all rows may hold them.
    """
    left, named = _left(table, asked), asked & table.headers
    rows = _holding(query, asked, wanted, table, whole=whole)
    rows = [row for row in rows if all(_is_met(term, set(terms(row.text))) for term in left)]
    if not wanted:
        return rows if left and named and len(rows) < len(table.rows) else []
    return rows


def _nearly(query: Query, asked: Set[str], wanted: Wanted, table: Table) -> list[Sentence]:
    """Return the rows that hold what is wanted, of a table with a header that is asked for, if little else is unmet.

    A word that some rows of the table hold chooses among them: it is not passed over.
    """
    left = _left(table, asked)
    held = {term for row in table.rows for term in terms(row.text)}
    is_near = asked & table.headers and len(left) <= UNMET and not any(_is_met(term, held) for term in left)
    return _holding(query, asked, wanted, table) if is_near else []


def _left(table: Table, asked: Set[str]) -> Set[str]:
    return asked - LIGHT - ASKING - table.above - table.headers


def _holding(query: Query, asked: Set[str], wanted: Wanted, table: Table, *, whole: Whole = "") -> list[Sentence]:
    return [
        row
        for row, cells in zip(table.rows, table.cells, strict=True)
        if wanted.is_held(cells, asked, table.caption, whole=whole) and _is_of_part(row, table.caption, query)
    ]


def _is_met(term: str, held: Set[str]) -> bool:
    return term in held or (len(term) >= LEAST_PREFIX and any(other.startswith(term) for other in held))


def _about(name: str, query: Query, tables: Sequence[Table]) -> list[Sentence]:
    """Return the rows that begin with a name, of the first table that says what is asked about it."""
    others = set(query.terms) - set(terms(name))
    for table in tables:
        rows = [
            row
            for row, cells in zip(table.rows, table.cells, strict=True)
            if words(next(iter(cells.values()), "")) == words(name) and _is_of_part(row, table.caption, query)
        ]
        met = table.above | {term for row in rows for term in terms(row.text)}
        if rows and others & (table.above | table.headers) and len(set(query.terms) - met) <= UNMET:
            return rows
    return []


def _is_of_part(row: Sentence, caption: str, query: Query) -> bool:
    """Tell whether a row, or what stands above it, names the numbered parts in the question: "Strand 1"."""
    said = f" {' '.join(terms(f'{caption} ; {row.text}'))} "
    return all(f" {' '.join(part)} " in said for part in query.references if len(part) > 1)
