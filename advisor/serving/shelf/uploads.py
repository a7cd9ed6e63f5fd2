"""The bytes of one file as they arrive → a whole file in the folder, or nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Literal

from advisor.errors import AdvisorError
from advisor.records import MAX_FILE_BYTES
from advisor.serving.shelf.names import other_names

PREFIX, PARTIAL = ".upload-", ".part"
"""A file that is still arriving: ingest reads folders for names that end in .pdf, and passes it over."""

Refusal = Literal["too-large", "disk-full", "not-written", "no-pdf-name", "too-many"]


class NotTakenError(AdvisorError):
    """A file is not taken.

    Attributes:
        reason: the key of the words that say why.
    """

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"the file is not taken ({reason})")
        self.reason: Refusal = reason


class Upload:
    """A file on its way into a folder; it has no name there before it is whole."""

    def __init__(self, folder: Path) -> None:
        """Begin a file.

        Raises:
            NotTakenError: the folder cannot be written to.
        """
        self._folder = folder
        self._digest = hashlib.sha256()
        self.size = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=PARTIAL, dir=folder)
        except OSError as error:
            raise _refused(error) from error
        self._path = Path(name)
        self._file = os.fdopen(handle, "wb")

    @property
    def sha256(self) -> str:
        """The digest of what has arrived by now."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Take further bytes.

        Raises:
            NotTakenError: they are more than a file may have, or the disk is full; nothing is left of the file then.
        """
        self.size += len(chunk)
        if self.size > MAX_FILE_BYTES:
            self.abort()
            raise NotTakenError("too-large")
        try:
            self._file.write(chunk)
        except OSError as error:
            self.abort()
            raise _refused(error) from error
        self._digest.update(chunk)

    def finish(self, name: str) -> Path:
        """Give the whole file a clean name, or the next free one like it, and return its path; nothing is overwritten.

        Raises:
            NotTakenError: the disk is full; nothing is left of the file then.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            return self._named(name)
        except OSError as error:
            raise _refused(error) from error
        finally:
            self.abort()

    def abort(self) -> None:
        """Leave nothing of what has arrived; no effect on a file that has its name."""
        try:
            self._file.close()
        except OSError:  # the last bytes did not fit on a full disk; they are not wanted any more
            pass
        finally:
            self._path.unlink(missing_ok=True)

    def _named(self, name: str) -> Path:
        for free in other_names(name):
            path = self._folder / free
            try:
                path.touch(exist_ok=False)  # taken in one step: two uploads never get the same name
            except FileExistsError:
                continue
            try:
                os.replace(self._path, path)
            except OSError:
                path.unlink(missing_ok=True)
                raise
            return path
        raise AssertionError("there is always another name")


def delete_partial(folder: Path) -> None:
    """Delete what uploads left that were cut off when the program ended."""
    for path in folder.glob(f"{PREFIX}*{PARTIAL}"):
        path.unlink(missing_ok=True)


def _refused(error: OSError) -> NotTakenError:
    is_full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    return NotTakenError("disk-full" if is_full else "not-written")
