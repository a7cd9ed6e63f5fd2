"""Conversations as they are when their answers have arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from advisor.records import Answer, AnswerReady
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation, Source, Turn
from advisor.serving.keeping.keeper import Keeper

ME, YOU = "my-browser", "your-browser"

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
SOURCES = {
    "d1handbook": Source("d1handbook", "d1handbook.pdf", "Cluster internationalisation handbook", "TACTICS", 2012, 3),
    "d2survey": Source("d2survey", "d2survey.pdf", "Consultation of the partnerships", "", 2019, 2),
}


def answered(answer: Answer, *, asked_at: datetime = NOON) -> Turn:
    """A turn whose answer has come."""
    turn = Turn(answer.question, documents=2, pages=5, asked_at=asked_at, sources=dict(SOURCES))
    turn.take(AnswerReady(answer), words_in("en"))
    return turn


def talk(*answers: Answer, name: str = "c1") -> Conversation:
    """A conversation of these answers, a minute from one to the next."""
    turns = [answered(answer, asked_at=NOON + timedelta(minutes=place)) for place, answer in enumerate(answers)]
    return Conversation(id=name, turns=turns)


def left_on_disk(file: Path) -> bytes:
    """Everything in the file and in those that SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))


def questions(keeper: Keeper, browser: str, name: str) -> list[str]:
    conversation = keeper.read(browser, name)
    return [turn.question for turn in conversation.turns] if conversation else []
