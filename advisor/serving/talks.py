"""A browser and a place → a conversation: one that an answer is coming in, else one that is kept, else a new one."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping.keeper import Keeper


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is: in a conversation of its own browser, or at an answer that a link leads to; "" in a new one."""

    conversation: str = ""
    link: str = ""


class Talks:
    """The conversations of all browsers. Only those in which an answer is coming are held in memory."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self._live: dict[tuple[str, str], Conversation] = {}
        self._lock = threading.Lock()

    def open(self, browser: str, place: Place) -> Conversation:
        """Return the conversation of a place; a new one where there is none such, or it is another browser's."""
        if place.link:
            turn = self.keeper.linked(place.link)
            return Conversation(turns=[turn] if turn else [])
        with self._lock:
            live = self._live.get((browser, place.conversation))
        return live or self.keeper.read(browser, place.conversation) or Conversation()

    def begin(
        self, browser: str, place: Place, question: str, *, replaces: int = 0
    ) -> tuple[Conversation, Turn] | None:
        """Begin a turn; None where there is nothing to ask, or an answer is still coming (as after a double click).

        Args:
            browser: who asks.
            place: where; an answer that a link leads to is left as it is, and a conversation begins with a copy of it.
            question: what was typed.
            replaces: number of the turn that this one takes the place of: only the last one can be replaced.
        """
        if not question.strip():
            return None
        conversation = self.open(browser, Place(place.conversation))
        if place.conversation and not conversation.turns:  # deleted elsewhere: its page stays at the address it has
            conversation = Conversation(place.conversation)
        if place.link and not place.conversation:
            conversation.turns += map(_handed_on, self.open(browser, place).turns)
        with self._lock:
            if any(turn.live for turn in self._live.get((browser, conversation.id), conversation).turns):
                return None
            if replaces and replaces == len(conversation.turns):
                conversation.turns.pop()
            self._live[browser, conversation.id] = conversation
            return conversation, conversation.begin(question.strip())

    def stop(self, browser: str, place: Place) -> Conversation:
        """Stop the answer that is coming, and keep what has arrived of it."""
        conversation = self.open(browser, place)
        conversation.stop()
        self._let_go(browser, conversation)
        return conversation

    def finish(self, browser: str, conversation: Conversation, turn: Turn) -> bool:
        """Keep a turn whose answer is there, stopped or given up; return whether: what was deleted stays so."""
        turn.stop()
        return self._let_go(browser, conversation)

    def save(self, browser: str, conversation: Conversation) -> bool:
        """Keep a conversation as it is, unless it was deleted meanwhile; return whether it is kept."""
        with self._lock:
            held = self._live.get((browser, conversation.id)) is conversation
            if held:
                self.keeper.keep(browser, conversation)
        return held

    def _let_go(self, browser: str, conversation: Conversation) -> bool:
        """Keep a conversation, and hold it in memory only where the next question has begun already."""
        kept = self.save(browser, conversation)
        if kept:
            with self._lock:
                if not any(turn.live for turn in conversation.turns):
                    self._live.pop((browser, conversation.id), None)
        return kept

    def rate(self, browser: str, place: Place, number: int, good: bool | None, reason: str) -> bool:
        """Note what a reader thinks of an answer, None takes it back; return whether it is kept."""
        conversation = self.open(browser, place)
        if place.link or not 1 <= number <= len(conversation.turns):
            return False
        conversation.turns[number - 1].rating = _RATINGS[good]
        return self.keeper.rate(browser, conversation.id, number, good, reason)

    def forget(self, browser: str, conversation_id: str) -> int:
        """Delete a conversation, "" for all of this browser; an answer that is coming in it is not kept.

        Return how many of them were kept.
        """
        with self._lock:
            for key in [key for key in self._live if key[0] == browser and conversation_id in ("", key[1])]:
                self._live.pop(key).stop()
            if conversation_id:
                return int(self.keeper.delete(browser, conversation_id))
            return self.keeper.delete_all(browser)


def _handed_on(turn: Turn) -> Turn:
    """Return an answer as its link shows it: what a follow-up question was completed to has words of other turns."""
    return replace(turn, answer=turn.answer and replace(turn.answer, standalone_question=turn.question))


_RATINGS: Mapping[bool | None, Literal["", "good", "bad"]] = {True: "good", False: "bad", None: ""}
