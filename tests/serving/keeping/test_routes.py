"""Over HTTP a browser gets, hands on and deletes what it has, and no other site does so in its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, cast

import pytest
from docx import Document
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from advisor.records import Answer
from advisor.serving.api import _answer_errors
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.keeping.markdown import to_markdown
from advisor.serving.keeping.question_set import to_question_set
from advisor.serving.keeping.record import to_json, to_jsonl
from advisor.serving.keeping.routes import add_keeping
from advisor.serving.refusals import add_refusals
from advisor.serving.talks import Place, Talks

from .talks import talk

SAY = words_in("en")
NOT_HERE = {"error": SAY("keeping.not_here")}
NO_ANSWER = {"error": SAY("keeping.no_answer")}


@pytest.fixture
def talks(keeper: Keeper) -> Talks:
    return Talks(keeper)


@pytest.fixture
def client(keeper: Keeper, talks: Talks, partners: Conversation) -> Iterator[TestClient]:
    """The browser "me", which has one conversation; the header x-browser names another."""
    keeper.keep("me", partners)
    app = FastAPI()
    _answer_errors(app)
    add_refusals(app, lambda _: SAY)

    def browser_of(request: Request) -> str:
        return request.headers.get("x-browser", "me")

    add_keeping(app, talks, browser_of=browser_of, words_of=lambda _: SAY)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_the_list_names_each_conversation(client: TestClient, answer: Answer) -> None:
    (kept,) = client.get("/api/conversations").json()["conversations"]
    assert (kept["id"], kept["title"], kept["turns"]) == ("c1", answer.question, 1)
    assert kept["begun"] == "2026-11-12T12:00:00Z"


def test_a_conversation_is_saved_in_each_form_under_a_good_name(client: TestClient, partners: Conversation) -> None:
    got = {form: client.get(f"/api/conversations/c1.{form}") for form in ("json", "jsonl", "md", "docx")}
    assert got["json"].text == to_json(partners)
    assert got["jsonl"].text == to_jsonl(partners)
    assert got["md"].text == to_markdown(partners, SAY)
    assert Document(BytesIO(got["docx"].content)).paragraphs[1].text == partners.turns[0].question
    assert {form: response.headers["content-disposition"] for form, response in got.items()} == {
        form: f'attachment; filename="2026-11-12 How do we find partners abroad.{form}"; '
        f"filename*=UTF-8''2026-11-12%20How%20do%20we%20find%20partners%20abroad.{form}"
        for form in ("json", "jsonl", "md", "docx")
    }
    assert {response.headers["cache-control"] for response in got.values()} == {"no-store"}


@pytest.mark.parametrize(
    ("question", "simple", "full"),
    [
        ("Wo liegt Köln?", "2026-11-12 Wo liegt Koln.md", "2026-11-12%20Wo%20liegt%20K%C3%B6ln.md"),
        ("クラスター", "2026-11-12.md", "2026-11-12%20%E3%82%AF%E3%83%A9%E3%82%B9%E3%82%BF%E3%83%BC.md"),
        ('../../etc "x"; a=b\r\nSet-Cookie: y', "2026-11-12 etc x ; a=b Set-Cookie y.md", None),
        ("???", "2026-11-12 Cluster Advisor.md", "2026-11-12%20Cluster%20Advisor.md"),
    ],
)
def test_any_title_gives_a_name_that_a_disk_takes(
    client: TestClient, keeper: Keeper, answer: Answer, question: str, simple: str, full: str | None
) -> None:
    keeper.keep("me", talk(replace(answer, question=question), name="named"))
    header = client.get("/api/conversations/named.md").headers["content-disposition"]
    assert header.startswith(f'attachment; filename="{simple}"; ')
    if full:
        assert header.endswith(f"filename*=UTF-8''{full}")


def test_an_unknown_form_is_not_there(client: TestClient) -> None:
    response = client.get("/api/conversations/c1.exe")
    assert (response.status_code, response.json()) == (404, {"error": SAY("keeping.no_form")})


def test_an_answer_is_copied_as_text_and_html(client: TestClient) -> None:
    got = client.get("/api/conversations/c1/turns/1/copy").json()
    assert got["text"].startswith("How do we find partners abroad?\n\n12 November 2026")
    assert got["html"].startswith("<h2>How do we find partners abroad?</h2><p>12 November 2026")


def test_a_link_is_given_once(client: TestClient, keeper: Keeper, partners: Conversation) -> None:
    first, again = (client.post("/api/conversations/c1/turns/1/link").json() for _ in range(2))
    assert first == again
    assert keeper.linked(first["token"]) == partners.turns[0]


def test_an_answer_behind_a_link_is_copied_by_anybody_who_has_it(client: TestClient) -> None:
    token = client.post("/api/conversations/c1/turns/1/link").json()["token"]
    got = client.get(f"/api/links/{token}/copy", headers={"cookie": ""})
    assert got.json() == client.get("/api/conversations/c1/turns/1/copy").json()
    assert got.headers["cache-control"] == "no-store"
    lost = client.get("/api/links/nowhere/copy")
    assert (lost.status_code, lost.json()) == (404, {"error": SAY("rail.no_link")})


def test_an_answer_is_rated_and_the_rating_read_back_as_a_question_set(client: TestClient, keeper: Keeper) -> None:
    for good in (True, False):
        given = client.post("/api/conversations/c1/turns/1/rating", json={"good": good, "reason": "Just so"})
        assert (given.status_code, given.json()) == (200, {"good": good})
    got = client.get("/api/ratings.jsonl")
    assert got.text == to_question_set(keeper.ratings("me"))
    assert json.loads(got.text)["note"] == "Just so"
    assert client.post("/api/conversations/c1/turns/1/rating", json={"good": None}).json() == {"good": None}
    assert client.get("/api/ratings.jsonl").text == ""


@pytest.mark.parametrize(
    "body",
    [{}, {"good": "yes"}, {"good": 1}, {"good": True, "reason": "x" * 2_001}, {"good": True, "mood": "x"}, [], None],
)
def test_a_malformed_rating_is_refused_in_one_line(client: TestClient, keeper: Keeper, body: Any) -> None:
    response = client.post("/api/conversations/c1/turns/1/rating", json=body)
    assert response.status_code == 400
    assert "\n" not in response.json()["error"]
    assert keeper.ratings() == []


def test_a_reason_with_half_a_surrogate_pair_is_refused(client: TestClient, keeper: Keeper) -> None:
    body = b'{"good": false, "reason": "half \\ud800"}'
    response = client.post(
        "/api/conversations/c1/turns/1/rating", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["error"].startswith("reason: ")
    assert keeper.ratings() == []


def test_conversations_are_deleted_one_by_one_or_all(client: TestClient, keeper: Keeper, answer: Answer) -> None:
    keeper.keep("me", talk(answer, name="c2"))
    keeper.keep("me", talk(answer, name="c3"))
    assert client.delete("/api/conversations/c2").json() == {"deleted": 1}
    assert [kept.id for kept in keeper.conversations("me")] == ["c3", "c1"]
    assert client.delete("/api/conversations").json() == {"deleted": 2}
    assert keeper.conversations("me") == []


def test_a_conversation_deleted_while_its_answer_comes_does_not_come_back(
    client: TestClient, talks: Talks, keeper: Keeper
) -> None:
    begun = talks.begin("me", Place("c1"), "Slow?")
    assert begun
    assert client.delete("/api/conversations/c1").json() == {"deleted": 1}
    assert not talks.finish("me", *begun)
    assert keeper.conversations("me") == []


# ---- what another browser has is not there --------------------------------------------------------------------------

CHANGES = (
    ("DELETE", "/api/conversations/c1", None),
    ("DELETE", "/api/conversations", None),
    ("POST", "/api/conversations/c1/turns/1/link", None),
    ("POST", "/api/conversations/c1/turns/1/rating", {"good": True}),
)
READS = tuple(f"/api/conversations/c1{end}" for end in (".json", ".jsonl", ".md", ".docx", ".exe", "/turns/1/copy"))


@pytest.mark.parametrize("address", READS)
def test_nothing_of_another_browser_can_be_read(client: TestClient, address: str) -> None:
    response = client.get(address, headers={"x-browser": "another"})
    assert (response.status_code, response.json()) == (404, NOT_HERE)


def test_the_lists_of_another_browser_are_its_own(client: TestClient, keeper: Keeper) -> None:
    keeper.rate("me", "c1", 1, good=True)
    other = {"x-browser": "another"}
    assert client.get("/api/conversations", headers=other).json() == {"conversations": []}
    assert client.get("/api/ratings.jsonl", headers=other).text == ""


@pytest.mark.parametrize(("method", "address", "body"), CHANGES)
def test_nothing_of_another_browser_can_be_changed(
    client: TestClient, keeper: Keeper, partners: Conversation, method: str, address: str, body: object
) -> None:
    response = client.request(method, address, json=body, headers={"x-browser": "another"})
    assert response.json() in (NOT_HERE, NO_ANSWER, {"deleted": 0})
    assert keeper.read("me", "c1") == partners


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [*CHANGES, *(("GET", address, None) for address in (*READS, "/api/conversations", "/api/ratings.jsonl"))],
)
def test_a_browser_without_a_cookie_has_nothing(
    client: TestClient, keeper: Keeper, method: str, address: str, body: object
) -> None:
    keeper.rate("me", "c1", 1, good=False)
    response = client.request(method, address, json=body, headers={"x-browser": ""})
    assert (response.status_code, response.json()) == (403, {"error": SAY("keeping.no_browser")})
    assert [rating.verdict for rating in keeper.ratings()] == ["bad"]


@pytest.mark.parametrize("number", ["0", "2", "-1", str(10**30)])
def test_an_answer_that_is_not_there_is_one_clear_line(client: TestClient, number: str) -> None:
    one = f"/api/conversations/c1/turns/{number}"
    answers = [
        client.get(f"{one}/copy"),
        client.post(f"{one}/link"),
        client.post(f"{one}/rating", json={"good": True}),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, NO_ANSWER)] * 3


# ---- other sites ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "address", "body"), CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:8080"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://[::bad"},
        {"origin": "null", "host": ""},
    ],
)
def test_a_change_that_another_site_asks_for_is_refused(
    client: TestClient, keeper: Keeper, partners: Conversation, method: str, address: str, body: object, headers: Any
) -> None:
    response = client.request(method, address, json=body, headers=cast("dict[str, str]", headers))
    assert (response.status_code, response.json()) == (403, {"error": SAY("keeping.elsewhere")})
    assert keeper.read("me", "c1") == partners


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "http://testserver"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"origin": "http://TESTSERVER:80"},
        {"origin": "https://reports.example", "host": "reports.example:443"},
        {"origin": "http://[::1]:7860", "host": "[::1]:7860"},
    ],
)
def test_a_change_that_our_own_page_asks_for_is_made(client: TestClient, keeper: Keeper, headers: Any) -> None:
    response = client.delete("/api/conversations/c1", headers=cast("dict[str, str]", headers))
    assert response.json() == {"deleted": 1}
    assert keeper.conversations("me") == []
