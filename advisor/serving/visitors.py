"""Requests → who asks and in which language: a browser is known by a random cookie, and by nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.serving.catalogue import Words, preferred, words_in

BROWSER = "ca-browser"
"""The cookie that names a browser; scripts cannot read it."""
LANGUAGE = "ca-language"
"""The cookie in which the page keeps the language that was chosen."""
KEPT_S = 400 * 24 * 3600
"""How long a browser is known after its last visit: the longest that browsers keep a cookie."""

_BROWSER = re.compile(r"[A-Za-z0-9_-]{22,64}")


class Request(Protocol):
    """What Starlette's requests and Gradio's have in common."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by name in small letters."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, "" where it keeps no cookie, and the words of its language."""

    browser: str
    say: Words


def visitor_of(request: Request) -> Visitor:
    """Return who sent a request."""
    return Visitor(browser_of(request), words_of(request))


def browser_of(request: Request) -> str:
    """Return the browser that sent a request, "" where it keeps no cookie of ours."""
    named = request.cookies.get(BROWSER, "")
    return named if _BROWSER.fullmatch(named) else ""


def words_of(request: Request) -> Words:
    """Return the words of the language that was chosen on the page, else of the one the browser prefers."""
    return words_in(preferred(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", "")))


class Visitors:
    """ASGI middleware: gives each browser its cookie with the page, and anew at each visit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the response to the page sets the cookie."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        known = browser_of(HTTPConnection(scope))
        cookie = _cookie(known or secrets.token_urlsafe(24), secure=scope["scheme"] == "https")

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", cookie)
                headers["cache-control"] = "no-store"  # a page out of a cache would bring no cookie
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _cookie(browser: str, *, secure: bool) -> str:
    # Lax, not Strict: a link in a mail leads to this page as the browser it is, not as a new one.
    return f"{BROWSER}={browser}; Path=/; Max-Age={KEPT_S}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
