"""A folder → the files of the corpus that people removed on the page, by SHA-256, kept in a small file there."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from advisor.errors import CorpusError
from advisor.store.disk import write_whole

ADDED = "added"
"""The folder inside the corpus that holds what people added on the page."""

LEFT_OUT = "left-out.json"

_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_left_out(folder: Path) -> frozenset[str]:
    """Return the SHA-256 of each file that is to be left out; none where nothing was removed.

    Raises:
        CorpusError: the list cannot be read.
    """
    path = folder / LEFT_OUT
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except (OSError, ValueError, RecursionError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); delete it to use all files of the corpus again") from error
    if not isinstance(content, list) or not all(isinstance(each, str) and _SHA256.fullmatch(each) for each in content):
        raise CorpusError(f"{path} is no list of SHA-256 digests; delete it to use all files of the corpus again")
    return frozenset(content)


def write_left_out(folder: Path, digests: Collection[str]) -> None:
    """Write the list in one step; an empty one takes the file away.

    Raises:
        OSError: the folder cannot be written to.
    """
    if not digests:
        (folder / LEFT_OUT).unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / LEFT_OUT, json.dumps(sorted(digests), indent=0) + "\n")
