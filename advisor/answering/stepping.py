"""A generator that works between its values → the same values without blocking the event loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def in_steps(values: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """Yield the values of a generator, each of which is made in a thread of its own; none of them may be None.

    When this is closed, or the task that waits for a value is cancelled, the generator is closed: at once between two
    values; a step that is running cannot be interrupted and ends at its next value. Nothing is computed after that,
    and nobody waits for it.
    """
    steps = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answer")
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()

    def step() -> T | None:
        return context.run(lambda: next(values, None))

    try:
        while (value := await loop.run_in_executor(steps, step)) is not None:
            yield value
    finally:
        steps.submit(values.close)  # one thread: this comes behind a step that is running
        steps.shutdown(wait=False)
