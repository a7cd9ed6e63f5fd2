"""Files and folders → the disk itself, so that what is written outlasts a loss of power, too."""

from __future__ import annotations

import os
from pathlib import Path


def sync_tree(folder: Path) -> None:
    """Bring every file below a folder, and the folders that name them, to the disk."""
    for inside, _, names in os.walk(folder, topdown=False):
        for name in names:
            with Path(inside, name).open("rb+") as file:  # Windows syncs only what is open for writing
                os.fsync(file.fileno())
        sync_folder(Path(inside))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: files that were made, renamed or deleted in it."""
    if os.name == "nt":
        return  # Windows has no way to sync a folder; NTFS keeps a journal of names
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Write a small file in one step: a reader finds the old text or the new one, never a part."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)
