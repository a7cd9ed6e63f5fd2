"""A request → whether a page of this server sent it: what changes something is refused to pages of other sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

_DEFAULT_PORTS = {"http": 80, "https": 443}


def from_here(request: Request) -> bool:
    """Tell whether a request comes from a page of this server, or from a program that is no browser.

    Browsers say so in Sec-Fetch-Site (W3C Fetch Metadata), and in Origin with whatever is no plain GET; no page can
    change either.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    scheme = origin.partition("://")[0]
    theirs, ours = _authority(origin), _authority(f"{scheme}://{request.headers.get('host', '')}")
    return theirs is not None and theirs == ours


def _authority(address: str) -> tuple[str, int | None] | None:
    """Return host and port of an address; None where it has none, as the origin "null"."""
    try:
        parts = urlsplit(address)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
