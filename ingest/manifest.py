"""Paths and `sources.toml` → the PDFs to read, and what is known about each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import CorpusError

SOURCES = "sources.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """What a manifest says about one file; all empty where it is not listed."""

    title: str = ""
    publisher: str = ""
    year: int | None = None
    language: str = ""


def find_pdfs(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read, in order and each once: files as named, folders searched for `*.pdf` (any depth).

    Raises:
        CorpusError: a path does not exist, or a folder holds no PDF.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".pdf" and file.is_file())
            if not inside:
                raise CorpusError(f"the folder {path} holds no PDF; put reports there or name another folder")
        elif path.exists():
            inside = [path]
        else:
            raise CorpusError(f"{path} does not exist; name a PDF or a folder with PDFs")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def read_sources(folder: Path) -> dict[str, Source]:
    """Return what the `sources.toml` of a folder says, by file name; nothing where there is none.

    Entries that name no file are left out.

    Raises:
        CorpusError: the manifest is not TOML, or an entry has a field of the wrong kind.
    """
    path = folder / SOURCES
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); correct it") from error
    return dict(_entries(path, content))


def _entries(path: Path, content: dict[str, Any]) -> Iterator[tuple[str, Source]]:
    for table in ("brief", "publication"):
        entries = content.get(table, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise CorpusError(f"{path}: {table} is not a list of entries; begin each with [[{table}]]")
        for i, entry in enumerate(entries, start=1):
            values = {key: entry.get(key) for key in ("file", "title", "publisher", "language") if key in entry}
            year = entry.get("year")
            if not all(isinstance(value, str) for value in values.values()) or not isinstance(year, int | None):
                raise CorpusError(
                    f"{path}, [[{table}]] number {i}: file, title, publisher and language are texts, year a number"
                )
            if file := values.pop("file", ""):
                yield file, Source(**values, year=year)
