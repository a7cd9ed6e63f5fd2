"""The command `advisor`: parse, call the library, print. One line on stderr for an error, no traceback.

Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.arguments import command_parser
from advisor.errors import (
    AdvisorError,
    BenchmarkError,
    CorpusError,
    EmbeddingError,
    StoreMismatchError,
    StoreNotFoundError,
    UsageError,
)
from advisor.records import UNUSED, Answer, Document
from advisor.settings import Settings
from advisor.text import count_of, one_line

if TYPE_CHECKING:
    from advisor import Advisor
    from advisor.answering.generative import ChatWriter
    from advisor.questions import Line

Command = Callable[[argparse.Namespace, Settings], int]

MISCONFIGURED = (
    *(UsageError, StoreNotFoundError, StoreMismatchError, EmbeddingError),
    *(CorpusError, BenchmarkError),  # a file that cannot be used among others becomes a part of the result instead
)
"""Errors that the person at the keyboard mends by asking or setting up otherwise: exit 2."""

WORKS_UNSEEN = ("ingest", "serve")
"""Commands that are of use to somebody who does not see what they print."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # answers hold letters that a terminal's own encoding may lack
            stream.reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else None)
    options = command_parser().parse_args(arguments)
    if sys.stdout is None and options.command not in WORKS_UNSEEN:  # it was closed before we were started
        return _fail("standard output is closed, where the result would go; open it, or send it to a file", 1)
    return guarded(lambda: COMMANDS[options.command](options, Settings.from_environment()))


