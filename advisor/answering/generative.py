"""A question and its passages → the words of a chat model as they come. The door of LangChain's chat models."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from advisor.answering.budget import Source
from advisor.answering.drafting import is_unfinished
from advisor.answering.failing import cut_off, failed, place_of, silent, without_keys
from advisor.answering.prompting import read_template, render_question
from advisor.errors import CutOffError, GenerationError, UsageError
from advisor.records import Message
from advisor.text import clean

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_TOKENS = 1_500
"""Tokens that a model is told to write at most."""

MAX_CHARS = 12_000
"""Characters after which nothing more is read from a model, which may not have heeded that."""

PATIENCE = 6
"""How many times the longest silence a whole answer may take."""

ENDINGS = ("finish_reason", "stop_reason", "done_reason")
"""Under which names providers say why a model ended: OpenAI and Google, Anthropic, Ollama."""

CUT = ("length", "max_tokens", "max_output_tokens", "model_length", "content_filter")
"""What they say, in lower case, where it had not come to its end."""


class Writer(Protocol):
    """What writes prose from passages: a chat model, or a script in a test."""

    def write(
        self, question: str, sources: Sequence[Source], *, language: str = "en", history: Sequence[Message] = ()
    ) -> Generator[str, None, None]:
        """Yield the answer in pieces as they come, in the language given by its ISO 639-1 code.

        Raises:
            CutOffError: the model stopped before the end of its answer.
            GenerationError: it failed, said nothing or was too slow.
        """


class ChatWriter:
    """Writes with a LangChain chat model."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        timeout_s: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
        name: str = "",
        listener: Callable[[str], None] | None = None,
    ) -> None:
        """Write with a model.

        Args:
            model: what LangChain gives.
            timeout_s: how long the model may be silent, at the start and between two pieces.
            clock: tells the seconds.
            name: names the model and its address in errors.
            listener: is told of each failure in one line; of the same one again only after an answer that was whole.
        """
        self._model = model
        self._timeout_s = timeout_s
        self._clock = clock
        self._name = name
        self._listener = listener
        self._told: set[str] = set()
        self._says_why = False
        self._tokens: Counter[str] = Counter()
        self._system = read_template("answer_system").template
        self._question = read_template("answer_question")

    @property
    def tokens(self) -> dict[str, int]:
        """How many tokens the model has read ("input") and written ("output") so far, as far as its provider says."""
        return {side: self._tokens[side] for side in ("input", "output")}

    def write(
        self, question: str, sources: Sequence[Source], *, language: str = "en", history: Sequence[Message] = ()
    ) -> Generator[str, None, None]:
        """Yield the answer in pieces as they come, `MAX_CHARS` at most; closing it ends the request to the model."""
        asked = render_question(self._question, question, sources, language=language, history=history)
        messages = [("system", self._system), ("human", asked)]
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        stopped = threading.Event()
        reading = asyncio.run_coroutine_threadsafe(self._read(messages, pieces, stopped), _loop())
        try:
            yield from self._pieces(pieces)
            self._told.clear()
        except GenerationError as error:
            self._tell(error)
            raise
        finally:
            # Before Python 3.12 `asyncio.wait_for`, which langchain-openai uses, loses a cancellation that comes
            # together with a piece; the reader then sees at the next piece that it was stopped.
            stopped.set()
            reading.cancel()

    async def _read(
        self,
        messages: Sequence[tuple[str, str]],
        pieces: queue.Queue[str | Exception | None],
        stopped: threading.Event,
    ) -> None:
        """Put the pieces into the queue, at last None or the error that ended them."""
        written, ending = "", ""
        try:
            async with aclosing(self._model.astream(messages)) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    if usage := chunk.usage_metadata:
                        self._tokens.update(input=usage["input_tokens"], output=usage["output_tokens"])
                    if stopped.is_set():
                        return
                    ending = _ending(chunk.response_metadata) or ending
                    piece = str(chunk.text)[: MAX_CHARS - len(written)]
                    written += piece
                    pieces.put(piece)
                    if len(written) == MAX_CHARS:
                        break
            why = self._cut(written, ending)
            pieces.put(cut_off(why, self._name) if why else None)
        except Exception as error:  # every provider has errors of its own; the caller gets ours
            pieces.put(error)

    def _cut(self, written: str, ending: str) -> str:
        """Return why an answer is not whole; "" where it is.

        A stream that ends without a reason was cut off where the model gives reasons as a rule. Of a model that is not
        known to, its last words tell.
        """
        if len(written) == MAX_CHARS:
            return f"it went on beyond {MAX_CHARS:,} characters"
        if ending:
            self._says_why = True
            return f"it ended with {ending!r}" if ending in CUT else ""
        return "it ended without a reason" if self._says_why or is_unfinished(written) else ""

    def _tell(self, error: GenerationError) -> None:
        told = error.cause or str(error)
        if self._listener and told not in self._told:
            self._told.add(told)
            self._listener(str(error))

    def _pieces(self, pieces: queue.Queue[str | Exception | None]) -> Iterator[str]:
        began, had_begun = self._clock(), False
        while True:
            try:
                piece = pieces.get(timeout=self._timeout_s)
            except queue.Empty as error:
                raise silent(self._timeout_s) from error
            if piece is None:
                return
            if isinstance(piece, CutOffError):
                raise piece
            if isinstance(piece, Exception):
                raise failed(piece, self._name, timeout_s=self._timeout_s, had_begun=had_begun) from piece
            had_begun = had_begun or bool(piece.strip())
            yield piece
            if self._clock() - began > PATIENCE * self._timeout_s:
                raise GenerationError(
                    f"the chat model took more than {PATIENCE * self._timeout_s:g} seconds; choose a faster one, "
                    "or raise ADVISOR_CHAT_TIMEOUT_S",
                    timed_out=True,
                )


