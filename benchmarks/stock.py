"""The usual tutorial pipeline, as the peer in every table: what a reader of any introduction would have built.

Page texts by pypdf, LangChain's recursive character splitter (1,000 characters, 200 of overlap), the embedding model as
it is published, Chroma, k = 4. Its answer is the first chunk as it stands; it never declines, and its confidence is
the cosine of that chunk. Chroma's graphs are built by chance: it looks widely enough to miss nothing, so that figures
repeat.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import chromadb
import pypdf
from chromadb.config import Settings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from advisor.embedding import DEFAULT_MODEL, PUBLISHED_MODEL, TransformerEmbedder, Vectors
from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import SearchedCorpus
from advisor.evaluation.datasets import Question
from advisor.evaluation.systems import DEPTH, TEXTS

CHUNK, OVERLAP, K = 1000, 200, 4
BATCH = 512
SEARCH_WIDTH = 2_000


class Stock:
    """The pipeline over one corpus; its index is kept in the cache."""

    name = "stock"
    repeats = True

    def __init__(self, corpus: SearchedCorpus) -> None:
        settings = f"stock {CHUNK} {OVERLAP} {K} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
        is_ours = corpus.embedder.name == DEFAULT_MODEL
        self._embedder = TransformerEmbedder(PUBLISHED_MODEL) if is_ours else corpus.embedder
        self.key = f"{corpus.sha256}\n{self._embedder.name}\n{settings}"
        folder = corpus.folder("stock", settings)
        client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        if not (folder / "whole").exists():
            for collection in client.list_collections():  # what a stopped run left
                client.delete_collection(collection.name)
        nearest = {"hnsw:space": "cosine", "hnsw:search_ef": SEARCH_WIDTH}
        self._chunks = client.get_or_create_collection("chunks", metadata=nearest)
        if not (folder / "whole").exists():
            self._fill(corpus)
            (folder / "whole").touch()
        self._embedder.embed(["warm up"])

    def _fill(self, corpus: SearchedCorpus) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
        held: list[tuple[str, dict[str, Any]]] = []
        for document, page, text in _pages(corpus):
            for chunk in splitter.create_documents([text]):
                place = {"document": document, "page": page, "start": int(chunk.metadata["start_index"])}
                held.append((chunk.page_content, place))
            if len(held) >= BATCH:
                self._add(held)
                held = []
        self._add(held)

    def _add(self, chunks: list[tuple[str, dict[str, Any]]]) -> None:
        if not chunks:
            return
        first = self._chunks.count()
        texts = [text for text, _ in chunks]
        self._chunks.add(
            ids=[f"{first + i:07d}" for i in range(len(chunks))],
            embeddings=[vector.tolist() for vector in self._embedder.embed(texts)],
            documents=texts,
            metadatas=[place for _, place in chunks],
        )

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return the nearest chunks, and the first of them as the answer."""
        started = time.perf_counter()
        vector = self._embedder.embed([question.text])
        found = self._query(vector, K)
        spent = round((time.perf_counter() - started) * 1000, 1)
        passages = self._query(vector, DEPTH)  # the pipeline reads K; the measures of retrieval look deeper
        record: Record = {"passages": passages, "timings_ms": {"total": spent}}
        if answers and found:
            best = found[0]
            document, page, text = best["document"], best["first_page"], best["text"]
            citation = {"marker": 1, "document": document, "page": page, "quote": text}
            record |= {
                "answer": text,
                "abstained": False,
                "confidence": best["score"],
                "sentences": [{"text": text, "markers": [1], "support": "verbatim"}],
                "citations": [citation | {"start": best["spans"][0][1], "end": best["spans"][0][2]}],
            }
        return record

    def _query(self, vector: Vectors, k: int) -> list[Record]:
        found = self._chunks.query(query_embeddings=vector, n_results=k)
        texts, places, distances = found["documents"], found["metadatas"], found["distances"]
        if texts is None or places is None or distances is None:
            raise TypeError("Chroma left out what a query brings by default")
        return [
            {
                "rank": rank,
                "score": round(1 - distance, 6),
                "document": place["document"],
                "first_page": place["page"],
                "last_page": place["page"],
                "spans": [[place["page"], place["start"], int(str(place["start"])) + len(text)]],
            }
            | ({"text": text} if rank <= TEXTS else {})
            for rank, (text, place, distance) in enumerate(zip(texts[0], places[0], distances[0], strict=True), start=1)
        ]


def _pages(corpus: SearchedCorpus) -> Any:
    """Yield document, page from 1 and text of each page, as pypdf gives it; a plain text is one page."""
    if corpus.texts is not None:
        yield from ((text.name, 1, text.text) for text in corpus.texts())
    for name, path in corpus.pdfs.items():
        for number, page in enumerate(pypdf.PdfReader(path).pages, start=1):
            yield name, number, page.extract_text()


def build(corpus: SearchedCorpus) -> Stock:
    """Return the pipeline over a corpus."""
    return Stock(corpus)
