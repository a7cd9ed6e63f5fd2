"""Paths and `sources.toml` → the PDFs to read, and what is known about each."""

from __future__ import annotations

import os
import stat
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

    Only regular files count: reading a pipe or a device may never end. What cannot be opened inside a folder is
    passed over.

    Raises:
        CorpusError: a path does not exist or cannot be opened, or a folder holds no PDF.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            mode = path.stat().st_mode
            inside = _pdfs_in(path) if stat.S_ISDIR(mode) else [path]
        except FileNotFoundError as error:
            raise CorpusError(f"{path} does not exist; name a PDF or a folder with PDFs") from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            name = str(path)[:200].replace("\x00", "?")
            raise CorpusError(
                f"{name} cannot be opened ({getattr(error, 'strerror', error)}); name a PDF or folder that you may read"
            ) from error
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise CorpusError(f"{path} is neither a file nor a folder; name a PDF or a folder with PDFs")
        if not inside:
            raise CorpusError(f"the folder {path} holds no PDF; put reports there or name another folder")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _pdfs_in(folder: Path) -> list[Path]:
    os.scandir(folder).close()  # the folder itself must open; the walk passes over those inside that do not
    return sorted(
        Path(inside, name)
        for inside, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith(".pdf") and os.path.isfile(os.path.join(inside, name))
    )


def read_sources(folder: Path) -> dict[str, Source]:
    """Return what the `sources.toml` of a folder says, by file name; nothing where there is none.

    Entries that name no file are left out.

    Raises:
        CorpusError: the manifest is not TOML, or an entry has a field of the wrong kind.
    """
    path = folder / SOURCES
    try:
        if not path.is_file():
            return {}
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
