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


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be looked at.

    Attributes:
        problem: why it is not read, None for a file that is.
    """

    path: Path
    problem: CorpusError | None = None


def find_files(paths: Iterable[Path]) -> list[Found]:
    """Return the files to look at, in order and each once: files as named, folders searched for `*.pdf` (any depth).

    Hidden folders (".venv") and what some systems leave beside a file ("._report.pdf") are passed over, unless they
    are named themselves. Only regular files count: reading a pipe or a device may never end. What cannot be opened
    inside a folder is passed over. A link is a file like any other where it is named, and inside a folder where it
    stays there.

    Raises:
        CorpusError: a path does not exist or cannot be opened, or a folder holds no PDF.
    """
    found: dict[str, Found] = {}
    for path in paths:
        try:
            mode = path.stat().st_mode
            inside = _pdfs_in(path) if stat.S_ISDIR(mode) else [_checked(path, None)]
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
            real = os.path.realpath(file.path)
            if real not in found or (found[real].problem and not file.problem):  # named by itself, it may be used
                found[real] = file
    return list(found.values())


def _pdfs_in(folder: Path) -> list[Found]:
    os.scandir(folder).close()  # the folder itself must open; the walk passes over those inside that do not
    root = os.path.realpath(folder)
    names = []
    for inside, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names += [Path(inside, name) for name in files if name.lower().endswith(".pdf") and not name.startswith("._")]
    return [_checked(path, root) for path in sorted(names) if os.path.isfile(path) or os.path.islink(path)]


def _checked(path: Path, root: str | None) -> Found:
    """Return a file with what keeps it from being read, as its name and place show; `root` is the folder searched."""
    try:
        os.path.realpath(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "replace").decode()
        return Found(path, CorpusError(f"the name of {shown} is not valid Unicode; rename it", reason="bad-name"))
    if path.is_symlink() and root is not None:
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            return Found(
                path,
                CorpusError(f"{path} is a link out of the folder; put the file itself there", reason="outside-folder"),
            )
        if not os.path.isfile(path):
            advice = "remove it or put the file there"
            return Found(path, CorpusError(f"{path} is a link that leads to no file; {advice}", reason="unreadable"))
    return Found(path)


MAX_MANIFEST_BYTES = 10_000_000


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
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise CorpusError(f"{path} has more than {MAX_MANIFEST_BYTES // 10**6} MB; correct it")
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); correct it") from error
    return dict(_entries(path, content))


def _is_year(value: object) -> bool:
    return value is None or (type(value) is int and 0 < value < 10_000)  # a bool is an int to isinstance


def _entries(path: Path, content: dict[str, Any]) -> Iterator[tuple[str, Source]]:
    for table in ("brief", "publication"):
        entries = content.get(table, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise CorpusError(f"{path}: {table} is not a list of entries; begin each with [[{table}]]")
        for i, entry in enumerate(entries, start=1):
            values = {key: entry.get(key) for key in ("file", "title", "publisher", "language") if key in entry}
            year = entry.get("year")
            if not all(isinstance(value, str) for value in values.values()) or not _is_year(year):
                raise CorpusError(
                    f"{path}, [[{table}]] number {i}: file, title, publisher and language are texts, year a year"
                )
            if file := values.pop("file", ""):
                yield file, Source(**values, year=year)
