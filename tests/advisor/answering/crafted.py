"""The crafted outputs of `data/`: reading them, sending them under real keys, and what became of each sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.records import AnswerEvent, AnswerReady, SentenceReady
from tests.advisor.answering.invented import ATLAS_PASSAGES, MEMOIR_PASSAGES, PASSAGES

DATA = Path(__file__).parent / "data"

QUESTIONS: Mapping[str, str] = {
    "en": "How many firms does the Lantern network have?",
    "de": "Wie viele Firmen hat das Netzwerk Lantern?",
    "fr": "Combien d'entreprises compte le réseau Lantern ?",
    "es": "¿Cuántas empresas tiene la red Lantern?",
    "it": "Quante aziende ha la rete Lantern?",
    "pl": "Ile firm ma sieć Lantern?",
}

NAMED: Mapping[str, str] = {**PASSAGES, **ATLAS_PASSAGES, **MEMOIR_PASSAGES}
_NAMES = "|".join(NAMED)


@dataclass(frozen=True)
class Case:
    """One crafted output; see the head of `data/written.toml`."""

    kind: str
    output: str
    expect: tuple[str, ...]
    language: str = "en"
    reason: str = ""
    wrong_figure: bool = False
    question: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether no sentence of it may be shown as borne out."""
        return set(self.expect) == {"unsupported"}

    @property
    def asked(self) -> str:
        """The question to which it is the answer."""
        return self.question or QUESTIONS[self.language]


def read_cases(name: str) -> list[Case]:
    table = tomllib.loads((DATA / name).read_text(encoding="utf-8"))
    return [Case(**entry | {"expect": tuple(entry["expect"])}) for entry in table["case"]]


def keys_in(prompt: str) -> dict[str, str]:
    """Return the key of each named passage in a prompt, by its name."""
    found = re.findall(r'<passage key="(\w+)"[^>]*>\n(.*?)\n</passage>', prompt, re.DOTALL)
    return {name: key for key, text in found for name, words in NAMED.items() if words in text}


def with_keys(output: str, keys: Mapping[str, str]) -> str:
    """Put the keys of passages where their names stand in brackets."""

    def bracketed(match: re.Match[str]) -> str:
        return re.sub(rf"\b({_NAMES})\b", lambda name: keys[name[1]], match.group())

    output = re.sub(rf"\{{({_NAMES})\}}", lambda name: keys[name[1]], output)
    return re.sub(rf"\[[^\[\]]*\b(?:{_NAMES})\b[^\[\]]*\](?!\()", bracketed, output)


def outcomes(events: Sequence[AnswerEvent]) -> list[tuple[str, str]]:
    """Return each sentence that the model wrote with its verdict, the shown ones first."""
    last = events[-1]
    assert isinstance(last, AnswerReady)
    extractive = {s.text for s in last.answer.sentences} if last.answer.mode == "extractive" else set()
    streamed = [event.sentence for event in events if isinstance(event, SentenceReady)]
    if extractive:
        streamed = streamed[: len(streamed) - len(last.answer.sentences)]
    shown = [(sentence.text, sentence.support) for sentence in streamed]
    untried = ("uncited", "cut-off", "refusal")
    return shown + [(r.text, r.reason if r.reason in untried else "unsupported") for r in last.answer.removed]


def as_expected(case: Case, found: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the sentences have their verdicts, in whatever order."""
    left = [verdict for _, verdict in found]
    for wanted in case.expect:
        match = next((verdict for verdict in left if verdict in wanted.split("|")), None)
        if match is None:
            return False
        left.remove(match)
    return not left
