"""A shelf → its addresses in the application: files in, jobs and documents out, and the parts of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from advisor.errors import CorpusError
from advisor.records import MAX_FILE_BYTES
from advisor.serving.catalogue import Words
from advisor.serving.refusals import RefusedError, same_site
from advisor.serving.shelf.board import NoSuchJobError
from advisor.serving.shelf.page import render_documents, render_found, render_shelf
from advisor.serving.shelf.shelf import MAX_WAITING, Shelf
from advisor.serving.shelf.uploading import render_jobs
from advisor.serving.shelf.uploads import NotTakenError, Upload

STATUS: Mapping[str, int] = {
    "too-large": 413,
    "disk-full": 507,
    "not-written": 500,
    "no-pdf-name": 400,
    "too-many": 429,
}

_OURS = Depends(same_site("shelf.refused_site"))

CHUNK_BYTES = 1024 * 1024
"""What has arrived is written in pieces of this size, on another thread: a slow disk holds nobody else up."""


class Use(BaseModel):
    """Whether a browser's answers may use a document."""

    model_config = ConfigDict(extra="forbid")
    document_id: str
    use: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """What the routes share."""

    shelf: Shelf
    browser_of: Callable[[Request], str]
    words_of: Callable[[Request], Words]
    use: Callable[[str, str, bool], None]
    left_out_of: Callable[[str], frozenset[str]]


def add_shelf(
    app: FastAPI,
    shelf: Shelf,
    *,
    browser_of: Callable[[Request], str],
    words_of: Callable[[Request], Words],
    use: Callable[[str, str, bool], None],
    left_out_of: Callable[[str], frozenset[str]],
) -> None:
    """Serve a shelf; add it before the chat at "/".

    Args:
        app: the application; it answers what is refused, see `advisor.serving.refusals`.
        shelf: the library.
        browser_of: who asks: what the jobs and the choice of documents are kept under.
        words_of: the words of the language of the page that asks.
        use: notes whether a browser's answers may use a document: browser, document id, whether.
        left_out_of: the ids of the documents that a browser's answers do not use.
    """
    place = _Place(shelf, browser_of, words_of, use, left_out_of)
    _add_uploads(app, place)
    _add_documents(app, place)
    _add_jobs(app, place)
    _add_parts(app, place)


def _add_uploads(app: FastAPI, place: _Place) -> None:
    @app.post(
        "/api/documents",
        status_code=202,
        dependencies=[_OURS],
        openapi_extra={"requestBody": {"content": {"application/pdf": {}}, "required": True}},
    )
    async def add(request: Request, name: str) -> dict[str, Any]:
        browser = place.browser_of(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/pdf":
            raise RefusedError(415, "shelf.refused_type")
        try:
            if _declared(request) > MAX_FILE_BYTES:
                raise NotTakenError("too-large")
            with place.shelf.arriving(browser, name) as upload:
                await _receive(request, upload)
                job = await run_in_threadpool(place.shelf.take, browser, name, upload)
        except NotTakenError as error:
            key = f"shelf.refused_{error.reason.replace('-', '_')}"
            raise RefusedError(STATUS[error.reason], key, name=_short(name), n=MAX_WAITING) from error
        except ClientDisconnect as error:  # nobody reads this answer; the file is gone by now
            raise RefusedError(400, "shelf.refused_cut_off", name=_short(name)) from error
        return job.to_dict()


def _add_documents(app: FastAPI, place: _Place) -> None:
    guarded = [_OURS]

    @app.post("/api/documents/shipped", status_code=202, dependencies=guarded)
    def load_shipped(request: Request) -> dict[str, Any]:
        return place.shelf.load_shipped(place.browser_of(request)).to_dict()

    @app.post("/api/documents/use", dependencies=guarded)
    def use(request: Request, body: Use) -> dict[str, Any]:
        if all(entry.document_id != body.document_id for entry in place.shelf.entries()):
            raise RefusedError(404, "shelf.no_document")
        place.use(place.browser_of(request), body.document_id, body.use)
        return body.model_dump()

    @app.delete("/api/documents/{document_id}", status_code=202, dependencies=guarded)
    def remove(request: Request, document_id: str) -> dict[str, Any]:
        try:
            return place.shelf.remove(document_id, place.browser_of(request)).to_dict()
        except CorpusError as error:
            raise RefusedError(404, "shelf.no_document") from error


def _add_jobs(app: FastAPI, place: _Place) -> None:
    @app.get("/api/jobs")
    def jobs(request: Request) -> dict[str, Any]:
        browser = place.browser_of(request)
        listed = [job.to_dict() for job in place.shelf.jobs(browser)]
        return {"jobs": listed, "others": place.shelf.others(browser)}

    @app.delete("/api/jobs/{job_id}", dependencies=[_OURS])
    def drop(request: Request, job_id: str) -> dict[str, Any]:
        try:
            return place.shelf.drop(place.browser_of(request), job_id).to_dict()
        except NoSuchJobError as error:
            raise RefusedError(404, "shelf.no_job") from error


def _add_parts(app: FastAPI, place: _Place) -> None:
    @app.get("/parts/jobs", response_class=HTMLResponse)
    def jobs(request: Request) -> str:
        shelf, browser = place.shelf, place.browser_of(request)
        return render_jobs(shelf.jobs(browser), place.words_of(request), others=shelf.others(browser))

    @app.get("/parts/shelf", response_class=HTMLResponse)
    def page(request: Request) -> str:
        return page_for(request, place)

    @app.get("/parts/documents", response_class=HTMLResponse)
    def documents(request: Request) -> str:
        shelf, browser = place.shelf, place.browser_of(request)
        return render_documents(
            shelf.entries(),
            shelf.jobs(browser),
            place.left_out_of(browser),
            place.words_of(request),
            removed=shelf.left_out_files(),
        )

    @app.get("/parts/found", response_class=HTMLResponse)
    def found(request: Request, q: Annotated[str, Query(max_length=300)]) -> str:
        query = " ".join(q.split())
        return render_found(place.shelf.find(query), place.words_of(request), query=query)


def page_for(request: Request, place: _Place) -> str:
    """Return the whole page for who asks."""
    shelf, browser = place.shelf, place.browser_of(request)
    return render_shelf(
        shelf.entries(),
        shelf.jobs(browser),
        place.left_out_of(browser),
        place.words_of(request),
        others=shelf.others(browser),
        removed=shelf.left_out_files(),
    )


# ---- what comes in --------------------------------------------------------------------------------------------------


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


async def _receive(request: Request, upload: Upload) -> None:
    async for chunk in _pieces(request.stream()):
        await run_in_threadpool(upload.write, chunk)


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if len(held) >= CHUNK_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


# ---- what is refused ------------------------------------------------------------------------------------------------


def _short(name: str) -> str:
    shown = " ".join("".join(part if part.isprintable() else " " for part in name).split())
    return shown if len(shown) <= 80 else shown[:79] + "…"
