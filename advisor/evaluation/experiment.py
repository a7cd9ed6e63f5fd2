"""Question sets and systems → what each was measured at: joins the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.embedding import Embedder
from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import Listener, SearchedCorpus, open_corpus, unheard
from advisor.evaluation.datasets import QuestionSet, read_sets
from advisor.evaluation.files import check_writable
from advisor.evaluation.given import GivenSystem
from advisor.evaluation.judging import Judged, judge
from advisor.evaluation.results import Measured, Options, conclude
from advisor.evaluation.runs import ask_all
from advisor.evaluation.systems import CountingWriter, System, answers_other_sets, needs_corpus, open_system


@dataclass(frozen=True, slots=True)
class Place:
    """Where systems by name search, see `advisor.evaluation.corpora.open_corpus`, and where is kept what is built."""

    embedder: Embedder
    cache: Path
    store: Path | None = None
    folders: tuple[Path, ...] = ()
    writer: CountingWriter | None = None
    writer_name: str = ""
    default_store: Path = Path("store")
    listener: Listener = unheard


def evaluate(
    system: Any,
    path: str | Path,
    *,
    name: str = "system",
    view: str = "",
    first_page: int = 1,
    out: str | Path | None = None,
    seed: int = 0,
    progress: bool = True,
) -> dict[str, Any]:
    """Measure a system of your own on a question set and return the figures, ready for JSON.

    Args:
        system: a LangChain retriever, whose documents name `document` (or `source`) and `first_page` (or `page`) in
            their metadata; or a function of a question and its history that returns an answer record.
        path: a question set in any form that `advisor.evaluation.datasets` knows.
        name: how the report calls it.
        view: which corpus of the set it searches, where the set has several ("briefs"); all of them by default.
        first_page: the number that its documents give a first page; LangChain's loaders of PDFs count from 0.
        out: write the report, the figures, the runs and the answers here.
        seed: of the intervals.
        progress: show a bar on the terminal.

    Raises:
        UsageError: the system is no such thing.
        BenchmarkError: the set cannot be read, the system gave no record, or `out` cannot be written.
    """
    if not callable(system) and not hasattr(system, "invoke"):
        raise UsageError(
            f"{type(system).__name__} is no system; give a retriever, such as advisor.as_retriever(), or a function"
        )
    sets = [each for each in read_sets(Path(path)) if each.name.endswith(f"({view})" if view else "")]
    if not sets:
        raise BenchmarkError(f"{path} has no view {view!r}")
    if out:
        check_writable(Path(out))
    given = GivenSystem(name, system, first_page=first_page)
    measured = [_measure(each, [given], None, cache=None, progress=progress) for each in sets]
    return conclude(measured, Options(seed=seed), out=Path(out) if out else None)


def evaluate_systems(
    paths: Sequence[Path], names: Sequence[str], place: Place, *, progress: bool = True
) -> list[Measured]:
    """Measure systems by name on question sets, each on a corpus of its own; see `systems.open_system` for the names.

    Sets whose documents are not at hand are left out, and so are those that a file of answers says nothing about; the
    listener is told.

    Raises:
        BenchmarkError: a set, a corpus, a run or the cache cannot be used, or no set is left.
        UsageError: there is no system of a name.
    """
    measured: list[Measured] = []
    for each in _answered(_read(paths), names, place.listener):
        corpus = None
        if each.corpus is not None and any(map(needs_corpus, names)):
            corpus = open_corpus(
                each.corpus,
                embedder=place.embedder,
                cache=place.cache,
                store=place.store,
                default_store=place.default_store,
                folders=place.folders,
                listener=place.listener,
            )
            if corpus is None:
                place.listener(
                    f"left out: {each.name}, whose documents are not at hand; name their folder with --corpus"
                )
                continue
        systems = [
            open_system(name, each, corpus, writer=place.writer, writer_name=place.writer_name) for name in names
        ]
        if len({system.name for system in systems}) < len(systems):
            raise UsageError(f"two systems have the same name ({', '.join(s.name for s in systems)}); rename a file")
        measured.append(_measure(each, systems, corpus, cache=place.cache, progress=progress))
    if not measured:
        raise BenchmarkError("no documents of these sets are at hand; name their folder with --corpus")
    return measured


def _read(paths: Sequence[Path]) -> list[QuestionSet]:
    sets = [each for path in paths for each in read_sets(path)]
    known: set[str] = set()
    for each in sets:
        if each.name in known:
            raise BenchmarkError(f"two sets are named {each.name!r}; rename the file of one")
        known.add(each.name)
    return sets


def _answered(sets: Sequence[QuestionSet], names: Sequence[str], listener: Listener) -> list[QuestionSet]:
    """Return the sets without those that were left out when a file of answers was made; the listener is told."""
    left_out = {each.name: name for each in sets for name in names if answers_other_sets(name, each)}
    if len(left_out) == len(sets):
        told = ", ".join(dict.fromkeys(left_out.values()))
        raise BenchmarkError(f"{told}: the answers are to other sets than {', '.join(left_out)}; name the set of them")
    for name, system in left_out.items():
        listener(f"left out: {name}, of which {system} answers nothing")
    return [each for each in sets if each.name not in left_out]


def _measure(
    questions: QuestionSet,
    systems: Sequence[System],
    corpus: SearchedCorpus | None,
    *,
    cache: Path | None,
    progress: bool,
) -> Measured:
    _check_documents(questions, corpus)
    judged: dict[str, Mapping[str, Judged]] = {}
    records: dict[str, Mapping[str, Record]] = {}
    from_cache: dict[str, int] = {}
    for system in systems:
        records[system.name], from_cache[system.name] = ask_all(
            system, questions, corpus_sha256=corpus.sha256 if corpus else "", cache=cache, progress=progress
        )
        judged[system.name] = judge(questions, records[system.name], corpus)
    return Measured(questions, corpus, judged, records, from_cache)


def _check_documents(questions: QuestionSet, corpus: SearchedCorpus | None) -> None:
    """Refuse a set that asks about PDFs which are not searched: it is a set for another corpus."""
    if corpus is None or not corpus.pdfs:
        return
    asked = {place.document for question in questions.questions for place in question.evidence}
    missing = sorted(asked - corpus.pdfs.keys())
    if missing:
        raise BenchmarkError(f"{questions.name} asks about {missing[0]}, which is not in the store; ingest it first")
