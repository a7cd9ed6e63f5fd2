"""What became of a run and of each file in it, and who is told how it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from advisor.records import Document, FileStatus


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file."""

    file: str
    document_id: str
    status: FileStatus
    reason: str = ""
    pages: int = 0
    passages: int = 0
    tables: int = 0
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `documents` in an ingest result."""
        return {
            "file": self.file,
            "document_id": self.document_id,
            "status": self.status,
            "reason": self.reason,
            "pages": self.pages,
            "passages": self.passages,
            "tables": self.tables,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a run: every file in order, the seconds spent on each step, and documents without their file."""

    store: str
    documents: tuple[FileResult, ...]
    seconds: Mapping[str, float]
    missing: tuple[Document, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the ingest result, ready for JSON."""
        return {
            "store": self.store,
            "documents": [result.to_dict() for result in self.documents],
            "seconds": {step: round(value, 3) for step, value in self.seconds.items()},
        }


class Progress(Protocol):
    """Who is told how a run goes on. The front end shows a bar; nobody needs to listen."""

    def files(self, expected: Sequence[int]) -> None:
        """These files will be looked at: about so many pages of each are to be read, 0 of one that is unchanged."""

    def reading(self, file: str) -> None:
        """A file is being read."""

    def embedding(self, file: str, pages: int) -> None:
        """A file was read and has so many pages; its texts are being embedded."""

    def embedded(self, share: float) -> None:
        """A further share of the file's text is embedded; all of it is 1."""

    def done(self, result: FileResult) -> None:
        """A file is finished."""

    def publishing(self) -> None:
        """All files are read; the new version is being made current."""
