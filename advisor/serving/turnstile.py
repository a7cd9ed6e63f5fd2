"""People who ask at the same time → so many at once; the others wait in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator


class Turnstile:
    """Lets `places` in at a time. Waiting costs no thread. For one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[asyncio.Event] = []

    async def enter(self) -> AsyncGenerator[int, None]:
        """Yield the number in the queue each time it changes (1 is next), and end when there is a place.

        Who has come to the end leaves with `leave`. Who gives up while waiting closes the generator.
        """
        if self._free:
            self._free -= 1
            return
        called = asyncio.Event()
        self._waiting.append(called)
        told = 0
        try:
            while called in self._waiting:
                number = self._waiting.index(called) + 1
                if number != told:
                    told = number
                    yield number
                called.clear()
                if called in self._waiting:
                    await called.wait()
        except BaseException:
            if called in self._waiting:
                self._waiting.remove(called)
                self._tell()
            else:
                self.leave()  # the place was given away in the moment of giving up
            raise

    def leave(self) -> None:
        """Give the place to the next one."""
        if self._waiting:
            self._waiting.pop(0).set()
            self._tell()
        else:
            self._free += 1

    def _tell(self) -> None:
        for each in self._waiting:
            each.set()
