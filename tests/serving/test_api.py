"""The REST side: records out, errors in words, and no file but those of stored documents."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from advisor.errors import GenerationError, StoreMismatchError, UsageError
from advisor.records import Message
from advisor.serving.api import NO_SUCH_DOCUMENT, NOT_FOUND, NOT_JSON, UNEXPECTED, create_app
from advisor.serving.guard import MAX_BODY_BYTES
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.server import allowed_hosts

from .fakes import FakeAdvisor, partners_answer

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor


def test_a_question_gives_the_answer_record(client: TestClient, fake: FakeAdvisor) -> None:
    reply = client.post("/api/ask", json={"question": "How do we find partners abroad?", "id": "q7"})
    assert reply.status_code == 200
    assert reply.json() == replace(partners_answer(fake.store), id="q7").to_dict() | {"timings_ms": {}}


def test_a_follow_up_question_brings_its_history(client: TestClient, fake: FakeAdvisor) -> None:
    history = [{"role": "user", "content": "First?"}, {"role": "assistant", "content": "Yes."}]
    client.post("/api/ask", json={"question": "And then?", "history": history})
    assert fake.asked == [("And then?", (Message("user", "First?"), Message("assistant", "Yes.")))]


def test_a_question_may_be_put_to_some_documents_alone(client: TestClient, fake: FakeAdvisor) -> None:
    client.post("/api/ask", json={"question": "Why?", "documents": ["d1handbook"]})
    client.post("/api/ask", json={"question": "Why?"})
    assert fake.chosen == [("d1handbook",), ()]


def test_a_question_put_to_an_unknown_document_is_a_404(client: TestClient, fake: FakeAdvisor) -> None:
    reply = client.post("/api/ask", json={"question": "Why?", "documents": ["d9"]})
    assert reply.status_code == 404
    assert "'d9'" in reply.json()["error"]
    assert fake.asked == []


def test_a_search_gives_passages(client: TestClient, fake: FakeAdvisor) -> None:
    reply = client.get("/api/search", params={"q": "fairs", "k": 2, "mode": "dense", "document": "d1handbook"})
    assert reply.json()["query"] == "fairs"
    assert [passage["document_id"] for passage in reply.json()["passages"]] == ["d1handbook"] * 2
    assert fake.searched == [("fairs", 2, ("d1handbook",), (), "dense")]


def test_documents_are_listed_without_their_place_on_the_server(client: TestClient) -> None:
    listed = client.get("/api/documents").json()["documents"]
    assert [document["document_id"] for document in listed] == ["d1handbook", "d2survey"]
    assert all("path" not in document for document in listed)


def test_health_says_what_is_stored(client: TestClient) -> None:
    told = client.get("/api/health").json()
    assert told.pop("started"), "by which a page knows that the server was restarted"
    assert told == {"status": "ok", "documents": 2, "pages": 5}


# ---- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "status", "message"),
    [
        (UsageError("the question has 9,000 characters"), 400, "the question has 9,000 characters"),
        (GenerationError("the model was silent"), 500, "the model was silent"),
        (StoreMismatchError("built by another embedder"), 500, "built by another embedder"),
        (RuntimeError("secret of the server"), 500, UNEXPECTED),
    ],
)
def test_an_error_is_told_in_words_and_without_a_traceback(
    client: TestClient, fake: FakeAdvisor, raised: Exception, status: int, message: str
) -> None:
    fake.answers["Why?"] = raised
    reply = client.post("/api/ask", json={"question": "Why?"})
    assert (reply.status_code, reply.json()) == (status, {"error": message})


def test_an_unexpected_error_is_in_the_log(
    client: TestClient, fake: FakeAdvisor, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answers["Why?"] = RuntimeError("secret of the server")
    with caplog.at_level(logging.ERROR):
        client.post("/api/ask", json={"question": "Why?"})
    assert "secret of the server" in caplog.text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": "Why?", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({"question": "Why?", "temperature": 2}, "temperature"),
        ({"question": "  "}, "the question is empty"),
    ],
)
def test_a_body_that_cannot_be_used_is_a_400_that_names_the_field(
    client: TestClient, body: dict[str, object], told: str
) -> None:
    reply = client.post("/api/ask", json=body)
    assert reply.status_code == 400
    assert told in reply.json()["error"]


@pytest.mark.parametrize("query", ["", "q=x&k=0", "q=x&k=101", "q=x&k=many", "q=x&mode=magic"])
def test_a_search_that_cannot_be_used_is_a_400(client: TestClient, query: str) -> None:
    reply = client.get(f"/api/search?{query}")
    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(("method", "address"), [("PUT", "/api/ask"), ("GET", "/api/ask"), ("DELETE", "/api/search")])
def test_a_method_that_an_address_does_not_take_is_a_405_in_words(
    client: TestClient, method: str, address: str
) -> None:
    reply = client.request(method, address)
    assert reply.status_code == 405
    assert reply.json()["error"].startswith(f"This address does not take {method}")
    assert reply.headers["Allow"] == ("GET" if "search" in address else "POST")


@pytest.mark.parametrize(
    "address", ["/api/nope", "/api/ask/", "/api/", "/api", "/API", "/API/ask", "/docs", "/redoc", "/openapi.json"]
)
def test_an_unknown_address_under_api_is_a_404_in_words(client: TestClient, address: str) -> None:
    reply = client.post(address, json={})
    assert (reply.status_code, reply.json()) == (404, {"error": NOT_FOUND})


def test_a_monitor_may_ask_for_health_without_a_body(client: TestClient) -> None:
    reply = client.head("/api/health")
    assert (reply.status_code, reply.content) == (200, b"")


def test_a_search_takes_sections_as_the_command_does(client: TestClient, fake: FakeAdvisor) -> None:
    client.get("/api/search", params={"q": "x", "section": ["Step 4", "Step 5"]})
    assert fake.searched == [("x", 8, (), ("Step 4", "Step 5"), "hybrid")]


def test_a_search_in_an_unknown_document_is_a_404(client: TestClient) -> None:
    reply = client.get("/api/search", params={"q": "x", "document": "nothing"})
    assert reply.status_code == 404
    assert "'nothing'" in reply.json()["error"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: TestClient, fake: FakeAdvisor) -> None:
    reply = client.post("/api/ask", json={"question": "x" * MAX_BODY_BYTES})
    assert reply.status_code == 413
    assert "256 kB" in reply.json()["error"]
    assert fake.asked == []


def test_a_body_without_a_declared_length_is_bounded_too(client: TestClient) -> None:
    reply = client.post("/api/ask", content=(b"x" * 65_536 for _ in range(64)))
    assert reply.status_code == 413


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_page_comes_as_an_image_of_the_width_asked_for(client: TestClient) -> None:
    reply = client.get("/pages/d1handbook/2.png?width=600")
    assert reply.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(reply.content)).width == 600


@pytest.mark.parametrize("width", ["0", "199", "2401", "100000", "wide"])
def test_a_width_out_of_bounds_is_refused(client: TestClient, width: str) -> None:
    assert client.get(f"/pages/d1handbook/1.png?width={width}").status_code == 400


@pytest.mark.parametrize("page", ["0", "4", "-1", "999999999999"])
def test_a_page_that_is_not_there_is_a_404_that_says_which_are(client: TestClient, page: str) -> None:
    reply = client.get(f"/pages/d1handbook/{page}.png")
    assert reply.status_code == 404
    assert reply.json() == {"error": f"d1handbook.pdf has no page {page}; its pages are 1 to 3"}


@pytest.mark.parametrize("address", ["/pages/unknown/1.png", "/documents/unknown.pdf"])
def test_an_unknown_document_is_a_404_in_words(client: TestClient, address: str) -> None:
    reply = client.get(address)
    assert reply.status_code == 404
    assert reply.json() == {"error": NO_SUCH_DOCUMENT.format(document_id="'unknown'")}


@pytest.mark.parametrize(
    "address",
    [
        "/pages/..%2F..%2Fetc%2Fpasswd/1.png",
        "/pages/%2e%2e/1.png",
        "/pages/d1handbook%00/1.png",
        "/pages//etc/passwd/1.png",
        "/documents/..%2Fd1handbook.pdf",
        "/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd.pdf",
        "/documents//etc/passwd",
        "/documents/d1handbook",
        "/documents/..%5cd1handbook.pdf",
    ],
)
def test_tricks_with_paths_reach_no_file(client: TestClient, address: str) -> None:
    reply = client.get(address)
    assert reply.status_code in (400, 404)
    assert b"root:" not in reply.content
    assert not reply.content.startswith(b"%PDF")


def test_gradio_serves_no_file_of_the_store_and_takes_no_upload(client: TestClient, fake: FakeAdvisor) -> None:
    path = fake.store.documents["d1handbook"].path
    assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)
    assert client.get("/gradio_api/file=/etc/passwd").status_code in (403, 404)
    assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
    assert client.get("/gradio_api/proxy=https://example.org/").status_code == 404


def test_a_document_comes_inline_under_its_own_name(client: TestClient) -> None:
    reply = client.get("/documents/d1handbook.pdf")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"] == "inline; filename*=UTF-8''d1handbook.pdf"
    assert reply.content.startswith(b"%PDF")


@pytest.mark.parametrize("address", ["/documents/d1handbook.pdf", "/pages/d1handbook/1.png"])
def test_a_file_that_changed_on_disk_is_a_409_in_words(client: TestClient, fake: FakeAdvisor, address: str) -> None:
    with Path(fake.store.documents["d1handbook"].path).open("ab") as file:
        file.write(b"%")
    reply = client.get(address)
    assert reply.status_code == 409
    assert "d1handbook.pdf has changed" in reply.json()["error"]
    assert str(fake.store.folder) not in reply.text


# ---- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/api/health", "/pages/d1handbook/1.png", "/pages/unknown/1.png", "/config"])
def test_every_response_carries_the_security_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src-attr 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_chat_is_at_the_root_and_answers_no_other_page_with_scripts_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "gradio" in page.text
    assert client.get("/docs").status_code == 404


def test_a_request_under_another_sites_name_is_refused_where_hosts_are_given(fake: FakeAdvisor, keeper: Keeper) -> None:
    app = create_app(cast("Advisor", fake), keeper, allowed_hosts=("127.0.0.1", "localhost"))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        assert client.get("/api/documents").status_code == 200
        assert client.get("/api/documents", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_a_server_for_this_computer_alone_is_not_asked_under_another_name(
    host: str, fake: FakeAdvisor, keeper: Keeper
) -> None:
    app = create_app(cast("Advisor", fake), keeper, allowed_hosts=allowed_hosts(host))
    own = f"[{host}]" if ":" in host else host
    with TestClient(app) as client:
        statuses = [
            client.get("/api/health", headers={"Host": f"{name}:7860"}).status_code for name in (own, "evil.org")
        ]
    assert statuses == [200, 400]


def test_a_server_for_everybody_may_have_any_name() -> None:
    assert allowed_hosts("0.0.0.0") == allowed_hosts("::") == ("*",)


@pytest.mark.parametrize("address", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize(
    "body", ['{"question": "Qui\xe9n?"}'.encode("latin-1"), b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"]
)
def test_a_body_that_is_no_utf_8_or_nested_too_deeply_is_told_what_to_send(
    client: TestClient, address: str, body: bytes
) -> None:
    refused = client.post(address, content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()) == (400, {"error": NOT_JSON})


@pytest.mark.parametrize("body", ['{"question": "Who pays?"}', "{", "", "[1]"])
def test_a_body_that_is_no_json_object_is_told_what_to_send(client: TestClient, body: str) -> None:
    refused = client.post("/api/ask", content=body)
    assert (refused.status_code, refused.json()) == (400, {"error": NOT_JSON})


def test_the_description_says_how_errors_look_and_what_is_no_json(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert all(
        set(says["responses"]) <= {"200", "202", "204", "default"} for path in paths.values() for says in path.values()
    )
    assert paths["/pages/{document_id}/{page}.png"]["get"]["responses"]["200"]["content"] == {"image/png": {}}


def test_an_id_with_half_of_a_surrogate_pair_comes_back_without_it(client: TestClient) -> None:
    body = '{"question": "What partners?", "id": "a\\ud800"}'
    reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["id"]) == (200, "a?")
