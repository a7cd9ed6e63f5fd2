"""The sentences of an answer → its rows as tables again, where their words can be taken apart safely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise

from advisor.records import AnswerSentence
from advisor.serving.conversation import Turn
from advisor.text import clean, same_words

_LABEL, _CELL, _HEADER = " — ", "; ", ": "
"""What a row in words has behind its label, between its cells and behind the header of each."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an answer: the cell that names it, and its other cells with their headers, in order."""

    sentence: AnswerSentence
    label: str
    cells: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers of its cells."""
        return tuple(header for header, _ in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same columns that follow each other, at least one; some may lack a cell.

    Attributes:
        columns: the headers of all columns but the first: a row in words does not hold that one's.
        caption: the lead-in that stands before the rows.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: AnswerSentence | None = None

    def cells(self, row: Row) -> tuple[str, ...]:
        """Return the cells of a row, one for each column, "" where it has none."""
        held = dict(row.cells)
        return tuple(held.get(column, "") for column in self.columns)


def parts_of(turn: Turn) -> list[AnswerSentence | Table]:
    """Return the sentences of a turn in their order, the rows among them as tables.

    Rows that follow each other stay sentences where one of them cannot be taken apart.
    """
    parts: list[AnswerSentence | Table] = []
    for are_rows, run in groupby(turn.sentences, key=lambda sentence: sentence.kind == "row"):
        sentences = list(run)
        tables = _tables(sentences, turn) if are_rows else []
        if tables and parts and isinstance(lead := parts[-1], AnswerSentence) and lead.kind == "lead":
            parts.pop()
            tables[0] = replace(tables[0], caption=lead)
        parts += tables or sentences
    return parts


def _tables(sentences: Sequence[AnswerSentence], turn: Turn) -> list[Table]:
    """Return rows as tables; empty where one of them cannot be taken apart."""
    tables: list[Table] = []
    for sentence in sentences:
        row = _row(sentence, turn)
        if row is None:
            return []
        joined = _joined(tables[-1], row, turn) if tables else None
        tables[-1:] = [joined] if joined else [*tables[-1:], Table(row.columns, (row,))]
    return tables


def _joined(table: Table, row: Row, turn: Turn) -> Table | None:
    """Return a table with a further row; None where it is one of another table.

    Rows of one section are of one table where the cells behind their labels have the same header: further cells may be
    empty, but where the label's own is, the next one has taken its place.
    """
    rows = (*table.rows, row)
    if row.columns == table.columns:
        return replace(table, rows=rows)
    if row.columns[0] != table.columns[0] or _section(row, turn) != _section(table.rows[-1], turn):
        return None
    order: TopologicalSorter[str] = TopologicalSorter()
    for columns in (table.columns, row.columns):
        for before, column in pairwise(columns):
            order.add(column, before)
    try:
        return replace(table, columns=tuple(order.static_order()), rows=rows)
    except CycleError:
        return None


def _section(row: Row, turn: Turn) -> tuple[str, tuple[str, ...]] | None:
    citation = turn.citation(row.sentence.markers[0])
    return (citation.document_id, citation.section) if citation else None


def _row(sentence: AnswerSentence, turn: Turn) -> Row | None:
    """Return a row taken apart; None where its words could be read in two ways.

    Its own quotes come first, behind them those of what it has from elsewhere: the names of its columns, a cell that it
    shares.
    """
    quotes = [citation.quote for marker in sentence.markers if (citation := turn.citation(marker))]
    pages = (clean(" ".join(quotes[:number])) for number in range(len(quotes), 0, -1))
    return next(filter(None, (_taken_apart(sentence, page) for page in pages)), None)


def _taken_apart(sentence: AnswerSentence, page: str) -> Row | None:
    """Return a row taken apart; None where its words could be read in two ways.

    What the page has too is of a cell, what it has not stands between cells: the page tells "; " in a cell from "; "
    between two.
    """
    label, *rest = _split(clean(sentence.text), _LABEL, page)
    if len(rest) != 1:
        return None
    cells = []
    for cell in _split(rest[0], _CELL, page):
        *header, value = _split(cell, _HEADER, page)
        cells.append((_HEADER.join(header), value))
    row = Row(sentence, label, tuple(cells))
    told = " ".join([label, *(value for _, value in cells)])
    # A cell that is merged with those of other rows stands beside the words of this one.
    is_sure = same_words(told, page) or same_words(page, told)
    return row if is_sure and all(row.columns) and len(set(row.columns)) == len(cells) else None


def _split(text: str, mark: str, page: str) -> list[str]:
    """Return what stands between the marks in a text, but for marks that the page has between the same words."""
    pieces: list[str] = []
    for piece in text.split(mark):
        if pieces and f"{pieces[-1].rpartition(' ')[2]}{mark}{piece.partition(' ')[0]}" in page:
            pieces[-1] += mark + piece
        else:
            pieces.append(piece)
    return pieces
