"""The Chroma half of a store: the vectors of passages and sentences, searched by cosine. The one door of chromadb."""

from __future__ import annotations

import shutil
import struct
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.embedding import Vectors
from advisor.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PASSAGES, SENTENCES = "passages", "sentences"
BATCH = 2_000
"""Chroma takes at most 5,461 vectors at once."""

SYNC = 2
"""Vectors after which Chroma writes its index; the least it takes."""

SEARCH_WIDTH = 400
"""HNSW candidates looked at for each query: above the 100 of the default, where recall falls on hard data."""


EXACT_UP_TO = 20_000
"""Vectors up to which a query is compared with each of them: 2 ms at 10,000, as long as HNSW, and it misses none and
finds the same in two stores of the same documents. HNSW graphs are built by chance."""


class _Matrix(NamedTuple):
    """All vectors of a collection, by id: ids, documents, one row for each, and the row of each id."""

    ids: list[str]
    documents: npt.NDArray[np.str_]
    rows: Vectors
    places: dict[str, int]


class VectorIndex:
    """Vectors in one Chroma folder, which nothing writes to once it is built."""

    def __init__(self, path: Path) -> None:
        """Open a built index.

        Raises:
            StoreError: the folder holds none.
        """
        self.path = path
        if not path.is_dir():
            raise StoreError(f"{path} with the vectors is missing; run `advisor documents rebuild`")
        with _door(path):
            client = _client(path)
            # Chroma keeps each client and its open files until it is closed. A version that has been replaced is
            # dropped when the last question that reads it is done; nobody closes it then.
            self._let_go = weakref.finalize(self, _close, client)
            self._client = client
            self._collections = {name: self._client.get_collection(name) for name in (PASSAGES, SENTENCES)}
            self._counts = {name: collection.count() for name, collection in self._collections.items()}
        self._matrices: dict[str, _Matrix] = {}

    def count(self, collection: str) -> int:
        """Return how many vectors a collection holds."""
        return self._counts[collection]

    def ids(self, collection: str) -> set[str]:
        """Return the ids of a collection."""
        with _door(self.path):
            return set(self._collections[collection].get(include=[])["ids"])

    def query(self, collection: str, vector: Vectors, *, k: int, document_ids: Sequence[str] = ()) -> dict[str, float]:
        """Return the ids nearest to a unit vector with their cosine, best first, at most `k`."""
        k = min(k, self._counts[collection])
        if k < 1:
            return {}
        if self._counts[collection] <= EXACT_UP_TO:
            return self._exact(collection, vector, k, document_ids)
        where: dict[str, Any] | None = {"document_id": {"$in": list(document_ids)}} if document_ids else None
        with _door(self.path):
            found = self._collections[collection].query(
                query_embeddings=np.asarray(vector, dtype=np.float32)[None, :],
                n_results=k,
                where=where,
                include=["distances"],
            )
        # Chroma gives cosine distance, 0 for the same direction. Scores that grow with relevance are all that leaves
        # this module.
        distances = (found["distances"] or [[]])[0]
        return {item: 1.0 - float(distance) for item, distance in zip(found["ids"][0], distances, strict=True)}

    def _exact(self, collection: str, vector: Vectors, k: int, document_ids: Sequence[str]) -> dict[str, float]:
        """Compare with every vector; ids of the same cosine come in the order of the alphabet."""
        matrix = self._matrix(collection)
        # Not `@`: the threads of its BLAS go on spinning and take the cores from the embedding model: 30 ms a time.
        cosines = np.einsum("ij,j->i", matrix.rows, np.asarray(vector, dtype=np.float32))
        order = np.argsort(-cosines, kind="stable")
        if document_ids:
            order = order[np.isin(matrix.documents[order], list(document_ids))]
        return {matrix.ids[i]: float(cosines[i]) for i in order[:k]}

    def _matrix(self, collection: str) -> _Matrix:
        if collection not in self._matrices:
            self._matrices[collection] = self._read(collection)
        return self._matrices[collection]

    def _read(self, collection: str) -> _Matrix:
        with _door(self.path):
            found = self._collections[collection].get(include=["embeddings", "metadatas"])
        ids, embeddings, metadatas = found["ids"], found["embeddings"], found["metadatas"]
        if embeddings is None or metadatas is None or len(embeddings) != self._counts[collection]:
            raise StoreError(f"{self.path} lacks vectors of {collection}; run `advisor documents rebuild`")
        order = sorted(range(len(ids)), key=ids.__getitem__)
        rows = np.asarray(embeddings, dtype=np.float32)[order]
        documents = np.array([str(metadatas[i]["document_id"]) for i in order])
        ordered = [ids[i] for i in order]
        return _Matrix(ordered, documents, rows, {item: place for place, item in enumerate(ordered)})

    def vectors(self, collection: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of some ids; unknown ids are left out."""
        if not ids:
            return {}
        if self._counts[collection] <= EXACT_UP_TO:
            matrix = self._matrix(collection)
            return {item: matrix.rows[matrix.places[item]] for item in ids if item in matrix.places}
        with _door(self.path):
            found = self._collections[collection].get(ids=list(ids), include=["embeddings"])
        embeddings = found["embeddings"] if found["embeddings"] is not None else []
        return {item: np.asarray(v, dtype=np.float32) for item, v in zip(found["ids"], embeddings, strict=True)}

    def close(self) -> None:
        """Let go of the folder."""
        self._collections.clear()
        self._matrices.clear()
        self._let_go()


def build_vectors(
    path: Path,
    passages: Iterable[tuple[str, str, Vectors]],
    sentences: Iterable[tuple[str, str, Vectors]],
) -> None:
    """Build the index anew in an empty folder from (id, document id, unit vector) of passages and of sentences.

    A new folder each time: what Chroma deletes stays on the disk, so that only a folder that never held a document
    is known to be free of it.

    Raises:
        StoreError: the index cannot be written.
    """
    shutil.rmtree(path, ignore_errors=True)
    with _door(path, "written"):
        client = _client(path)
        try:
            for name, items in ((PASSAGES, passages), (SENTENCES, sentences)):
                _fill(client, name, items)
        finally:
            _close(client)  # Chroma keeps clients by path: one left open would serve the next build in this place
        for header in path.glob("*/header.bin"):
            _wipe_unused(header.parent)


def _fill(client: ClientAPI, name: str, items: Iterable[tuple[str, str, Vectors]]) -> None:
    """Make a collection and put all items into it."""
    collection = client.create_collection(
        name,
        embedding_function=None,
        configuration={
            "hnsw": {
                "space": "cosine",
                "ef_search": SEARCH_WIDTH,
                "ef_construction": 200,
                # The file of an index that is not yet synced holds free memory as it was found, with whatever
                # vectors of removed documents stood there, anew at each opening (Chroma 1.5): so sync all.
                "batch_size": SYNC,
                "sync_threshold": SYNC,
            }
        },
    )
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        collection.upsert(
            ids=[item for item, _, _ in batch],
            embeddings=np.stack([vector for _, _, vector in batch]),
            metadatas=[{"document_id": document_id} for _, document_id, _ in batch],
        )
    held = collection.get(limit=2, include=["embeddings", "metadatas"])
    if len(held["ids"]) == 1:  # one change is not synced, two are
        collection.upsert(ids=held["ids"], embeddings=held["embeddings"], metadatas=held["metadatas"])


def _wipe_unused(folder: Path) -> None:
    """Overwrite the room that an index keeps for more vectors: it is free memory as Chroma found it.

    Layout of the files: hnswlib as kept by Chroma 1.5 (https://github.com/chroma-core/hnswlib, `persistDirty`).
    """
    count, width = struct.unpack_from("<2Q", (folder / "header.bin").read_bytes(), 20)
    for name, size in (("data_level0.bin", width), ("length.bin", 4)):
        path = folder / name
        unused = path.stat().st_size - count * size
        with path.open("r+b") as file:
            file.seek(count * size)
            file.write(bytes(max(unused, 0)))


@contextmanager
def _door(path: Path, what: Literal["read", "written"] = "read") -> Iterator[None]:
    """Turn whatever Chroma raises into our own error: those of its core have no common root."""
    try:
        yield
    except Exception as error:
        if "readonly" in str(error) or "unable to open" in str(error):
            advice = "Chroma must be able to write into its folder: give it write permission, or copy the store"
        elif what == "written":
            advice = "check permissions and free space, then run the command again"
        else:
            advice = "run `advisor documents rebuild`"
        reason = " ".join(str(error).split()) or type(error).__name__
        raise StoreError(f"{path} cannot be {what} ({reason}); {advice}") from error


def _client(path: Path) -> ClientAPI:
    import chromadb  # half a second, paid only where a store is opened
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


def _close(client: ClientAPI) -> None:
    close = getattr(client, "close", None)
    if close:
        close()
