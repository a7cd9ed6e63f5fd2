"""A store → a LangChain retriever. The door of langchain-core's retrievers and documents."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from advisor.answering.advisor import Advisor
from advisor.records import Hit


class AdvisorRetriever(BaseRetriever):
    """Finds passages as LangChain Documents: stable ids, and metadata that is flat and safe for JSON.

    Attributes:
        advisor: an open `Advisor`.
        k: how many passages are returned.
        document_ids: ids or file names to search in; all documents where empty.
    """

    advisor: Any
    k: int = 8
    document_ids: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        advisor: Advisor = self.advisor
        wanted = self.k if k is None else k
        return [_document(hit) for hit in advisor.search(query, k=wanted, document_ids=self.document_ids)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        advisor: Advisor = self.advisor
        wanted = self.k if k is None else k
        hits = await asyncio.to_thread(advisor.search, query, k=wanted, document_ids=self.document_ids)
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    metadata = {key: value for key, value in hit.to_dict().items() if key not in ("text", "section")}
    return Document(
        id=hit.passage.passage_id,
        page_content=hit.passage.text,
        metadata=metadata | {"section": " › ".join(hit.passage.section)},
    )
