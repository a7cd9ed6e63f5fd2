"""What a browser keeps of its choice of documents → which documents its answers may use."""

from __future__ import annotations

import json
from collections.abc import Sequence

from advisor.errors import UsageError
from advisor.records import Document
from advisor.serving.keeping.keeper import Keeper

LEFT_OUT = "left-out"
"""The preference that holds the ids of the documents left out, as a JSON list: a new document is used at once."""


def left_out(keeper: Keeper, browser: str) -> frozenset[str]:
    """Return the ids of the documents that the answers of a browser leave out."""
    kept = keeper.preference(browser, LEFT_OUT)
    return frozenset(json.loads(kept)) if kept else frozenset()


def choose(keeper: Keeper, browser: str, document_id: str, *, use: bool) -> None:
    """Use a document in the answers of a browser, or leave it out."""

    def changed(kept: str) -> str:
        before = frozenset(json.loads(kept)) if kept else frozenset()
        return json.dumps(sorted(before - {document_id} if use else before | {document_id}))

    keeper.change_preference(browser, LEFT_OUT, changed)


def used_documents(stored: Sequence[Document], out: frozenset[str]) -> tuple[str, ...]:
    """Return the ids of the documents to search, () for all of them.

    Raises:
        NoneChosenError: all documents are left out.
    """
    used = tuple(each.document_id for each in stored if each.document_id not in out)
    if len(used) == len(stored):
        return ()
    if not used:
        raise NoneChosenError
    return used


class NoneChosenError(UsageError):
    """A question to no document at all."""
