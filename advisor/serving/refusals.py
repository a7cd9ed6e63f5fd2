"""Requests that are refused → a status and a line in the language of who asks."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from advisor.serving.catalogue import Words
from advisor.serving.origin import from_here

PRIVATE = {"Cache-Control": "no-store"}
"""Nothing of what one browser is told stays in a cache that others may use."""


class RefusedError(Exception):
    """A request that is answered with a status and a text of the catalogue, filled with values."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values


def add_refusals(app: FastAPI, words_of: Callable[[Request], Words]) -> None:
    """Have an application answer what is refused in the words of the language of who asks."""

    def told(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RefusedError)
        text = words_of(request)(error.key, **error.values)
        return JSONResponse({"error": text}, status_code=error.status, headers=PRIVATE)

    app.add_exception_handler(RefusedError, told)


def same_site(key: str) -> Callable[[Request], None]:
    """Return what refuses a request that a page of another site has sent; it would come with this browser's cookie."""

    def check(request: Request) -> None:
        if not from_here(request):
            raise RefusedError(403, key)

    return check
