"""What the server and the process that changes the store say to each other; all of it can be pickled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from advisor.serving.shelf.jobs import Step


@dataclass(frozen=True, slots=True)
class Add:
    """Read one file into the store."""

    store: Path
    file: Path


@dataclass(frozen=True, slots=True)
class Load:
    """Read a folder into the store."""

    store: Path
    corpus: Path


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a document out of the store."""

    store: Path
    document_id: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded; what was asked for is begun."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Another process is writing to the store: ask again later."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command is carried out.

    Attributes:
        unused: the reason why a file cannot be used, one of `advisor.records.SKIP_REASONS`, "" where it is.
    """

    unused: str = ""
    document_id: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A command could not be carried out: why, by the key of the words for it, and for the log."""

    reason: Literal["disk-full", "store", "embedding", "corpus", "other"]
    text: str


Command = Add | Load | Remove
Message = Ready | Step | Locked | Finished | Fault
