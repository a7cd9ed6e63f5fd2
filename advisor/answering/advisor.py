"""A store, an embedder and, if wanted, a chat model → answers: joins the steps of the core."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from advisor.answering.abstention import confidence, signals, verdict
from advisor.answering.citations import Citer
from advisor.answering.conversation import checked, standalone
from advisor.answering.evidence import Evidence, gather
from advisor.answering.extractive import Statement, compose
from advisor.answering.generative import REFUSAL, Writer, drafts
from advisor.answering.wording import declined, render
from advisor.answering.written import WrittenAnswer
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import GenerationError
from advisor.records import (
    Answer,
    AnswerEvent,
    AnswerReady,
    AnswerSentence,
    Document,
    Hit,
    Message,
    Mode,
    Page,
    PassagesFound,
    Searching,
    SearchMode,
    SentenceReady,
)
from advisor.retrieval.retriever import SHIPPED, Query, Tuning, prepare, retrieve
from advisor.store.library import Counts
from advisor.store.versions import Store, check_embedder, current_version, open_store
from advisor.text import same_words

if TYPE_CHECKING:
    from advisor.langchain import AdvisorRetriever

T = TypeVar("T")

PASSAGES = 8
"""How many passages an answer is put together from."""

NEAREST = 3
"""How many statements a declined answer shows."""


@dataclass(slots=True)
class _Clock:
    started: float = field(default_factory=time.perf_counter)
    spent: dict[str, float] = field(default_factory=dict)

    def lap(self, step: str) -> None:
        self.spent[step] = (time.perf_counter() - self.started) * 1000 - sum(self.spent.values())

    def total(self) -> dict[str, float]:
        return self.spent | {"total": (time.perf_counter() - self.started) * 1000}


class Advisor:
    """Answers questions from one store. Safe to share between threads."""

    def __init__(
        self, path: Path, embedder: Embedder, *, writer: Writer | None = None, tuning: Tuning = SHIPPED
    ) -> None:
        self._path = path
        self._embedder = embedder
        self._writer = writer
        self._tuning = tuning
        self._lock = threading.Lock()
        self._opened: Store | None = None
        self._store()

    @classmethod
    def open(
        cls,
        store: str | Path = "store",
        *,
        embedder: Embedder | str = "",
        writer: Writer | None = None,
        tuning: Tuning = SHIPPED,
    ) -> Advisor:
        """Open a store.

        Args:
            store: its folder.
            embedder: the model that built it, as a Hugging Face name, a path or an `Embedder`; "" is the installed
                MiniLM.
            writer: writes answers in prose, see `advisor.answering.generative.open_writer`; None for extractive
                answers.
            tuning: how passages are found, see `advisor.retrieval.retriever.Tuning`.

        Raises:
            StoreNotFoundError: there is no store.
            StoreMismatchError: it was built by another embedder, or in another format.
        """
        model = TransformerEmbedder(embedder) if isinstance(embedder, str) else embedder
        return cls(Path(store), model, writer=writer, tuning=tuning)

    def _store(self) -> Store:
        """Return the current version of the store, opened anew when another one has taken its place."""
        with self._lock:
            version = current_version(self._path)
            if self._opened is None or (version and version != self._opened.version):
                store = open_store(self._path)
                check_embedder(self._path, store.library, self._embedder)
                self._opened = store  # the one before is closed when the last question that reads it is done with it
            return self._opened

    def _read(self, read: Callable[[Store], T]) -> tuple[Store, T]:
        """Return what is read from the current version, and that version.

        A version that another one replaces is deleted, also while it is read: Chroma opens files late and fails then
        with errors of its own. What was read is read anew from the version that has taken its place.
        """
        while True:
            store = self._store()
            try:
                return store, read(store)
            except Exception:
                if current_version(self._path) in ("", store.version):
                    raise

    # --- what the store holds ----------------------------------------------------------------------------------

    def documents(self) -> list[Document]:
        """Return the documents of the store, by file name."""
        return self._store().library.documents()

    def document(self, document_id: str) -> Document:
        """Return one document by its id or file name.

        Raises:
            CorpusError: the store holds no such document.
        """
        return self._store().library.document(document_id)

    def page(self, document_id: str, number: int) -> Page:
        """Return one stored page, counted from 1.

        Raises:
            CorpusError: the store holds no such page.
        """
        return self._store().library.page(document_id, number)

    def counts(self) -> Counts:
        """Return how many documents, pages, passages and sentences the store holds."""
        return self._store().library.counts()

    # --- search ------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        k: int = PASSAGES,
        document_ids: Sequence[str] = (),
        mode: SearchMode | None = None,
        history: Sequence[Message] = (),
    ) -> list[Hit]:
        """Return the `k` passages that bear most on a query, best first; see `advisor.retrieval.retriever.retrieve`.

        With `history`, a query that leans on the turns before it is completed as in `ask`. `mode` is by default the one
        that the advisor was opened with.

        Raises:
            UsageError: the query is empty or too long, or an option is out of range.
            CorpusError: a document is not in the store.
        """
        tuning = replace(self._tuning, mode=mode) if mode else self._tuning
        prepared = self._prepared(checked(query), history)
        _, hits = self._read(lambda store: retrieve(store, prepared, k=k, document_ids=document_ids, tuning=tuning))
        return hits

    def _prepared(self, asked: str, history: Sequence[Message]) -> Query:
        text = standalone(asked, history)
        return prepare(text, self._embedder, focus=asked if text != asked else "")

    def as_retriever(self, *, k: int = PASSAGES, document_ids: Sequence[str] = ()) -> AdvisorRetriever:
        """Return a LangChain retriever over this store."""
        from advisor.langchain import AdvisorRetriever

        return AdvisorRetriever(advisor=self, k=k, document_ids=tuple(document_ids))

    # --- answers -----------------------------------------------------------------------------------------------

    def ask(self, question: str, *, history: Sequence[Message] = (), extractive: bool = False, id: str = "") -> Answer:
        """Answer a question.

        Args:
            question: what a person typed.
            history: the turns before it, oldest first.
            extractive: put the answer together from the sources even where a chat model is configured.
            id: kept in the answer; by default it follows from the question.

        Raises:
            UsageError: the question is empty or too long.
        """
        *_, last = self.stream(question, history=history, extractive=extractive, id=id)
        assert isinstance(last, AnswerReady), "a streamed answer ends with AnswerReady"
        return last.answer

    async def aask(
        self, question: str, *, history: Sequence[Message] = (), extractive: bool = False, id: str = ""
    ) -> Answer:
        """Answer a question without blocking the event loop; see `ask`."""
        import asyncio

        return await asyncio.to_thread(self.ask, question, history=history, extractive=extractive, id=id)

    async def astream(
        self, question: str, *, history: Sequence[Message] = (), extractive: bool = False, id: str = ""
    ) -> AsyncIterator[AnswerEvent]:
        """Yield the events of `stream` without blocking the event loop."""
        import asyncio

        events = self.stream(question, history=history, extractive=extractive, id=id)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def stream(
        self, question: str, *, history: Sequence[Message] = (), extractive: bool = False, id: str = ""
    ) -> Iterator[AnswerEvent]:
        """Yield an answer as it comes about: Searching, PassagesFound, any number of SentenceReady, AnswerReady.

        Raises:
            UsageError: the question is empty or too long; raised on the first event.
        """
        clock = _Clock()
        asked = checked(question)
        text = standalone(asked, history)
        counts = self._store().library.counts()
        yield Searching(text, counts.documents, counts.pages)
        query = self._prepared(asked, history)
        clock.lap("embed")
        store, (hits, evidence) = self._read(lambda store: _found(store, query, self._tuning))
        clock.lap("retrieve")
        yield PassagesFound(tuple(hits))
        value = confidence(signals(store, query, hits, evidence)) if hits else 0.0
        outcome = verdict(value) if hits else "declined"
        answer = Answer(
            id=id or hashlib.sha256(text.encode()).hexdigest()[:16],
            question=asked,
            standalone_question=text,
            answer="",
            abstained=outcome != "answered",
            confidence=value,
            reason=outcome if counts.documents else "empty-store",
            mode="extractive",
            hits=tuple(hits),
        )
        if outcome == "answered" and self._writer and not extractive:
            finished = yield from self._written(store, query, answer, evidence)
        else:
            finished = yield from self._extracted(store, query, answer, evidence)
        clock.lap("answer")
        yield AnswerReady(replace(finished, timings_ms=clock.total()))

    def _extracted(
        self, store: Store, query: Query, answer: Answer, evidence: Sequence[Evidence]
    ) -> Generator[AnswerEvent, None, Answer]:
        """Yield the sentences of an extractive answer; return it, or a decline with the nearest statements."""
        citer = Citer(store.library)
        hits = {hit.passage.passage_id: hit for hit in answer.hits}
        if answer.abstained:
            statements = [Statement(item.sentence) for item in evidence[:NEAREST]]
        else:
            statements = compose(store, query, evidence)
        sentences: list[AnswerSentence] = []
        for statement in statements:
            sentence = statement.sentence
            known = len(citer.citations)
            markers: list[int] = []
            for source in (sentence, *statement.also):
                hit = hits.get(source.passage_id)
                passage = hit.passage if hit else store.library.passages([source.passage_id])[0]
                markers += citer.cite(source, passage, store.library.document(source.document_id))
            quotes = " ".join(citer.citations[marker - 1].quote for marker in markers[: len(sentence.spans)])
            exact = same_words(sentence.text, quotes) and same_words(quotes, sentence.text)
            kind = "text" if answer.abstained else sentence.kind
            told = AnswerSentence(
                sentence.text, tuple(dict.fromkeys(markers)), "verbatim" if exact else "supported", kind
            )
            sentences.append(told)
            if not answer.abstained:  # the nearest statements are no answer: they come with the last event only
                yield SentenceReady(told, citer.citations[known:])
        text = (
            render(sentences)
            if not answer.abstained
            else declined(answer.question, answer.reason, sentences, store.library.counts())
        )
        return replace(answer, answer=text, sentences=tuple(sentences), citations=citer.citations)

    def _written(
        self, store: Store, query: Query, answer: Answer, evidence: Sequence[Evidence]
    ) -> Generator[AnswerEvent, None, Answer]:
        """Yield the checked sentences of the chat model; where it fails, those of the extractive answer instead."""
        assert self._writer is not None
        written = WrittenAnswer(store, answer.hits, self._embedder)
        reason, wrote = "model-uncited", False
        try:
            for draft in drafts(self._writer.write(query.text, answer.hits)):
                wrote = True
                if REFUSAL in draft.text:
                    reason = "model-refused"
                    break
                if ready := written.add(draft):
                    yield ready
            reason = reason if wrote else "model-empty"
        except GenerationError as error:
            reason = "model-timeout" if error.timed_out else "model-error"
        else:
            if written.holds:
                mode: Mode = "generative"
                text = render(written.sentences)
                return replace(
                    answer, answer=text, mode=mode, sentences=tuple(written.sentences), citations=written.citations
                )
        return (yield from self._extracted(store, query, replace(answer, reason=reason), evidence))


def _found(store: Store, query: Query, tuning: Tuning) -> tuple[list[Hit], list[Evidence]]:
    hits = retrieve(store, query, k=PASSAGES, tuning=tuning)
    return hits, gather(store, query, hits)
