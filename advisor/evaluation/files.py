"""Files of a benchmark → texts, lines and fingerprints; and results → files, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.jsonl import parse_jsonl

IDS = ("id", "_id")
"""Fields that name something: a number will do, and a name stands in one line."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, its line ends as they are.

    Raises:
        BenchmarkError: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield "FILE, line N" and each line that is not empty, holding no more than one of them.

    Raises:
        BenchmarkError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}, line {number}", line.rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield "FILE, line N" and the object of each line of a JSON Lines file, holding no more than one of them.

    Raises:
        BenchmarkError: the file cannot be read, is empty, or a line is not a JSON object.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from parse_jsonl(file, source=str(path), error=BenchmarkError)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BenchmarkError:
    return BenchmarkError(f"{path} cannot be read ({error}); name a file in UTF-8")


def sha256_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of some files: of their names and contents, in the order of their names.

    Raises:
        BenchmarkError: one of them cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        try:
            with path.open("rb") as file:
                digest.update(f"{path.name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
        except OSError as error:
            raise _unreadable(path, error) from error
    return digest.hexdigest()


def text_field(record: Mapping[str, Any], name: str, where: str) -> str:
    """Return a field that must hold words.

    Raises:
        BenchmarkError: it is missing, empty or no text.
    """
    value = record.get(name)
    if name in IDS and type(value) is int:
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{where}: {name} is {value!r}, not a text; see benchmarks/README.md")
    if name in IDS and not value.isprintable():
        raise BenchmarkError(f"{where}: {name} is {value!r}; ids hold no line ends and no other control characters")
    return well_formed(value, name, where)


def well_formed(text: str, name: str, where: str) -> str:
    """Return a text that can be written to a file.

    Raises:
        BenchmarkError: it holds half of a surrogate pair.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BenchmarkError(f"{where}: {name} holds half of a surrogate pair ({error}); mend the text") from error
    return text


def check_writable(folder: Path) -> None:
    """Make sure that a folder can be written, or made, before work is done for it. Makes nothing.

    Raises:
        BenchmarkError: it cannot.
    """
    try:
        nearest = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
        writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not writable:
        raise BenchmarkError(f"{folder} cannot be written ({nearest} stands in the way); choose another with --out")


def write_all(folder: Path, files: Mapping[str, str], *, instead_of: Iterable[str] = ()) -> None:
    """Write text files into a folder, each whole or not at all, and none before all of them are on the disk.

    `instead_of` names files of an earlier writing; those that are not written now are removed.

    Raises:
        BenchmarkError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f".{name}.part").write_text(text, encoding="utf-8", errors="replace")
        for name in files:
            (folder / f".{name}.part").replace(folder / name)
        for name in set(instead_of) - files.keys():
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            for name in files:
                (folder / f".{name}.part").unlink(missing_ok=True)
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> BenchmarkError:
    return BenchmarkError(f"{str(folder)[:200]} cannot be written ({error.strerror}); choose another with --out")
