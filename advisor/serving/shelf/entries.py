"""What the store holds → the rows of the library page: where each document is from, and whether its file is there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from advisor.records import Document
from advisor.serving.pages import ChangedFileError, check_document
from advisor.store.library import Holding

SOURCES = "sources.toml"

Origin = Literal["shipped", "added", "corpus"]
FileState = Literal["ready", "file-gone", "file-changed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the page shows it.

    Attributes:
        warnings: what was noted when it was read, in the words of ingest.
        added: when it was added on the page, None for one that was not.
        origin: one of the shipped briefs, added on the page, or put into the corpus by whoever runs the server.
        file: the name of its file.
        rests_on: the titles of the publications that a brief sums up.
    """

    document_id: str
    title: str
    publisher: str
    year: int | None
    pages: int
    passages: int
    warnings: tuple[str, ...]
    added: datetime | None
    origin: Origin
    state: FileState
    file: str = ""
    rests_on: tuple[str, ...] = ()


def list_entries(holdings: Iterable[Holding], *, folder: Path, corpus: Path) -> list[Entry]:
    """Return the rows, by title."""
    briefs = _briefs(corpus)
    rows = [_entry(holding, folder.resolve(), corpus.resolve(), briefs) for holding in holdings]
    return sorted(rows, key=lambda row: (row.title.casefold(), row.document_id))


def _entry(holding: Holding, folder: Path, corpus: Path, briefs: Mapping[str, tuple[str, ...]]) -> Entry:
    document = holding.document
    path = Path(document.path)
    is_added = folder in path.parents
    is_brief = path.parent == corpus and path.name in briefs
    return Entry(
        document_id=document.document_id,
        title=document.title,
        publisher=document.publisher,
        year=document.year,
        pages=document.page_count,
        passages=holding.passages,
        warnings=holding.warnings,
        added=_written(path) if is_added else None,
        origin="added" if is_added else "shipped" if is_brief else "corpus",
        state=file_state(document),
        file=document.file,
        rests_on=briefs[path.name] if is_brief else (),
    )


def file_state(document: Document) -> FileState:
    """Tell whether the file of a document is there, with the content that was read from it."""
    try:
        check_document(document)
    except ChangedFileError:
        return "file-changed" if Path(document.path).exists() else "file-gone"
    return "ready"


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:  # its state says so
        return None


def _briefs(corpus: Path) -> dict[str, tuple[str, ...]]:
    """Return the files of the shipped briefs with the titles of the publications they rest on.

    A manifest that cannot be read makes nothing a brief here: ingest says what is wrong with it.
    """
    try:
        content = tomllib.loads((corpus / SOURCES).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    titles = {str(one.get("file")): str(one.get("title", "")) for one in _tables(content, "publication")}
    return {
        str(one.get("file")): tuple(titles[file] for file in _texts(one.get("rests_on")) if titles.get(file))
        for one in _tables(content, "brief")
    }


def _tables(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = content.get(name, [])
    return [one for one in tables if isinstance(one, dict)] if isinstance(tables, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
