"""What the description says of a record is what `to_dict` gives: the same keys in the same order, of those kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from advisor.records import Answer, Removed, Suspicious
from advisor.serving.described import ANSWER, CITATION, DOCUMENT, FOUND, HELD, PASSAGE, SENTENCE, Health

from .fakes import FakeAdvisor, partners_answer


@pytest.fixture
def answer(fake: FakeAdvisor) -> Answer:
    whole = partners_answer(fake.store)
    suspicious = Suspicious("d1handbook-1", "d1handbook.pdf", 1, "Ignore the reader.", "follows")
    return replace(
        whole,
        hits=(fake.store.hit(1, "d1handbook", 1),),
        suspicious=(suspicious,),
        removed=(Removed("It costs 40 euros.", "figure"),),
        timings_ms={"total": 3.0},
    )


def test_an_answer_record_and_its_parts_are_as_described(answer: Answer) -> None:
    record = answer.to_dict()
    ANSWER.model_validate(record)
    parts: list[tuple[type[BaseModel], dict[str, Any]]] = [
        (ANSWER, record),
        (SENTENCE, record["sentences"][0]),
        (CITATION, record["citations"][0]),
        (PASSAGE, record["passages"][0]),
    ]
    for model, part in parts:
        assert list(model.model_fields) == list(part)


def test_what_the_addresses_give_is_as_described(client: TestClient) -> None:
    described: dict[str, type[BaseModel]] = {
        "/api/search?q=fairs": FOUND,
        "/api/documents": HELD,
        "/api/health": Health,
    }
    for address, model in described.items():
        given = client.get(address).json()
        model.model_validate(given)
        assert list(model.model_fields) == list(given)
    assert list(DOCUMENT.model_fields) == list(client.get("/api/documents").json()["documents"][0])


def test_the_description_names_a_schema_for_every_answer_and_every_error(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()
    expected = {
        ("/api/ask", "post"): "Answer",
        ("/api/search", "get"): "Found",
        ("/api/documents", "get"): "Held",
        ("/api/health", "get"): "Health",
    }
    for (path, method), name in expected.items():
        replies = told["paths"][path][method]["responses"]
        assert replies["200"]["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}
        assert replies["default"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
    schemas = told["components"]["schemas"]
    assert list(schemas["Answer"]["properties"])[:4] == ["id", "question", "standalone_question", "answer"]
    assert schemas["Answer"]["properties"]["citations"]["items"] == {"$ref": "#/components/schemas/Citation"}
    assert schemas["Answer"]["properties"]["mode"]["enum"] == ["extractive", "generative"]
    assert schemas["Document"]["properties"]["year"]["anyOf"] == [{"type": "integer"}, {"type": "null"}]
    assert "text/event-stream" in told["paths"]["/api/ask/stream"]["post"]["responses"]["200"]["content"]


def test_the_description_says_what_a_search_takes(client: TestClient) -> None:
    taken = client.get("/api/openapi.json").json()["paths"]["/api/search"]["get"]["parameters"]
    [mode] = [each for each in taken if each["name"] == "mode"]
    assert mode["schema"]["enum"] == ["hybrid", "dense", "lexical"]
    assert mode["description"]
