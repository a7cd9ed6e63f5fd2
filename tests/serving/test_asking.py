"""What the page is drawn as while answers come."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

from advisor.answering.advisor import Advisor
from advisor.serving.asking import Asking
from advisor.serving.catalogue import words_in
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.talks import Place
from advisor.serving.visitors import Visitor
from advisor.serving.wishes import Question
from tests.patience import MINUTES

from .fakes import FakeAdvisor

ME = Visitor("me", words_in("en"))


async def test_the_end_of_an_answer_does_not_draw_over_the_next_question(fake: FakeAdvisor, keeper: Keeper) -> None:
    asking, looked_ahead, asked_again = Asking(cast("Advisor", fake), keeper), fake.follow_ups, threading.Event()
    drawn: list[tuple[str, bool]] = []

    def look_ahead(*found: Any, **options: Any) -> tuple[str, ...]:
        assert asked_again.wait(MINUTES)
        return looked_ahead(*found, **options)

    fake.follow_ups = look_ahead  # type: ignore[method-assign]

    async def ask(text: str, place: Place, answered: asyncio.Event) -> None:
        async for shown in asking.ask(ME, Question(text, place, 0)):
            if shown.transcript is not None:
                drawn.append((text, "data-live" in shown.transcript))
                if "data-live" not in shown.transcript:
                    answered.set()
            if text == "And then?":
                asked_again.set()

    answered = asyncio.Event()
    first = asyncio.create_task(ask("First?", Place(), answered))
    await answered.wait()
    (kept,) = keeper.conversations("me")
    drawn.clear()
    await asyncio.gather(first, ask("And then?", Place(kept.id), answered))
    assert {text for text, _ in drawn} == {"And then?"}
