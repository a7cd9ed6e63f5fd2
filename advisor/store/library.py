"""The SQLite half of a store: documents, pages, passages, sentences, ledger and full-text index."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.abbreviations import abbreviations
from advisor.embedding import Codes, Vectors
from advisor.errors import CorpusError, StoreError
from advisor.records import Document, Heading, Page, Passage, Sentence, Span
from advisor.text import terms, words

FORMAT = 4
"""Counted up whenever a store of an older format can no longer be read, or its vectors are of an earlier adapter."""

WEIGHTS = (1.0, 0.5, 0.25)
"""BM25 weights of a passage's text, its section path and its document's title."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds."""

    documents: int
    pages: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The vectors of the tokens of one passage and its header, see `advisor.embedding.Tokens`.

    Attributes:
        vectors: shape (n, dim // 2).
        owners: for each token the number of its sentence in the passage, from 1; 0 for the header and in between.
    """

    vectors: Codes
    owners: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of a document: of its passages, of their tokens, and of its sentences, in order."""

    passages: Vectors
    tokens: Sequence[PassageTokens]
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one file: its path, content, document and status, and the ingest result as it was reported."""

    path: str
    sha256: str
    document_id: str
    status: str
    reason: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """A document as it is held: how many passages were made of it, and what was noted when it was read."""

    document: Document
    passages: int
    warnings: tuple[str, ...]


class Library:
    """One SQLite file. Reading is safe from several threads; writing is for one process at a time."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open the file; a new one is made where `writable` and there is none.

        Raises:
            StoreError: the file cannot be opened or is not one of ours.
        """
        self.path = path
        self._only: tuple[str, ...] = ()
        self._lock = threading.RLock()
        is_new = writable and not path.exists()
        try:
            uri = sqlite_uri(path, mode="rwc" if writable else "ro")
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            if is_new:
                schema = resources.files("advisor.store").joinpath("schema.sql").read_text(encoding="utf-8")
                self._db.executescript(schema)
            self._db.execute("SELECT count(*) FROM meta").fetchone()
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be opened ({error}); check that you may read it, or delete the store's folder and "
                "run `advisor ingest` again"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def only(self, document_ids: Sequence[str]) -> Library:
        """Return the same file as if it held these documents alone, by their ids; all of them where none is named.

        So it is for what is listed, counted and found by words: `documents`, `counts`, `match`, `match_phrases` and
        `document_frequency`. What is read by its id is read wherever it is. The file is closed once for both.
        """
        view = copy(self)
        view._only = tuple(document_ids)
        return view

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside the block happen together or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    def vacuum(self) -> None:
        """Leave nothing of removed documents in the file."""
        self._db.execute("INSERT INTO passage_terms (passage_terms) VALUES ('optimize')")
        self._db.execute("VACUUM")

    # --- how the store was built -------------------------------------------------------------------------------

    def meta(self, key: str) -> str:
        """Return a remembered value, "" where there is none."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else ""

    def set_meta(self, **values: str) -> None:
        """Remember values, such as embedder, dim and format."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def counts(self) -> Counts:
        """Return how much the store holds."""
        where = self._where("WHERE")
        tables = ("documents", "pages", "passages", "sentences")
        counted = ", ".join(f"(SELECT count(*) FROM {table} {where})" for table in tables)
        row = self._one(f"SELECT {counted}", *self._only * len(tables))
        return Counts(*row) if row else Counts(0, 0, 0, 0)

    # --- documents and pages -----------------------------------------------------------------------------------

    def documents(self) -> list[Document]:
        """Return all documents, by file name."""
        sql = f"SELECT * FROM documents {self._where('WHERE')} ORDER BY file, document_id"
        return [_document(row) for row in self._all(sql, *self._only)]

    def holdings(self) -> list[Holding]:
        """Return all documents, by file name, with their passages counted and the warnings of their files."""
        counts, ledger = self.passage_counts(), self.ledger()
        noted = {entry.document_id: entry.result for entry in ledger.values() if entry.document_id}
        return [
            Holding(
                document,
                counts.get(document.document_id, 0),
                tuple(noted.get(document.document_id, {}).get("warnings", ())),
            )
            for document in self.documents()
        ]

    def document(self, document_id: str) -> Document:
        """Return a document by its id, or by its file name with or without ".pdf".

        Raises:
            CorpusError: there is none, or more than one file has that name.
        """
        rows = self._all(
            "SELECT * FROM documents WHERE document_id = ?1 OR file = ?1 OR file = ?1 || '.pdf'",
            document_id.encode("utf-8", "replace").decode(),  # half of a surrogate pair is in no name
        )
        if len(rows) != 1:
            problem = "no document" if not rows else f"{len(rows)} documents called"
            raise CorpusError(
                f"{problem} {document_id!r} in {self.path.parent.parent}; `advisor documents` lists what there is"
            )
        return _document(rows[0])

    def document_with(self, sha256: str) -> Document | None:
        """Return the document that was read from a file with this content, None where there is none."""
        row = self._one("SELECT * FROM documents WHERE sha256 = ?", sha256)
        return _document(row) if row else None

    def page(self, document_id: str, number: int) -> Page:
        """Return one stored page, counted from 1.

        Raises:
            CorpusError: the document has no such page.
        """
        row = self._one("SELECT * FROM pages WHERE document_id = ? AND number = ?", document_id, number)
        if row is None:
            raise CorpusError(f"document {document_id} has no page {number}")
        return Page(*row[1:])

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages of each document."""
        return dict(self._all("SELECT document_id, count(*) FROM passages GROUP BY document_id"))

    def passage_count(self, document_id: str) -> int:
        """Return the number of passages of one document."""
        row = self._one("SELECT count(*) FROM passages WHERE document_id = ?", document_id)
        return int(row[0]) if row else 0

    # --- passages and sentences --------------------------------------------------------------------------------

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages with their sentences, in the order of the ids; unknown ids are left out."""
        marks = _marks(passage_ids)
        rows = self._all(
            f"SELECT passage_id, document_id, section, text FROM passages WHERE passage_id IN ({marks})", *passage_ids
        )
        held: dict[str, list[Sentence]] = {row[0]: [] for row in rows}
        for row in self._all(
            f'SELECT sentence_id, passage_id, document_id, kind, "group", text, spans, borrowed FROM sentences '
            f"WHERE passage_id IN ({marks}) ORDER BY sentence_id",
            *passage_ids,
        ):
            held[row[1]].append(_sentence(row))
        found = {
            row[0]: Passage(row[0], row[1], tuple(json.loads(row[2])), row[3], tuple(held[row[0]])) for row in rows
        }
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def outline(self, document_id: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the passages of a document in reading order, by id, with their section paths."""
        rows = self._all("SELECT passage_id, section FROM passages WHERE document_id = ? ORDER BY row", document_id)
        return [(passage_id, tuple(json.loads(section))) for passage_id, section in rows]

    def headings(self, document_id: str) -> list[Heading]:
        """Return the headings of a document in reading order, those alone that some passage stands under."""
        rows = self._all(
            "SELECT passage_id, document_id, section, spans FROM headings WHERE document_id = ? ORDER BY row",
            document_id,
        )
        return [Heading(row[0], row[1], tuple(json.loads(row[2])), _spans_in(row[3])) for row in rows]

    def group(self, document_id: str, group: int) -> list[Sentence]:
        """Return the sentences of one block, list or table of a document, in reading order, across passages."""
        return [
            _sentence(row)
            for row in self._all(
                'SELECT sentence_id, passage_id, document_id, kind, "group", text, spans, borrowed FROM sentences '
                'WHERE document_id = ? AND "group" = ? ORDER BY sentence_id',
                document_id,
                group,
            )
        ]

    def groups_of_rows(self, document_id: str) -> list[int]:
        """Return which blocks of a document are tables, in reading order."""
        rows = self._all(
            'SELECT DISTINCT "group" FROM sentences WHERE document_id = ? AND kind = \'row\' ORDER BY "group"',
            document_id,
        )
        return [group for (group,) in rows]

    def passage_vectors(self) -> Iterator[tuple[str, str, Vectors]]:
        """Yield passage id, document id and unit vector of every passage."""
        return self._vectors("SELECT passage_id, document_id, vector FROM passages ORDER BY row")

    def sentence_vectors(self) -> Iterator[tuple[str, str, Vectors]]:
        """Yield sentence id, document id and unit vector of every sentence."""
        return self._vectors("SELECT sentence_id, document_id, vector FROM sentences ORDER BY sentence_id")

    def passage_tokens(self, passage_ids: Sequence[str]) -> dict[str, PassageTokens]:
        """Return the token vectors of some passages; unknown ids are left out."""
        rows = self._all(
            f"SELECT passage_id, owners, vectors FROM passage_tokens WHERE passage_id IN ({_marks(passage_ids)})",
            *passage_ids,
        )
        return {
            passage_id: PassageTokens(
                np.frombuffer(vectors, dtype=np.int8).reshape(len(owners), len(vectors) // max(len(owners), 1)),
                np.frombuffer(owners, dtype=np.uint8),
            )
            for passage_id, owners, vectors in rows
        }

    # --- words -------------------------------------------------------------------------------------------------

    def words(self) -> dict[str, int]:
        """Return how often each word occurs in the texts and headings of all documents, as it is written."""
        return dict(self._all("SELECT word, sum(count) FROM words GROUP BY word"))

    def abbreviations(self) -> list[tuple[str, str, int]]:
        """Return abbreviations, what they stand for, and in how many documents: ("JIS", "Joint ... Strategy", 2)."""
        return self._all("SELECT short, long, count(*) FROM abbreviations GROUP BY short, long ORDER BY short, long")

    def _vectors(self, sql: str) -> Iterator[tuple[str, str, Vectors]]:
        for item, document_id, blob in self._db.execute(sql):
            yield item, document_id, np.frombuffer(blob, dtype="<f4")

    # --- full text ---------------------------------------------------------------------------------------------

    def match(self, query_terms: Sequence[str], *, document_ids: Sequence[str] = ()) -> dict[str, float]:
        """Score passages that hold any of the terms by BM25; larger is better, all scores are positive.

        Source: SQLite FTS5, bm25() (Robertson's formula with k1 = 1.2, b = 0.75).
        """
        if not query_terms:
            return {}
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(query_terms) if '"' not in term)
        sql = (
            "SELECT passages.passage_id, -bm25(passage_terms, ?, ?, ?) FROM passage_terms "
            f"JOIN passages ON passages.row = passage_terms.rowid WHERE passage_terms MATCH ? {self._where('AND')}"
        )
        parameters = [*WEIGHTS, query, *self._only]
        if document_ids:
            sql += f" AND passages.document_id IN ({_marks(document_ids)})"
        return dict(self._all(sql, *parameters, *document_ids))

    def holding(self, query_terms: Sequence[str]) -> list[str]:
        """Return the ids of the passages whose text and headings together hold all of the terms, best by BM25 first."""
        quoted = [f'"{term}"' for term in dict.fromkeys(query_terms) if '"' not in term]
        if not quoted:
            return []
        rows = self._all(
            "SELECT passages.passage_id FROM passage_terms JOIN passages ON passages.row = passage_terms.rowid "
            f"WHERE passage_terms MATCH ? {self._where('AND')} ORDER BY bm25(passage_terms, ?, ?, ?), passage_id",
            f"{{text section}} : ({' AND '.join(quoted)})",
            *self._only,
            *WEIGHTS,
        )
        return [passage_id for (passage_id,) in rows]

    def match_phrases(self, phrases: Sequence[Sequence[str]]) -> dict[str, float]:
        """Score passages by the phrases (terms in a row) they hold: 1 each in the section path, 1/4 in the text."""
        found: dict[str, float] = {}
        for phrase in phrases:
            quoted = '"' + " ".join(phrase).replace('"', "") + '"'
            for column, weight in (("text", 0.25), ("section", 1.0)):
                rows = self._all(
                    "SELECT passage_id FROM passage_terms JOIN passages ON passages.row = passage_terms.rowid "
                    f"WHERE passage_terms MATCH ? {self._where('AND')}",
                    f"{column} : {quoted}",
                    *self._only,
                )
                found.update({passage_id: found.get(passage_id, 0.0) + weight for (passage_id,) in rows})
        return found

    def passages_under(self, sections: Sequence[str]) -> frozenset[str]:
        """Return the ids of passages of whose section path one heading holds the words of one of these in a row."""
        wanted = [f" {' '.join(terms(section))} " for section in sections if terms(section)]
        if not wanted:
            return frozenset()
        return frozenset(
            passage_id
            for passage_id, path in self._all("SELECT passage_id, section FROM passages")
            if any(words in f" {' '.join(terms(heading))} " for heading in json.loads(path) for words in wanted)
        )

    def document_frequency(self, query_terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each term occurs, in their text, section or title; 0 for an unknown one."""
        asked = list(dict.fromkeys(query_terms))
        if self._only:
            return {term: len(self.match([term])) for term in asked}
        rows = self._all(f"SELECT term, doc FROM term_counts WHERE term IN ({_marks(asked)})", *asked)
        return dict.fromkeys(asked, 0) | dict(rows)

    # --- writing -----------------------------------------------------------------------------------------------

    def add(
        self,
        document: Document,
        pages: Sequence[Page],
        passages: Sequence[Passage],
        embedded: Embedded,
        headings: Sequence[Heading] = (),
    ) -> None:
        """Add a document with all that was read from it."""
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.document_id, document.file, document.path, document.title, document.publisher),
                *(document.year, document.language, document.sha256, document.page_count),
            ),
        )
        self._db.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
            [(document.document_id, p.number, p.label, p.text, p.width, p.height) for p in pages],
        )
        for passage, vector, tokens in zip(passages, embedded.passages, embedded.tokens, strict=True):
            self._add_passage(document, passage, vector, tokens)
        sentences = [sentence for passage in passages for sentence in passage.sentences]
        self._db.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(s.sentence_id, s.passage_id, s.document_id, s.kind, s.group, s.text),
                    *(_spans(s.spans), _spans(s.borrowed), _blob(vector)),
                )
                for s, vector in zip(sentences, embedded.sentences, strict=True)
            ],
        )
        self._db.executemany(
            "INSERT INTO headings (passage_id, document_id, section, spans) VALUES (?, ?, ?, ?)",
            [
                (h.passage_id, h.document_id, json.dumps(h.section, ensure_ascii=False), _spans(h.spans))
                for h in headings
            ],
        )
        self._add_words(document, [(passage.section, passage.text) for passage in passages])

    def _add_words(self, document: Document, passages: Sequence[tuple[Sequence[str], str]]) -> None:
        texts = [document.title, *(" ".join(section) for section, _ in passages), *(text for _, text in passages)]
        for table in ("words", "abbreviations"):
            self._db.execute(f"DELETE FROM {table} WHERE document_id = ?", (document.document_id,))
        counted = Counter(word for text in texts for word in words(text))
        self._db.executemany(
            "INSERT INTO words VALUES (?, ?, ?)", [(document.document_id, *item) for item in sorted(counted.items())]
        )
        found = {pair for text in texts for pair in abbreviations(text)}
        self._db.executemany(
            "INSERT INTO abbreviations VALUES (?, ?, ?)", [(document.document_id, *pair) for pair in sorted(found)]
        )

    def _add_passage(self, document: Document, passage: Passage, vector: Vectors, tokens: PassageTokens) -> None:
        section = json.dumps(passage.section, ensure_ascii=False)
        cursor = self._db.execute(
            "INSERT INTO passages (passage_id, document_id, section, text, vector) VALUES (?, ?, ?, ?, ?)",
            (passage.passage_id, document.document_id, section, passage.text, _blob(vector)),
        )
        indexed = (passage.text, " ".join(passage.section), document.title)
        self._db.execute(
            "INSERT INTO passage_terms (rowid, text, section, title) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, *(" ".join(terms(text)) for text in indexed)),
        )
        self._db.execute(
            "INSERT INTO passage_tokens VALUES (?, ?, ?)",
            (passage.passage_id, tokens.owners.tobytes(), tokens.vectors.tobytes()),
        )

    def remove(self, document_id: str) -> None:
        """Remove a document, its pages, passages, sentences, search terms and ledger lines, those of copies too."""
        rows = [row for (row,) in self._all("SELECT row FROM passages WHERE document_id = ?", document_id)]
        self._db.executemany("DELETE FROM passage_terms WHERE rowid = ?", [(row,) for row in rows])
        self._db.execute(
            "DELETE FROM ledger WHERE document_id = ?1 "
            "OR sha256 = (SELECT sha256 FROM documents WHERE document_id = ?1)",  # copies, which name the first file
            (document_id,),
        )
        self._db.execute("DELETE FROM documents WHERE document_id = ?", (document_id,))

    def relocate(self, document_id: str, *, file: str, path: str) -> None:
        """Note that a document's file has another name or place now."""
        self._db.execute("UPDATE documents SET file = ?, path = ? WHERE document_id = ?", (file, path, document_id))
        self._db.execute("DELETE FROM ledger WHERE document_id = ? AND path <> ?", (document_id, path))

    def describe(self, document: Document) -> None:
        """Note a document's title, publisher, year and language; search terms and words of the title change with it."""
        self._db.execute(
            "UPDATE documents SET title = ?, publisher = ?, year = ?, language = ? WHERE document_id = ?",
            (document.title, document.publisher, document.year, document.language, document.document_id),
        )
        self._db.execute(
            "UPDATE passage_terms SET title = ? WHERE rowid IN (SELECT row FROM passages WHERE document_id = ?)",
            (" ".join(terms(document.title)), document.document_id),
        )
        rows = self._all("SELECT section, text FROM passages WHERE document_id = ? ORDER BY row", document.document_id)
        self._add_words(document, [(json.loads(section), text) for section, text in rows])

    def ledger(self) -> dict[str, LedgerEntry]:
        """Return the ledger by path."""
        return {row[0]: _entry(row) for row in self._all("SELECT * FROM ledger ORDER BY path")}

    def entry(self, path: str) -> LedgerEntry | None:
        """Return the ledger line of a file, None where it was never offered."""
        row = self._one("SELECT * FROM ledger WHERE path = ?", path)
        return _entry(row) if row else None

    def record(self, entry: LedgerEntry) -> None:
        """Write down what became of a file."""
        self._db.execute(
            "INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(entry.path, entry.sha256, entry.document_id, entry.status, entry.reason),
                json.dumps(dict(entry.result), ensure_ascii=False),
            ),
        )

    def forget(self, path: str) -> None:
        """Take the line of a file that gave no document out of the ledger."""
        self._db.execute("DELETE FROM ledger WHERE path = ? AND document_id = ''", (path,))

    def _where(self, word: str) -> str:
        """Return the condition that keeps to the documents of `only`, whose ids are its parameters; "" for all."""
        return f"{word} document_id IN ({_marks(self._only)})" if self._only else ""

    def _all(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._db.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be read ({error}); build it again with `advisor ingest`") from error

    def _one(self, sql: str, *parameters: object) -> tuple[Any, ...] | None:
        rows = self._all(sql, *parameters)
        return rows[0] if rows else None


def _document(row: Sequence[Any]) -> Document:
    document_id, file, path, title, publisher, year, language, sha256, page_count = row
    return Document(document_id, file, path, title, page_count, sha256, publisher, year, language)


def _entry(row: Sequence[Any]) -> LedgerEntry:
    return LedgerEntry(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]))


def _sentence(row: Sequence[Any]) -> Sentence:
    return Sentence(row[0], row[1], row[2], row[3], row[4], row[5], _spans_in(row[6]), _spans_in(row[7]))


def _spans_in(text: str) -> tuple[Span, ...]:
    return tuple(Span(page, start, end, tuple(map(tuple, boxes))) for page, start, end, boxes in json.loads(text))


def _spans(spans: Sequence[Span]) -> str:
    return json.dumps([[span.page, span.start, span.end, span.boxes] for span in spans])


def _blob(vector: Vectors) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def _marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))


def sqlite_uri(path: Path, *, mode: str) -> str:
    """Return the address under which SQLite opens a file, whatever its folders are called."""
    quoted = str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode={mode}"
