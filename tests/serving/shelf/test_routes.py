"""The library over HTTP: a file in, its job out, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from advisor.records import MAX_FILE_BYTES
from advisor.serving.catalogue import words_in
from advisor.serving.guard import MAX_BODY_BYTES, Guard
from advisor.serving.refusals import add_refusals
from advisor.serving.shelf import uploads
from advisor.serving.shelf.routes import add_shelf
from tests.patience import MINUTES
from tests.serving.shelf.conftest import Place, report

PDF = {"content-type": "application/pdf"}
HYDROGEN = "Forty members asked for training on hydrogen pumps."


class Choice:
    """Which documents the answers of each browser leave out, in memory."""

    def __init__(self) -> None:
        self.left_out: dict[str, frozenset[str]] = {}

    def use(self, browser: str, document_id: str, wanted: bool) -> None:
        before = self.left_out_of(browser)
        self.left_out[browser] = before - {document_id} if wanted else before | {document_id}

    def left_out_of(self, browser: str) -> frozenset[str]:
        return self.left_out.get(browser, frozenset())


def application(place: Place, choice: Choice) -> FastAPI:
    app = FastAPI()

    def browser_of(request: Request) -> str:
        return request.cookies.get("browser", "anna")

    add_refusals(app, lambda _: words_in("en"))
    add_shelf(
        app,
        place.shelf,
        browser_of=browser_of,
        words_of=lambda _: words_in("en"),
        use=choice.use,
        left_out_of=choice.left_out_of,
    )
    app.add_middleware(Guard)
    return app


@pytest.fixture
def choice() -> Choice:
    return Choice()


@pytest.fixture
def client(place: Place, choice: Choice) -> Iterator[TestClient]:
    with TestClient(application(place, choice)) as client:
        yield client


def document_id(place: Place, title: str) -> str:
    return next(row.document_id for row in place.shelf.entries() if row.title == title)


def test_a_file_goes_from_the_browser_to_an_answer(place: Place, client: TestClient) -> None:
    reply = client.post("/api/documents?name=survey.pdf", content=report(HYDROGEN), headers=PDF)
    assert reply.status_code == 202
    job = reply.json()
    assert (job["kind"], job["name"]) == ("add", "survey.pdf")
    place.shelf.wait(job["id"], timeout_s=MINUTES)
    (told,) = client.get("/api/jobs").json()["jobs"]
    assert (told["state"], told["pages_done"], told["pages_total"]) == ("done", 1, 1)
    assert HYDROGEN in place.advisor.ask("What did forty members ask for training on?").answer
    assert "Members survey" in client.get("/parts/shelf").text


def test_a_body_beyond_the_limit_of_other_requests_is_taken(place: Place, client: TestClient) -> None:
    reply = client.post("/api/documents?name=a.pdf", content=b"x" * (MAX_BODY_BYTES + 1), headers=PDF)
    assert reply.status_code == 202
    place.shelf.wait(reply.json()["id"], timeout_s=MINUTES)


def test_all_other_bodies_stay_small(client: TestClient) -> None:
    assert client.post("/api/documents/use", content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413


def test_a_declared_length_that_is_too_large_is_refused_before_anything_is_written(
    place: Place, client: TestClient
) -> None:
    headers = PDF | {"content-length": str(MAX_FILE_BYTES + 1)}
    reply = client.post("/api/documents?name=a.pdf", content=iter([b"x"]), headers=headers)
    assert reply.status_code == 413
    assert reply.json() == {"error": "a.pdf is larger than 100 MB. Split it into parts, then add the parts."}
    assert not place.folder.exists()


def test_a_file_that_turns_out_too_large_is_refused_while_it_arrives(
    place: Place, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 3 * 1024 * 1024)
    chunks = (b"x" * 1024 * 1024 for _ in range(5))
    assert client.post("/api/documents?name=a.pdf", content=chunks, headers=PDF).status_code == 413
    assert place.files() == []


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("plan.docx", PDF, 400),
        ("plan.pdf", {"content-type": "text/plain"}, 415),
        ("plan.pdf", PDF | {"sec-fetch-site": "cross-site"}, 403),
        ("plan.pdf", PDF | {"sec-fetch-site": "same-site"}, 403),
        ("plan.pdf", PDF | {"origin": "https://elsewhere.example"}, 403),
        ("plan.pdf", PDF | {"origin": "null"}, 403),
    ],
)
def test_what_is_not_taken_is_answered_in_one_line(
    place: Place, client: TestClient, name: str, headers: dict[str, str], status: int
) -> None:
    reply = client.post(f"/api/documents?name={name}", content=b"%PDF-1.7", headers=headers)
    assert reply.status_code == status
    assert list(reply.json()) == ["error"]
    assert place.files() == []


def test_a_request_of_the_page_itself_is_taken(client: TestClient) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}
    assert client.post("/api/documents/shipped", headers=headers).status_code == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/documents/d1"),
        ("DELETE", "/api/jobs/j1"),
        ("POST", "/api/documents/shipped"),
        ("POST", "/api/documents/use"),
    ],
)
def test_no_other_site_can_change_anything(client: TestClient, method: str, path: str) -> None:
    body = {"document_id": "d1", "use": True} if path.endswith("use") else None
    assert client.request(method, path, json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_path_in_the_name_leads_nowhere(place: Place, client: TestClient) -> None:
    reply = client.post(
        "/api/documents", params={"name": "../../corpus/fairs.pdf"}, content=report(HYDROGEN), headers=PDF
    )
    assert place.shelf.wait(reply.json()["id"], timeout_s=MINUTES).state == "done"
    assert place.files() == ["fairs.pdf"]


def test_one_browser_does_not_see_or_touch_the_jobs_of_another(place: Place, client: TestClient) -> None:
    job = client.post("/api/documents?name=a.pdf", content=report("Endless boats."), headers=PDF).json()
    client.cookies.set("browser", "boris")
    assert client.get("/api/jobs").json() == {"jobs": [], "others": 1}
    assert "a.pdf" not in client.get("/parts/jobs").text
    assert "Somebody else is adding a file." in client.get("/parts/jobs").text
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 404
    client.cookies.clear()
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 200
    assert place.shelf.wait(job["id"], timeout_s=MINUTES).state == "cancelled"


def test_a_job_that_is_dismissed_is_gone(place: Place, client: TestClient) -> None:
    job = client.post("/api/documents?name=a.pdf", content=b"", headers=PDF).json()
    place.shelf.wait(job["id"], timeout_s=MINUTES)
    assert "this file is empty" in client.get("/parts/jobs").text
    client.delete(f"/api/jobs/{job['id']}")
    assert client.get("/api/jobs").json() == {"jobs": [], "others": 0}


def test_a_document_is_removed(place: Place, client: TestClient) -> None:
    job = client.delete(f"/api/documents/{document_id(place, 'Skills')}").json()
    assert place.shelf.wait(job["id"], timeout_s=MINUTES).state == "done"
    assert "Skills" not in client.get("/parts/documents").text
    assert client.delete("/api/documents/unknown").json() == {"error": "The library has no such document."}


def test_each_browser_chooses_for_itself(place: Place, client: TestClient, choice: Choice) -> None:
    skills = document_id(place, "Skills")
    assert client.post("/api/documents/use", json={"document_id": skills, "use": False}).status_code == 200
    assert choice.left_out == {"anna": {skills}}
    assert "Ready, not used" in client.get("/parts/documents").text
    client.cookies.set("browser", "boris")
    assert "Ready, not used" not in client.get("/parts/documents").text


def test_only_a_document_of_the_library_can_be_chosen(client: TestClient, choice: Choice) -> None:
    assert client.post("/api/documents/use", json={"document_id": "x", "use": False}).status_code == 404
    assert choice.left_out == {}


def test_a_search_shows_the_page_of_each_place(place: Place, client: TestClient) -> None:
    html = client.get("/parts/found", params={"q": "welders in valleys"}).text
    assert f'data-do="open" data-document="{document_id(place, "Skills")}" data-page="1"' in html
    assert "<mark>Welders</mark> are trained in two <mark>valleys</mark>." in html


@pytest.mark.parametrize("query", ["", "   ", "?"])
def test_a_search_for_nothing_finds_nothing(client: TestClient, query: str) -> None:
    assert client.get("/parts/found", params={"q": query}).status_code == 200


def test_a_file_that_does_not_arrive_whole_leaves_nothing(place: Place, choice: Choice) -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, object]] = []
    run_asgi(application(place, choice), messages, sent)
    assert place.files() == []
    assert place.shelf.jobs("anna") == []


def run_asgi(app: FastAPI, messages: list[dict[str, object]], sent: list[dict[str, object]]) -> None:
    """Send a request as a server would whose client leaves in the middle."""
    import asyncio

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/documents",
        "query_string": b"name=a.pdf",
        "headers": [(b"content-type", b"application/pdf"), (b"host", b"testserver")],
    }

    async def receive() -> dict[str, object]:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written_to_is_said(place: Place, client: TestClient) -> None:
    Path(place.folder).write_text("a file in the place of the folder")
    reply = client.post("/api/documents?name=a.pdf", content=b"%PDF", headers=PDF)
    assert reply.status_code == 500
    assert reply.json()["error"].startswith("The server cannot write to its folder")
