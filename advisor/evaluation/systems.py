"""A name → a system to measure: the advisor, with other settings too, files made elsewhere, other people's code.

A system turns a question into a record: the answer record of DESIGN, of which only `passages` is needed. A passage
names its `document`, its `first_page` and `last_page` (1 without pages), and its `text`; one that lacks pages or
text is judged without them.
"""

from __future__ import annotations

import importlib
import json
import math
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from inspect import signature
from pathlib import Path
from typing import Any, Protocol, get_type_hints

from advisor.answering.advisor import Advisor
from advisor.answering.generative import Writer
from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import SearchedCorpus
from advisor.evaluation.datasets import Question, QuestionSet
from advisor.evaluation.given import AnswersSystem, OwnSystem, RunSystem, failed, is_of_other_sets
from advisor.records import Hit
from advisor.retrieval.retriever import SHIPPED, Tuning
from advisor.text import one_line

DEPTH = 50
"""How many passages are ranked for the measures of retrieval; an answer is made from fewer."""

TEXTS = 10
"""How many of them keep their text in the record: what is judged looks no deeper."""


class System(Protocol):
    """What is measured."""

    @property
    def name(self) -> str:
        """How reports name it."""

    @property
    def key(self) -> str:
        """What its records depend on, apart from corpus and question; "" where they must not be kept."""

    @property
    def repeats(self) -> bool:
        """Whether it gives the same record for the same question each time."""

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return the record of a question; without `answers`, only passages are wanted."""


class CountingWriter(Writer, Protocol):
    """A chat model that counts."""

    @property
    def tokens(self) -> dict[str, int]:
        """How many tokens it has read ("input") and written ("output") so far."""


class AdvisorSystem:
    """The advisor over a store, extractive unless a writer is given."""

    def __init__(
        self,
        name: str,
        corpus: SearchedCorpus,
        tuning: Tuning = SHIPPED,
        *,
        writer: CountingWriter | None = None,
        writer_name: str = "",
    ) -> None:
        self.name = name
        self.repeats = writer is None
        self._writer = writer
        self._advisor = Advisor.open(corpus.store, embedder=corpus.embedder, writer=writer, tuning=tuning)
        self._advisor.search("warm up", k=1)  # the model is loaded before the clock starts
        self.key = f"{corpus.key}\n{json.dumps(asdict(tuning))}\n{writer_name}"

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return the answer, its passages continued to `DEPTH`."""
        record: Record = {"id": question.id, "question": question.text}
        if answers:
            before = self._writer.tokens if self._writer else {}
            record = self._advisor.ask(
                question.text, history=question.history, extractive=not self._writer, id=question.id
            ).to_dict()
            if self._writer:
                record["tokens"] = {side: total - before[side] for side, total in self._writer.tokens.items()}
        started = time.perf_counter()
        hits = self._advisor.search(question.text, history=question.history, k=DEPTH)
        if not answers:
            record["timings_ms"] = {"total": round((time.perf_counter() - started) * 1000, 1)}
        record["passages"] = [passage_of(hit) for hit in hits]
        segments = self._advisor.segments(question.text, history=question.history)
        record["segments"] = [segment.text for segment in segments]
        return record


def passage_of(hit: Hit) -> Record:
    """Return the entry of `passages` with the spans of its sentences: [page, start, end]."""
    spans = [[span.page, span.start, span.end] for sentence in hit.passage.sentences for span in sentence.spans]
    entry = hit.to_dict() | {"spans": spans}
    return entry if hit.rank <= TEXTS else {name: value for name, value in entry.items() if name != "text"}


# --- names -------------------------------------------------------------------------------------------------------

Build = Callable[[SearchedCorpus], Any]
NAMED: Mapping[str, Tuning] = {"advisor": SHIPPED, "dense": Tuning(mode="dense"), "lexical": Tuning(mode="lexical")}
ELSEWHERE = {"stock": "benchmarks.stock:build"}
"""Systems that are kept outside the package, as "module:function"; the function takes the corpus to search."""


def needs_corpus(name: str) -> bool:
    """Tell whether a system searches, rather than being read from a file."""
    return Path(name).suffix not in (".run", ".jsonl")


