"""What the client of a chat model raised → our error: what is wrong, where and what to do, and no key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.errors import CutOffError, GenerationError
from advisor.text import clean

LONGEST_REASON = 200
"""Characters of a provider's own words that are passed on."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What went wrong, said of the chat model, and what whoever runs it can do."""

    said: str
    advice: str


CAUSES: Mapping[str, Cause] = {
    "key": Cause("refused the key", "set the right key of its provider, for example OPENAI_API_KEY"),
    "busy": Cause("had too many requests", "wait and ask again, or have its limit raised"),
    "address": Cause("was not found", "correct the name in ADVISOR_CHAT_MODEL or the address in ADVISOR_CHAT_BASE_URL"),
    "unreachable": Cause("is not reachable", "start its server, or correct ADVISOR_CHAT_BASE_URL"),
    "server": Cause("failed", "the fault is at its server: ask again, or look at what it logs"),
}
"""Why a chat model gives no answer, by the name that `GenerationError` carries."""

_OTHER = Cause("failed", "ask again")
_STATUS = {401: "key", 403: "key", 404: "address", 405: "address", 429: "busy"}
_LOST = re.compile(r"connect|remoteprotocol|readerror|gaierror", re.IGNORECASE)
_NO_STREAM = "No generation chunks were returned"  # langchain-core 1.7.2, of a web page as of a stream without events
_KEY = re.compile(r"(?i:\bbearer\s+)[^\s'\"]+|\b(?:sk|pk|gsk|xai)[-_][\w*.-]{4,}")
_NAME_OF_KEY = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_SHORTEST_KEY = 6


def failed(error: BaseException, where: str, *, timeout_s: float, had_begun: bool) -> GenerationError:
    """Return our error for what a client raised; a connection that broke within an answer has cut it off.

    `where` names the model and its address, `had_begun` says whether something of the answer had come.
    """
    chain = list(_chain(error))
    if any("timeout" in type(one).__name__.lower() for one in chain):
        return silent(timeout_s)
    cause = _cause(chain)
    if cause == "unreachable" and had_begun:
        return cut_off("the connection broke off", where)
    known = CAUSES.get(cause, _OTHER)
    # What a provider says of a wrong key may repeat the key.
    said = "" if cause == "key" else f": {without_keys(clean(str(error)))[:LONGEST_REASON]}"
    status = f" {_status(error)}" if cause == "key" else ""
    details = f"{f'{where}: ' if where else ''}{type(error).__name__}{status}{said}"
    return GenerationError(
        f"the chat model {known.said} ({details}); {known.advice}; check it with `advisor doctor`", cause=cause
    )


def silent(timeout_s: float) -> GenerationError:
    """Return the error for a model that says nothing for so long."""
    return GenerationError(
        f"the chat model was silent for {timeout_s:g} seconds; check it with `advisor doctor`, "
        "or raise ADVISOR_CHAT_TIMEOUT_S",
        timed_out=True,
    )


def cut_off(why: str, where: str) -> CutOffError:
    """Return the error for an answer that has no end."""
    details = f"{where}: {why}" if where else why
    return CutOffError(f"the answer of the chat model was cut off ({details}); ask again, or ask for less")


def place_of(model: str, base_url: str) -> str:
    """Return the name of a model and its address, without a password or key in it."""
    address = re.sub(r"//[^/@]*@", "//", base_url).partition("?")[0]
    return f"{model} at {address}" if address else model


def without_keys(text: str) -> str:
    """Return a text in which "…" stands for what is a key in the environment, or looks like one."""
    keys = (value for name, value in os.environ.items() if _NAME_OF_KEY.search(name) and len(value) >= _SHORTEST_KEY)
    for key in sorted(keys, key=len, reverse=True):
        text = text.replace(key, "…")
    return _KEY.sub("…", text)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it was raised from, the outermost first."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        yield following
        following = following.__cause__ or following.__context__


def _cause(chain: list[BaseException]) -> str:
    status = next(filter(None, map(_status, chain)), 0)
    if status:
        return _STATUS.get(status, "server" if status >= 500 else "")
    if _NO_STREAM in str(chain[0]):
        return "address"
    lost = any(isinstance(one, OSError) or _LOST.search(type(one).__name__) for one in chain)
    return "unreachable" if lost else ""


def _status(error: BaseException) -> int:
    """Return the HTTP status that an error carries, as those of OpenAI, Anthropic, Ollama and httpx do; 0 for none."""
    held = (getattr(error, "status_code", None), getattr(getattr(error, "response", None), "status_code", None))
    return next((status for status in held if isinstance(status, int) and status > 0), 0)
