"""Turns ↔ the bytes that are kept of them: JSON, in which no character of a document is lost or changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from advisor.serving.conversation import Turn
from advisor.serving.keeping.kept import UNREADABLE

State = tuple[Any, ...]
"""What is saved of a turn, to be compared with what was saved before."""

_TURNS = TypeAdapter(Turn)
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def state_of(turn: Turn) -> State:
    """Return what is saved of a turn, for comparison: as long as the answer is the same object, this costs little."""
    return tuple(_fixed(getattr(turn, field.name)) for field in fields(turn) if field.name != "rating")


def _fixed(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return tuple(value.items()) if isinstance(value, dict) else value


def settled(turn: Turn) -> Turn:
    """Return a turn as it would be after a restart: one that is live has stopped."""
    return replace(turn, phase="stopped") if turn.live else turn


def encoded(turn: Turn) -> bytes:
    """Return a turn as bytes, without its rating; one that is live counts as stopped."""
    kept = replace(settled(turn), rating="")
    # Not by Pydantic's own writer, which refuses the halves of surrogate pairs that broken PDFs have.
    return json.dumps(_TURNS.dump_python(kept, mode="json"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def decoded(value: bytes) -> Turn:
    """Return the turn of some bytes; where another version wrote what this one cannot read, a failed one."""
    record: object = None
    try:
        record = json.loads(value.decode("utf-8", "surrogatepass"))
        return _TURNS.validate_python(record)
    except (ValidationError, ValueError, RecursionError):
        return _unreadable(record if isinstance(record, Mapping) else {})


def _unreadable(record: Mapping[str, Any]) -> Turn:
    """Return what can be told of a turn that another version wrote: that it was there, and what was asked when."""
    turn = Turn(str(record.get("question", "")), phase="failed", error=UNREADABLE, asked_at=_UNKNOWN)
    with suppress(ValueError):
        asked = datetime.fromisoformat(str(record.get("asked_at")))
        turn.asked_at = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    return turn
