"""Ledger and folders → what is remembered of files that are no longer there; documents of theirs stay in the store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from advisor.records import Document
from advisor.store.library import Library


def absent_documents(folders: Sequence[Path], library: Library) -> tuple[Document, ...]:
    """Return the documents whose file is gone from one of the folders, and forget gone files that gave no document.

    Nothing is removed from a store because a file is gone: a disk that is not mounted must not empty it.
    """
    for path, entry in library.ledger().items():
        if not entry.document_id and _is_gone(path, folders):
            with library.transaction():
                library.forget(path)
                library.set_meta(changed="yes")
    return tuple(document for document in library.documents() if _is_gone(document.path, folders))


def _is_gone(path: str, folders: Sequence[Path]) -> bool:
    if not any(folder in Path(path).parents for folder in folders):
        return False
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it may be there, in a place that may not be looked at
        return False
    return False
