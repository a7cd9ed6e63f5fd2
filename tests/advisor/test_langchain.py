from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from advisor import Advisor
from advisor.errors import CorpusError, UsageError
from advisor.langchain import AdvisorRetriever
from tests.advisor.stores import HANDBOOK
from tests.fakes import HashEmbedder

QUERY = "visits to trade fairs"


class TestTheStandardSuiteOfLangChain(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _opened(self, small_store: Path) -> None:
        self._advisor = Advisor.open(small_store, embedder=HashEmbedder())

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return AdvisorRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"advisor": self._advisor}

    @property
    def retriever_query_example(self) -> str:
        return QUERY


def test_an_advisor_gives_a_retriever_that_finds_what_search_finds(advisor: Advisor) -> None:
    documents = advisor.as_retriever(k=3).invoke(QUERY)
    hits = advisor.search(QUERY, k=3)
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]


def test_a_document_has_the_id_of_its_passage_at_every_call(advisor: Advisor) -> None:
    ids = [document.id for document in advisor.as_retriever().invoke(QUERY)]
    assert ids == [hit.passage.passage_id for hit in advisor.search(QUERY)]
    assert len(set(ids)) == 8


def test_metadata_is_flat_and_says_where_the_passage_stands(advisor: Advisor) -> None:
    [document] = advisor.as_retriever(k=1).invoke("Step 4")
    score = document.metadata.pop("score")
    assert isinstance(score, float)
    boxes = json.loads(document.metadata.pop("boxes"))
    assert [box[0] for box in boxes] == [1, 1, 1]
    assert all(len(box) == 5 for box in boxes)
    assert document.metadata == {
        "rank": 1,
        "passage_id": f"{HANDBOOK.document_id}-0002",
        "document_id": HANDBOOK.document_id,
        "document": "handbook.pdf",
        "title": "Harbour handbook",
        "first_page": 1,
        "last_page": 1,
        "section": "Journey › Step 4",
    }


def test_metadata_survives_json_unchanged(advisor: Advisor) -> None:
    for document in advisor.as_retriever().invoke(QUERY):
        assert json.loads(json.dumps(document.metadata)) == document.metadata
        assert all(isinstance(value, str | int | float) for value in document.metadata.values())


def test_only_the_documents_named_are_searched(advisor: Advisor) -> None:
    documents = advisor.as_retriever(document_ids=["survey.pdf"]).invoke(QUERY)
    assert {document.metadata["document"] for document in documents} == {"survey.pdf"}


async def test_retrieving_without_blocking_gives_the_same_documents(advisor: Advisor) -> None:
    retriever = advisor.as_retriever(k=4, document_ids=["handbook"])
    documents: list[Document] = await retriever.ainvoke(QUERY)
    assert documents == retriever.invoke(QUERY)
    assert await retriever.ainvoke(QUERY, None, k=2) == documents[:2]


async def test_errors_are_those_of_search(advisor: Advisor) -> None:
    with pytest.raises(CorpusError, match=r"^no document 'other\.pdf'"):
        advisor.as_retriever(document_ids=["other.pdf"]).invoke(QUERY)
    with pytest.raises(UsageError, match=r"^the question is empty"):
        await advisor.as_retriever().ainvoke(" ")


@pytest.mark.parametrize("k", [0, -1])
async def test_fewer_than_one_document_cannot_be_asked_for(advisor: Advisor, k: int) -> None:
    with pytest.raises(UsageError, match=f"^k is {k}; "):
        advisor.as_retriever().invoke(QUERY, None, k=k)
    with pytest.raises(UsageError, match=f"^k is {k}; "):
        advisor.as_retriever(k=k)
    with pytest.raises(UsageError, match=f"^k is {k}; "):
        await advisor.as_retriever().ainvoke(QUERY, None, k=k)


async def test_documents_headings_and_mode_may_be_those_of_one_call(advisor: Advisor) -> None:
    retriever = advisor.as_retriever(k=3, document_ids=["handbook.pdf"], sections=["Fairs"])
    hits = advisor.search(QUERY, k=2, document_ids=["survey.pdf"], sections=["Contacts"], mode="dense")
    options: dict[str, Any] = {"k": 2, "document_ids": ["survey.pdf"], "sections": ["Contacts"], "mode": "dense"}
    found = retriever.invoke(QUERY, **options)
    assert [document.id for document in found] == [hit.passage.passage_id for hit in hits]
    assert [document.metadata["score"] for document in found] == [round(hit.score, 6) for hit in hits]
    assert await retriever.ainvoke(QUERY, **options) == found
    assert len(retriever.invoke(QUERY, document_ids=[], sections=[])) == 3


def test_a_retriever_refuses_when_it_is_made_or_changed_what_search_refuses(advisor: Advisor) -> None:
    wrong: Any = "store"
    with pytest.raises(UsageError, match=r"^the advisor is str; give an open one"):
        AdvisorRetriever(advisor=wrong)
    with pytest.raises(UsageError, match=r"^k is 0; "):
        AdvisorRetriever(advisor=advisor, k=0)
    retriever = advisor.as_retriever()
    with pytest.raises(UsageError, match=r"^k is 0; "):
        retriever.k = 0
    with pytest.raises(UsageError, match=r"^document_ids holds NoneType; "):
        AdvisorRetriever(advisor=advisor, document_ids=cast("Any", (None,)))
    assert retriever.k == 8