def _ending(metadata: Mapping[str, Any]) -> str:
    return next((str(metadata[name]).lower() for name in ENDINGS if metadata.get(name)), "")


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one event loop on which all models are read, in a thread of its own.

    A request that runs on a loop can be ended while the model is silent; one that blocks a thread cannot. It is one
    loop for all: langchain-openai keeps connections for each address, and they belong to the loop they began on.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="chat-model").start()
    return loop


def open_writer(
    model: str,
    *,
    base_url: str = "",
    timeout_s: float = 20.0,
    max_tokens: int = MAX_TOKENS,
    listener: Callable[[str], None] | None = None,
) -> ChatWriter:
    """Return a writer for "provider:name", as LangChain's `init_chat_model` names models; see `ChatWriter`.

    Raises:
        UsageError: the name has no provider, the provider is unknown, or its package is not installed.
    """
    provider, _, name = model.partition(":")
    if not provider or not name:
        raise UsageError(f"ADVISOR_CHAT_MODEL is {model!r}; write provider:name, for example ollama:llama3.2")
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 0, "max_tokens": max_tokens}
    if provider == "ollama":
        options = {"temperature": 0, "client_kwargs": {"timeout": timeout_s}, "num_predict": max_tokens}
    if base_url:
        options["base_url"] = base_url
    if provider == "openai" and base_url:
        import os

        options["api_key"] = os.environ.get("OPENAI_API_KEY") or "none"  # a server of one's own asks for no key
    # Some servers send content as a list of blocks. It is read well, but openai 3.51 has pydantic write it as a text.
    warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning, module=r"pydantic\.main")
    try:
        opened = init_chat_model(name, model_provider=provider, **options)
        return ChatWriter(opened, timeout_s=timeout_s, name=place_of(model, base_url), listener=listener)
    except ImportError as error:
        raise UsageError(
            f"the chat model {model!r} needs another package ({clean(str(error))[:200]}); "
            f"install langchain-{provider}, or unset ADVISOR_CHAT_MODEL"
        ) from error
    except Exception as error:  # providers refuse a bad name or a missing key with errors of their own
        raise UsageError(
            f"the chat model {model!r} cannot be used ({without_keys(clean(str(error)))[:200]}); "
            "correct ADVISOR_CHAT_MODEL or unset it"
        ) from error
