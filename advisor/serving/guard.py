"""Requests and responses of the whole server → the same, with small bodies, closed doors and security headers."""

from __future__ import annotations

import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 256 * 1024

TOO_LARGE = "The request is larger than {limit} kB. Ask a shorter question, or send a shorter history."
NOT_SERVED = "Not served here"
UPLOAD = ("POST", "/api/documents")
"""The one request whose body is passed on as it comes: a report, whose size its route bounds while it arrives."""

# Gradio compiles its HTML components in the browser (`new Function`), starts from inline scripts and writes inline
# styles, so script-src and style-src cannot be stricter. What would run out of injected markup stays shut: event
# attributes (script-src-attr), other hosts, plugins, frames, forms.
PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
# The browser's own PDF viewer needs a plugin and inline styles; the file itself can load nothing.
DOCUMENT_POLICY = "frame-ancestors 'self'"

# Doors of Gradio that this chat does not use and that would take files or fetch addresses for a stranger.
CLOSED = ("/gradio_api/upload", "/gradio_api/proxy=", "/gradio_api/process_recording", "/gradio_api/vibe")


class Guard:
    """ASGI middleware: no request body beyond `MAX_BODY_BYTES`, no closed door, headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message))
            await send(message)

        if scope["path"].startswith(CLOSED):
            await _refuse(send_with_headers, 404, NOT_SERVED)
            return
        if (scope["method"], scope["path"]) == UPLOAD:
            await self.app(scope, receive, send_with_headers)
            return
        body = await _read_body(scope, receive)
        if body is None:
            await _refuse(send_with_headers, 413, TOO_LARGE.format(limit=MAX_BODY_BYTES // 1024))
            return
        await self.app(scope, _replay(body, receive), send_with_headers)


def _add_headers(headers: MutableHeaders) -> None:
    document = headers.get("content-type", "").startswith("application/pdf")
    headers["content-security-policy"] = DOCUMENT_POLICY if document else PAGE_POLICY
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "no-referrer"
    headers["x-frame-options"] = "SAMEORIGIN"
    headers["cross-origin-resource-policy"] = "same-origin"
    headers["cross-origin-opener-policy"] = "same-origin"


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the whole body, or None as soon as it is too large; a body is small, so it fits in memory."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return b""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > MAX_BODY_BYTES:
            return None
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once more; after it, the connection speaks for itself (a client that leaves is noticed)."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def _refuse(send: Send, status: int, error: str) -> None:
    body = json.dumps({"error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
