"""`kill -9` at random moments of ingest and removal → how many stores open and answer as an undisturbed one does.

    python -m benchmarks.reading.kills [--kills 100] [--seed 7] [--vectors FILE]

Four tasks in turn, each a process of its own: a first ingest, an ingest of one more file into an existing store, an
ingest after a file was changed, a removal. Every second kill comes at a random moment of the whole run, every other
one at a random moment of a phase, phases in turn, so that short ones such as the swap are hit, too. Then the store
must open (or be absent, before a first version is whole), hold in Chroma what it holds in SQLite, and give the same
documents and the same answers as the undisturbed store before or after the task. The task is run again to its end and
compared once more.

Vectors are those of the shipped model, computed once and kept in a file: a run takes a second or two
instead of half a minute. A pause for each batch makes embedding last long enough to be hit.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.answering.advisor import Advisor
from advisor.embedding import Embedder, Progress, Tokens, TransformerEmbedder, Vectors
from advisor.errors import CorpusError, StoreNotFoundError
from advisor.evaluation.datasets import read_sets
from advisor.evaluation.stamp import machine
from advisor.store import versions
from advisor.store.library import Library
from advisor.store.vectors import PASSAGES, SENTENCES
from advisor.store.versions import open_store
from ingest import build
from ingest.build import ingest, remove
from ingest.results import FileResult

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "benchmarks" / "results" / "reading-kills.json"
QUESTIONS = ROOT / "benchmarks" / "first-questions" / "dev.jsonl"
ALWAYS = ("internationalisation-handbook-context.pdf", "where-the-reports-agree-and-disagree.pdf")
ANOTHER, CHANGED = "internationalisation-journey-steps-1-5.pdf", "partnerships-progress-report.pdf"

BATCH = 8
PAUSE_S = 0.01
READY = "ready"
LATE = "finished before the kill"
TASKS = ("first ingest", "one more file", "a changed file", "removal")


class KeptEmbedder:
    """Gives what a model once gave; texts it does not know are asked of the model, where there is one."""

    def __init__(self, path: Path, model: Embedder | None = None, *, pause_s: float = 0.0) -> None:
        self._path, self._model, self._pause_s = path, model, pause_s
        if model is None or path.exists():
            (self.name, self.dim, self.max_tokens), self._vectors, self._tokens = pickle.loads(path.read_bytes())
        else:
            self.name, self.dim, self.max_tokens = model.name, model.dim, model.max_tokens
            self._vectors, self._tokens = {}, {}

    def __reduce__(self) -> tuple[type[TransformerEmbedder], tuple[()]]:
        """Go to the process that reads as the model itself, which counts tokens there without its weights."""
        return TransformerEmbedder, ()

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has."""
        return TransformerEmbedder().count_tokens(text)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one unit vector for each text."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if unknown and self._model is not None:
            self._vectors.update(zip(unknown, self._model.embed(unknown), strict=True))
        for first in range(0, len(texts), BATCH):
            time.sleep(self._pause_s)
            if progress:
                progress(len(texts[first : first + BATCH]))
        found = [self._vectors[text] for text in texts]
        return np.stack(found) if found else np.zeros((0, self.dim), dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one unit vector for each text, and those of its tokens."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._tokens]
        if unknown and self._model is not None:
            vectors, tokens = self._model.embed_tokens(unknown)
            self._vectors.update(zip(unknown, vectors, strict=True))
            self._tokens.update(zip(unknown, tokens, strict=True))
        return self.embed(texts, progress=progress), [self._tokens[text] for text in texts]

    def keep(self) -> None:
        """Write all that is known to the file."""
        about = (self.name, self.dim, self.max_tokens)
        self._path.write_bytes(pickle.dumps((about, self._vectors, self._tokens)))


# --- the process that is killed --------------------------------------------------------------------------------


class Phases:
    """Tells on stdout which phase of a run begins."""

    def files(self, expected: Sequence[int]) -> None:
        """The library is copied and open."""

    def reading(self, file: str) -> None:
        """Parsing begins."""
        tell("parsing")

    def embedding(self, file: str, pages: int) -> None:
        """Embedding begins."""
        self._share = 0.0
        tell("embedding")

    def embedded(self, share: float) -> None:
        """Writing begins once all is embedded."""
        self._share += share
        if self._share > 0.999999:
            tell("writing")

    def done(self, result: FileResult) -> None:
        """The next file begins at once."""

    def publishing(self) -> None:
        """Publishing tells its own phases."""


def tell(phase: str) -> None:
    """Say which phase begins."""
    os.write(1, f"{phase}\n".encode())


def telling(owner: object, name: str, phase: str) -> None:
    """Make a function say its phase when it is called."""
    original: Callable[..., Any] = getattr(owner, name)

    def call(*arguments: Any, **options: Any) -> Any:
        tell(phase)
        return original(*arguments, **options)

    setattr(owner, name, call)


def child(task: str, corpus: Path, store: Path, kept: Path) -> None:
    """Carry out a task and tell its phases."""
    import chromadb  # noqa: F401  a second of loading, in which nothing can be lost

    embedder = KeptEmbedder(kept, pause_s=PAUSE_S)
    for owner, name, phase in (
        (build, "stage", "copying"),
        (Library, "remove", "writing"),
        (Library, "vacuum", "publishing: library"),
        (versions, "build_vectors", "publishing: vectors"),
        (versions, "_check_vectors", "publishing: check"),
        (versions, "sync_tree", "publishing: sync"),
        (versions, "_next_version", "swap"),
        (versions, "check_removed", "clean-up"),
    ):
        telling(owner, name, phase)
    delete = versions.delete_other_versions

    def deleting(path: Path, version: str) -> None:
        tell("clean-up")
        delete(path, version)

    publish: Callable[..., str] = vars(build)["publish"]

    def publishing(path: Path, library: Library) -> str:
        versions.delete_other_versions = deleting  # only after the swap: at the start of a run there is nothing
        return publish(path, library)

    vars(build)["publish"] = publishing
    tell(READY)
    perform(task, corpus, store, embedder, Phases())


def perform(task: str, corpus: Path, store: Path, embedder: Embedder, progress: Phases | None = None) -> None:
    """Carry out a task; a removal that is already done is left so."""
    if task != "removal":
        ingest([corpus], store=store, embedder=embedder, progress=progress)
        return
    try:
        remove(ANOTHER, store=store)
    except CorpusError as error:
        if "no document" not in str(error):
            raise


# --- the undisturbed stores ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """A task with its folder of PDFs, the store before it (None before a first ingest), and what to expect."""

    task: str
    corpus: Path
    before: Path | None
    expected_before: Mapping[str, Any] | None
    expected_after: Mapping[str, Any]


def prepare(folder: Path, embedder: KeptEmbedder, ask: Callable[[Path], dict[str, Any]]) -> list[Case]:
    """Build the undisturbed stores of all tasks."""
    cases = []
    for number, task in enumerate(TASKS):
        corpus, before, after = (folder / f"{part}{number}" for part in ("corpus", "before", "after"))
        corpus.mkdir()
        for file in ALWAYS:
            shutil.copy(ROOT / "corpus" / file, corpus)
        if task in ("removal", "a changed file"):
            shutil.copy(ROOT / "corpus" / ANOTHER, corpus)
        if task != "first ingest":
            ingest([corpus], store=before, embedder=embedder)
            shutil.copytree(before, after)
        if task == "one more file":
            shutil.copy(ROOT / "corpus" / ANOTHER, corpus)
        if task == "a changed file":
            shutil.copy(ROOT / "corpus" / CHANGED, corpus / ANOTHER)
        perform(task, corpus, after, embedder)
        held = before if before.exists() else None
        cases.append(Case(task, corpus, held, ask(held) if held else None, ask(after)))
    return cases


def asking(embedder: Embedder, count: int) -> Callable[[Path], dict[str, Any]]:
    """Return a function that tells all that is compared of a store."""
    questions = [q for q in read_sets(QUESTIONS)[0].questions if not q.history]
    chosen = questions[:: max(1, len(questions) // count)][:count]

    def ask(store: Path) -> dict[str, Any]:
        check_halves(store)
        advisor = Advisor(store, embedder)
        answers = {}
        for question in chosen:
            answer = advisor.ask(question.text, extractive=True)
            citations = [(c.marker, c.document, c.page, c.quote) for c in answer.citations]
            answers[question.id] = (answer.answer, citations, answer.abstained)
        documents = [(document.file, document.document_id) for document in advisor.documents()]
        return {"documents": documents, "answers": answers}

    return ask


def check_halves(store: Path) -> None:
    """Make sure that Chroma holds exactly the passages and sentences of SQLite."""
    opened = open_store(store)
    library = opened.library
    for collection, items in ((PASSAGES, library.passage_vectors()), (SENTENCES, library.sentence_vectors())):
        if opened.vectors.ids(collection) != {item for item, _, _ in items}:
            raise AssertionError(f"Chroma and SQLite differ in {collection}")
    opened.close()


# --- killing ---------------------------------------------------------------------------------------------------


def start(case: Case, store: Path, kept: Path) -> subprocess.Popen[bytes]:
    """Start a task and wait until it is about to begin."""
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, "--child", case.task, str(case.corpus), str(store), str(kept)],
        stdout=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )
    assert process.stdout is not None
    if process.stdout.readline().decode().strip() != READY:
        raise RuntimeError(f"{case.task} did not start")
    return process


def watch(process: subprocess.Popen[bytes], until: Callable[[str], bool], deadline_s: float) -> list[tuple[str, float]]:
    """Return the phases as they begin, with the seconds since the start; end with a phase, the deadline or the run."""
    assert process.stdout is not None
    started, seen = time.monotonic(), [("start", 0.0)]
    ready = select.poll()
    ready.register(process.stdout, select.POLLIN | select.POLLHUP)
    while (left := deadline_s - (time.monotonic() - started)) > 0:
        if ready.poll(1000 * left):
            line = process.stdout.readline().decode().strip()
            if not line:
                break
            seen.append((line, time.monotonic() - started))
            if until(line):
                break
    return seen


def measure(case: Case, store: Path, kept: Path) -> dict[str, float]:
    """Return the seconds of each phase of an undisturbed run, the first time it comes, and of the whole."""
    process = start(case, store, kept)
    began = time.monotonic()
    seen = watch(process, lambda line: False, 600)
    process.wait()
    total = time.monotonic() - began
    lengths: dict[str, float] = {}
    for (phase, begin), (_, end) in zip(seen, [*seen[1:], ("", total)], strict=True):
        lengths.setdefault(phase, end - begin)
    return lengths | {"whole run": total}


def kill(case: Case, store: Path, kept: Path, phase: str, delay_s: float) -> str:
    """Kill a task some time after a phase has begun ("" is the start of the run); return the phase that was hit."""
    process = start(case, store, kept)
    seen = watch(process, lambda line: line == phase, 600) if phase else []
    seen += watch(process, lambda line: False, delay_s)[1:]
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdout is not None
    seen += [(line.decode().strip(), 0.0) for line in process.stdout.readlines()]
    return LATE if process.wait() == 0 else (seen[-1][0] if seen else "start")


def state(store: Path, case: Case, ask: Callable[[Path], dict[str, Any]]) -> str:
    """Return which undisturbed store this one agrees with: "before", "after", "absent", or what is wrong."""
    try:
        found = ask(store)
    except StoreNotFoundError:
        return "absent" if case.before is None else "lost"
    except Exception as error:
        return f"does not open: {type(error).__name__}"
    if found == case.expected_after:
        return "after"
    return "before" if found == case.expected_before else "differs"


def rounds(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Kill as often as asked and return the figures."""
    kept = options.vectors or folder / "kept"
    embedder = KeptEmbedder(kept, TransformerEmbedder())
    ask = asking(embedder, options.questions)
    cases = prepare(folder, embedder, ask)
    embedder.keep()
    lengths = []
    for case in cases:
        lengths.append(measure(case, fresh(case, folder), kept))
    chance = random.Random(options.seed)
    phases, states, tasks, ends = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    left = 0
    for number in range(options.kills):
        index = number % len(cases)
        case, known = cases[index], lengths[index]
        store = fresh(case, folder)
        names = [name for name in known if name not in ("start", "whole run")]
        phase = "" if number // len(cases) % 2 else names[number // (2 * len(cases)) % len(names)]
        hit = kill(case, store, kept, phase, chance.random() * known[phase or "whole run"])
        after_kill = state(store, case, ask)
        perform(case.task, case.corpus, store, embedder)
        end = state(store, case, ask)
        left += end == "after" and leavings(store, case)
        phases[hit] += 1
        states[after_kill] += 1
        tasks[case.task] += 1
        ends["as the undisturbed store" if end == "after" else end] += 1
        print(f"{number + 1} of {options.kills}: {case.task}, {hit}: {after_kill}, {end}", file=sys.stderr, flush=True)
    return {
        "seed": options.seed,
        "rounds": options.kills,
        "kills in time": options.kills - phases[LATE],
        "questions": options.questions,
        "by task": dict(tasks),
        "by phase": dict(sorted(phases.items())),
        "after the kill": dict(states),
        "opened, or rightly absent": sum(states[name] for name in ("before", "after", "absent", "differs")),
        "agreeing with the undisturbed store": sum(states[name] for name in ("before", "after", "absent")),
        "after running the command again": dict(ends),
        "stores with anything left of a removed or replaced document": left,
        "seconds of an undisturbed run": {
            case.task: round(known["whole run"], 2) for case, known in zip(cases, lengths, strict=True)
        },
        "vectors": "those of the shipped model, computed once; a pause of 10 ms for each batch of 8 texts",
        "stamp": machine(),
    }


def fresh(case: Case, folder: Path) -> Path:
    """Return a store as it is before the task."""
    store = Path(tempfile.mkdtemp(dir=folder)) / "store"  # Chroma keeps clients by path
    if case.before is not None:
        shutil.copytree(case.before, store)
    return store


def leavings(store: Path, case: Case) -> bool:
    """Tell whether a document that is gone can still be found in any file of the store, or a version beside it."""
    if len(list(store.glob("v*"))) != 1 or (store / versions.STAGING).exists():
        return True
    if case.expected_before is None:
        return False
    gone = {item[1] for item in case.expected_before["documents"]} - {i[1] for i in case.expected_after["documents"]}
    contents = [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    return any(document_id.encode() in content for document_id in gone for content in contents)


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| phase that was hit | kills |", "| --- | --- |"]
    lines += [f"| {phase} | {number} |" for phase, number in result["by phase"].items()]
    lines += [
        "",
        f"| of {result['rounds']} rounds, {result['kills in time']} killed in time | stores |",
        "| --- | --- |",
    ]
    rows = ("opened, or rightly absent", "agreeing with the undisturbed store")
    lines += [f"| {row} | {result[row]} |" for row in rows]
    lines += [f"| run again: {end} | {number} |" for end, number in result["after running the command again"].items()]
    leavings = "stores with anything left of a removed or replaced document"
    return "\n".join([*lines, f"| {leavings} | {result[leavings]} |"])


def main() -> int:
    """Kill, print, write; 1 where a store did not agree."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], *map(Path, sys.argv[3:6]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--vectors", type=Path, metavar="FILE", help="keep the vectors here, for further runs")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        result = rounds(options, Path(folder))
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    agreed = (
        result["agreeing with the undisturbed store"],
        result["after running the command again"].get("as the undisturbed store", 0),
    )
    return 0 if agreed == (options.kills, options.kills) else 1


if __name__ == "__main__":
    sys.exit(main())
