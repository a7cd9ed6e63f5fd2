"""What people want → the parts of the page that change: joins the conversations, the advisor and the drawing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.records import AnswerReady, CitationReady, Document
from advisor.serving.catalogue import Words
from advisor.serving.choices import NoneChosenError, left_out, used_documents
from advisor.serving.conversation import Conversation, Source, Turn, new_id
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.pane import render_lost_proof, render_proof, render_sheet
from advisor.serving.proof import open_proof, open_sheet
from advisor.serving.rail import render_rail
from advisor.serving.rendering import render_transcript
from advisor.serving.shell import render_bar, render_composer
from advisor.serving.talks import Place, Talks
from advisor.serving.turnstile import Turnstile
from advisor.serving.visitors import Visitor
from advisor.serving.wishes import Choice, Opinion, Question

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor

LOGGER = logging.getLogger(__name__)

FOLLOWED_S = 0.3
"""How often a page is drawn anew that shows an answer which is coming for another page."""

ANSWERS_AT_A_TIME = 16
"""Answers that are worked on at the same time; who comes after them is told the place in the queue."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of the page as they are now to be; None for one that stays as it is."""

    bar: str | None = None
    rail: str | None = None
    transcript: str | None = None
    composer: str | None = None

    def part(self, name: str) -> str:
        """Return a part that is drawn."""
        drawn = getattr(self, name)
        assert isinstance(drawn, str), f"{name} is not drawn"
        return drawn


@dataclass(frozen=True, slots=True)
class _Step:
    """What a drawing of the transcript says besides what is in it: to screen readers, and to someone in a queue."""

    read_out: str = ""
    queue: int = 0


