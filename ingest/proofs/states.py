"""An answer record → what is wrong with what it says of itself: mode, confidence, reason, and whether it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from advisor.records import ABSTAINING, ANSWERING, Mode
from ingest.proofs.answers import Record


def state_problems(record: Record) -> Iterator[str]:
    """Yield which of "mode", "confidence", "reason" and "abstained" are none, or contradict each other.

    A part that a record leaves out says nothing.
    """
    mode, reason, confidence = record.get("mode"), record.get("reason"), record.get("confidence")
    abstained = record.get("abstained")
    if mode is not None and mode not in get_args(Mode):
        yield f"its mode is {mode[:40]!r}; an answer is {' or '.join(get_args(Mode))}; ask again"
    if confidence is not None and not (type(confidence) in (int, float) and 0 <= confidence <= 1):
        yield f"its confidence is {str(confidence)[:40]!r}, which is no number from 0 to 1; ask again"
    if reason is not None and reason not in ANSWERING | ABSTAINING:
        yield f"its reason is {reason[:40]!r}, which is none; ask again"
    elif reason is not None and abstained is not None and abstained != (reason in ABSTAINING):
        yield f"it {'abstains' if abstained else 'does not abstain'}, and its reason is {reason!r}; ask again"
    if mode == "generative" and (abstained or reason not in (None, "answered")):
        yield "a chat model wrote it, and it is no answer of a chat model by its reason; ask again"