def check_name(name: str) -> None:
    """Make sure that there is a system of a name, before anything is built for it.

    Raises:
        UsageError: there is none, or it has no such setting.
    """
    base, _, settings = name.partition(":")
    if base in NAMED:
        _tuned(NAMED[base], settings, name)
    elif needs_corpus(name) and name != "written":
        _builder(name)


def open_system(
    name: str,
    questions: QuestionSet,
    corpus: SearchedCorpus | None,
    *,
    writer: CountingWriter | None = None,
    writer_name: str = "",
) -> System:
    """Return a system by its name.

    "advisor", "dense" and "lexical"; one of them with settings ("advisor:lexical=0,sentence=0.5", see `Tuning`);
    "written" with the chat model; "stock" and any other "module:function"; a file of a run (.run) or of answers
    (.jsonl).

    Raises:
        UsageError: there is no system of that name, or a setting does not exist.
        BenchmarkError: a file cannot be read or belongs to another set, or the corpus to search is not known.
        AdvisorError: somebody's own function raised something.
    """
    path = Path(name)
    if path.suffix == ".run":
        return RunSystem(path, questions)
    if path.suffix == ".jsonl":
        return AnswersSystem(path, questions)
    if corpus is None:
        raise BenchmarkError(f"the set holds judgments alone, so that {name} has nothing to search; name a run file")
    base, _, settings = name.partition(":")
    if base in NAMED:
        return AdvisorSystem(name, corpus, _tuned(NAMED[base], settings, name))
    if name == "written":
        if writer is None:
            raise UsageError("the system written needs a chat model; set ADVISOR_CHAT_MODEL")
        return AdvisorSystem(name, corpus, writer=writer, writer_name=writer_name)
    return _own_system(name, corpus)


def _tuned(tuning: Tuning, settings: str, name: str) -> Tuning:
    kinds = get_type_hints(Tuning)
    known = ", ".join(field.name for field in fields(Tuning))
    for setting in filter(None, settings.split(",")):
        key, _, value = setting.partition("=")
        if key not in kinds:
            raise UsageError(f"the system {name!r} sets {key!r}; there are {known}")
        try:
            changed: dict[str, Any] = {key: float(value) if kinds[key] in (float, bool) else value}
            if kinds[key] is bool:
                changed = {key: bool(changed[key])}
            elif kinds[key] is float and not math.isfinite(changed[key]):
                raise UsageError(f"the system {name!r} sets {key} to {value!r}; give a finite number")
            tuning = replace(tuning, **changed)
        except ValueError as error:
            raise UsageError(f"the system {name!r} sets {key} to {value!r}, which is no number") from error
    return tuning


def answers_other_sets(name: str, questions: QuestionSet) -> bool:
    """Tell whether a system is a file of answers to other sets only, such as a result without this set holds.

    Raises:
        BenchmarkError: the file cannot be read.
    """
    return Path(name).suffix == ".jsonl" and is_of_other_sets(Path(name), questions)


def _own_system(name: str, corpus: SearchedCorpus) -> System:
    build = _builder(name)
    try:
        signature(build).bind(corpus)
    except TypeError as error:
        raise UsageError(f"{name} takes no corpus ({error}); name a function as in benchmarks/stock.py") from error
    try:
        made = build(corpus)
    except Exception as error:
        raise failed(f"{name} failed before it was asked anything", error) from error
    return OwnSystem(name, made)


def _builder(name: str) -> Build:
    module, _, function = ELSEWHERE.get(name, name).partition(":")
    if not re.fullmatch(r"\w+(\.\w+)*", module) or not function.isidentifier():
        named = ", ".join([*NAMED, "written", *ELSEWHERE])
        raise UsageError(f"there is no system {name!r}; there are {named}, files (.run, .jsonl) and module:function")
    here = str(Path.cwd())
    sys.path.insert(0, here)  # a console script does not look into the working directory by itself
    try:
        build: Build = getattr(importlib.import_module(module), function)
    except Exception as error:  # a module runs when it is loaded, and may raise anything
        hint = "; it is kept in the repository: run this in a checkout" if name in ELSEWHERE else ""
        raise UsageError(one_line(f"the system {name} cannot be loaded ({error}){hint}")) from error
    finally:
        sys.path.remove(here)
    return build
