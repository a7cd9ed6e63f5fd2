"""A conversation → JSON for programs: one document with everything, or answer records alone for `advisor verify`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from advisor.records import Answer
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping.turns import settled

FORMAT = "cluster-advisor-conversation-1"


def to_json(conversation: Conversation) -> str:
    """Return a conversation as one JSON document.

    `answers` holds the answer records as they are described for `advisor ask --json`; each turn names its own by its
    place there, from 0, or null. `documents` says of each document that is cited who published it and when.
    `advisor verify` takes the records one a line: `to_jsonl`, or `jq -c '.answers[]' FILE.json`.
    """
    turns: list[Mapping[str, Any]] = []
    answers: list[Mapping[str, Any]] = []
    documents: dict[str, Mapping[str, Any]] = {}
    for turn in map(settled, conversation.turns):
        documents.update({source.document_id: asdict(source) for source in turn.sources.values()})
        turns.append(_turn(turn, place=None if turn.answer is None else len(answers)))
        if turn.answer is not None:
            answers.append(turn.answer.to_dict())
    whole = {
        "format": FORMAT,
        "id": conversation.id,
        "title": conversation.title,
        "turns": turns,
        "answers": answers,
        "documents": list(documents.values()),
    }
    return _sound(json.dumps(whole, ensure_ascii=False, indent=2)) + "\n"


def to_jsonl(conversation: Conversation) -> str:
    """Return the answer records of a conversation, one a line, as `advisor verify` reads them."""
    return "".join(_sound(json.dumps(answer.to_dict(), ensure_ascii=False)) + "\n" for answer in _answers(conversation))


def _answers(conversation: Conversation) -> Iterator[Answer]:
    yield from (turn.answer for turn in conversation.turns if turn.answer is not None)


def _turn(turn: Turn, *, place: int | None) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "question": turn.question,
        "asked_at": turn.asked_at.isoformat(),
        "phase": turn.phase,
        "error": turn.error,
        "rating": turn.rating,
        "follow_ups": list(turn.follow_ups),
        "answer": place,
    }
    if turn.answer is None:  # what had arrived when it was stopped
        told["sentences"] = [sentence.to_dict() for sentence in turn.sentences]
        told["citations"] = [citation.to_dict() for citation in turn.citations]
    return told


def _sound(text: str) -> str:
    """Return JSON that can be written as UTF-8: half of a surrogate pair shows as U+FFFD, as in every other export."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
