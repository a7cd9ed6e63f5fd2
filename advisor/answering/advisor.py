"""A store, an embedder and, if wanted, a chat model → answers: joins the steps of the core."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from advisor.answering.conversation import Asked, Turns, checked, messages, read_turn, standalone
from advisor.answering.declines import suggestions
from advisor.answering.extracted import Found, extracted
from advisor.answering.finding import (
    PASSAGES,
    find,
    hits_if_answered,
    is_answered,
    resolved,
    sources_for,
    still_held,
)
from advisor.answering.following import follow_ups
from advisor.answering.generative import Writer
from advisor.answering.judging import judged
from advisor.answering.mentions import Mentions, find_mentions
from advisor.answering.options import Texts, as_count, as_headings, as_text, as_texts
from advisor.answering.stepping import in_steps
from advisor.answering.suspicion import suspicions
from advisor.answering.talk.examples import find_examples
from advisor.answering.talk.replies import small_talk
from advisor.answering.talk.requests import SMALL_TALK, Request, describe
from advisor.answering.writing import Prose, written
from advisor.answering.written import SHIPPED_WRITING, Writing
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import CorpusError, UsageError
from advisor.records import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Document,
    Hit,
    Message,
    Page,
    PassagesFound,
    Searching,
    SearchMode,
    Sentence,
)
from advisor.retrieval.reranking import CrossEncoderReranker, Reranker
from advisor.retrieval.retriever import SHIPPED, Retriever, Scope, Tuning
from advisor.retrieval.segments import Segment, join
from advisor.retrieval.understanding import Query
from advisor.store.library import Counts, Holding
from advisor.store.versions import Store, check_embedder, current_version, open_store
from advisor.text import one_line

if TYPE_CHECKING:
    from advisor.langchain import AdvisorRetriever

T = TypeVar("T")


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
        store: str | PathLike[str] = "store",
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
            UsageError: the store is no path.
            StoreNotFoundError: there is no store.
            StoreMismatchError: it was built by another embedder, or in another format.
        """
        if not isinstance(store, str | PathLike):
            raise UsageError(f"the store is {type(store).__name__}; give the path of its folder")
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

    def holdings(self) -> list[Holding]:
        """Return the documents of the store, by file name, with how much was made of each."""
        return self._store().library.holdings()

    def document(self, document_id: str) -> Document:
        """Return one document by its id or file name.

        Raises:
            UsageError: the id is no text.
            CorpusError: the store holds no such document.
        """
        return self._store().library.document(as_text(document_id, "the id of a document"))

    def page(self, document_id: str, number: int) -> Page:
        """Return one stored page, counted from 1.

        Raises:
            UsageError: the id is no text.
            CorpusError: the store holds no such page.
        """
        return self._store().library.page(as_text(document_id, "the id of a document"), number)

    def counts(self) -> Counts:
        """Return how many documents, pages, passages and sentences the store holds."""
        return self._store().library.counts()

    # --- search ------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        k: int = PASSAGES,
        document_ids: Texts = (),
        sections: Texts = (),
        mode: SearchMode | None = None,
        history: Turns = (),
    ) -> list[Hit]:
        """Return the `k` passages that bear most on a query, best first; see `Retriever.retrieve` for their scores.

        Args:
            query: what a person typed, in any language that has a lexicon.
            k: how many.
            document_ids: ids or file names; passages of these documents only.
            sections: words of headings; only passages under one of them. Empty ones ask for nothing.
            mode: by default the one that the advisor was opened with.
            history: turns before it; a query that leans on them is completed as in `ask`.

        Raises:
            UsageError: the query is empty or too long, or an option is out of range.
            CorpusError: a document is not in the store.
        """
        asked, turns = checked(query), messages(history)
        tuning = replace(self._tuning, mode=mode) if mode else self._tuning
        scope = Scope(as_texts(document_ids, "document_ids"), as_headings(sections))
        _, hits = self._read(
            lambda retriever: retriever.retrieve(self._query(retriever, asked, turns), k=k, scope=scope, tuning=tuning)
        )
        return hits

    def mentions(self, words: str, *, k: int = PASSAGES) -> Mentions:
        """Return the passages that hold all of some words, and how many there are; then those that come nearest.

        Args:
            words: what a person typed.
            k: passages at most.

        Raises:
            UsageError: nothing was typed, or too much, or `k` is below 1.
        """
        asked, k = checked(words), as_count(k, "passage")
        _, found = self._read(lambda retriever: find_mentions(retriever, self._query(retriever, asked, ()), asked, k=k))
        return found

    def sentence(self, sentence_id: str) -> Sentence:
        """Return one stored sentence, which says where it stands.

        Raises:
            UsageError: the id is no text.
            CorpusError: the store holds no such sentence.
        """
        sentence_id = as_text(sentence_id, "the id of a sentence")
        passages = self._store().library.passages([sentence_id.rpartition("-")[0]])
        found = next((s for passage in passages for s in passage.sentences if s.sentence_id == sentence_id), None)
        if found is None:
            raise CorpusError(f"the store holds no sentence {one_line(sentence_id)!r}; search anew")
        return found

    async def asearch(self, query: str, **options: Any) -> list[Hit]:
        """Search without blocking the event loop; options as in `search`."""
        import asyncio

        return await asyncio.to_thread(self.search, query, **options)

    def search_many(self, queries: Iterable[str], **options: Any) -> list[list[Hit]]:
        """Return the hits of several queries, in their order; options as in `search`.

        Raises:
            UsageError: see `search`.
            CorpusError: a document is not in the store.
        """
        if queries is None:  # an option that is None is left out; without queries there is nothing to do
            raise UsageError("queries is NoneType; give a list of texts")
        # What can be read once only is read once for all of them.
        several = {name: tuple(value) for name, value in options.items() if isinstance(value, Iterator)}
        return [self.search(query, **options | several) for query in as_texts(queries, "queries")]

    def segments(
        self,
        query: str,
        *,
        k: int = 3,
        document_ids: Texts = (),
        sections: Texts = (),
        history: Turns = (),
    ) -> list[Segment]:
        """Return the `k` best runs of neighbouring passages, with lists and tables whole; see `search` for the rest.

        Raises:
            UsageError: the query is empty or too long, or an option is out of range.
            CorpusError: a document is not in the store.
        """
        asked, turns, k = checked(query), messages(history), as_count(k, "segment")
        scope = Scope(as_texts(document_ids, "document_ids"), as_headings(sections))
        _, found = self._read(lambda retriever: self._segments(retriever, asked, turns, k, scope))
        return found

    def _segments(
        self, retriever: Retriever, asked: str, history: Sequence[Message], k: int, scope: Scope
    ) -> list[Segment]:
        hits = retriever.retrieve(self._query(retriever, asked, history), k=max(PASSAGES, 2 * k), scope=scope)
        library = retriever.store.library
        return join(library, hits, k=k, allowed=library.passages_under(scope.sections) if scope.sections else None)

    def _query(self, retriever: Retriever, asked: str, history: Sequence[Message], chosen: Sequence[str] = ()) -> Query:
        text = self._standalone(asked, history)
        return retriever.understand(text, focus=asked if text != asked else "", chosen=chosen)

    def _standalone(self, asked: str, history: Sequence[Message]) -> str:
        return standalone(asked, history) if self._tuning.completion else asked

    def as_retriever(self, *, k: int = PASSAGES, document_ids: Texts = (), sections: Texts = ()) -> AdvisorRetriever:
        """Return a LangChain retriever over this store; see `search` for the filters.

        Raises:
            UsageError: an option is of the wrong kind, or `k` is below 1.
        """
        from advisor.langchain import AdvisorRetriever

        return AdvisorRetriever(
            advisor=self, k=k, document_ids=as_texts(document_ids, "document_ids"), sections=as_headings(sections)
        )

    # --- answers -----------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        history: Turns = (),
        document_ids: Texts = (),
        extractive: bool = False,
        id: str = "",
    ) -> Answer:
        """Answer a question, carry out a request about the last answer ("shorter"), or reply to small talk.

        Args:
            question: what a person typed.
            history: the turns before it, oldest first: `Message`s, or mappings with "role" and "content".
            document_ids: ids or file names; the answer comes from these documents alone, and so does all that is said
                beside it. A question that names another one is not answered.
            extractive: put the answer together from the sources even where a chat model is configured.
            id: kept in the answer; by default it follows from the question and the documents.

        Raises:
            UsageError: the question is empty or too long.
            CorpusError: a document is not in the store.
        """
        *_, last = self.stream(question, history=history, document_ids=document_ids, extractive=extractive, id=id)
        return _answer_in(last)

    async def aask(
        self,
        question: str,
        *,
        history: Turns = (),
        document_ids: Texts = (),
        extractive: bool = False,
        id: str = "",
    ) -> Answer:
        """Answer a question without blocking the event loop; see `ask`; to cancel it see `astream`."""
        async with aclosing(
            self.astream(question, history=history, document_ids=document_ids, extractive=extractive, id=id)
        ) as events:
            *_, last = [event async for event in events]
        return _answer_in(last)

    async def astream(
        self,
        question: str,
        *,
        history: Turns = (),
        document_ids: Texts = (),
        extractive: bool = False,
        id: str = "",
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Yield the events of `stream` without blocking the event loop.

        Closing it, or cancelling the task that waits for an event, stops the work: at once between two events, else at
        the event that is being made. A loop that may be left early closes it with `contextlib.aclosing`.
        """
        values = self.stream(question, history=history, document_ids=document_ids, extractive=extractive, id=id)
        async with aclosing(in_steps(values)) as events:
            async for event in events:
                yield event

    def stream(
        self,
        question: str,
        *,
        history: Turns = (),
        document_ids: Texts = (),
        extractive: bool = False,
        id: str = "",
    ) -> Generator[AnswerEvent, None, None]:
        """Yield an answer as it comes about: Searching, PassagesFound, any number of SentenceReady, AnswerReady.

        Each SentenceReady has a CitationReady before it for every place that it is the first to cite. Small talk is
        answered with AnswerReady alone. Nothing is computed between two events, nor after `close`.

        Raises:
            UsageError: the question is empty or too long; raised on the first event.
            CorpusError: a document is not in the store; so is this.
        """
        clock = _Clock()
        typed, names = checked(question), as_texts(document_ids, "document_ids")
        turn = read_turn(typed, messages(history))
        store, chosen = self._read(lambda retriever: resolved(retriever.store.library, names))
        if not turn.question:
            reply = self._reply(typed, turn.requests[0], id, names)
            yield AnswerReady(replace(reply, timings_ms=clock.total()))
            return
        text = describe(turn.requests, self._standalone(turn.question, turn.history))
        counts = store.library.only(chosen).counts()
        yield Searching(text, counts.documents, counts.pages)
        reworded = bool(turn.requests) and turn.requests[-1].kind in ("reworded", "translated")
        writer = self._writer if not extractive and (reworded or not turn.requests) else None
        _, found = self._read(lambda r: self._found(r, turn, names, clock, writes=writer is not None))
        clock.lap("retrieve")
        yield PassagesFound(found.hits)
        query = found.query
        texts = [one.sentence.text for one in found.evidence] if writer else [one.text for one in found.told]
        judgement = judged(found.store, query, found.screened.of(found.hits), found.evidence, texts)
        answer = Answer(
            id=id or _id_of(text, chosen),
            question=typed,
            standalone_question=text,
            answer="",
            abstained=not judgement.is_answered,
            confidence=judgement.confidence if found.screened.hits else 0.0,
            reason=judgement.verdict if counts.documents else "empty-store",
            mode="extractive",
            hits=found.screened.hits,  # nothing else is quoted, or given to a model
            suspicious=found.screened.suspicious,
            suspicious_question=tuple(dict.fromkeys(one.reason for one in suspicions(typed))),
            language=turn.requests[-1].language(query.language) if turn.requests else query.language,
            note=judgement.note,
            suggestions=() if judgement.is_answered else self._suggested(text, found.screened.hits, names),
        )
        if judgement.is_answered and writer:
            asked = f"{query.text} ({typed})" if reworded else typed
            prose = Prose(writer, self._embedder, self._writing, asked, turn.history)
            finished = yield from written(found, answer, prose)
        else:
            finished = yield from extracted(found, answer, turn.requests)
        clock.lap("answer")
        yield AnswerReady(replace(finished, hits=found.hits, timings_ms=clock.total()))

    def follow_ups(
        self, answer: Answer, *, asked: Texts = (), document_ids: Texts = (), count: int = 3
    ) -> tuple[str, ...]:
        """Return further questions for whoever has just read an answer; the documents answer each of them.

        They are made of headings, and so in the language of the documents, English as a rule, whatever language the
        question was in. An answer that abstains has its own suggestions, which are returned.

        Args:
            answer: the one that was read.
            asked: earlier questions, which are not asked again.
            document_ids: ids or file names, as in `ask`.
            count: how many at most; there may be fewer, and none.

        Raises:
            UsageError: an option is of the wrong kind, or `count` is below 1.
            CorpusError: a document is not in the store.
        """
        if not isinstance(answer, Answer):
            raise UsageError(f"the answer is {type(answer).__name__}; give one that `ask` has returned")
        before, count = as_texts(asked, "asked"), as_count(count, "question", name="count")
        names = as_texts(document_ids, "document_ids")
        if answer.abstained:
            return tuple(text for text in answer.suggestions if text not in before)[:count]

        def read(retriever: Retriever) -> list[str]:
            library = retriever.store.library
            chosen = resolved(library, names)
            return follow_ups(
                library,
                answer,
                asked=before,
                chosen=chosen,
                count=count,
                hits_if_answered=lambda text: hits_if_answered(retriever, text, chosen=chosen),
            )

        return tuple(self._read(read)[1])

    def _suggested(self, text: str, hits: Sequence[Hit], names: Sequence[str]) -> tuple[str, ...]:
        _, found = self._read(lambda retriever: suggestions(hits, text, _answered_by(retriever, names)))
        return tuple(found)

    def _reply(self, typed: str, request: Request, id: str, names: Sequence[str]) -> Answer:
        """Return the reply to small talk, or to a request without an answer that it could be about."""

        def read(retriever: Retriever) -> tuple[list[Document], list[str]]:
            library = retriever.store.library.only(still_held(retriever.store.library, names))
            return library.documents(), find_examples(library, _answered_by(retriever, names))

        _, (documents, examples) = self._read(read)
        note = small_talk(request, documents, examples)
        reason = "small-talk" if request.kind in SMALL_TALK else "nothing-before"
        return Answer(
            id or _id_of(typed),
            typed,
            typed,
            note,
            True,
            0.0,
            reason,
            "extractive",
            note=note,
            language=request.language(),
        )

    def _found(self, retriever: Retriever, turn: Asked, names: Sequence[str], clock: _Clock, *, writes: bool) -> Found:
        chosen = still_held(retriever.store.library, names)
        query = self._query(retriever, turn.question, turn.history, chosen)
        clock.lap("embed")
        sources = sources_for(self._embedder.count_tokens, self._writing.budget_tokens) if writes else None
        return find(retriever, query, chosen=chosen, sources=sources)


def _answered_by(retriever: Retriever, names: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether some documents, or all, answer a question."""
    chosen = still_held(retriever.store.library, names)
    return lambda text: is_answered(retriever, text, chosen=chosen)


def _id_of(text: str, chosen: Sequence[str] = ()) -> str:
    return hashlib.sha256("\n".join([text, *sorted(chosen)]).encode()).hexdigest()[:16]


def _answer_in(last: AnswerEvent) -> Answer:
    assert isinstance(last, AnswerReady), "a streamed answer ends with AnswerReady"
    return last.answer
