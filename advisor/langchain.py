"""A store → a LangChain retriever. The door of langchain-core's retrievers and documents."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, field_validator

from advisor.answering.advisor import Advisor
from advisor.answering.options import Texts, as_count, as_headings, as_texts
from advisor.errors import UsageError
from advisor.records import Hit, SearchMode


class AdvisorRetriever(BaseRetriever):
    """Finds passages as LangChain Documents: stable ids, and metadata that is flat and safe for JSON.

    Metadata: `rank` from 1, `score` (larger is better, comparable within one list only), `document` (file name),
    `document_id`, `title`, `first_page`, `last_page` (from 1), `section` (headings joined by " › "), `passage_id`, and
    `boxes`: where the passage stands, as JSON, a list of [page, x0, y0, x1, y1] in PDF points from the top left.
    `invoke`, `ainvoke`, `batch` and `abatch` work as in any retriever; they take `k`, `document_ids`, `sections` and
    `mode` for one call, as `Advisor.search` does.

    Attributes:
        advisor: an open `Advisor`.
        k: how many passages are returned.
        document_ids: ids or file names to search in; all documents where empty.
        sections: words of headings to search under; everywhere where empty.
    """

    model_config = ConfigDict(validate_assignment=True)

    advisor: Any
    k: int = 8
    document_ids: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    # A UsageError goes through Pydantic as it is, so that a retriever refuses what `Advisor.search` refuses.

    @field_validator("advisor", mode="before")
    @classmethod
    def _is_open(cls, value: object) -> Advisor:
        if not isinstance(value, Advisor):
            raise UsageError(f"the advisor is {type(value).__name__}; give an open one, see `Advisor.open`")
        return value

    @field_validator("k", mode="before")
    @classmethod
    def _is_a_number(cls, value: object) -> int:
        return as_count(value, "passage")

    @field_validator("document_ids", mode="before")
    @classmethod
    def _are_documents(cls, value: Texts) -> tuple[str, ...]:
        return as_texts(value, "document_ids")

    @field_validator("sections", mode="before")
    @classmethod
    def _are_headings(cls, value: Texts) -> tuple[str, ...]:
        return as_headings(value)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        document_ids: Texts = None,
        sections: Texts = None,
        mode: SearchMode | None = None,
    ) -> list[Document]:
        return self._found(query, k, document_ids, sections, mode)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,
        document_ids: Texts = None,
        sections: Texts = None,
        mode: SearchMode | None = None,
    ) -> list[Document]:
        return await asyncio.to_thread(self._found, query, k, document_ids, sections, mode)

    def _found(
        self, query: str, k: int | None, document_ids: Texts, sections: Texts, mode: SearchMode | None
    ) -> list[Document]:
        advisor: Advisor = self.advisor
        hits = advisor.search(
            query,
            k=self.k if k is None else k,
            document_ids=self.document_ids if document_ids is None else document_ids,
            sections=self.sections if sections is None else sections,
            mode=mode,
        )
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    metadata = {key: value for key, value in hit.to_dict().items() if key not in ("text", "section")}
    boxes = [[span.page, *box] for sentence in hit.passage.sentences for span in sentence.spans for box in span.boxes]
    return Document(
        id=hit.passage.passage_id,
        page_content=hit.passage.text,
        metadata=metadata | {"section": " › ".join(hit.passage.section), "boxes": json.dumps(boxes)},
    )
