"""A page in a browser → what it complained of, opened or asked of other hosts, from its first moment on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

INSIDE = ("data", "blob")
"""Addresses that lead to no host."""

ENDED = ("AbortError: signal is aborted", "Connection errored out.")
"""What Gradio's script complains of when a page is left while the server still has something to send it."""

UNNUMBERED = ("/gradio_api/cancel", "/gradio_api/reset")
"""What Gradio's script asks for when a page goes on before its question has a number; without one it is told 422."""

LEAVING = "the page is being left"
TELL = f"addEventListener('beforeunload', () => console.debug('{LEAVING}'))"


@dataclass
class Watch:
    """What one page did.

    Attributes:
        complaints: warnings and errors of its console, and scripts that failed.
        dialogs: messages of alert, confirm and prompt.
        outside: addresses of other hosts that it asked for.
        opened: addresses of windows that it opened.
    """

    host: str
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    _is_leaving: bool = field(default=False, repr=False)

    @property
    def everything(self) -> list[str]:
        """All of it, for one comparison with []."""
        return [*self.complaints, *self.dialogs, *self.outside, *self.opened]

    def console(self, message: ConsoleMessage) -> None:
        """Keep a warning or an error; note that the page is being left."""
        self._is_leaving |= message.text == LEAVING
        if message.type in ("error", "warning"):
            is_load = "Failed to load resource" in message.text
            self.complain(message.text, urlsplit(message.location["url"]).path if is_load else "")

    def complain(self, text: str, path: str = "") -> None:
        """Keep a complaint, about a path where it is about one, unless it says no more than that the page goes on."""
        is_unnumbered = path in UNNUMBERED and "status of 422" in text
        if not is_unnumbered and not (self._is_leaving and any(ended in text for ended in ENDED)):
            self.complaints.append(f"{path}: {text}" if path else text)

    def dialog(self, dialog: Dialog) -> None:
        """Keep a message and close its window, which would hold the page."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def request(self, request: Request) -> None:
        """Keep an address of another host."""
        place = urlsplit(request.url)
        if place.scheme not in INSIDE and place.netloc != self.host:
            self.outside.append(request.url)

    def arrived(self) -> None:
        """Note that the new page has taken the place of the old one."""
        self._is_leaving = False


def watch(page: Page, address: str) -> Watch:
    """Watch a page that has not been opened yet; `address` is that of our server."""
    seen = Watch(urlsplit(address).netloc)
    page.add_init_script(TELL)
    page.on("console", seen.console)
    page.on("pageerror", lambda error: seen.complain(str(error)))
    page.on("dialog", seen.dialog)
    page.context.on("request", seen.request)
    page.on("framenavigated", lambda _: seen.arrived())
    page.on("popup", lambda opened: seen.opened.append(opened.url))
    return seen
