"""A library of two documents in a real store, changed by a real process; each test has its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from advisor.answering.advisor import Advisor
from advisor.serving.shelf.jobs import Job
from advisor.serving.shelf.process import BuilderProcess
from advisor.serving.shelf.shelf import Shelf
from ingest.build import ingest
from tests.ingest.pdfs import write_text
from tests.patience import MINUTES
from tests.serving.shelf.embedders import Waiting

SOURCES = """
[[brief]]
file = "fairs.pdf"
title = "Brief: Trade fairs"
rests_on = ["original.pdf"]

[[publication]]
file = "original.pdf"
title = "The fairs of the north"
publisher = "Northern Office"
"""


@dataclass
class Place:
    """A library and where its parts lie."""

    root: Path
    advisor: Advisor
    shelf: Shelf
    builders: list[BuilderProcess] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def folder(self) -> Path:
        return self.corpus / "added"

    def files(self) -> list[str]:
        """The names of all files that were added, also of those that are still arriving."""
        return sorted(path.name for path in self.folder.glob("*"))

    def add(self, content: bytes, name: str = "report.pdf", browser: str = "anna") -> Job:
        with self.shelf.arriving(browser, name) as upload:
            upload.write(content)
            return self.shelf.take(browser, name, upload)

    def added(self, content: bytes, name: str = "report.pdf", browser: str = "anna") -> Job:
        return self.ended(self.add(content, name, browser))

    def ended(self, job: Job) -> Job:
        job = self.shelf.wait(job.job_id, timeout_s=MINUTES)
        assert job.finished
        return job

    def titles(self) -> list[str]:
        return [entry.title for entry in self.shelf.entries()]


def report(*lines: str, title: str = "Members survey", pages: int = 1) -> bytes:
    """The bytes of a PDF with these lines on each of its pages."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        content = [[f"# Part {number}", *lines] for number in range(1, pages + 1)]
        return write_text(Path(folder) / "x.pdf", *content, title=title).read_bytes()


@pytest.fixture(scope="session")
def shelf_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template")
    write_text(root / "corpus" / "fairs.pdf", ["# Fairs", "Seventeen firms went to the fair in Oslo."], title="Fairs")
    write_text(root / "corpus" / "skills.pdf", ["# Skills", "Welders are trained in two valleys."], title="Skills")
    (root / "corpus" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return root


@pytest.fixture
def place(tmp_path: Path, shelf_template: Path) -> Iterator[Place]:
    shutil.copytree(shelf_template, tmp_path, dirs_exist_ok=True)
    embedder = Waiting()
    ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=embedder)
    advisor = Advisor.open(tmp_path / "store", embedder=embedder)
    builders: list[BuilderProcess] = []

    def start() -> BuilderProcess:
        builders.append(BuilderProcess(embedder))
        return builders[-1]

    corpus = tmp_path / "corpus"
    shelf = Shelf(advisor, store=tmp_path / "store", folder=corpus / "added", corpus=corpus, start_builder=start)
    yield Place(tmp_path, advisor, shelf, builders)
    shelf.close()
