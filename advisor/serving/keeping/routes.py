"""REST for what a browser has kept: its conversations and their exports, links to answers, ratings.

Every route speaks of what the asking browser has; nothing else is there for it but the one answer that a link leads to.
What changes something is refused when another site asks for it, because such a request would come with this browser's
cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from advisor.serving.catalogue import Words
from advisor.serving.conversation import Conversation
from advisor.serving.keeping.clipboard import copied
from advisor.serving.keeping.docx import to_docx
from advisor.serving.keeping.filenames import attachment, file_name
from advisor.serving.keeping.kept import LONGEST_REASON, NotKeptError
from advisor.serving.keeping.markdown import to_markdown
from advisor.serving.keeping.question_set import to_question_set
from advisor.serving.keeping.record import to_json, to_jsonl
from advisor.serving.refusals import PRIVATE, RefusedError, same_site
from advisor.serving.talks import Talks

_check_site = same_site("keeping.elsewhere")

_EXPORTS: Mapping[str, tuple[str, Callable[[Conversation, Words], str | bytes]]] = {
    "json": ("application/json", lambda conversation, _: to_json(conversation)),
    "jsonl": ("application/jsonl", lambda conversation, _: to_jsonl(conversation)),
    "md": ("text/markdown; charset=utf-8", to_markdown),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
}


class RatingBody(BaseModel):
    """What a reader thinks of an answer; null takes it back."""

    model_config = ConfigDict(extra="forbid")
    good: Annotated[bool, Field(strict=True)] | None
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


def add_keeping(
    app: FastAPI,
    talks: Talks,
    *,
    browser_of: Callable[[Request], str],
    words_of: Callable[[Request], Words],
) -> None:
    """Add the routes to an application.

    Args:
        app: the application; it turns errors and malformed bodies into answers.
        talks: the conversations, and where everything is kept.
        browser_of: gives the opaque name of the browser that asks, "" for one without a cookie.
        words_of: gives the words of its language.
    """
    routes = _Routes(talks, browser_of, words_of)
    one = "/api/conversations/{conversation_id}"
    app.add_api_route("/api/conversations", routes.listed, methods=["GET"])
    app.add_api_route("/api/conversations", routes.delete_all, methods=["DELETE"])
    app.add_api_route(one + ".{form}", routes.exported, methods=["GET"], response_class=Response)
    app.add_api_route(one, routes.delete, methods=["DELETE"])
    app.add_api_route(one + "/turns/{number}/copy", routes.copied, methods=["GET"])
    app.add_api_route(one + "/turns/{number}/link", routes.link, methods=["POST"])
    app.add_api_route(one + "/turns/{number}/rating", routes.rate, methods=["POST"])
    app.add_api_route("/api/links/{token}/copy", routes.copied_by_link, methods=["GET"])
    app.add_api_route("/api/ratings.jsonl", routes.ratings, methods=["GET"], response_class=Response)


class _Routes:
    def __init__(
        self, talks: Talks, browser_of: Callable[[Request], str], words_of: Callable[[Request], Words]
    ) -> None:
        self._talks, self._keeper = talks, talks.keeper
        self._browser_of, self._words_of = browser_of, words_of

    # ---- reading ----------------------------------------------------------------------------------------------------

    def listed(self, request: Request, response: Response) -> dict[str, Any]:
        response.headers.update(PRIVATE)
        return {"conversations": [asdict(kept) for kept in self._keeper.conversations(self._browser(request))]}

    def exported(self, request: Request, conversation_id: str, form: str) -> Response:
        conversation = self._conversation(request, conversation_id)
        if form not in _EXPORTS:
            raise RefusedError(404, "keeping.no_form")
        media_type, export = _EXPORTS[form]
        named = {"Content-Disposition": attachment(file_name(conversation, form))}
        return Response(export(conversation, self._words_of(request)), media_type=media_type, headers=PRIVATE | named)

    def copied(self, request: Request, response: Response, conversation_id: str, number: int) -> dict[str, Any]:
        response.headers.update(PRIVATE)
        turns = self._conversation(request, conversation_id).turns
        if not 1 <= number <= len(turns):
            raise RefusedError(404, "keeping.no_answer")
        return asdict(copied(turns[number - 1], self._words_of(request)))

    def copied_by_link(self, request: Request, response: Response, token: str) -> dict[str, Any]:
        response.headers.update(PRIVATE)
        turn = self._keeper.linked(token)
        if turn is None:
            raise RefusedError(404, "rail.no_link")
        return asdict(copied(turn, self._words_of(request)))

    def ratings(self, request: Request) -> Response:
        lines = to_question_set(self._keeper.ratings(self._browser(request)))
        named = {"Content-Disposition": attachment("ratings.jsonl")}
        return Response(lines, media_type="application/jsonl", headers=PRIVATE | named)

    # ---- changing ---------------------------------------------------------------------------------------------------

    def delete(self, request: Request, conversation_id: str) -> dict[str, Any]:
        if not self._talks.forget(self._changing_browser(request), conversation_id):
            raise RefusedError(404, "keeping.not_here")
        return {"deleted": 1}

    def delete_all(self, request: Request) -> dict[str, Any]:
        return {"deleted": self._talks.forget(self._changing_browser(request), "")}

    def link(self, request: Request, conversation_id: str, number: int) -> dict[str, Any]:
        try:
            return {"token": self._keeper.link(self._changing_browser(request), conversation_id, number)}
        except NotKeptError as error:
            raise RefusedError(404, "keeping.no_answer") from error

    def rate(self, request: Request, conversation_id: str, number: int, body: RatingBody) -> dict[str, Any]:
        browser = self._changing_browser(request)
        if not self._keeper.rate(browser, conversation_id, number, body.good, body.reason):
            raise RefusedError(404, "keeping.no_answer")
        return {"good": body.good}

    # ---- who asks ---------------------------------------------------------------------------------------------------

    def _browser(self, request: Request) -> str:
        browser = self._browser_of(request)
        if not browser:  # to a keeper, no name would stand for all browsers
            raise RefusedError(403, "keeping.no_browser")
        return browser

    def _changing_browser(self, request: Request) -> str:
        _check_site(request)
        return self._browser(request)

    def _conversation(self, request: Request, conversation_id: str) -> Conversation:
        conversation = self._keeper.read(self._browser(request), conversation_id)
        if conversation is None:
            raise RefusedError(404, "keeping.not_here")
        return conversation
