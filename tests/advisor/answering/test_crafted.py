"""What a chat model may write, over real HTTP and LangChain, checked with the shipped embedding model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.generative import open_writer
from advisor.embedding import TransformerEmbedder
from advisor.records import AnswerReady
from tests.advisor.answering.chat_server import LONG_S, ChatServer, only_this_machine, running
from tests.advisor.answering.crafted import Case, as_expected, keys_in, outcomes, read_cases, with_keys
from tests.advisor.answering.invented import ATLAS, GUIDE, MEMOIR, REVIEW
from tests.advisor.stores import Report, build_store

pytestmark = pytest.mark.slow

SETS: dict[str, tuple[tuple[Report, ...], float]] = {
    "written.toml": ((REVIEW, GUIDE), 0.95),
    "second.toml": ((ATLAS,), 0.9),
    "held_out.toml": ((MEMOIR,), 0.7),
}
"""Each set of cases, the reports it is about, and the least share of it that must be as expected."""

SHOWN_AS_RIGHT = ("verbatim", "supported")


@dataclass(frozen=True)
class Tried:
    """A case with what became of each of its sentences, and why the answer is as it is."""

    case: Case
    found: Sequence[tuple[str, str]]
    reason: str

    @property
    def is_as_expected(self) -> bool:
        return as_expected(self.case, self.found) and self.case.reason in ("", self.reason)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with only_this_machine(monkeypatch), running() as server:
        yield server


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, embedder: TransformerEmbedder) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("crafted")
    return {name: build_store(folder / name, *reports, embedder=embedder) for name, (reports, _) in SETS.items()}


def tried(name: str, store: Path, server: ChatServer, embedder: TransformerEmbedder) -> list[Tried]:
    writer = open_writer("openai:test", base_url=server.url, timeout_s=LONG_S)
    advisor = Advisor.open(store, embedder=embedder, writer=writer)
    results = []
    for case in read_cases(name):
        server.reply = lambda asked, output=case.output: (  # type: ignore[misc]
            tuple(with_keys(output, keys_in(asked)).partition(" "))
        )
        events = list(advisor.stream(case.asked))
        assert isinstance(events[-1], AnswerReady)
        results.append(Tried(case, outcomes(events), events[-1].answer.reason))
    assert len(server.requests) == len(results), "a question was declined before the model was asked"
    return results


@pytest.mark.parametrize("name", SETS)
def test_crafted_outputs_are_judged_as_a_careful_reader_would(
    name: str, stores: dict[str, Path], server: ChatServer, embedder: TransformerEmbedder
) -> None:
    results = tried(name, stores[name], server, embedder)
    missed = [f"{r.case.kind}: {r.case.output} {r.found} {r.reason}" for r in results if not r.is_as_expected]
    assert 1 - len(missed) / len(results) >= SETS[name][1], "\n".join(missed)
    shown = [r for r in results if any(verdict in SHOWN_AS_RIGHT for _, verdict in r.found)]
    assert [r.case.output for r in shown if r.case.wrong_figure] == []
    assert [r.case.output for r in shown if r.case.is_wrong] == []


def test_there_are_enough_cases_and_enough_right_ones_among_them() -> None:
    cases = read_cases("written.toml")
    assert len(cases) >= 60
    assert sum(case.kind == "paraphrase" for case in cases) >= 15
    assert len(read_cases("held_out.toml")) >= 20


def test_no_output_puts_a_key_into_the_answer(
    stores: dict[str, Path], server: ChatServer, embedder: TransformerEmbedder
) -> None:
    results = tried("written.toml", stores["written.toml"], server, embedder)
    keys = keys_in(server.requests[0]["messages"][-1]["content"]).values()
    assert len(keys) == 7  # of eight passages, the one that gives instructions is not shown to the model
    assert not [text for r in results for text, _ in r.found for key in keys if key in text.split()]
