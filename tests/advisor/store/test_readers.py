"""Readers in processes of their own see whole versions only, whatever a writer does meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ingest.build import ingest, rebuild, remove
from tests.conftest import ROOT
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text

READER = """
import json, sys
from pathlib import Path
from advisor.answering.advisor import Advisor
from advisor.errors import StoreError
from advisor.store.vectors import PASSAGES, SENTENCES
from advisor.store.versions import current_version, open_store
from tests.fakes import HashEmbedder

store, done = Path(sys.argv[1]), Path(sys.argv[2])
seen, reads, kept = {}, 0, Advisor(store, HashEmbedder())


def look():
    "Return what one version holds, None where the writer took it away while it was read."
    opened = open_store(store)
    try:
        library = opened.library
        for collection, items in ((PASSAGES, library.passage_vectors()), (SENTENCES, library.sentence_vectors())):
            assert opened.vectors.ids(collection) == {item for item, _, _ in items}
            opened.vectors.query(collection, HashEmbedder().embed(["fairs"])[0], k=9)
        return opened.version, [document.file for document in library.documents()]
    except StoreError:
        if current_version(store) == opened.version:
            raise
        return None
    finally:
        opened.close()


while True:
    last = done.exists()
    found = look()
    if found:
        assert seen.setdefault(*found) == found[1]
    for advisor in (kept, Advisor(store, HashEmbedder())):
        answer = advisor.ask("Who meets partners at fairs?")
        assert {citation.document for citation in answer.citations} <= {"alpha.pdf", "beta.pdf"}
        for hit in advisor.search("cheese turbines", k=9, mode="dense"):
            assert hit.passage.text in ("Clusters export turbines.", "Cheese makers meet partners at fairs.")
    reads += 1
    if reads == 1:
        print("reading", flush=True)
    if last:
        break
print(json.dumps({"reads": reads, "seen": seen}))
"""


def test_two_readers_see_whole_versions_while_a_writer_adds_removes_and_rebuilds(tmp_path: Path) -> None:
    store, corpus = tmp_path / "store", tmp_path / "corpus"
    write_text(corpus / "alpha.pdf", ["Clusters export turbines."])
    ingest([corpus], store=store, embedder=HashEmbedder())
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(store), str(tmp_path / "done")],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
    write_text(corpus / "beta.pdf", ["Cheese makers meet partners at fairs."])
    for _ in range(3):
        ingest([corpus], store=store, embedder=HashEmbedder())
        rebuild(store=store)
        remove("beta.pdf", store=store)
    ingest([corpus], store=store, embedder=HashEmbedder())
    (tmp_path / "done").touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=120)
        assert reader.returncode == 0, errors
        found = json.loads(output)
        assert found["reads"] >= 2
        versions = sorted(found["seen"])
        assert versions[0].startswith("v000001-")  # the first look came before the first write, the last after the last
        assert versions[-1].startswith("v000011-")
        assert found["seen"][versions[0]] == ["alpha.pdf"]
        assert found["seen"][versions[-1]] == ["alpha.pdf", "beta.pdf"]
        assert {tuple(files) for files in found["seen"].values()} <= {("alpha.pdf",), ("alpha.pdf", "beta.pdf")}
