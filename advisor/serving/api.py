"""An Advisor → the FastAPI application: questions and searches as JSON, page images, documents, the chat at "/"."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote as url_quote

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Match

from advisor.errors import AdvisorError, CorpusError, UsageError
from advisor.records import Document, Message, SearchMode
from advisor.serving.asking import ANSWERS_AT_A_TIME, Asking
from advisor.serving.catalogue import ENGLISH, words_in
from advisor.serving.chat import mount_chat
from advisor.serving.choices import choose, left_out
from advisor.serving.described import AnswerDict, Error, FoundDict, HealthDict, HeldDict
from advisor.serving.events import NAMES, streamed
from advisor.serving.guard import Guard
from advisor.serving.keeping.routes import add_keeping
from advisor.serving.opening import FIGURES, METHODS
from advisor.serving.pages import ChangedFileError, check_document, read_document, render_page
from advisor.serving.refusals import add_refusals
from advisor.serving.shelf.routes import add_shelf
from advisor.serving.streams import Streams
from advisor.serving.visitors import Visitors, browser_of, words_of

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor
    from advisor.serving.keeping.keeper import Keeper
    from advisor.serving.shelf.shelf import Shelf

LOGGER = logging.getLogger(__name__)


class Turn(BaseModel):
    """One message of a conversation before the question."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["user", "assistant"]
    content: str


class Ask(BaseModel):
    """The body of a question."""

    model_config = ConfigDict(extra="forbid")
    question: str
    history: list[Turn] = []
    documents: list[str] = []
    id: str = ""
    extractive: bool = False


class NotStoredError(CorpusError):
    """The store has no such document or page."""


NO_SUCH_DOCUMENT = "No document {document_id} in the store; GET /api/documents lists those there are"
NO_SUCH_PAGE = "{file} has no page {page}; its pages are 1 to {count}"
NOT_ALLOWED = "This address does not take {method}; GET /api/openapi.json says what it takes"
NOT_JSON = "The body is no JSON object; send one, with the header Content-Type: application/json"
NOT_FOUND = "Nothing is served at this address"
MODES = "`dense` and `lexical` rank by one signal alone"
MISTAKEN = ("/api/{rest:path}", "/api", "/API", "/API/{rest:path}", "/docs", "/redoc", "/openapi.json")
"""Where programs look for the interface or its description; what is served there comes before."""

UNEXPECTED = "Something went wrong on the server. Ask again; if it happens again, the server's log says what it was."


ERRORS: dict[int | str, dict[str, Any]] = {"default": {"description": "What went wrong, in one line", "model": Error}}
"""How every address answers what it cannot do, as its description says."""

STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"Server-sent events, each with JSON: {', '.join(NAMES)}. The last one is `record`, the answer "
        "as `POST /api/ask` gives it, or `error`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def create_app(
    advisor: Advisor,
    keeper: Keeper,
    shelf: Shelf | None = None,
    *,
    allowed_hosts: Sequence[str] = ("*",),
    answers_at_a_time: int = ANSWERS_AT_A_TIME,
) -> FastAPI:
    """Return the application that serves one advisor: REST under /api, images, documents, and the chat.

    What people ask in the browser is kept by the keeper; with a shelf they can look through the library and change it.

    Requests that name another host than `allowed_hosts` are refused, so that no page of another site can reach a
    server on this machine under a name of its own (DNS rebinding).
    """
    # The usual documentation pages load their scripts from another host, so they are off.
    name = words_in(ENGLISH)("page.name")
    app = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", responses=ERRORS)
    _answer_errors(app)
    add_refusals(app, words_of)
    asking = Asking(advisor, keeper, answers_at_a_time=answers_at_a_time)
    _add_questions(app, advisor)
    _add_health(app, advisor, asking.started)
    _add_files(app, advisor)
    add_keeping(app, asking.talks, browser_of=browser_of, words_of=words_of)
    if shelf:
        add_shelf(
            app,
            shelf,
            browser_of=browser_of,
            words_of=words_of,
            use=lambda browser, document_id, used: choose(keeper, browser, document_id, use=used),
            left_out_of=lambda browser: left_out(keeper, browser),
        )
    _refuse_the_rest(app)
    mount_chat(app, asking)
    app.add_middleware(Streams)
    app.add_middleware(Visitors)
    app.add_middleware(Guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts))
    return app


