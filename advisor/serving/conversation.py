"""The events of streamed answers → the turns of one person's conversation."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from advisor.answering.conversation import MAX_TURNS
from advisor.records import (
    Answer,
    AnswerEvent,
    AnswerReady,
    AnswerSentence,
    Citation,
    Document,
    Message,
    PassagesFound,
    Searching,
    SentenceReady,
)
from advisor.serving.catalogue import Words

Phase = Literal["starting", "searching", "writing", "done", "stopped", "failed"]


def new_id() -> str:
    """Return an id that nobody can guess (128 bits), to name something in an address."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Source:
    """What a reference says of a document; kept with the turn, as a document may go."""

    document_id: str
    file: str
    title: str
    publisher: str = ""
    year: int | None = None
    page_count: int = 0

    @classmethod
    def of(cls, document: Document) -> Source:
        """Return what is kept of a stored document."""
        return cls(
            document.document_id,
            document.file,
            document.title,
            document.publisher,
            document.year,
            document.page_count,
        )


@dataclass(slots=True)
class Turn:
    """One question and what has arrived for it so far.

    Attributes:
        passages: how many passages were found, in `reports` documents.
        answer: the whole answer, once it is there; it stands where it differs from what was streamed.
        error: why there is no answer, in words.
        sources: the documents cited, by their ids.
        follow_ups: further questions that the documents answer.
        asked_at: in UTC.
        rating: what the reader thought of the answer.
    """

    question: str
    phase: Phase = "starting"
    documents: int = 0
    pages: int = 0
    passages: int = 0
    reports: int = 0
    sentences: list[AnswerSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    answer: Answer | None = None
    error: str = ""
    sources: dict[str, Source] = field(default_factory=dict)
    follow_ups: tuple[str, ...] = ()
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    rating: Literal["", "good", "bad"] = ""

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.phase in ("starting", "searching", "writing")

    def take(self, event: AnswerEvent, say: Words) -> str:
        """Add an event to the turn; return what a screen reader says about it ("" for nothing)."""
        match event:
            case Searching(documents=documents, pages=pages):
                self.phase, self.documents, self.pages = "searching", documents, pages
            case PassagesFound(hits=hits):
                self.phase, self.passages = "writing", len(hits)
                self.reports = len({hit.document.document_id for hit in hits})
            case SentenceReady(sentence=sentence, citations=citations):
                return self._add(sentence, citations)
            case AnswerReady(answer=answer):
                return self._finish(answer, say)
        return ""

    def stop(self) -> None:
        """Keep what has arrived, and want no more of it."""
        if self.live:
            self.phase = "stopped"

    def fail(self, error: str) -> None:
        """Say why no answer comes."""
        self.phase, self.error = "failed", error

    def citation(self, marker: int) -> Citation | None:
        """Return the citation with this marker, if it has arrived."""
        return next((citation for citation in self.citations if citation.marker == marker), None)

    def _add(self, sentence: AnswerSentence, citations: tuple[Citation, ...]) -> str:
        if any(self.citation(citation.marker) not in (None, citation) for citation in citations):
            # Markers begin anew: the chat model was given up, and the quotes that come instead have begun.
            self.sentences, self.citations = [], []
        self.sentences.append(sentence)
        self.citations.extend(citations)
        return sentence.text

    def _finish(self, answer: Answer, say: Words) -> str:
        self.phase, self.answer = "done", answer
        self.sentences, self.citations = list(answer.sentences), list(answer.citations)
        if answer.note and not answer.sentences:
            return answer.note
        if answer.abstained:
            return say("progress.complete_near", n=len(self.sentences))
        return say("progress.complete", n=len(self.citations))


@dataclass(slots=True)
class Conversation:
    """The turns of one conversation of one browser.

    Attributes:
        id: names it in the address of the page.
    """

    id: str = field(default_factory=new_id)
    turns: list[Turn] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first question, on one line; "" before it is asked."""
        return " ".join(self.turns[0].question.split()) if self.turns else ""

    def begin(self, question: str) -> Turn:
        """Add a turn for the question."""
        turn = Turn(question)
        self.turns.append(turn)
        return turn

    def stop(self) -> None:
        """Stop the turn that is running, if one is."""
        for turn in self.turns:
            turn.stop()

    def history(self) -> tuple[Message, ...]:
        """Return the last finished turns as messages, for a follow-up question; older ones are not looked at."""
        finished = [turn for turn in self.turns if turn.answer is not None]
        return tuple(_messages(finished[-MAX_TURNS:]))


def _messages(turns: list[Turn]) -> Iterator[Message]:
    for turn in turns:
        if turn.answer is not None:
            yield Message("user", turn.question)
            yield Message("assistant", turn.answer.answer)
