"""A store of one real PDF, answers that quote from it, and the ways to damage them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.answering.citations import Citer
from advisor.answering.wording import render
from advisor.records import Answer, AnswerSentence, Mode, Support
from advisor.store.versions import open_store
from ingest.build import ingest
from ingest.verification import verify_file
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import drawn, table, text_page, write_pdf

Record = dict[str, Any]
Verify = Callable[[Record], list[str]]

WRAPPED = (
    "The Harbour Cluster sends 12 firms to the fair in Porto, and it pays half of what the stand of each costs there."
)
FEE = "Members pay 300 euros a year."
REPEATED = "Ask the members first."
AGREEMENTS = "Most partnerships have signed agreements with partners abroad."
NO_FAIR = "No cluster goes to fairs in winter."
ROW = "Porto — Month: May; Firms: 12; Guests: 340"

PAGES = (
    drawn(
        text_page(
            [
                "# Fairs",
                "The Harbour Cluster sends 12 firms to the fair in Porto, and it pays half of what",
                "the stand of each costs there. " + FEE,
                "",
                "",
                REPEATED,
                "",
                "",
                "Then write to the fair.",
                "",
                "",
                REPEATED,
            ]
        ),
        table(
            [["Fair", "Month", "Firms", "Guests"], ["Porto", "May", "12", "340"], ["Gdansk", "June", "7", "95"]],
            top=400,
        ),
    ),
    text_page(["# Fees", "The fee of the partners is 450 euros in 2019.", "", "", AGREEMENTS, "", "", NO_FAIR]),
)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of a report of two pages; do not change it."""
    folder = tmp_path_factory.mktemp("proofs")
    write_pdf(folder / "corpus" / "report.pdf", *PAGES, title="Harbour report")
    ingest([folder / "corpus"], store=folder / "store", embedder=HashEmbedder())
    return folder / "store"


@pytest.fixture(scope="session")
def answered(store: Path) -> Callable[..., Record]:
    """Return what makes the record of an answer out of sentences of the report, each with the text that it has there.

    In `told`, a sentence of the answer has other words than the one it cites.
    """

    def answer(*texts: str, told: dict[str, str] | None = None, mode: Mode = "extractive") -> Record:
        opened = open_store(store)
        citer = Citer(opened.library)
        document = opened.library.documents()[0]
        passages = opened.library.passages([item for item, _, _ in opened.library.passage_vectors()])
        held = {s.text: (s, passage) for passage in passages for s in passage.sentences}
        sentences = []
        for text in texts:
            sentence, passage = held[text]
            markers = citer.cite(sentence, passage, document)
            said = (told or {}).get(text, text)
            support: Support = "verbatim" if said == text and sentence.kind != "row" else "supported"
            sentences.append(AnswerSentence(said, markers, support, sentence.kind))
        opened.close()
        record = Answer(
            *("a1", "What?", "What?", render(sentences)), abstained=False, confidence=0.9, reason="answered",
            mode=mode, sentences=tuple(sentences), citations=citer.citations,
        )  # fmt: skip
        return record.to_dict()

    return answer


@pytest.fixture
def verify(store: Path, tmp_path: Path) -> Verify:
    """Return what verifies one record, and gives the problems without the place of the record."""

    def problems(record: Record) -> list[str]:
        path = tmp_path / "answers.jsonl"
        path.write_text(json.dumps(record) + "\n", encoding="utf-8")
        found = verify_file(path, store=store).problems
        return [problem.removeprefix(f"{path}, line 1 ({record['id']}): ") for problem in found]

    return problems
