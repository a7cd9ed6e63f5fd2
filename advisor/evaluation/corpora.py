"""The corpus of a question set → something to search: its PDFs or texts, and a store of them, built once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tqdm import tqdm

import advisor
import ingest
from advisor.answering.prompting import prompts_folder
from advisor.embedding import Embedder
from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import PdfCorpus, TextCorpus
from advisor.evaluation.stamp import machine
from advisor.records import UNUSED
from advisor.store.library import FORMAT
from advisor.store.versions import current_version, open_store
from advisor.text import count_of
from ingest.build import ingest as ingest_pdfs
from ingest.pages import content_hash, read_pages
from ingest.texts import PlainText, ingest_texts

STORE_CODE = (
    *("errors.py", "records.py", "text.py", "abbreviations.py", "jsonl.py", "store"),
    *("embedding.py", "minilm.py", "adapter.py", "adapter.safetensors"),
    *(f"evaluation/{name}.py" for name in ("beir", "squad", "spans")),
)
"""The parts of `advisor` on which a store depends, beside `ingest`: the rest may change without making it old."""

ANSWER_CODE = (
    *(*STORE_CODE, "retrieval", "answering", "evaluation/systems.py"),
    *("quantities.py", "numbers.py", "numbers.toml"),
)
"""The parts on which an answer depends."""

Listener = Callable[[str], None]
"""Who is told what is being built."""


def unheard(told: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class SearchedCorpus:
    """What systems search.

    Attributes:
        sha256: of the contents: the same for the same documents, wherever they are.
        pdfs: the PDFs by their names; empty for texts.
        texts: reads the texts anew; None for PDFs.
        given_store: a store that was there before; None to build one under `cache`.
    """

    sha256: str
    pdfs: dict[str, Path]
    texts: Callable[[], Iterator[PlainText]] | None
    embedder: Embedder
    cache: Path
    given_store: Path | None = None
    listener: Listener = unheard

    @property
    def version(self) -> str:
        """What names the store in the stamp of a result: its version, or what it is built from."""
        return current_version(self.given_store) if self.given_store else self.folder("stores").name

    @property
    def key(self) -> str:
        """What the answers of a system of ours depend on, apart from its settings."""
        version = current_version(self.given_store) if self.given_store else ""
        return _joined(self.folder("stores").name, code_sha256(), version)

    @cached_property
    def store(self) -> Path:
        """The folder of a store of just these documents; it is built at the first use, and taken up by later runs."""
        if self.given_store:
            return self.given_store
        path = self.folder("stores")
        if self.texts is not None:
            if not current_version(path):
                self.listener(f"building the store {path}; this is done once")
                with tqdm(desc="texts", unit="text", disable=None) as bar:
                    ingest_texts(self.texts(), store=path, embedder=self.embedder, progress=bar.update)
            return path
        if not current_version(path):
            self.listener(f"building the store {path} from {count_of(len(self.pdfs), 'PDF')}; this is done once")
        result = ingest_pdfs(self.pdfs.values(), store=path, embedder=self.embedder)
        for document in result.documents:
            if document.status in UNUSED:
                raise BenchmarkError(f"{document.file} cannot be used: {'; '.join(document.warnings)}")
        return path

    def folder(self, kind: str, settings: str = "") -> Path:
        """Return a folder under the cache for what is built from this corpus: another corpus has another."""
        model = model_fingerprint(self.embedder.name)
        return self.cache / kind / _joined(self.sha256, code_sha256(STORE_CODE), model, str(FORMAT), settings)[:16]

    def pages(self, document: str) -> Sequence[str] | None:
        """Return the texts of a document's pages, read anew; a text is one page. None where the PDF is gone.

        A document that the corpus does not have has no pages.
        """
        if document in self.pdfs:
            return read_pages(self.pdfs[document]) if self.pdfs[document].is_file() else None
        return self._texts.get(document, ())

    @cached_property
    def _texts(self) -> dict[str, Sequence[str]]:
        return {text.name: (text.text,) for text in self.texts()} if self.texts else {}


def _joined(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def code_sha256(parts: Sequence[str] = ANSWER_CODE) -> str:
    """Return a fingerprint of the code, prompts and library versions on which stores or answers depend."""
    roots = [Path(advisor.__path__[0]) / part for part in parts]
    roots.append(Path(ingest.__path__[0]))
    found = [path for root in roots for path in (root.rglob("*") if root.is_dir() else [root])]
    files = [path for path in found if path.suffix in (".py", ".sql", ".toml", ".safetensors")]
    digest = hashlib.sha256(json.dumps(machine()["versions"]).encode())
    for path in sorted(files):
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    for template in sorted(prompts_folder().iterdir(), key=lambda template: template.name):
        digest.update(f"{template.name}\0".encode() + template.read_bytes())
    return digest.hexdigest()


def model_fingerprint(name: str) -> str:
    """Return what tells embedding models apart: the name, and of a model in a folder or a file its contents too."""
    if not Path(name).exists():
        return name
    files = sorted(path for path in (Path(name), *Path(name).rglob("*")) if path.is_file())
    return f"{name} {_joined(*map(content_hash, files))}"


def open_corpus(
    corpus: PdfCorpus | TextCorpus,
    *,
    embedder: Embedder,
    cache: Path,
    store: Path | None = None,
    default_store: Path = Path("store"),
    folders: Sequence[Path] = (),
    listener: Listener = unheard,
) -> SearchedCorpus | None:
    """Return what is to be searched, None where none of the documents is at hand.

    `store` is searched where it holds exactly the documents that are asked for. Without it, they are looked for by
    their names in `folders`. A set that names no documents is about those of the store, or of the `default_store`.

    Raises:
        BenchmarkError: some of the documents are at hand and others are not, or the store holds others as well.
        StoreNotFoundError: a store is needed, and there is none.
    """
    if isinstance(corpus, TextCorpus):
        return SearchedCorpus(corpus.sha256, {}, corpus.read, embedder, cache, listener=listener)
    if corpus.folder is None and (store is not None or not corpus.files):
        return _of_store(corpus, store or default_store, embedder, cache)
    places = [corpus.folder] if corpus.folder else folders
    found = {
        name: next((folder / name for folder in places if (folder / name).is_file()), None) for name in corpus.files
    }
    missing = [name for name, path in found.items() if path is None]
    if len(missing) == len(found):
        return None
    if missing:
        looked = ", ".join(map(str, places))
        raise BenchmarkError(f"{missing[0]} is in none of {looked}, where others of its corpus are; add it or --corpus")
    pdfs = {name: path for name, path in found.items() if path}
    sha256 = _content({name: content_hash(path) for name, path in pdfs.items()})
    return SearchedCorpus(sha256, pdfs, None, embedder, cache, listener=listener)


def _content(hashes: Mapping[str, str]) -> str:
    """Return the SHA-256 of some documents from their names and those of their contents."""
    return _joined(*sorted(f"{name}\0{sha256}" for name, sha256 in hashes.items()))


def _of_store(corpus: PdfCorpus, store: Path, embedder: Embedder, cache: Path) -> SearchedCorpus | None:
    opened = open_store(store)
    documents = opened.library.documents()
    opened.close()
    held = {document.file for document in documents}
    if corpus.files and not held & set(corpus.files):
        return None
    if corpus.files and held != set(corpus.files):
        other = sorted(held ^ set(corpus.files))[0]
        problem = "holds" if other in held else "lacks"
        raise BenchmarkError(
            f"{store} {problem} {other}, so that figures on it would not be those of this corpus; leave --store out "
            "and name the folders of the PDFs with --corpus"
        )
    sha256 = _content({document.file: document.sha256 for document in documents})
    pdfs = {document.file: Path(document.path) for document in documents}
    return SearchedCorpus(sha256, pdfs, None, embedder, cache, given_store=store)