def _add_questions(app: FastAPI, advisor: Advisor) -> None:
    @app.post("/api/ask")
    def ask(body: Ask) -> AnswerDict:
        """Answer a question."""
        return advisor.ask(body.question, **_options(advisor, body)).to_dict()

    @app.post("/api/ask/stream", response_class=Response, responses=STREAM)
    async def ask_stream(body: Ask) -> Response:
        """Answer a question as it comes about; hang up, and the work stops."""
        options = await run_in_threadpool(_options, advisor, body)
        return await streamed(advisor.astream(body.question, **options), told=_told)

    @app.get("/api/search")
    def search(
        q: str,
        k: Annotated[int, Query(ge=1, le=100)] = 8,
        mode: Annotated[SearchMode, Query(description=MODES)] = "hybrid",
        document: Annotated[list[str] | None, Query(description="Id or file name; in these documents only")] = None,
        section: Annotated[list[str] | None, Query(description="Words of a heading; under these only")] = None,
    ) -> FoundDict:
        """Find passages."""
        document_ids = [_stored(advisor, document_id).document_id for document_id in document or ()]
        hits = advisor.search(q, k=k, document_ids=document_ids, sections=section or (), mode=mode)
        return {"query": q, "passages": [hit.to_dict() for hit in hits]}

    @app.get("/api/documents")
    def documents() -> HeldDict:
        """List the documents."""
        return {"documents": [_described(document) for document in advisor.documents()]}


def _options(advisor: Advisor, body: Ask) -> dict[str, Any]:
    """Return what a body asks for besides the question, as `Advisor.ask` takes it."""
    return {
        "history": [Message(turn.role, turn.content) for turn in body.history],
        "document_ids": [_stored(advisor, document_id).document_id for document_id in body.documents],
        "extractive": body.extractive,
        "id": body.id.encode("utf-8", "replace").decode("utf-8"),  # JSON can hold half of a surrogate pair
    }


def _add_health(app: FastAPI, advisor: Advisor, started: str) -> None:
    @app.get("/api/health")
    @app.head("/api/health", include_in_schema=False)
    def health() -> HealthDict:
        """Say that the server answers."""
        stored = advisor.documents()
        pages = sum(each.page_count for each in stored)
        return {"status": "ok", "documents": len(stored), "pages": pages, "started": started}

    @app.get(FIGURES, include_in_schema=False)
    def opened() -> dict[str, str]:
        return {"status": "ok"}


def _add_files(app: FastAPI, advisor: Advisor) -> None:
    @app.get(
        "/pages/{document_id}/{page}.png", response_class=Response, responses={200: {"content": {"image/png": {}}}}
    )
    def page_image(document_id: str, page: int, width: Annotated[int, Query(ge=200, le=2400)] = 1100) -> Response:
        document = _stored(advisor, document_id)
        if not 1 <= page <= document.page_count:
            missing = NO_SUCH_PAGE.format(file=document.file, page=page, count=document.page_count)
            raise NotStoredError(missing)
        image = render_page(check_document(document), page, width_px=width)
        return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})

    @app.get(
        "/documents/{document_id}.pdf",
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    def document_file(document_id: str) -> Response:
        document = _stored(advisor, document_id)
        name = url_quote(document.file.rpartition("/")[2], safe="")
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "Cache-Control": "private, no-cache"}
        return Response(read_document(document), media_type="application/pdf", headers=headers)


def _stored(advisor: Advisor, document_id: str) -> Document:
    try:
        return advisor.document(document_id)
    except CorpusError as error:
        raise NotStoredError(NO_SUCH_DOCUMENT.format(document_id=repr(document_id[:80]))) from error


def _described(document: Document) -> dict[str, Any]:
    """Leave out where the file lies on the server."""
    return {name: value for name, value in asdict(document).items() if name != "path"}


def _refuse_the_rest(app: FastAPI) -> None:
    """Answer what is asked of /api and not served there; the chat, mounted at the root, would answer in its own way."""
    served = list(app.router.routes)

    def refuse(request: Request) -> None:
        partial = [route for route in served if route.matches(request.scope)[0] is Match.PARTIAL]
        if not partial:
            raise HTTPException(404)
        taken = sorted({method for route in partial for method in getattr(route, "methods", None) or ()})
        raise HTTPException(405, NOT_ALLOWED.format(method=request.method), {"Allow": ", ".join(taken)})

    for address in MISTAKEN:
        app.add_api_route(address, refuse, methods=list(METHODS), include_in_schema=False)


# ---- errors ---------------------------------------------------------------------------------------------------------


def _answer_errors(app: FastAPI) -> None:
    app.add_exception_handler(AdvisorError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _unknown)


def _known(_request: Request, error: Exception) -> JSONResponse:
    status = 500
    match error:
        case UsageError():
            status = 400
        case NotStoredError():
            status = 404
        case ChangedFileError():
            status = 409
    return _error(status, str(error))


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _error(400, "; ".join(_field(problem) for problem in error.errors()[:3]))


def _field(problem: Mapping[str, Any]) -> str:
    if problem["loc"] == ("body",) or problem["type"] == "json_invalid":
        return NOT_JSON
    place = ".".join(str(part) for part in problem["loc"] if part not in ("body", "query", "path"))
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    # 400 is FastAPI's for a body that is not UTF-8, or nested too deeply to be read.
    told = {400: NOT_JSON, 404: NOT_FOUND}.get(error.status_code, str(error.detail))
    return _error(error.status_code, told, error.headers)


def _unknown(_request: Request, error: Exception) -> JSONResponse:
    LOGGER.error("A request failed", exc_info=error)
    return _error(500, UNEXPECTED)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, AdvisorError) else UNEXPECTED


def _error(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=dict(headers or {}))
