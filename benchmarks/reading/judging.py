"""What people read in the five reports, as fingerprints, and how a reading is compared with it.

The reports belong to their publishers, so that no words of theirs are kept here: a text is the length and the start of
the SHA-256 of its folded letters and figures. Page numbers, counts and kinds are plain.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from advisor.text import comparable

TRUTH = Path(__file__).with_name("truth.json")
DIGITS = 12

Print = tuple[int, str]
"""Length of a folded text, and the start of its SHA-256."""


def fold(text: str) -> str:
    """Return the letters and figures of a text; capital I and small l are one, as two of the reports print them."""
    return comparable(text).replace("l", "i")


def hashed(text: str) -> list[Any]:
    """Return the fingerprint of a text, as JSON keeps it."""
    folded = fold(text)
    return [len(folded), _digest(folded)]


def is_text(text: str, mark: Print) -> bool:
    """Tell whether a text has this fingerprint."""
    folded = fold(text)
    return len(folded) == mark[0] and _digest(folded) == mark[1]


def holds(text: str, mark: Print) -> bool:
    """Tell whether a text with this fingerprint stands anywhere in another."""
    length, digest = mark
    folded = fold(text)
    return any(_digest(folded[i : i + length]) == digest for i in range(len(folded) - length + 1))


def opens(text: str, mark: Print) -> bool:
    """Tell whether a text begins with one of this fingerprint, an item number in front of it aside."""
    folded = fold(text)
    return any(_digest(folded[i : i + mark[0]]) == mark[1] for i in range(4))


def read_truth() -> dict[str, Any]:
    """Return what people read: see the keys of `truth.json`."""
    content: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return content


def _digest(folded: str) -> str:
    return hashlib.sha256(folded.encode()).hexdigest()[:DIGITS]
