"""An answers file and the PDFs → proof that every quote is on its page, or the list of those that are not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from advisor.errors import CorpusError, UsageError
from advisor.quantities import values
from advisor.records import DOUBTS
from advisor.store.versions import current_version, open_store
from advisor.text import same_words
from ingest.build import SHORT_ID
from ingest.pages import content_hash, read_pages

_MARKS = re.compile(rf"(?:\[\d+\]|[\s-]|{'|'.join(map(re.escape, DOUBTS.values()))})*")
"""What stands between the sentences of an answer: markers, doubts, and the dashes of lists."""


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


def verify_file(
    answers: Path, *, store: Path, corpus: Path | None = None, passwords: Sequence[str] = ()
) -> Verification:
    """Check every citation of an answers file (JSONL, one answer record a line) against the PDFs themselves.

    A quote is proved when the PDF with the cited content is found and its page read anew holds exactly the quote at
    the span. An answer is proved when its text is made of its sentences, the words of each "verbatim" sentence stand
    in its quotes, and the figures of each "supported" one in its quotes or on the cited pages. PDFs are looked for
    in `corpus` first, then where the store found them; by their content, whatever their name. `passwords` are tried on
    those that need one.

    Raises:
        UsageError: the file or the folder cannot be read, or a line is not an answer record.
    """
    if corpus and not _is_folder(corpus):
        raise UsageError(f"{str(corpus)[:200]} is not a folder that can be read; name the folder with the PDFs")
    pages = _Pages(store, corpus, passwords)
    report = Verification()
    for where, record in _records(answers):
        report.answers += 1
        proved: dict[int, Mapping[str, Any]] = {}
        for citation in record["citations"]:
            report.citations += 1
            problem = _problem(citation, pages)
            if problem:
                report.problems.append(f"{where}: citation [{citation['marker']}]: {problem}")
            else:
                report.verified += 1
                proved[citation["marker"]] = citation
        report.problems.extend(f"{where}: {problem}" for problem in _unproved(record, proved, pages))
        report.problems.extend(f"{where}: {problem}" for problem in _unsaid(record))
    return report


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long for the system, a folder that may not be entered, a NUL
        return False


class _Pages:
    """The stored page texts of PDFs, read anew, each PDF once."""

    def __init__(self, store: Path, corpus: Path | None, passwords: Sequence[str]) -> None:
        self._passwords = passwords
        self._known: dict[str, Path] = {}
        if current_version(store):
            opened = open_store(store)
            self._known = {d.document_id: Path(d.path) for d in opened.library.documents()}
            opened.close()
        self._folder = sorted(path for path in corpus.rglob("*") if path.is_file()) if corpus else []
        self._ids: dict[Path, str] = {}
        self._texts: dict[str, list[str]] = {}

    def read(self, document_id: str, file: str) -> list[str]:
        """Return the page texts of the document with this content.

        Raises:
            CorpusError: no PDF with this content is found, or it cannot be read.
        """
        if document_id not in self._texts:
            named = [path for path in self._folder if path.name == file]
            named += [path for path in (self._known.get(document_id),) if path and path.is_file()]
            others = (path for path in self._folder if path.name != file and path.suffix.lower() == ".pdf")
            same = next((path for path in chain(named, others) if self._id(path) == document_id), None)
            if same is None and named:
                raise CorpusError(f"{named[0]} has changed since it was cited; ingest it again")
            if same is None:
                raise CorpusError(f"{file} is not found; name its folder with --corpus")
            self._texts[document_id] = read_pages(same, passwords=self._passwords)
        return self._texts[document_id]

    def _id(self, path: Path) -> str:
        """Return the document id of a file's content, "" where it cannot be opened."""
        if path not in self._ids:
            try:
                self._ids[path] = content_hash(path)[:SHORT_ID]
            except CorpusError:
                self._ids[path] = ""
        return self._ids[path]


