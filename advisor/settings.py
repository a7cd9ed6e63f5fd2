"""Environment → the values that an operator may change. Read once, by the front ends only."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from advisor.errors import UsageError

PREFIX = "ADVISOR_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Values an operator may change; each comes from the environment variable named beside it."""

    store: Path = Path("store")  # ADVISOR_STORE
    corpus: Path = Path("corpus")  # ADVISOR_CORPUS
    kept: Path = Path("kept")  # ADVISOR_KEPT: the folder of what is kept for the people who use the browser
    embedder: str = ""  # ADVISOR_EMBEDDER: Hugging Face name or path; "" is what is shipped
    reranker: str = ""  # ADVISOR_RERANKER: a cross-encoder by Hugging Face name or path; "" is none
    chat_model: str = ""  # ADVISOR_CHAT_MODEL: provider:name; "" is extractive answers only
    chat_base_url: str = ""  # ADVISOR_CHAT_BASE_URL: an OpenAI-compatible or Ollama server
    chat_timeout_s: float = 20.0  # ADVISOR_CHAT_TIMEOUT_S
    chat_budget_tokens: int = 3_000  # ADVISOR_CHAT_BUDGET_TOKENS: how much of the passages a chat model is given
    unsupported: Literal["remove", "mark"] = "remove"  # ADVISOR_UNSUPPORTED: sentences that no page bears out
    host: str = "127.0.0.1"  # ADVISOR_HOST
    port: int = 7860  # ADVISOR_PORT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; an empty variable counts as unset.

        Raises:
            UsageError: a number that is none or out of range, or a word that is no option.
        """
        source = os.environ if environment is None else environment
        given = {name: value.strip() for name, value in source.items() if name.startswith(PREFIX) and value.strip()}
        return cls(
            store=Path(given.get("ADVISOR_STORE", "store")),
            corpus=Path(given.get("ADVISOR_CORPUS", "corpus")),
            kept=Path(given.get("ADVISOR_KEPT", "kept")),
            embedder=given.get("ADVISOR_EMBEDDER", ""),
            reranker=given.get("ADVISOR_RERANKER", ""),
            chat_model=given.get("ADVISOR_CHAT_MODEL", ""),
            chat_base_url=given.get("ADVISOR_CHAT_BASE_URL", ""),
            chat_timeout_s=_number(given, "ADVISOR_CHAT_TIMEOUT_S", default=20.0, low=0.1, high=3600),
            chat_budget_tokens=int(
                _number(given, "ADVISOR_CHAT_BUDGET_TOKENS", default=3_000, low=200, high=200_000, whole=True)
            ),
            unsupported="mark" if _chosen(given, "ADVISOR_UNSUPPORTED", ("remove", "mark")) == "mark" else "remove",
            host=given.get("ADVISOR_HOST", "127.0.0.1"),
            port=int(_number(given, "ADVISOR_PORT", default=7860, low=1, high=65535, whole=True)),
        )


def _chosen(given: Mapping[str, str], name: str, options: Sequence[str]) -> str:
    value = given.get(name, options[0])
    if value not in options:
        raise UsageError(f"{name} is {value!r}; give {' or '.join(options)}")
    return value


def _number(
    given: Mapping[str, str], name: str, *, default: float, low: float, high: float, whole: bool = False
) -> float:
    text = given.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high or (whole and not value.is_integer()):
        raise UsageError(f"{name} is {text!r}; give a {'whole ' if whole else ''}number from {low:g} to {high:g}")
    return value


NAMES = frozenset(PREFIX + field.name.upper() for field in fields(Settings))
"""The environment variables that are read."""
