"""A store → the same without what a stopped run has left of its next version."""

from __future__ import annotations

from pathlib import Path

from filelock import Timeout

from advisor.errors import StoreError
from advisor.store.versions import current_version, delete_other_versions, discard_staging, writing


def drop_leavings(store: Path) -> None:
    """Drop what a run that was stopped has left, so that the next run does not go on with it.

    Raises:
        StoreError: another process is writing to the store, or it cannot be written.
    """
    with writing(store):
        delete_other_versions(store, current_version(store))
        discard_staging(store)


def is_locked(error: BaseException) -> bool:
    """Tell whether an error says that another process is writing to the store."""
    return isinstance(error, StoreError) and isinstance(error.__cause__, Timeout)
