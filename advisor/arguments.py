"""The command line → the options of one command, checked one by one; an error is one line."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"advisor: {message}; see `{self.prog} --help`\n")


def command_parser() -> argparse.ArgumentParser:
    """Return what reads the command line; `command` of the result is the name of the command."""
    parser = _Parser(prog="advisor", description="Answers about running industry clusters, proved on the page.")
    parser.add_argument("--version", action="version", version=f"cluster-advisor {version('cluster-advisor')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, summary: str, *, store: bool = True, as_json: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.set_defaults(command=name)
        if store:
            sub.add_argument("--store", type=Path, metavar="DIR", help="the store (ADVISOR_STORE, or store/)")
        if as_json:
            sub.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
        return sub

    _add_ingest_options(add("ingest", "Read PDFs or folders of PDFs into the store; unchanged files are skipped."))
    _add_documents_options(add("documents", "List the documents of the store, remove one, or rebuild the vectors."))
    _add_search_options(add("search", "Find passages."))
    _add_ask_options(add("ask", "Answer a question, with citations."))
    _add_verify_options(add("verify", "Re-open the PDFs and prove every quote, box and claim of an answers file."))
    _add_evaluate_options(add("evaluate", "Measure systems on question sets, or compare two results."))
    _add_ratings_options(
        add("ratings", "Print what readers rated in the browser as a question set.", store=False, as_json=False)
    )
    _add_serve_options(add("serve", "Open the browser chat and the REST interface on one port.", as_json=False))
    add("doctor", "Say what is installed, configured and reachable, and what to do about it.")
    return parser


def _add_ingest_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", type=_path, nargs="+", metavar="PATH", help="a PDF or a folder")
    command.add_argument("--strict", action="store_true", help="exit 1 when a file cannot be used")
    command.add_argument(
        "--ocr", type=Path, metavar="DIR", help="recognise the text of scans with OCRmyPDF, into copies in this folder"
    )
    _add_passwords(command)


def _add_documents_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("action", nargs="?", default="list", choices=("list", "remove", "rebuild"))
    command.add_argument("id", nargs="?", default="", help="document id or file name, with remove")


def _add_search_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("query")
    command.add_argument("-k", type=int, default=8, help="how many passages (8)")
    command.add_argument(
        "--document", action="append", default=[], metavar="ID", help="search in this document only; may be repeated"
    )
    command.add_argument(
        "--section",
        action="append",
        default=[],
        metavar="WORDS",
        help="search under such a heading only; may be repeated",
    )
    command.add_argument("--mode", choices=("hybrid", "dense", "lexical"), default="hybrid")


def _add_ask_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", default=None)
    command.add_argument(
        "--jsonl",
        metavar="FILE",
        help='answer many: {"id", "question", "history"?, "documents"?} a line; - for standard input',
    )
    command.add_argument(
        "--document", action="append", default=[], metavar="ID", help="answer from this document only; may be repeated"
    )
    command.add_argument("--extractive", action="store_true", help="no chat model, even where one is configured")


def _add_verify_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("answers", type=Path, metavar="ANSWERS.jsonl")
    command.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        help="where the PDFs are (else where the store found them, or ADVISOR_CORPUS)",
    )
    _add_passwords(command)


def _add_evaluate_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "sets", type=Path, nargs="*", metavar="SET", help="a question set in any known form, see benchmarks/README.md"
    )
    command.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME",
        help="advisor (default), dense, lexical, one with settings (advisor:lexical=0), written, stock, "
        "module:function, a .run or answers .jsonl file; may be repeated",
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="write report, figures, runs and answers here")
    command.add_argument(
        "--corpus", type=Path, action="append", default=[], metavar="DIR", help="where the PDFs of a set are (corpus/)"
    )
    command.add_argument(
        "--cache",
        type=Path,
        default=Path(".cache/evaluation"),
        metavar="DIR",
        help="what was built and answered before",
    )
    command.add_argument("--compare", nargs=2, metavar=("A", "B"), help="two results: DIR, or DIR:SYSTEM")
    command.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="[SYSTEM:]MEASURE=VALUE",
        help="exit 1 where a figure is below this; may be repeated",
    )
    command.add_argument("--seed", type=_seed, default=0, help="of intervals and tests (0)")
    command.add_argument("--price", metavar="READ,WRITTEN", help="of the chat model, per million tokens")
    command.add_argument(
        "--no-texts", action="store_true", help="leave answers, which quote the documents, out of --out"
    )


def _add_ratings_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--kept", type=Path, metavar="FILE", help="where it is kept (ADVISOR_KEPT, or kept/, with its file)"
    )


def _add_serve_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default=None)
    command.add_argument("--port", type=_port, default=None)


def _add_passwords(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password",
        action="append",
        default=[],
        metavar="TEXT",
        help="tried on files that need one, stored nowhere; may be repeated",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no seed; give a whole number from 0")
    return int(text)


def _path(text: str) -> Path:
    """Read a path from the command line; an empty one would be the working directory."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty; name a PDF or a folder with PDFs")
    return Path(text)