def guarded(work: Callable[[], int]) -> int:
    """Return the exit code of some work; an error becomes one line on stderr and its exit code."""
    try:
        return work()
    except MISCONFIGURED as error:
        return _fail(error, 2)
    except AdvisorError as error:
        return _fail(error, 1)
    except KeyboardInterrupt as error:
        print(f"advisor: {str(error) or 'stopped'}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _fail("the disk is full; make room and run the same command again", 1)


def _fail(error: Exception | str, code: int) -> int:
    print(f"advisor: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def _tell(told: str) -> None:
    print(f"advisor: {told}", file=sys.stderr, flush=True)


def _writer(settings: Settings) -> ChatWriter:
    """Return the chat model of the settings; why it fails is told on stderr."""
    from advisor.answering.generative import open_writer

    return open_writer(
        settings.chat_model,
        base_url=settings.chat_base_url,
        timeout_s=settings.chat_timeout_s,
        listener=_tell,
    )


def _store(options: argparse.Namespace, settings: Settings) -> Path:
    return options.store or settings.store


def _print(value: object, *, indent: int | None = 2) -> None:
    """Print JSON; half of a surrogate pair, which no file can hold, becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print(text.encode("utf-8", "replace").decode(), flush=True)


# --- the commands ----------------------------------------------------------------------------------------------


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    from ingest.command import run

    return run(
        options.paths,
        store=_store(options, settings),
        settings=settings,
        as_json=options.json,
        strict=options.strict,
        passwords=options.password,
        ocr=options.ocr,
    )


def _documents(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.store.versions import open_store
    from ingest.build import rebuild, remove

    path = _store(options, settings)
    if options.action != "remove" and options.id:
        raise UsageError(f"`advisor documents {options.action}` takes no {options.id!r}; only `remove` takes an ID")
    if options.action == "remove" and not options.id:
        raise UsageError("name one document: `advisor documents remove ID`; `advisor documents` lists the ids")
    if options.action == "remove":
        document = remove(options.id, store=path)
        result: dict[str, Any] = {"store": str(path), "removed": document.document_id, "file": document.file}
        _print(result) if options.json else print(_removed(document, path))
        return 0
    if options.action == "rebuild":
        rebuild(store=path)
    store = open_store(path)
    counts, passages = store.library.counts(), store.library.passage_counts()
    listed: list[dict[str, Any]] = [
        {
            "document_id": d.document_id,
            "file": d.file,
            "title": d.title,
            "publisher": d.publisher,
            "year": d.year,
            "language": d.language,
            "pages": d.page_count,
            "passages": passages.get(d.document_id, 0),
        }
        for d in store.library.documents()
    ]
    skipped: list[dict[str, Any]] = [
        {"file": Path(entry.path).name, "reason": entry.reason}
        for entry in store.library.ledger().values()
        if entry.status in UNUSED
    ]
    if options.json:
        _print({"store": str(path), "version": store.version, "documents": listed, "skipped": skipped})
        return 0
    for item in listed:
        size = f"{item['pages']:>4} pages  {item['passages']:>5} passages"
        print(f"{item['document_id']}  {size}  {one_line(item['file'])}")
    for item in skipped:
        print(f"{'not used':<12}  {item['reason']:<24}  {one_line(item['file'])}")
    held = (("document", counts.documents), ("page", counts.pages), ("passage", counts.passages))
    print(f"{', '.join(count_of(number, noun) for noun, number in held)} in {path}.")
    return 0


def _removed(document: Document, store: Path) -> str:
    told = f"Removed {one_line(document.file)} ({document.document_id}) from {store}."
    if Path(document.path).is_file():
        told += f"\nIts file is still there: the next `advisor ingest` of {Path(document.path).parent} adds it again."
    return told


def _search(options: argparse.Namespace, settings: Settings) -> int:
    from advisor import Advisor

    advisor = Advisor.open(_store(options, settings), embedder=settings.embedder, reranker=settings.reranker)
    hits = advisor.search(
        options.query, k=options.k, document_ids=options.document, sections=options.section, mode=options.mode
    )
    if options.json:
        _print({"query": options.query, "mode": options.mode, "passages": [hit.to_dict() for hit in hits]})
        return 0
    for hit in hits:
        place = f"{hit.document.title}, page {hit.passage.first_page} · {' › '.join(hit.passage.section)}"
        print(f"{hit.rank}. {one_line(place)}")
        print(f"   {hit.passage.text[:300]}\n".replace("\n", "\n   ").rstrip(" "))
    if not hits:
        under = " under these headings" if any(map(str.strip, options.section)) else ""
        print(f"No passage{under} holds any of these words.")
    return 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from advisor import Advisor
    from advisor.answering.written import Writing
    from advisor.questions import read_questions

    if (options.question is None) == (options.jsonl is None):
        raise UsageError("give one question, or --jsonl FILE with many")
    writer = None
    if settings.chat_model and not options.extractive:
        writer = _writer(settings)
    advisor = Advisor.open(
        _store(options, settings),
        embedder=settings.embedder,
        writer=writer,
        writing=Writing(settings.unsupported, settings.chat_budget_tokens),
        reranker=settings.reranker,
    )
    if options.jsonl is not None:
        lines = read_questions(options.jsonl)
        for line in lines:
            _check_documents(advisor, line)
        for line in lines:
            answer = advisor.ask(
                line.question,
                history=line.history,
                document_ids=line.documents or options.document,
                extractive=options.extractive,
                id=str(line.id),
            )
            _print(answer.to_dict() | {"id": line.id}, indent=None)  # a number stays one, so that both files join
        return 0
    answer = advisor.ask(options.question, document_ids=options.document, extractive=options.extractive)
    _print(answer.to_dict()) if options.json else _print_answer(answer)
    return 0


def _check_documents(advisor: Advisor, line: Line) -> None:
    for document in line.documents:
        try:
            advisor.document(document)
        except CorpusError as error:
            raise CorpusError(f"{line.where}: {error}") from error


def _print_answer(answer: Answer) -> None:
    print(answer.answer)
    if answer.reason.startswith("model-"):
        print("\nThe chat model gave no usable answer; this one quotes the documents directly.")
    if answer.citations:
        print()
    for citation in answer.citations:
        printed = f" (printed {citation.page_label})" if citation.page_label not in ("", str(citation.page)) else ""
        print(one_line(f"[{citation.marker}] {citation.title}, page {citation.page}{printed} · {citation.document}"))


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.store.versions import current_version
    from ingest.verification import verify_file

    store = _store(options, settings)
    has_store = bool(current_version(store))
    if not has_store and store != Settings().store:  # it was named
        raise StoreNotFoundError(f"there is no store at {store}; name the one that the answers come from with --store")
    folder = options.corpus or (settings.corpus if settings.corpus.is_dir() else None)
    report = verify_file(options.answers, store=store, corpus=folder, passwords=options.password)
    if not has_store:
        unchecked = "titles, sections and passages were not checked; name a store with --store"
        print(f"advisor: there is no store at {store}: {unchecked}", file=sys.stderr)
    if options.json:
        _print(report.to_dict())
    else:
        for problem in report.problems:
            print(problem)
        proved = f"{report.verified} of {count_of(report.citations, 'quote')} in {count_of(report.answers, 'answer')}"
        print(f"{proved} proved on their page, {report.boxes_verified:,} of {report.boxes:,} boxes around their words.")
    return 0 if not report.problems else 1


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.embedding import TransformerEmbedder
    from advisor.evaluation.command import compare_results, evaluate_sets, parse_price
    from advisor.evaluation.experiment import Place
    from advisor.evaluation.results import Options

    if bool(options.sets) == bool(options.compare):
        raise UsageError("name question sets, or two results with --compare")
    if options.compare and (options.system or options.fail_under):
        raise UsageError("--compare takes two results that are there: leave --system and --fail-under out")
    if options.compare:
        _print_report(*compare_results(options.compare, out=options.out, seed=options.seed), as_json=options.json)
        return 0
    writer = None
    if "written" in options.system and settings.chat_model:
        writer = _writer(settings)
    place = Place(
        TransformerEmbedder(settings.embedder),
        options.cache,
        # A store that is named is searched; where none is, a set that names its documents has a store of its own.
        store=options.store,
        default_store=settings.store,
        folders=tuple(options.corpus or [settings.corpus]),
        writer=writer,
        writer_name=settings.chat_model,
        listener=_tell,
    )
    price = parse_price(options.price) if options.price else None
    result, report, misses = evaluate_sets(
        options.sets,
        options.system or ["advisor"],
        place,
        Options(options.seed, price, not options.no_texts),
        out=options.out,
        fail_under=options.fail_under,
    )
    _print_report(result, report, as_json=options.json)
    for miss in misses:
        print(f"advisor: {miss}", file=sys.stderr)
    return 1 if misses else 0


def _print_report(result: Mapping[str, Any], report: str, *, as_json: bool) -> None:
    _print(result) if as_json else print(report, end="")


def _ratings(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.serving.keeping.keeper import KEPT_FILE, Keeper
    from advisor.serving.keeping.question_set import to_question_set

    path = options.kept or settings.kept
    path = path / KEPT_FILE if path.is_dir() or not options.kept else path
    if not path.is_file():
        raise UsageError(f"nothing is kept at {path}; name the file with --kept, or its folder with ADVISOR_KEPT")
    keeper = Keeper(path)
    try:
        print(to_question_set(keeper.ratings()), end="")
    finally:
        keeper.close()
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.serving.server import PORTS_TRIED, serve

    return serve(
        _store(options, settings),
        settings=settings,
        host=options.host or settings.host,
        port=options.port if options.port is not None else settings.port,
        ports=PORTS_TRIED if options.port is None else 1,  # a port that is named is the one somebody will ask at
    )


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from advisor.doctor import examine

    findings = examine(_store(options, settings), settings, is_expected=options.store is not None)
    if options.json:
        _print({"healthy": all(f.state != "problem" for f in findings), "findings": [f.to_dict() for f in findings]})
    else:
        for finding in findings:
            print(f"{finding.state:<8} {finding.subject}: {finding.text}")
    return 1 if any(finding.state == "problem" for finding in findings) else 0


COMMANDS: Mapping[str, Command] = {
    "ingest": _ingest,
    "documents": _documents,
    "search": _search,
    "ask": _ask,
    "verify": _verify,
    "evaluate": _evaluate,
    "ratings": _ratings,
    "serve": _serve,
    "doctor": _doctor,
}


if __name__ == "__main__":
    sys.exit(main())
