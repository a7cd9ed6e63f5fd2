"""Passages → the opaque keys by which a chat model cites them; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LETTERS = "bcdfghjkmnpqrstvwxz"
"""No vowels: a key is never a word. Numbers would be guessed: a model cites [1] whatever stands there."""

LENGTH = 4


def opaque_keys(passage_ids: Sequence[str]) -> list[str]:
    """Return a key for each passage, in order: the same for the same passage, unique among those given."""
    taken: list[str] = []
    for passage_id in passage_ids:
        attempt = 0
        while (key := _key(f"{passage_id}/{attempt}")) in taken:
            attempt += 1
        taken.append(key)
    return taken


def _key(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
