"""An answers file and the PDFs → proof that every quote is on its page, or the list of those that are not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.errors import CorpusError, UsageError
from advisor.store.versions import current_version, open_store
from advisor.text import comparable
from ingest.build import SHORT_ID
from ingest.pages import content_hash, read_pages


@dataclass(slots=True)
class Verification:
    """What was checked: how many answers, citations and proved quotes, and one line for each problem."""

    answers: int = 0
    citations: int = 0
    verified: int = 0
    problems: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the report, ready for JSON."""
        return {
            "answers": self.answers,
            "citations": self.citations,
            "verified": self.verified,
            "problems": self.problems,
        }


def verify_file(answers: Path, *, store: Path, corpus: Path | None = None) -> Verification:
    """Check every citation of an answers file (JSONL, one answer record a line) against the PDFs themselves.

    A quote is proved when the PDF with the cited content is found, its page read anew holds exactly the quote at the
    span, and every sentence that calls itself verbatim is made of the words of its quotes. PDFs are looked for in
    `corpus` first, then where the store found them.

    Raises:
        UsageError: the file cannot be read or a line is not an answer record.
    """
    pages = _Pages(store, corpus)
    report = Verification()
    for where, record in _records(answers):
        report.answers += 1
        proved: dict[int, str] = {}
        for citation in record["citations"]:
            report.citations += 1
            problem = _problem(citation, pages)
            if problem:
                report.problems.append(f"{where}: citation [{citation.get('marker')}]: {problem}")
            else:
                report.verified += 1
                proved[citation.get("marker")] = citation["quote"]
        report.problems.extend(f"{where}: {problem}" for problem in _unproved(record, proved))
    return report


class _Pages:
    """The stored page texts of PDFs, read anew, each PDF once."""

    def __init__(self, store: Path, corpus: Path | None) -> None:
        self._known: dict[str, Path] = {}
        if current_version(store):
            opened = open_store(store)
            self._known = {d.document_id: Path(d.path) for d in opened.library.documents()}
            opened.close()
        self._folder = sorted(path for path in corpus.rglob("*") if path.is_file()) if corpus else []
        self._texts: dict[str, list[str]] = {}

    def read(self, document_id: str, file: str) -> list[str]:
        """Return the page texts of the document with this content.

        Raises:
            CorpusError: no PDF of this name is found, or it has other content, or it cannot be read.
        """
        if document_id not in self._texts:
            candidates = [path for path in self._folder if path.name == file]
            candidates += [path for path in (self._known.get(document_id),) if path and path.exists()]
            if not candidates:
                raise CorpusError(f"{file} is not found; name its folder with --corpus")
            same = [path for path in candidates if content_hash(path)[:SHORT_ID] == document_id]
            if not same:
                raise CorpusError(f"{candidates[0]} has changed since it was cited; ingest it again")
            self._texts[document_id] = read_pages(same[0])
        return self._texts[document_id]


def _problem(citation: Mapping[str, Any], pages: _Pages) -> str:
    try:
        texts = pages.read(citation["document_id"], citation["document"])
        number, start, end, quote = citation["page"], citation["start"], citation["end"], citation["quote"]
        if not 1 <= number <= len(texts):
            return f"{citation['document']} has {len(texts)} pages, not {number}"
        found = texts[number - 1][start:end] if start >= 0 else ""
    except CorpusError as error:
        return str(error)
    except (KeyError, TypeError) as error:
        return f"is not a citation record ({type(error).__name__}: {error})"
    if not quote or found != quote:
        return f"the quote is not on page {number} of {citation['document']} at {start} to {end}: {quote[:80]!r}"
    return ""


def _unproved(record: Mapping[str, Any], proved: Mapping[int, str]) -> Iterator[str]:
    """Yield what is wrong with the sentences of an answer, given its proved quotes."""
    for i, sentence in enumerate(record["sentences"], start=1):
        markers = sentence.get("markers", [])
        unknown = [marker for marker in markers if marker not in {c.get("marker") for c in record["citations"]}]
        if unknown:
            yield f"sentence {i} cites [{unknown[0]}], which is not among the citations"
        if not markers and not record.get("abstained") and sentence.get("support") != "unsupported":
            yield f"sentence {i} has no citation: {str(sentence.get('text'))[:80]!r}"
        if sentence.get("support") == "verbatim" and all(marker in proved for marker in markers):
            quotes = comparable("".join(proved[marker] for marker in markers))
            if comparable(str(sentence.get("text"))) not in quotes:
                yield f"sentence {i} is not what its quotes say: {str(sentence.get('text'))[:80]!r}"


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # JSON texts may hold other line ends
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); name a file that `advisor ask --jsonl` wrote") from error
    found = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
            citations, sentences = record["citations"], record["sentences"]
            whole = _are_records(citations) and _are_records(sentences)
            whole = whole and all(isinstance(sentence.get("markers", []), list) for sentence in sentences)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise UsageError(f"{where} is not an answer record ({type(error).__name__}: {error})") from error
        if not whole:
            raise UsageError(f"{where} is not an answer record (citations and sentences are lists of records)")
        found += 1
        yield f"{where} ({record.get('id', '')})", record
    if not found:
        raise UsageError(f"{path} holds no answers; write some with `advisor ask --jsonl`")


def _are_records(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
