"""The start → a page that says how far the library is, until the chat answers at the same address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from socket import socket

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from advisor.serving.catalogue import Words
from advisor.serving.guard import Guard
from advisor.serving.markup import MARK, escape
from advisor.serving.visitors import words_of

FIGURES = "/opening"
"""Where the page asks how far the library is; the chat answers there too, so that it is asked no more."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NOT_YET = "The library is still being built ({share} %); ask again in a minute"
LEAST_RETRY_S = 2


@dataclass(frozen=True, slots=True)
class Built:
    """How far the library is.

    Attributes:
        done: documents that are finished.
        total: documents there are, 0 while they are looked for.
        share: of the whole work, from 0 to 1.
        left_s: seconds that the rest takes, None where that is not known.
    """

    done: int = 0
    total: int = 0
    share: float = 0.0
    left_s: float | None = None


@contextmanager
def opening(listening: socket, told: Callable[[], Built], *, allowed_hosts: Sequence[str]) -> Iterator[None]:
    """Answer on a socket for as long as the block lasts; the socket goes on listening after it.

    `told` is asked from another thread.
    """
    config = uvicorn.Config(create_opening(told, allowed_hosts), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    # The server closes what it is given; connections that come after it wait for the next one on this socket.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening.dup()]}, name="opening", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def create_opening(told: Callable[[], Built], allowed_hosts: Sequence[str]) -> Starlette:
    """Return the application: the page at "/", its figures at `FIGURES`, and "not yet" anywhere else."""

    def page(request: Request) -> Response:
        return HTMLResponse(render_opening(told(), words_of(request)), headers={"Cache-Control": "no-store"})

    def figures(request: Request) -> Response:
        built = told()
        said = {"share": round(built.share, 3), "said": describe(built, words_of(request))}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    def not_yet(_request: Request) -> Response:
        error = NOT_YET.format(share=round(told().share * 100))
        return JSONResponse({"error": error}, status_code=503, headers={"Retry-After": str(LEAST_RETRY_S)})

    routes = [Route("/", page), Route(FIGURES, figures), Route("/{path:path}", not_yet, methods=METHODS)]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts))
    return Starlette(routes=routes, middleware=[hosts, Middleware(Guard)])


def describe(built: Built, say: Words) -> str:
    """Return how far the library is, in words."""
    if not built.total:
        return say("opening.looking")
    parts = [say("opening.documents", n=built.total, done=built.done)]
    if built.left_s:
        parts.append(say.left(built.left_s))
    return ", ".join(parts)


def render_opening(built: Built, say: Words) -> str:
    """Return the page. Its script asks how far it is and loads the page anew when somebody else answers."""
    static = files("advisor.serving") / "static"
    style, script = ((static / f"opening.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    name = escape(say("page.name"))
    return (
        f'<!doctype html><html lang="{say.code}"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<noscript><meta http-equiv="refresh" content="5"></noscript><style>{style}</style></head>'
        f"<body><header>{MARK}<span>{name}</span></header><main><h1>{escape(say('opening.heading'))}</h1>"
        f"<p>{escape(say('opening.lead'))}</p>"
        f'<progress max="1" value="{built.share:.3f}" aria-labelledby="said"></progress>'
        f'<p id="said" role="status" data-lost="{escape(say("opening.lost"))}">{escape(describe(built, say))}</p>'
        f"</main><script>{script}</script></body></html>"
    )
