"""The states of the Ask page, and how a person reaches each: data for every check that is to look at all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from advisor.errors import UsageError
from advisor.serving.catalogue import words_in
from tests.patience import MINUTES

from .fakes import FakeAdvisor, near_answer, partners_answer, rows_answer

if TYPE_CHECKING:
    from playwright.sync_api import Page

say = words_in("en")

QUESTION = "How do we find partners abroad?"
STREAMING = "Which fairs suit a small cluster?"
NEAR = "How many staff does a cluster need?"
DECLINED = "What does a manager earn?"
ERROR = "Too much at once?"
CONFLICT = "How many partnerships went to fairs?"
MODEL = "How do partners agree on the work?"
ROWS = "Which partnerships are there?"


@dataclass
class Gate:
    """Holds the sentences of one question back from a given one on, until it is opened."""

    question: str
    sentence: int
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self, question: str, sentence: int) -> None:
        """Wait where this sentence is held; called by the server for each sentence."""
        if question == self.question and sentence >= self.sentence:
            self.opened.wait(MINUTES)


@dataclass(frozen=True, slots=True)
class State:
    """A state of the page.

    Attributes:
        reach: brings a page that shows the first screen into the state, and waits until it is there.
    """

    name: str
    reach: Callable[[Page], None]


def prepare(fake: FakeAdvisor) -> Gate:
    """Give the advisor an answer for each state, and return the gate at which one is held while it streams."""
    store = fake.store
    plain = partners_answer(store)
    conflicts = ("The handbook counts 8 partnerships [1], the survey 11 [6].",)
    note = "The documents are in English, and so are their words below."
    fake.answers |= {
        NEAR: near_answer(store),
        DECLINED: near_answer(store, reason="declined"),
        ERROR: UsageError("The question has 5,204 characters; ask one of at most 2,000."),
        ROWS: rows_answer(store),
        CONFLICT: replace(plain, question=CONFLICT, conflicts=conflicts, confidence=0.6),
        MODEL: replace(plain, question=MODEL, reason="model-timeout", note=note),
    }
    held = Gate(STREAMING, 3)
    fake.gate = held
    return held


def open_page(page: Page, address: str) -> None:
    """Open the Ask page and wait until it can be used."""
    page.goto(address)
    wait_until_open(page)


def wait_until_open(page: Page) -> None:
    """Wait until the first screen of a page that loads is there and its script has started."""
    page.get_by_role("heading", name=say("first.heading")).wait_for()
    page.locator("#ca-transcript [data-seq='1']").wait_for(state="attached")


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.get_by_role("textbox", name=say("composer.label")).fill(question)
    page.keyboard.press("Enter")


def ask_and_wait(page: Page, question: str) -> None:
    """Type a question and wait for the end of its answer."""
    turns = page.locator(".ca-turn").count()
    ask(page, question)
    page.locator(".ca-turn").nth(turns).wait_for()
    page.wait_for_function("!document.querySelector('.ca-turn[data-live]')")


def open_proof(page: Page, number: int) -> None:
    """Choose a mark of the newest answer and wait for its page."""
    page.locator(f'.ca-turn:last-child .ca-answer .ca-mk[data-n="{number}"]').first.click()
    wait_for_image(page)


def wait_for_image(page: Page) -> None:
    """Wait until the page of the document is drawn."""
    page.wait_for_function(
        "(() => { const image = document.querySelector('#ca-proof img'); return image && image.naturalWidth > 0 })()"
    )


def _streaming(page: Page) -> None:
    ask(page, STREAMING)
    page.locator(".ca-answer .ca-mk").nth(1).wait_for()


def _proof(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    open_proof(page, 2)


def _tip(page: Page) -> None:
    ask_and_wait(page, QUESTION)
    page.locator(".ca-answer .ca-mk").nth(1).focus()
    page.get_by_role("tooltip").wait_for()


def _answered(question: str, told: str) -> Callable[[Page], None]:
    """Return what asks a question and waits for words that tell the state."""

    def reach(page: Page) -> None:
        ask_and_wait(page, question)
        page.locator(".ca-turn").get_by_text(told).wait_for()

    return reach


def _after(question: str, control: str, shown: str) -> Callable[[Page], None]:
    """Return what asks a question, chooses a control under its answer or beside it, and waits for what that shows."""

    def reach(page: Page) -> None:
        ask_and_wait(page, question)
        page.locator(control).first.click()
        page.locator(shown).first.wait_for()

    return reach


def _pages(page: Page) -> None:
    _proof(page)
    page.locator("[data-do=all-pages]").click()
    page.locator(".ca-grid button").first.wait_for()


STATES = (
    State("first screen", lambda page: None),
    State("answer", _answered(QUESTION, say("answer.well_supported"))),
    State("table", _after(ROWS, ".ca-rows .ca-mk", "#ca-proof .ca-pane")),
    State("streaming", _streaming),
    State("proof", _proof),
    State("tip", _tip),
    State("near", _answered(NEAR, say("none.near_says"))),
    State("declined", _answered(DECLINED, say("none.declined_says"))),
    State("error", _answered(ERROR, "The question has 5,204 characters")),
    State("conflict", _answered(CONFLICT, "The handbook counts 8 partnerships")),
    State("model note", _answered(MODEL, say("model.timeout"))),
    State("all pages", _pages),
    State("export", _after(QUESTION, ".ca-export summary", ".ca-menu-list a")),
    State("reason", _after(QUESTION, '[data-do=rate][data-good="bad"]', ".ca-reason textarea")),
    State("edit", _after(QUESTION, "[data-do=edit]", ".ca-editing")),
    State("deletion", _after(QUESTION, "[data-do=forget]", "dialog[open] h2")),
)
