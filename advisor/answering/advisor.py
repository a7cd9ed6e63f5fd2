"""A store, an embedder and, if wanted, a chat model → answers: joins the steps of the core."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.answering.abstention import judge
from advisor.answering.budget import sources_within
from advisor.answering.citations import Citer
from advisor.answering.conversation import checked, standalone
from advisor.answering.drafting import drafts
from advisor.answering.evidence import Evidence, gather
from advisor.answering.extractive import Statement, compose
from advisor.answering.generative import Writer
from advisor.answering.refusal import REFUSAL
from advisor.answering.sufficiency import measure
from advisor.answering.wording import declined, render, source_note
from advisor.answering.written import SHIPPED_WRITING, Writing, WrittenAnswer
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import GenerationError, UsageError
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
from advisor.retrieval.reranking import CrossEncoderReranker, Reranker
from advisor.retrieval.retriever import SHIPPED, Retriever, Scope, Tuning
from advisor.retrieval.segments import Segment, join
from advisor.retrieval.understanding import Query
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
        self,
        path: Path,
        embedder: Embedder,
        *,
        writer: Writer | None = None,
        writing: Writing = SHIPPED_WRITING,
        tuning: Tuning = SHIPPED,
        reranker: Reranker | None = None,
    ) -> None:
        self._path = path
        self._embedder = embedder
        self._writer = writer
        self._writing = writing
        self._tuning = tuning
        self._reranker = reranker
        self._lock = threading.Lock()
        self._opened: Retriever | None = None
        self._retriever()

    @classmethod
    def open(
        cls,
        store: str | Path = "store",
        *,
        embedder: Embedder | str = "",
        writer: Writer | None = None,
        writing: Writing = SHIPPED_WRITING,
        tuning: Tuning = SHIPPED,
        reranker: Reranker | str = "",
    ) -> Advisor:
        """Open a store.

        Args:
            store: its folder.
            embedder: the model that built it, as a Hugging Face name, a path or an `Embedder`; "" is the installed
                MiniLM.
            writer: writes answers in prose, see `advisor.answering.generative.open_writer`; None for extractive
                answers.
            writing: how much the writer is given, and what becomes of sentences that are not borne out.
            tuning: how passages are found, see `advisor.retrieval.retriever.Tuning`.
            reranker: a cross-encoder that reads the first passages again, as a Hugging Face name, a path or a
                `Reranker`; "" for none.

        Raises:
            StoreNotFoundError: there is no store.
            StoreMismatchError: it was built by another embedder, or in another format.
        """
        model = TransformerEmbedder(embedder) if isinstance(embedder, str) else embedder
        order = CrossEncoderReranker(reranker) if reranker and isinstance(reranker, str) else reranker
        return cls(Path(store), model, writer=writer, writing=writing, tuning=tuning, reranker=order or None)

    def _retriever(self) -> Retriever:
        """Return a retriever of the current version of the store, opened anew when another has taken its place."""
        with self._lock:
            version = current_version(self._path)
            if self._opened is None or (version and version != self._opened.store.version):
                store = open_store(self._path)
                check_embedder(self._path, store.library, self._embedder)
                # The one before is closed when the last question that reads it is done with it.
                self._opened = Retriever(store, self._embedder, tuning=self._tuning, reranker=self._reranker)
            return self._opened

    def _store(self) -> Store:
        return self._retriever().store

    def _read(self, read: Callable[[Retriever], T]) -> tuple[Store, T]:
        """Return what is read from the current version, and that version.

        A version that another one replaces is deleted, also while it is read: Chroma opens files late and fails then
        with errors of its own. What was read is read anew from the version that has taken its place.
        """
        while True:
            retriever = self._retriever()
            try:
                return retriever.store, read(retriever)
            except Exception:
                if current_version(self._path) in ("", retriever.store.version):
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
        sections: Sequence[str] = (),
        mode: SearchMode | None = None,
        history: Sequence[Message] = (),
    ) -> list[Hit]:
        """Return the `k` passages that bear most on a query, best first; see `Retriever.retrieve` for their scores.

        Args:
            query: what a person typed, in any language that has a lexicon.
            k: how many.
            document_ids: ids or file names; passages of these documents only.
            sections: words of headings; only passages under one of them.
            mode: by default the one that the advisor was opened with.
            history: turns before it; a query that leans on them is completed as in `ask`.

        Raises:
            UsageError: the query is empty or too long, or an option is out of range.
            CorpusError: a document is not in the store.
        """
        asked = checked(query)
        tuning = replace(self._tuning, mode=mode) if mode else self._tuning
        scope = Scope(tuple(document_ids), tuple(sections))
        _, hits = self._read(
            lambda retriever: retriever.retrieve(
                self._query(retriever, asked, history), k=k, scope=scope, tuning=tuning
            )
        )
        return hits

    async def asearch(self, query: str, **options: Any) -> list[Hit]:
        """Search without blocking the event loop; options as in `search`."""
        import asyncio

        return await asyncio.to_thread(self.search, query, **options)

    def search_many(self, queries: Sequence[str], **options: Any) -> list[list[Hit]]:
        """Return the hits of several queries, in their order; options as in `search`."""
        return [self.search(query, **options) for query in queries]

    def segments(self, query: str, *, k: int = 3, history: Sequence[Message] = ()) -> list[Segment]:
        """Return the `k` best runs of neighbouring passages, with lists and tables whole.

        Raises:
            UsageError: the query is empty or too long, or `k` is below 1.
        """
        asked = checked(query)
        if k < 1:
            raise UsageError(f"k is {k}; ask for at least one segment")
        _, found = self._read(lambda retriever: self._segments(retriever, asked, history, k))
        return found

    def _segments(self, retriever: Retriever, asked: str, history: Sequence[Message], k: int) -> list[Segment]:
        hits = retriever.retrieve(self._query(retriever, asked, history), k=max(PASSAGES, 2 * k))
        return join(retriever.store.library, hits, k=k)

    def _query(self, retriever: Retriever, asked: str, history: Sequence[Message]) -> Query:
        text = self._standalone(asked, history)
        return retriever.understand(text, focus=asked if text != asked else "")

    def _standalone(self, asked: str, history: Sequence[Message]) -> str:
        return standalone(asked, history) if self._tuning.completion else asked

    def as_retriever(
        self, *, k: int = PASSAGES, document_ids: Sequence[str] = (), sections: Sequence[str] = ()
    ) -> AdvisorRetriever:
        """Return a LangChain retriever over this store; see `search` for the filters."""
        from advisor.langchain import AdvisorRetriever

        return AdvisorRetriever(advisor=self, k=k, document_ids=tuple(document_ids), sections=tuple(sections))

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
        text = self._standalone(asked, history)
        counts = self._store().library.counts()
        yield Searching(text, counts.documents, counts.pages)
        store, (query, hits, evidence) = self._read(lambda retriever: self._found(retriever, asked, history, clock))
        clock.lap("retrieve")
        yield PassagesFound(tuple(hits))
        judged = judge(measure(store, query, hits))
        answer = Answer(
            id=id or hashlib.sha256(text.encode()).hexdigest()[:16],
            question=asked,
            standalone_question=text,
            answer="",
            abstained=judged.verdict != "answered",
            confidence=judged.confidence if hits else 0.0,
            reason=judged.verdict if counts.documents else "empty-store",
            mode="extractive",
            hits=tuple(hits),
            language=query.language,
        )
        if judged.verdict == "answered" and self._writer and not extractive:
            finished = yield from self._written(store, query, answer, evidence, history)
        else:
            finished = yield from self._extracted(store, query, answer, evidence)
        clock.lap("answer")
        yield AnswerReady(replace(finished, timings_ms=clock.total()))

    def _found(
        self, retriever: Retriever, asked: str, history: Sequence[Message], clock: _Clock
    ) -> tuple[Query, list[Hit], list[Evidence]]:
        query = self._query(retriever, asked, history)
        clock.lap("embed")
        hits = retriever.retrieve(query, k=PASSAGES)
        return query, hits, gather(retriever.store, query, hits)

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
            _noted(render(sentences), answer.language)
            if not answer.abstained
            else declined(answer.language, answer.reason, sentences, store.library.counts())
        )
        return replace(answer, answer=text, sentences=tuple(sentences), citations=citer.citations)

    def _written(
        self, store: Store, query: Query, answer: Answer, evidence: Sequence[Evidence], history: Sequence[Message]
    ) -> Generator[AnswerEvent, None, Answer]:
        """Yield the checked sentences of the chat model; where it fails, those of the extractive answer instead."""
        assert self._writer is not None
        writing = self._writing
        budget, count = writing.budget_tokens, self._embedder.count_tokens
        sources = sources_within(store.library, answer.hits, count, budget_tokens=budget)
        written = WrittenAnswer(
            store, sources, self._embedder, language=answer.language, unsupported=writing.unsupported
        )
        pieces = self._writer.write(answer.question, sources, language=answer.language, history=history)
        reason = "model-empty"
        try:
            for draft in drafts(pieces, [source.key for source in sources]):
                reason = "model-uncited"
                if REFUSAL in draft.text:
                    written.add(draft)
                    break
                if ready := written.add(draft):
                    yield ready
        except GenerationError as error:
            reason = "model-timeout" if error.timed_out else "model-error"
        else:
            if written.holds:
                mode: Mode = "generative"
                return replace(
                    answer,
                    answer=_noted(render(written.sentences), answer.language),
                    mode=mode,
                    sentences=tuple(written.sentences),
                    citations=written.citations,
                    removed=tuple(written.removed),
                )
            reason = "model-refused" if written.refused else reason
        finally:
            pieces.close()  # also where nobody listens any more: the model must not write on
        instead = replace(answer, reason=reason, removed=tuple(written.removed))
        return (yield from self._extracted(store, query, instead, evidence))


def _noted(text: str, language: str) -> str:
    """Return the text of an answer, with the note for those who ask in another language than the sources have."""
    return "\n\n".join(filter(None, [text, source_note(language)]))
