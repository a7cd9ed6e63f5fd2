"""A SQLite file that threads and processes share: opening, checking, changing; nothing deleted stays in it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from advisor.errors import StoreError

FORMAT = 1
"""Stands as user_version in the file; counted up whenever an older program can no longer read it."""
_OURS = 0x43414B50
"""Stands as application_id in the file, so that no file of another program is written to."""
_TABLES = ("conversations", "turns", "links", "ratings", "preferences")
_WAIT_S = 20.0
_AGAIN_S = 0.02


class KeptFile:
    """The tables of `schema.sql`. Safe for many threads, and for several processes that open the same file."""

    def __init__(self, path: Path) -> None:
        """Open the file; it is made where there is none, with its folder, for this user alone.

        Raises:
            StoreError: it cannot be opened, is damaged, of another program or of a newer version of this one.
        """
        self.path = path
        self._lock = threading.RLock()
        self._leftovers = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite gives its other files the same rights
        except (OSError, ValueError) as error:
            raise StoreError(
                f"conversations cannot be kept in {path} ({error}); set ADVISOR_KEPT to a folder you may write to"
            ) from error
        with self._told():
            self._db = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False, isolation_level=None)
        try:
            with self._told():
                self._check()
                self._set_up()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock, self._told():
            self._purge()
            self._db.close()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement and return its rows.

        Raises:
            StoreError: the file cannot be read or written, or is damaged.
        """
        with self._lock, self._told():
            return self._db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        """Run one statement and return how many rows it changed.

        Raises:
            StoreError: the file cannot be written, or is damaged.
        """
        with self._lock, self._told():
            return self._db.execute(sql, values).rowcount

    @contextmanager
    def changing(self, *, deletes: bool = False) -> Iterator[None]:
        """Make all changes inside the block happen together or not at all, before any other thread goes on.

        Where it `deletes`, the old text leaves the write-ahead log too; while another process reads there, with a
        later change.

        Raises:
            StoreError: the file cannot be written, or is damaged.
        """
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise
            self._leftovers = self._leftovers or deletes
            self._purge()

    def _check(self) -> None:
        """Refuse a file that is not ours, before anything in it changes."""
        self._db.execute("BEGIN")  # one state for the three questions: another process may just be making the tables
        (tables,), (ours,), (version,) = (
            self._db.execute(sql).fetchone()
            for sql in ("SELECT count(*) FROM sqlite_schema", "PRAGMA application_id", "PRAGMA user_version")
        )
        self._db.execute("COMMIT")
        if tables and ours != _OURS:
            raise StoreError(f"{self.path} belongs to another program; set ADVISOR_KEPT to another folder")
        if version > FORMAT:
            raise StoreError(
                f"{self.path} was written by a newer version (format {version}, this one reads {FORMAT}); update "
                "Cluster Advisor, or set ADVISOR_KEPT to another folder"
            )

    def _set_up(self) -> None:
        schema = resources.files("advisor.serving.keeping").joinpath("schema.sql").read_text(encoding="utf-8")
        for setting in ("foreign_keys = ON", "secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            self._set(setting)
        if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            marks = f"PRAGMA application_id = {_OURS}; PRAGMA user_version = {FORMAT};"
            self._db.executescript(f"BEGIN IMMEDIATE; {schema} {marks} COMMIT;")
        for table in _TABLES:
            self._db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()

    def _set(self, setting: str) -> None:
        """Set what a connection works by. SQLite waits for no other process where the kind of journal changes."""
        given_up = time.monotonic() + _WAIT_S
        while True:
            try:
                self._db.execute(f"PRAGMA {setting}")
                return
            except sqlite3.OperationalError as error:
                kind = error.sqlite_errorcode & 0xFF  # the rest says why: SQLITE_BUSY_RECOVERY …
                if kind != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                    raise
                time.sleep(_AGAIN_S)

    def _purge(self) -> None:
        if self._leftovers:
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._leftovers = bool(busy)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn an error of SQLite into one line that says what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{self.path} cannot be used ({error}); check that the disk is not full, that you may write to the "
                "file, and that no other program holds it"
            ) from error
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} is damaged ({error}); move it away and start again with an empty one, or put a copy of "
                "it that is whole in its place"
            ) from error
