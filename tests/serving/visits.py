"""One person's browser, with everything that went wrong or went out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.patience import MINUTES

from .stages import Gate
from .watching import Watch, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

__all__ = ["DESK", "PHONE", "Gate", "Visit", "profile"]


def profile(browser: Browser, **options: Any) -> BrowserContext:
    """Return a new profile of a browser whose pages wait for minutes."""
    context = browser.new_context(**options)
    context.set_default_timeout(MINUTES * 1000)
    return context


@dataclass
class Visit:
    """A page of our server in a browser profile of its own."""

    context: BrowserContext
    page: Page
    address: str
    seen: Watch

    @classmethod
    def of(cls, browser: Browser, address: str, **options: Any) -> Visit:
        """Return a visitor who has not opened the page yet; his browser speaks English unless told otherwise."""
        context = profile(browser, **({"viewport": DESK, "locale": "en-GB"} | options))
        page = context.new_page()
        return cls(context, page, address, watch(page, address))

    def open(self, path: str = "") -> None:
        """Open the page and wait until the server knows who has come."""
        self.page.goto(self.address + path)
        self.settled()

    def reload(self) -> None:
        """Reload the page and wait until the server knows who has come."""
        self.page.reload()
        self.settled()

    def settled(self, number: int = 1) -> None:
        """Wait until the page has come to its n-th place since it was loaded, or a later one, and shows it."""
        self.page.wait_for_function(
            "number => +(document.querySelector('html:not(.ca-arriving) #ca-transcript [data-seq]')?.dataset.seq || 0) "
            ">= number",
            arg=number,
        )

    def ask(self, question: str) -> None:
        """Type a question and send it."""
        self.page.locator("#ca-question").fill(question)
        self.page.keyboard.press("Enter")

    def ask_and_wait(self, question: str) -> Locator:
        """Ask, and return the turn when its answer is whole."""
        turns = self.page.locator(".ca-turn").count()
        self.ask(question)
        turn = self.page.locator(f'.ca-turn[data-turn="{turns + 1}"]')
        turn.wait_for()
        self.whole()
        return turn

    def whole(self) -> None:
        """Wait for the end of the answer that is coming."""
        self.page.wait_for_function("!document.querySelector('.ca-turn[data-live]')")

    def mark(self, number: int) -> Locator:
        """Return a mark of the first answer."""
        return self.page.locator(f'.ca-answer .ca-mk[data-n="{number}"]').first

    def button(self, name: str) -> Locator:
        """Return a button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self, selector: str) -> dict[str, float]:
        """Return where something stands."""
        found: Any = self.page.locator(selector).first.bounding_box()
        assert found
        return dict(found)

    def wait_for_count(self, counted: str) -> None:
        """Wait until the pane says which citation it shows."""
        self.page.locator(".ca-count", has_text=counted).wait_for()

    def wait_for_image(self) -> None:
        """Wait until the page of the document is drawn."""
        self.page.wait_for_function(
            "(() => { const image = document.querySelector('.ca-page img'); return image && image.naturalWidth > 0 })()"
        )
