"""A folder of PDFs → proof that a removed document is gone: every byte of the store is searched for what it held.

    python -m benchmarks.reading.removal [FOLDER] [--remove FILE]

Ingests the folder with the shipped model, removes one document (the first unless named) and searches all files of the
store, before and after, for words that only this document has (as written and as search terms, in UTF-8 and UTF-16),
for its vectors, whole and in parts, and for its file name, path, title, id and SHA-256. Before the removal everything
must be found, else the search proves nothing. Writes counts only, never a word of a document.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.embedding import TransformerEmbedder
from advisor.evaluation.stamp import machine
from advisor.records import Document
from advisor.store.library import Library
from advisor.store.versions import current_library
from advisor.text import terms
from ingest.build import ingest, remove

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "benchmarks" / "results" / "reading-removal.json"

STRINGS = 20
BLOCK = 16
"""Floats of a part of a vector. Blocks begin at every 16th float: any run of 31 floats or more holds a whole one."""

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Needles:
    """What a document left in a store: texts by kind, and its vectors as bytes."""

    texts: Mapping[str, Sequence[str]]
    vectors: Sequence[bytes]
    shared_vectors: int
    """Vectors that are left out because another document has the same sentence."""


def needles(library: Library, document: Document) -> Needles:
    """Collect what only this document has."""
    others = " ".join(
        text for other in library.documents() if other != document for text in _texts(library, other)
    ).lower()
    names = {
        "file name": document.file,
        "path": document.path,
        "title": document.title,
        "document id": document.document_id,
        "sha256": document.sha256,
    }
    own_ids = [passage for passage, owner, _ in library.passage_vectors() if owner == document.document_id]
    words = _distinctive((passage.text for passage in library.passages(own_ids)), others)
    stems = sorted({stem for word in words for stem in terms(word) if stem not in others})
    kept: list[bytes] = []
    shared = 0
    for items in (library.passage_vectors(), library.sentence_vectors()):
        held = [(owner, vector.astype("<f4").tobytes()) for _, owner, vector in items]
        elsewhere = {vector for owner, vector in held if owner != document.document_id}
        own = {vector for owner, vector in held if owner == document.document_id}
        kept += sorted(own - elsewhere)
        shared += len(own & elsewhere)
    texts = {"words": words, "search terms": stems} | {
        kind: [text] for kind, text in names.items() if text.lower() not in others
    }
    return Needles(texts, kept, shared)


def _texts(library: Library, document: Document) -> list[str]:
    pages = [library.page(document.document_id, number).text for number in range(1, document.page_count + 1)]
    return [document.title, document.file, *pages]


def _distinctive(texts: Iterable[str], others: str) -> list[str]:
    """Return the longest words, in the order of the alphabet where as long, that other documents do not hold."""
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{7,}", text) if word.lower() not in others}
    return sorted(words, key=lambda word: (-len(word), word))[:STRINGS]


def search(store: Path, wanted: Needles) -> dict[str, Any]:
    """Search all bytes of all files of a store, and the names of its files, and count what is found."""
    found: dict[str, set[str]] = {kind: set() for kind in wanted.texts}
    utf16: set[str] = set()
    parts = _Parts(wanted.vectors)
    size = 0
    contents = list(_contents(store))
    for content in contents:
        size += len(content)
        for kind, texts in wanted.texts.items():
            for text in texts:
                for encoding in ENCODINGS:
                    if text.encode(encoding) in content:
                        (found[kind] if encoding == "utf-8" else utf16).add(text)
        parts.look(content)
    return {
        "files": len(contents) - 1,
        "bytes": size,
        "found": {kind: len(texts) for kind, texts in found.items()} | {"any of them in UTF-16": len(utf16)},
        "vectors found whole": sum(any(vector in content for content in contents) for vector in wanted.vectors),
        "vectors found in part": len(parts.found),
    }


def _contents(store: Path) -> Iterator[bytes]:
    """Yield the content of every file, and last the names of all files."""
    paths = sorted(store.rglob("*"))
    for path in paths:
        if path.is_file():
            yield path.read_bytes()
    yield "\n".join(path.relative_to(store).as_posix() for path in paths).encode()


class _Parts:
    """Finds blocks of vectors at any byte of a content."""

    def __init__(self, vectors: Sequence[bytes]) -> None:
        size = 4 * BLOCK
        self._blocks: dict[bytes, int] = {
            vector[start : start + size]: i
            for i, vector in enumerate(vectors)
            for start in range(0, len(vector) - size + 1, size)
        }
        self._heads = np.unique(np.array([int.from_bytes(block[:8], "little") for block in self._blocks], np.uint64))
        self.found: set[int] = set()

    def look(self, content: bytes) -> None:
        for shift in range(8):
            count = (len(content) - shift) // 8
            if count < 1 or not len(self._heads):
                return
            words = np.frombuffer(content, dtype="<u8", count=count, offset=shift)
            places = np.minimum(np.searchsorted(self._heads, words), len(self._heads) - 1)
            for index in np.flatnonzero(self._heads[places] == words):
                start = shift + 8 * int(index)
                vector = self._blocks.get(content[start : start + 4 * BLOCK])
                if vector is not None:
                    self.found.add(vector)


def measure(folder: Path, name: str) -> dict[str, Any]:
    """Ingest, remove and search; return the figures."""
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        ingest([folder], store=store, embedder=TransformerEmbedder())
        library = current_library(store)
        counts = library.counts()
        document = library.document(name) if name else library.documents()[0]
        wanted = needles(library, document)
        passages = library.passage_count(document.document_id)
        library.close()
        before = search(store, wanted)
        remove(document.document_id, store=store)
        after = search(store, wanted)
    return {
        "store": {"documents": counts.documents, "pages": counts.pages, "passages": counts.passages},
        "removed": {"pages": document.page_count, "passages": passages},
        "looked for": {kind: len(texts) for kind, texts in wanted.texts.items()} | {"vectors": len(wanted.vectors)},
        "left out": {"vectors that another document has too": wanted.shared_vectors},
        "before": before,
        "after": after,
        "stamp": machine(),
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    before, after, wanted = result["before"], result["after"], result["looked for"]
    rows = [(kind, wanted[kind], before["found"][kind], after["found"][kind]) for kind in wanted if kind != "vectors"]
    rows += [
        (f"vectors {part}", wanted["vectors"], before[f"vectors found {part}"], after[f"vectors found {part}"])
        for part in ("whole", "in part")
    ]
    rows.append(("any of them in UTF-16", "", *(side["found"]["any of them in UTF-16"] for side in (before, after))))
    rows.append(("bytes searched", "", before["bytes"], after["bytes"]))
    lines = ["| what | looked for | found before | found after |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def verdict(result: Mapping[str, Any]) -> list[str]:
    """Return what is wrong: needles that the control did not find, and what is still there."""
    before, after, wanted = result["before"], result["after"], result["looked for"]
    wrong = [
        f"{kind}: the control found {before['found'][kind]} of {number}"
        for kind, number in wanted.items()
        if kind != "vectors" and before["found"][kind] != number
    ]
    for part in ("whole", "in part"):
        if before[f"vectors found {part}"] != wanted["vectors"]:
            wrong.append(f"vectors {part}: the control found {before[f'vectors found {part}']} of {wanted['vectors']}")
        if after[f"vectors found {part}"]:
            wrong.append(f"vectors {part}: {after[f'vectors found {part}']} still there")
    return wrong + [f"{kind}: {number} still there" for kind, number in after["found"].items() if number]


def main() -> int:
    """Measure, print, write; 1 where anything is still there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "corpus")
    parser.add_argument("--remove", default="", metavar="FILE", help="the document to remove (the first)")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    result = measure(options.folder, options.remove)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    wrong = verdict(result)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
