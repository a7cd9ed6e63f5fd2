"""A store → a LangChain retriever. The door of langchain-core's retrievers and documents."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from advisor.answering.advisor import Advisor
from advisor.records import Hit


class AdvisorRetriever(BaseRetriever):
    """Finds passages as LangChain Documents: stable ids, and metadata that is flat and safe for JSON.

    Metadata: `rank` from 1, `score` (larger is better, comparable within one list only), `document` (file name),
    `document_id`, `title`, `first_page`, `last_page` (from 1), `section` (headings joined by " › "), `passage_id`, and
    `boxes`: where the passage stands, as JSON, a list of [page, x0, y0, x1, y1] in PDF points from the top left.
    `invoke`, `ainvoke`, `batch` and `abatch` work as in any retriever; they take `k` for one call.

    Attributes:
        advisor: an open `Advisor`.
        k: how many passages are returned.
        document_ids: ids or file names to search in; all documents where empty.
        sections: words of headings to search under; everywhere where empty.
    """

    advisor: Any
    k: int = 8
    document_ids: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [_document(hit) for hit in self._search(query, k)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [_document(hit) for hit in await asyncio.to_thread(self._search, query, k)]

    def _search(self, query: str, k: int | None) -> list[Hit]:
        advisor: Advisor = self.advisor
        wanted = self.k if k is None else k
        return advisor.search(query, k=wanted, document_ids=self.document_ids, sections=self.sections)


def _document(hit: Hit) -> Document:
    metadata = {key: value for key, value in hit.to_dict().items() if key not in ("text", "section")}
    boxes = [[span.page, *box] for sentence in hit.passage.sentences for span in sentence.spans for box in span.boxes]
    return Document(
        id=hit.passage.passage_id,
        page_content=hit.passage.text,
        metadata=metadata | {"section": " › ".join(hit.passage.section), "boxes": json.dumps(boxes)},
    )
