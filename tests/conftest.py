"""What several tests share: the shipped corpus in a store with the real model, and small stores without weights."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from advisor.embedding import TransformerEmbedder
from advisor.store.versions import current_version
from ingest.build import ingest

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
REPORTS = ROOT.parent / "shared" / "corpus"
"""The five original reports, where somebody has laid them; they are not part of this project."""

needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="the original reports are not beside the checkout")


@pytest.fixture(scope="session")
def embedder() -> TransformerEmbedder:
    """Return the shipped embedding model, loaded once for all tests."""
    return TransformerEmbedder()


def built(tmp_path_factory: pytest.TempPathFactory, corpus: Path, embedder: TransformerEmbedder) -> Path:
    """Return a store of a folder of PDFs, built by the first test that needs it, whichever process runs it."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent  # a worker's own folder lies in that of the run
    store = folder / f"store-of-{corpus.parent.name}"
    with FileLock(f"{store}.lock"):
        if not current_version(store):
            ingest([corpus], store=store, embedder=embedder)
    return store


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory, embedder: TransformerEmbedder) -> Path:
    """Return a store of the shipped corpus, built once for all tests; do not change it."""
    return built(tmp_path_factory, CORPUS, embedder)


@pytest.fixture(scope="session")
def reports_store(tmp_path_factory: pytest.TempPathFactory, embedder: TransformerEmbedder) -> Path:
    """Return a store of the five original reports, built once for all tests; do not change it."""
    if not REPORTS.is_dir():
        pytest.skip("the original reports are not beside the checkout")
    return built(tmp_path_factory, REPORTS, embedder)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of a Chromium on this machine, or skip: fail instead where REQUIRE_BROWSER is set."""
    # The shell without a window comes first: it takes two thirds of the time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium on this machine: install the package chromium to run the browser tests"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