class Asking:
    """What the page can do. All that differs between people is in what is kept for each."""

    def __init__(self, advisor: Advisor, keeper: Keeper, *, answers_at_a_time: int = ANSWERS_AT_A_TIME) -> None:
        self._advisor = advisor
        self.talks = Talks(keeper)
        self._keeper = keeper
        self._turnstile = Turnstile(answers_at_a_time)
        self.started = new_id()

    # ---- pages ------------------------------------------------------------------------------------------------------

    def first(self, say: Words) -> Shown:
        """Return the page as it is before anything is known of who opens it."""
        documents = self._advisor.documents()
        return Shown(
            render_bar(say, started=self.started),
            render_rail([], "", say, used=len(documents), stored=len(documents)),
            render_transcript(Conversation(), documents, say),
            render_composer(say),
        )

    def open(self, visitor: Visitor, place: Place, *, number: int) -> Shown:
        """Return the whole page at a place, in the language of the visitor; `number` is that of the drawing."""
        conversation = self.talks.open(visitor.browser, place)
        missing = bool(place.conversation) and not conversation.turns
        return Shown(
            render_bar(visitor.say, started=self.started),
            self._rail(visitor, conversation),
            self._transcript(visitor, conversation, link=place.link, is_missing=missing, number=number),
            render_composer(visitor.say),
        )

    def refresh(self, visitor: Visitor, place: Place) -> Shown:
        """Return what changes with the library: how many documents answers use, and what is known of them."""
        conversation = self.talks.open(visitor.browser, place)
        first_screen = not conversation.turns and not place.link
        transcript = self._transcript(visitor, conversation) if first_screen else None
        return Shown(rail=self._rail(visitor, conversation), transcript=transcript)

    def forget(self, visitor: Visitor, place: Place, conversation_id: str, *, everything: bool) -> Shown:
        """Delete a conversation, or all of the visitor's."""
        if not conversation_id and not everything:
            return Shown()
        self.talks.forget(visitor.browser, "" if everything else conversation_id)
        gone = everything or conversation_id == place.conversation
        conversation = Conversation() if gone else self.talks.open(visitor.browser, place)
        transcript = self._transcript(visitor, conversation) if gone and not place.link else None
        return Shown(rail=self._rail(visitor, conversation), transcript=transcript)

    def rate(self, visitor: Visitor, opinion: Opinion) -> Shown:
        """Note what the visitor thinks of an answer."""
        kept = self.talks.rate(visitor.browser, opinion.place, opinion.turn, opinion.good, opinion.reason)
        conversation = self.talks.open(visitor.browser, opinion.place)
        thanks = "acts.reason_kept" if opinion.reason else "acts.rated"
        said = visitor.say(thanks if kept else "keeping.not_here") if opinion.good is not None else ""
        return Shown(transcript=self._transcript(visitor, conversation, _Step(said), link=opinion.place.link))

    def show(self, visitor: Visitor, choice: Choice) -> str:
        """Return the pane with the page that the visitor wants to see."""
        if choice.document:
            sheet = open_sheet(
                self._advisor, choice.document, choice.page, words=choice.words, sentence_id=choice.sentence
            )
            return render_sheet(sheet, visitor.say, number=choice.number)
        turns = self.talks.open(visitor.browser, choice.place).turns
        turn = turns[choice.turn - 1] if choice.turn <= len(turns) else None
        if turn is None or turn.citation(choice.marker) is None:
            return render_lost_proof(visitor.say, number=choice.number)
        proof = open_proof(self._advisor, turn.citations, choice.marker, turn=choice.turn, page=choice.page)
        return render_proof(proof, visitor.say, number=choice.number)

    # ---- answers ----------------------------------------------------------------------------------------------------

    async def ask(self, visitor: Visitor, question: Question) -> AsyncIterator[Shown]:
        """Answer a question; yield the page at each step."""
        begun = await asyncio.to_thread(
            self.talks.begin, visitor.browser, question.place, question.text, replaces=question.replaces
        )
        if begun is None:  # nothing was typed, or an answer is still coming, as for another page of this browser
            async for shown in self.follow(visitor, question.place):
                yield shown
            return
        conversation, turn = begun
        step = _Step()
        try:
            yield Shown(transcript=self._transcript(visitor, conversation, step))
            async with aclosing(self._steps(visitor, conversation, turn)) as steps:
                async for step in steps:
                    yield Shown(transcript=self._transcript(visitor, conversation, step))
        finally:
            # Also where the browser left, or the answer was stopped: what has arrived is kept.
            kept = await asyncio.shield(asyncio.to_thread(self.talks.finish, visitor.browser, conversation, turn))
        if not kept:  # deleted meanwhile
            return
        is_last = conversation.turns[-1] is turn  # of a conversation that has gone on already, the rail alone
        drawn = self._transcript(visitor, conversation, step) if is_last else None
        yield Shown(rail=self._rail(visitor, conversation), transcript=drawn)

    async def follow(self, visitor: Visitor, place: Place) -> AsyncGenerator[Shown, None]:
        """Yield the page as the answer goes on that is coming in a conversation, asked from here or from another page.

        Nothing where none is coming. A conversation that is deleted meanwhile is not drawn again.
        """
        conversation = self.talks.open(visitor.browser, place)
        while conversation.turns and conversation.turns[-1].live:
            yield Shown(transcript=self._transcript(visitor, conversation))
            await asyncio.sleep(FOLLOWED_S)
            before, conversation = conversation, self.talks.open(visitor.browser, place)
            if not (conversation.turns and conversation.turns[-1].live) and conversation.id == before.id:
                drawn = self._transcript(visitor, conversation)
                yield Shown(rail=self._rail(visitor, conversation), transcript=drawn)

    def stop(self, visitor: Visitor, place: Place) -> Shown:
        """Keep what has arrived of the answer."""
        conversation = self.talks.stop(visitor.browser, place)
        return Shown(rail=self._rail(visitor, conversation), transcript=self._transcript(visitor, conversation))

    async def _steps(self, visitor: Visitor, conversation: Conversation, turn: Turn) -> AsyncGenerator[_Step, None]:
        async with aclosing(self._turnstile.enter()) as queue:
            async for place in queue:
                yield _Step(queue=place)
        try:
            async with aclosing(self._events(visitor, conversation, turn)) as said:
                async for read_out in said:
                    yield _Step(read_out)
        finally:
            self._turnstile.leave()

    async def _events(self, visitor: Visitor, conversation: Conversation, turn: Turn) -> AsyncGenerator[str, None]:
        """Take the events of an answer into its turn; give what is to be read out with each."""
        try:
            history = conversation.history()
            chosen = await asyncio.to_thread(self._chosen, visitor)
            stream = self._advisor.astream(turn.question, history=history, document_ids=chosen)
            async with aclosing(stream) as events:
                async for event in events:
                    if not turn.live:
                        return
                    if isinstance(event, CitationReady):  # drawn with its sentence, which brings it again
                        continue
                    said = turn.take(event, visitor.say)
                    if isinstance(event, AnswerReady):
                        await asyncio.to_thread(self._settle, visitor, conversation, turn)
                    yield said
            await asyncio.to_thread(self._look_ahead, conversation, turn, chosen)
        except NoneChosenError:
            turn.fail(visitor.say("progress.none_chosen"))
        except AdvisorError as error:
            turn.fail(str(error))
        except Exception:
            LOGGER.exception("No answer to a question")
            turn.fail(visitor.say("page.unexpected"))
        if turn.live:
            LOGGER.error("The events of an answer ended without the answer")
            turn.fail(visitor.say("page.unexpected"))

    def _settle(self, visitor: Visitor, conversation: Conversation, turn: Turn) -> None:
        """Keep a whole answer with what its references need, before it is drawn with what can be done with it."""
        cited = {citation.document_id for citation in turn.citations}
        turn.sources = {
            each.document_id: Source.of(each) for each in self._advisor.documents() if each.document_id in cited
        }
        self.talks.save(visitor.browser, conversation)

    def _look_ahead(self, conversation: Conversation, turn: Turn, chosen: Sequence[str]) -> None:
        """Find what can be asked next; the answer is there, so an error here goes to the log alone."""
        if turn.answer is None or turn.answer.abstained:
            return
        asked = [each.question for each in conversation.turns]
        try:
            turn.follow_ups = self._advisor.follow_ups(turn.answer, asked=asked, document_ids=chosen)
        except Exception:
            LOGGER.exception("No further questions to an answer")

    def _chosen(self, visitor: Visitor) -> tuple[str, ...]:
        """Return the documents that answers may use, () for all of them."""
        return used_documents(self._advisor.documents(), left_out(self._keeper, visitor.browser))

    # ---- drawing ----------------------------------------------------------------------------------------------------

    def _transcript(
        self,
        visitor: Visitor,
        conversation: Conversation,
        step: _Step = _Step(),
        *,
        link: str = "",
        is_missing: bool = False,
        number: int = 0,
    ) -> str:
        documents: Sequence[Document] = () if conversation.turns else self._advisor.documents()
        return render_transcript(
            conversation,
            documents,
            visitor.say,
            used=self._used(visitor, documents),
            link=link,
            is_missing=is_missing,
            read_out=step.read_out,
            queue=step.queue,
            number=number,
        )

    def _rail(self, visitor: Visitor, conversation: Conversation) -> str:
        stored = self._advisor.documents()
        return render_rail(
            self._keeper.conversations(visitor.browser),
            conversation.id,
            visitor.say,
            used=self._used(visitor, stored),
            stored=len(stored),
        )

    def _used(self, visitor: Visitor, stored: Sequence[Document]) -> int:
        """Return how many of the documents the answers of the visitor may use."""
        out = left_out(self._keeper, visitor.browser) if stored else frozenset()
        return sum(each.document_id not in out for each in stored)
