"""Files of a benchmark → texts, lines and fingerprints; and results → files, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.jsonl import parse_jsonl


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
    if isinstance(value, int) and not isinstance(value, bool) and name in ("id", "_id"):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise BenchmarkError(f"{where}: {name} is {value!r}, not a text; see benchmarks/README.md")
    return value


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files into a folder, each whole or not at all, and none before all of them are on the disk.

    Raises:
        BenchmarkError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f".{name}.part").write_text(text, encoding="utf-8")
        for name in files:
            (folder / f".{name}.part").replace(folder / name)
    except OSError as error:
        for name in files:
            (folder / f".{name}.part").unlink(missing_ok=True)
        raise BenchmarkError(
            f"{folder} cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
