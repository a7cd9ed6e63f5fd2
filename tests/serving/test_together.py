"""Ten people at once: each sees only what is theirs, and nobody waits for somebody else's answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import MINUTES

from .fakes import HANDBOOK, FakeAdvisor, answer, said
from .stages import ask, wait_until_open
from .visits import profile
from .watching import Watch, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PEOPLE = 10
HELD = 3
"""Whose answer is held back."""


def question(person: int) -> str:
    return f"What does person {person} want to know?"


def sentences(person: int) -> list[str]:
    return [f"This is sentence {number} for person {person}." for number in (1, 2, 3)]


class Crowd:
    """Lets no first sentence out before all ten have asked, and holds the second of one person back."""

    def __init__(self) -> None:
        self.together = threading.Barrier(PEOPLE)
        self.opened = threading.Event()

    def __call__(self, asked: str, sentence: int) -> None:
        """Wait as told; called by the server for each sentence of each answer."""
        if sentence == 0:
            self.together.wait(MINUTES)
        elif asked == question(HELD):
            self.opened.wait(MINUTES)


@pytest.fixture
def crowd(served: tuple[str, FakeAdvisor]) -> Iterator[Crowd]:
    """Give each person an answer of their own."""
    fake, crowd = served[1], Crowd()
    citation = fake.store.cite(1, "d1handbook", 1, HANDBOOK[0][1])
    for person in range(PEOPLE):
        told = tuple(said(text, 1) for text in sentences(person))
        own = replace(citation, title=f"Report of person {person}")
        fake.answers[question(person)] = answer(question(person), told, (own,))
    fake.gate = crowd
    yield crowd
    crowd.opened.set()
    crowd.together.abort()
    fake.gate = lambda question, sentence: None


@pytest.fixture
def pages(chromium: Browser, served: tuple[str, FakeAdvisor]) -> Iterator[list[tuple[Page, Watch]]]:
    """Open the page in ten browser profiles."""
    with ExitStack() as closing:
        opened: list[tuple[Page, Watch]] = []
        for _ in range(PEOPLE):
            context = profile(chromium, reduced_motion="reduce")
            closing.callback(context.close)
            page = context.new_page()
            opened.append((page, watch(page, served[0])))
            page.goto(served[0], wait_until="commit")  # they load beside each other
        for page, _ in opened:
            wait_until_open(page)
        yield opened


def told(page: Page) -> str:
    return page.locator("#ca-transcript").text_content() or ""


def test_ten_people_ask_at_once_and_each_sees_only_what_is_theirs(
    pages: list[tuple[Page, Watch]], crowd: Crowd, served: tuple[str, FakeAdvisor]
) -> None:
    """All ten answers are under way at the same time: the first sentence of each waits for the tenth question."""
    for person, (page, _) in enumerate(pages):
        ask(page, question(person))
    for person, (page, _) in enumerate(pages):
        if person != HELD:
            page.locator(".ca-sources").wait_for()
            assert page.locator(".ca-turn h2").all_text_contents() == [question(person)]

    held = pages[HELD][0]
    held.locator(".ca-turn").get_by_text(sentences(HELD)[0]).wait_for()
    assert held.locator(".ca-turn[data-live]").count() == 1
    assert sentences(HELD)[1] not in told(held)
    crowd.opened.set()
    held.locator(".ca-sources").wait_for()

    for person, (page, seen) in enumerate(pages):
        everything = page.content()
        assert [text for text in sentences(person) if text not in told(page)] == []
        others = [other for other in range(PEOPLE) if other != person and f"person {other}" in everything]
        assert others == []
        assert seen.everything == []
    asked: list[Any] = [(each, history) for each, history in served[1].asked if each.startswith("What does person")]
    assert sorted(asked) == [(question(person), ()) for person in range(PEOPLE)]
    follow_ups(pages, crowd, served[1])


def follow_ups(pages: list[tuple[Page, Watch]], crowd: Crowd, fake: FakeAdvisor) -> None:
    """Each goes on with their own conversation, also when all send at once the same words."""
    fake.asked.clear()
    for page, _ in pages:
        ask(page, "And what follows?")
    for page, _ in pages:
        page.wait_for_function("document.querySelectorAll('.ca-sources').length === 2")
    before = sorted(next(message.content for message in history) for _, history in fake.asked)
    assert before == [question(person) for person in range(PEOPLE)]
    for person, (page, _) in enumerate(pages):
        assert page.locator(".ca-turn h2").all_text_contents() == [question(person), "And what follows?"]
