"""Texts → PDFs that hold each as heading, sentence, title, publisher and name, read for real; and who quotes them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from advisor import Advisor
from advisor.answering.citations import Citer
from advisor.records import (
    Answer,
    AnswerEvent,
    AnswerReady,
    AnswerSentence,
    PassagesFound,
    Searching,
    SentenceReady,
)
from advisor.store.library import Library
from ingest.build import ingest
from tests.fakes import HashEmbedder, ScriptedWriter

QUESTION = "What do visits to fairs bring?"
OPENING = "Visits to the fair"


def build_library(folder: Path, texts: Sequence[str]) -> Path:
    """Write a PDF for each text, ingest them, and return the store."""
    pdfmetrics.registerFont(
        TTFont("Vera", "Vera.ttf")
    )  # comes with reportlab; Helvetica has no place for direction marks
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    manifest = ""
    for number, text in enumerate(texts):
        file = f"{number:02d} {text.replace('/', '').replace(chr(0), '')}.pdf"
        _draw(corpus / file, number, text)
        entry = {"file": file, "title": f"Title {text}", "publisher": f"Publisher {text}"}
        # The texts of JSON with all but ASCII escaped are texts of TOML, too.
        manifest += "[[brief]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
    (corpus / "sources.toml").write_text(manifest, encoding="utf-8")
    ingest([corpus], store=folder / "store", embedder=HashEmbedder())
    return folder / "store"


def _draw(path: Path, number: int, text: str) -> None:
    canvas = Canvas(str(path), pagesize=(842, 595), invariant=1)
    lines = (
        (11, f"Fair {number:02d} {text} in May"),
        (8, sentence(number, text)),
        (8, f"Members of the fair {number:02d} meet twice a year."),
    )
    for row, (size, line) in enumerate(lines):
        canvas.setFont("Vera", size)
        canvas.drawString(40, 500 - 60 * row, line)
    canvas.setTitle(f"Title {text}")
    canvas.save()


def sentence(number: int, text: str) -> str:
    """Return the sentence in which a text stands."""
    return f"{OPENING} {number:02d} bring partners {text}"


def open_advisor(store: Path, writer: ScriptedWriter | None = None, **options: Any) -> Advisor:
    """Open the store."""
    return Advisor.open(store, embedder=HashEmbedder(), writer=writer, **options)


class Quoting:
    """The advisor of a store, which answers every question with the sentence of each document that holds its text.

    The advisor itself leaves out sentences that hold markup. Here nothing but the page is to hold it back.
    """

    def __init__(self, advisor: Advisor, library: Library) -> None:
        self._advisor = advisor
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._advisor, name)

    def answer(self, question: str) -> Answer:
        """Return the answer with its citations, as the store has them."""
        hits = sorted(self._advisor.search(QUESTION, k=100), key=lambda hit: hit.document.file)
        citer, sentences = Citer(self._library), []
        for hit in hits:
            quoted = next(each for each in hit.passage.sentences if each.text.startswith(OPENING))
            markers = citer.cite(quoted, hit.passage, hit.document)
            sentences.append(AnswerSentence(quoted.text, markers, "verbatim", "item"))
        text = " ".join(each.marked for each in sentences)
        return Answer(
            "a1", question, question, text, False, 0.9, "answered", "extractive",
            tuple(sentences), citer.citations, tuple(hits),
        )  # fmt: skip

    async def astream(self, question: str, **_: Any) -> AsyncIterator[AnswerEvent]:
        """Yield the answer sentence by sentence."""
        for event in self.stream(question):
            yield event

    def stream(self, question: str) -> Iterator[AnswerEvent]:
        """Yield the answer sentence by sentence."""
        answer = self.answer(question)
        yield Searching(question, len(answer.hits), len(answer.hits))
        yield PassagesFound(answer.hits)
        for said, citation in zip(answer.sentences, answer.citations, strict=True):
            yield SentenceReady(said, (citation,))
        yield AnswerReady(answer)
