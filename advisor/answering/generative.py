"""A question and its passages → prose by a chat model, sentence by sentence. The door of LangChain's chat models."""

from __future__ import annotations

import queue
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from advisor.answering.prompting import read_template
from advisor.errors import GenerationError, UsageError
from advisor.records import Hit
from advisor.text import clean, sentence_spans

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REFUSAL = "NOT IN THE PASSAGES"
"""What the model is told to write when the passages do not answer; shared with `prompts/answer_system.md`."""

_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_MARKERS_BEHIND = re.compile(r"([.!?…]+[\"'”’»)]*)((?:\s*\[\d{1,3}\])+)")
_BEGUN_MARKER = re.compile(r"\[\d{0,3}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, without its markers; `passages` are the numbers it cited, from 1."""

    text: str
    passages: tuple[int, ...]
    is_item: bool = False


class Writer(Protocol):
    """What writes prose from passages: a chat model, or a script in a test."""

    def write(self, question: str, hits: Sequence[Hit]) -> Iterator[str]:
        """Yield the answer in pieces as they come.

        Raises:
            GenerationError: the model failed, said nothing or was too slow.
        """


class ChatWriter:
    """Writes with a LangChain chat model."""

    def __init__(self, model: BaseChatModel, *, timeout_s: float = 20.0) -> None:
        """`timeout_s` is how long the model may be silent, at the start and between two pieces."""
        self._model = model
        self._timeout_s = timeout_s
        self._tokens: Counter[str] = Counter()
        self._system = read_template("answer_system").template
        self._question = read_template("answer_question")

    @property
    def tokens(self) -> dict[str, int]:
        """How many tokens the model has read ("input") and written ("output") so far, as far as its provider says."""
        return {side: self._tokens[side] for side in ("input", "output")}

    def write(self, question: str, hits: Sequence[Hit]) -> Iterator[str]:
        """Yield the answer in pieces as they come."""
        messages = [("system", self._system), ("human", self._render(question, hits))]
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        stopped = threading.Event()

        def read() -> None:
            try:
                for chunk in self._model.stream(messages):
                    if stopped.is_set():
                        return
                    if usage := chunk.usage_metadata:
                        self._tokens.update(input=usage["input_tokens"], output=usage["output_tokens"])
                    pieces.put(str(chunk.text))
                pieces.put(None)
            except Exception as error:  # every provider has errors of its own; the caller gets ours
                pieces.put(error)

        threading.Thread(target=read, daemon=True, name="chat-model").start()
        try:
            yield from self._pieces(pieces)
        finally:
            stopped.set()

    def _pieces(self, pieces: queue.Queue[str | BaseException | None]) -> Iterator[str]:
        silence = (
            f"the chat model was silent for {self._timeout_s:g} seconds; check it with `advisor doctor`, "
            "or raise ADVISOR_CHAT_TIMEOUT_S"
        )
        while True:
            try:
                piece = pieces.get(timeout=self._timeout_s)
            except queue.Empty as error:
                raise GenerationError(silence, timed_out=True) from error
            if piece is None:
                return
            if isinstance(piece, BaseException):
                if "timeout" in type(piece).__name__.lower():
                    raise GenerationError(silence, timed_out=True) from piece
                raise GenerationError(
                    f"the chat model failed ({type(piece).__name__}: {clean(str(piece))[:200]}); "
                    "check it with `advisor doctor`"
                ) from piece
            yield piece

    def _render(self, question: str, hits: Sequence[Hit]) -> str:
        passages = "\n\n".join(
            f'<passage number="{i}" document="{escape(hit.document.title)}" page="{hit.passage.first_page}">\n'
            f"{escape(hit.passage.text, quote=False)}\n</passage>"
            for i, hit in enumerate(hits, start=1)
        )
        return self._question.substitute(passages=passages, question=question)


def open_writer(model: str, *, base_url: str = "", timeout_s: float = 20.0) -> ChatWriter:
    """Return a writer for "provider:name", as LangChain's `init_chat_model` names models.

    Raises:
        UsageError: the name has no provider, the provider is unknown, or its package is not installed.
    """
    provider, _, name = model.partition(":")
    if not provider or not name:
        raise UsageError(f"ADVISOR_CHAT_MODEL is {model!r}; write provider:name, for example ollama:llama3.2")
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 0}
    if provider == "ollama":
        options = {"temperature": 0, "client_kwargs": {"timeout": timeout_s}}
    if base_url:
        options["base_url"] = base_url
    if provider == "openai" and base_url:
        import os

        options["api_key"] = os.environ.get("OPENAI_API_KEY") or "none"  # a server of one's own asks for no key
    try:
        return ChatWriter(init_chat_model(name, model_provider=provider, **options), timeout_s=timeout_s)
    except ImportError as error:
        raise UsageError(
            f"the chat model {model!r} needs another package ({clean(str(error))[:200]}); "
            f"install langchain-{provider}, or unset ADVISOR_CHAT_MODEL"
        ) from error
    except Exception as error:  # providers refuse a bad name or a missing key with errors of their own
        raise UsageError(
            f"the chat model {model!r} cannot be used ({clean(str(error))[:200]}); "
            "correct ADVISOR_CHAT_MODEL or unset it"
        ) from error


def drafts(pieces: Iterator[str]) -> Iterator[Draft]:
    """Yield each sentence as soon as it is whole, with its markers.

    Markers count for the sentence they follow, before or behind its full stop: "… fairs [1]." and "… fairs. [1]".
    """
    held = ""
    for piece in pieces:
        held += piece
        whole, held = _split(held)
        yield from whole
    whole, _ = _split(re.sub(r"\[\d{0,3}$", "", held) + "\n")  # a marker that broke off is none
    yield from whole


def _split(text: str) -> tuple[list[Draft], str]:
    """Return the sentences that are surely whole, and the rest: a sentence is whole once the next one has begun."""
    *lines, last = text.split("\n")
    found = [sentence for line in lines for sentence, _ in _sentences(line)]
    open_line = _sentences(last)
    if open_line and _BEGUN_MARKER.fullmatch(open_line[-1][0]):
        open_line.pop()  # it may become a marker of the sentence before it
    whole = open_line[:-1]
    found += [sentence for sentence, _ in whole]
    return list(filter(None, map(_draft, found))), last[whole[-1][1] if whole else 0 :]


def _sentences(line: str) -> list[tuple[str, int]]:
    """Return each sentence of a line with its markers before its full stop, and where it ends in the line."""
    moved = _MARKERS_BEHIND.sub(r"\2\1", line)  # marker and full stop change places: the length stays
    return [(moved[start:end], end) for start, end in sentence_spans(moved)]


def _draft(text: str) -> Draft | None:
    plain = text.replace("**", "")
    passages = tuple(dict.fromkeys(int(number) for number in _MARKER.findall(plain)))
    bare = clean(_MARKER.sub("", plain))
    is_item = bool(re.match(r"(?:[-*•]|\d+[.)])\s+", bare))
    bare = re.sub(r"^(?:[-*•]|\d+[.)])\s+", "", bare)
    return Draft(bare, passages, is_item) if any(map(str.isalnum, bare)) else None
