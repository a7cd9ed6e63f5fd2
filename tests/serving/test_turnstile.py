"""So many answers at once; who waits is told his place, and it is given to nobody twice."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from advisor.serving.turnstile import Turnstile
from tests.patience import MINUTES


async def places(turnstile: Turnstile, told: list[int]) -> None:
    async with aclosing(turnstile.enter()) as queue:
        async for place in queue:
            told.append(place)


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_finds_a_place_is_told_nothing() -> None:
    told: list[int] = []
    await places(Turnstile(1), told)
    assert told == []


async def test_who_waits_is_told_his_number_each_time_it_changes() -> None:
    turnstile = Turnstile(1)
    await places(turnstile, [])
    second, third = [], []  # type: list[int], list[int]
    tasks = [asyncio.create_task(places(turnstile, told)) for told in (second, third)]
    await settle()
    assert (second, third) == ([1], [2])
    turnstile.leave()
    await settle()
    assert tasks[0].done()
    assert (second, third) == ([1], [2, 1])
    turnstile.leave()
    await asyncio.gather(*tasks)


async def test_who_gives_up_makes_way_for_those_behind() -> None:
    turnstile = Turnstile(1)
    await places(turnstile, [])
    leaving = asyncio.create_task(places(turnstile, []))
    told: list[int] = []
    staying = asyncio.create_task(places(turnstile, told))
    await settle()
    leaving.cancel()
    await settle()
    assert told == [2, 1]
    turnstile.leave()
    await staying


async def test_a_place_given_to_somebody_who_gives_up_in_that_moment_is_not_lost() -> None:
    turnstile = Turnstile(1)
    await places(turnstile, [])
    leaving = asyncio.create_task(places(turnstile, []))
    await settle()
    turnstile.leave()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    told: list[int] = []
    await asyncio.wait_for(places(turnstile, told), MINUTES)
    assert told == []


async def test_never_are_more_inside_than_there_are_places() -> None:
    turnstile, inside, most = Turnstile(3), 0, 0

    async def visit() -> None:
        nonlocal inside, most
        await places(turnstile, [])
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        turnstile.leave()

    await asyncio.gather(*(visit() for _ in range(50)))
    assert (inside, most) == (0, 3)