def _problem(citation: Mapping[str, Any], pages: _Pages) -> str:
    try:
        texts = pages.read(citation["document_id"], citation["document"])
    except CorpusError as error:
        return str(error)
    number, start, end, quote = citation["page"], citation["start"], citation["end"], citation["quote"]
    if not 1 <= number <= len(texts):
        return f"{citation['document']} has {len(texts)} pages, not {number}"
    found = texts[number - 1][start:end] if start >= 0 else ""
    if not quote or found != quote:
        return f"the quote is not on page {number} of {citation['document']} at {start} to {end}: {quote[:80]!r}"
    return ""


def _unproved(record: Mapping[str, Any], proved: Mapping[int, Mapping[str, Any]], pages: _Pages) -> Iterator[str]:
    """Yield what is wrong with the sentences of an answer, given its proved citations."""
    known = {citation["marker"] for citation in record["citations"]}
    for i, sentence in enumerate(record["sentences"], start=1):
        text, markers, support = sentence["text"], sentence["markers"], sentence["support"]
        unknown = [marker for marker in markers if marker not in known]
        if unknown:
            yield f"sentence {i} cites [{unknown[0]}], which is not among the citations"
        if not markers and not record.get("abstained") and support != "unsupported":
            yield f"sentence {i} has no citation: {text[:80]!r}"
        cited = [proved[marker] for marker in markers if marker in proved]
        if len(cited) < len(markers):
            continue
        if support == "verbatim" and not same_words(text, " ".join(citation["quote"] for citation in cited)):
            yield f"sentence {i} is not what its quotes say: {text[:80]!r}"
        if support == "supported":
            missing = values(text) - set().union(*(_figures_around(citation, pages) for citation in cited))
            if missing:
                yield f"sentence {i} has a figure that is not on its pages, {min(missing)[:20]}: {text[:80]!r}"


def _figures_around(citation: Mapping[str, Any], pages: _Pages) -> set[str]:
    """Return the figures of a quote and of its page; of the page before too, for there a table's header may stand."""
    texts, page = pages.read(citation["document_id"], citation["document"]), citation["page"]
    return values(citation["quote"]).union(*(values(text) for text in texts[max(0, page - 2) : page]))


def _unsaid(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the text of an answer and its sentences differ; one that declines opens with words of its own."""
    rest = " ".join(record["answer"].split())
    for i, sentence in enumerate(record["sentences"], start=1):
        text = " ".join(sentence["text"].split())
        before, found, rest_after = rest.partition(text) if text else ("", "", rest)
        if not found:
            yield f"sentence {i} is not in the text of the answer: {text[:80]!r}"
            continue
        if not _MARKS.fullmatch(before) and not (record.get("abstained") and i == 1):
            yield f"the answer says more than its sentences: {before[:80]!r}"
        rest = rest_after
    if not _MARKS.fullmatch(rest) and not (record.get("abstained") and not record["sentences"]):
        yield f"the answer says more than its sentences: {rest[:80]!r}"


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # JSON texts may hold other line ends
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read ({error}); name a file that `advisor ask --jsonl` wrote") from error
    found = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
            json.dumps(record, ensure_ascii=False).encode()  # refuses half a surrogate pair, which cannot be printed
            _check(record)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(f"{where} is not an answer record ({type(error).__name__}: {error})") from error
        found += 1
        yield f"{where} ({record.get('id', '')})", record
    if not found:
        raise UsageError(f"{path} holds no answers; write some with `advisor ask --jsonl`")


def _check(record: Mapping[str, Any]) -> None:
    """Raise KeyError or TypeError where a value that is looked at is missing or of the wrong kind."""
    _expect(record, answer=str, sentences=list, citations=list)
    for sentence in record["sentences"]:
        _expect(sentence, text=str, markers=list, support=str)
        if not all(isinstance(marker, int) for marker in sentence["markers"]):
            raise TypeError("markers are numbers")
    for citation in record["citations"]:
        _expect(citation, marker=int, document_id=str, document=str, page=int, start=int, end=int, quote=str)


def _expect(record: Mapping[str, Any], **kinds: type) -> None:
    for name, kind in kinds.items():
        if not isinstance(record[name], kind):
            raise TypeError(f"{name} is not of the kind {kind.__name__}")
