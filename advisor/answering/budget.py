"""Hits and a conversation → what a chat model is given of them: as much as fits into a number of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answering.keys import opaque_keys
from advisor.records import Document, Hit, Message, Passage
from advisor.retrieval.segments import join
from advisor.store.library import Library

BUDGET_TOKENS = 3_000
"""Tokens of the passages, by the embedding model's count: a chat model's own differs from it by a tenth or two."""

FRAME_TOKENS = 40
"""What the frame of a passage takes: key, title, section."""

TURNS, TURN_CHARS = 6, 600
"""How many turns of the conversation a chat model is given, and how much of each."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as a chat model is given it, under its key."""

    key: str
    passage: Passage
    document: Document


def sources_within(
    library: Library, hits: Sequence[Hit], count_tokens: Callable[[str], int], *, budget_tokens: int = BUDGET_TOKENS
) -> list[Source]:
    """Return the passages for a chat model: segments, by their best hit, so that lists and tables come whole.

    A segment that does not fit gives way to those of its passages that were found, by rank. The first passage is given
    even where it alone is longer.
    """
    ranks = {hit.passage.passage_id: hit.rank for hit in hits}
    taken: dict[str, tuple[Passage, Document]] = {}
    left = budget_tokens

    def take(passages: Sequence[Passage], document: Document) -> bool:
        nonlocal left
        new = [passage for passage in passages if passage.passage_id not in taken]
        cost = sum(count_tokens(passage.text) + FRAME_TOKENS for passage in new)
        if cost > left and (taken or len(new) > 1):
            return False
        left -= cost
        taken.update({passage.passage_id: (passage, document) for passage in new})
        return True

    segments = join(library, hits, k=max(len(hits), 1))
    for segment in sorted(segments, key=lambda s: min(ranks.get(p.passage_id, len(ranks)) for p in s.passages)):
        if not take(segment.passages, segment.document):
            found = [passage for passage in segment.passages if passage.passage_id in ranks]
            for passage in sorted(found, key=lambda p: ranks[p.passage_id]):
                take([passage], segment.document)
    keys = opaque_keys(list(taken))
    return [Source(key, *held) for key, held in zip(keys, taken.values(), strict=True)]


def recent(history: Sequence[Message]) -> list[Message]:
    """Return the last turns of a conversation, long ones cut."""
    return [Message(turn.role, turn.content[:TURN_CHARS]) for turn in history[-TURNS:]]
