"""An answers file and the PDFs → proof of every quote, box, link and claim in it, or a line for each that fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.errors import CorpusError, UsageError
from advisor.text import one_line
from ingest.proofs.answers import Record, read_answers
from ingest.proofs.boxes import box_problem
from ingest.proofs.claims import claim_problems, conflict_problems
from ingest.proofs.links import link_count, link_problems, passage_problems, place_problem
from ingest.proofs.sources import Sources
from ingest.proofs.states import state_problems
from ingest.proofs.texts import text_problems
from ingest.proofs.wordings import Wordings


@dataclass(slots=True)
class Verification:
    """What was checked and proved, and one line for each problem.

    Attributes:
        verified: citations whose quote is on its page.
        boxes: boxes of all citations.
        boxes_verified: those of citations whose boxes enclose the words of the quote, and no others.
        links: how many times a sentence or a conflict cites something.
    """

    answers: int = 0
    citations: int = 0
    verified: int = 0
    boxes: int = 0
    boxes_verified: int = 0
    links: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, where: str, problem: str) -> None:
        """Note a problem as one line; it may hold pieces of the file."""
        self.problems.append(one_line(f"{where}: {problem}"))

    def to_dict(self) -> dict[str, Any]:
        """Return the report, ready for JSON."""
        return {
            "answers": self.answers,
            "citations": self.citations,
            "verified": self.verified,
            "boxes": self.boxes,
            "boxes_verified": self.boxes_verified,
            "links": self.links,
            "problems": self.problems,
        }


def verify_file(
    answers: Path, *, store: Path, corpus: Path | None = None, passwords: Sequence[str] = ()
) -> Verification:
    """Check an answers file (JSONL, one answer record a line) against the PDFs themselves.

    A quote is proved when the PDF with the cited content is found and its page, read anew, holds exactly the quote at
    the span. Its boxes are proved when, on the page drawn anew, they enclose the characters of the quote and no
    others. An answer is proved when its text is made of its sentences, each with its markers, every marker leads to a
    citation and every citation is used, and the quotes bear the sentences out: see `ingest.proofs`. What a citation or
    a passage says of its place is compared with the store, where one holds the document.

    PDFs are looked for in `corpus` first, then where the store found them; by their content, whatever their name.
    `passwords` are tried on those that need one.

    Raises:
        UsageError: the file or the folder cannot be read, or a line is not an answer record.
        StoreError: the store cannot be read.
    """
    if corpus and not _is_folder(corpus):
        raise UsageError(f"{str(corpus)[:200]} is not a folder that can be read; name the folder with the PDFs")
    report = Verification()
    with Sources(store, corpus, passwords) as sources:
        wordings = Wordings(sources)
        for where, record in read_answers(answers):
            report.answers += 1
            report.links += link_count(record)
            proved = [citation for citation in record["citations"] if _check(citation, where, sources, report)]
            for problem in (
                *state_problems(record),
                *link_problems(record),
                *claim_problems(record, proved, sources),
                *conflict_problems(record, proved, sources),
                *text_problems(record, wordings),
                *passage_problems(record, sources),
            ):
                report.add(where, problem)
    return report


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long for the system, a folder that may not be entered, a NUL
        return False


def _check(citation: Record, where: str, sources: Sources, report: Verification) -> bool:
    """Add what is found out of a citation to the report; return whether its quote is on its page."""
    report.citations += 1
    report.boxes += len(citation["boxes"])
    at = f"{where}: citation [{citation['marker']}]"
    if problem := _quote_problem(citation, sources):
        report.add(at, problem)
        return False
    report.verified += 1
    if problem := _box_problem(citation, sources):
        report.add(at, problem)
    else:
        report.boxes_verified += len(citation["boxes"])
    if problem := place_problem(citation, sources):
        report.add(at, problem)
    return True


def _quote_problem(citation: Record, sources: Sources) -> str:
    try:
        texts = sources.texts(citation["document_id"], citation["document"])
    except CorpusError as error:
        return str(error)
    number, start, end, quote = citation["page"], citation["start"], citation["end"], citation["quote"]
    if not 1 <= number <= len(texts):
        return f"{citation['document'][:200]} has {len(texts)} pages, not {number}; ask again"
    found = texts[number - 1][start:end] if start >= 0 else ""
    if not quote or found != quote:
        file = citation["document"][:200]
        return f"the quote is not on page {number} of {file} at {start} to {end}: {quote[:80]!r}; ask again"
    return ""


def _box_problem(citation: Record, sources: Sources) -> str:
    try:
        drawing = sources.drawing(citation["document_id"], citation["document"], citation["page"])
    except CorpusError as error:
        return str(error)
    text = sources.texts(citation["document_id"], citation["document"])[citation["page"] - 1]
    return box_problem(citation, text, drawing)
