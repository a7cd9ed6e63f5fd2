"""A question set and the folders of PDFs it is about → each line, field, phrase and split that is not as it should be.

    python -m benchmarks.check_questions benchmarks/cluster-capacity/{dev,test}.jsonl \
        --corpus corpus --corpus ../originals

Reads the PDFs with pypdf itself and not through a store, so that questions are checked without the code that they
test; only the sections that no two files may share are those of the ingestion. Where a PDF is in none of the folders,
its evidence is counted as unchecked. Prints one line per problem and exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pypdf

from advisor.embedding import TransformerEmbedder
from advisor.text import words
from ingest.reading import read_document

ANSWERABLE_KINDS = frozenset(
    "fact table list how-to advice comparison follow-up keyword misspelt other-language".split()
)
UNANSWERABLE_KINDS = frozenset("computing-cluster off-topic absent false-premise".split())
LANGUAGES = frozenset("en de fr es it pl".split())
ALWAYS = frozenset("id question kind answerable".split())
MAY = frozenset("language answer variants note".split())
ROLES = frozenset("user assistant".split())
PHRASE_WORDS = 16
"""A phrase finds a place; it is no quotation."""

PagesOf = Callable[[str], tuple[str, ...] | None]
"""A document's name → the text of its pages, the first page first; None where there is no such PDF."""

Section = tuple[str, tuple[str, ...]]
"""A document and a path of headings in it."""


@dataclass(slots=True)
class Report:
    """What was found: problems, how many places were and could not be checked, and the questions by kind."""

    problems: list[str] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)


def collapse(text: str) -> str:
    """Return the text with each run of white space as one space."""
    return " ".join(text.split())


@cache
def page_texts(path: Path) -> tuple[str, ...]:
    """Return the text of each page of a PDF, with each run of white space as one space."""
    return tuple(collapse(page.extract_text()) for page in pypdf.PdfReader(path).pages)


def pages_in(folders: Sequence[Path]) -> PagesOf:
    """Return a reader of the PDFs in some folders."""

    def pages_of(document: str) -> tuple[str, ...] | None:
        path = find(document, folders)
        return page_texts(path) if path else None

    return pages_of


def find(document: str, folders: Sequence[Path]) -> Path | None:
    """Return a PDF by its name, None where none of the folders has it."""
    found = (folder / document for folder in folders if Path(document).name == document)
    return next((path for path in found if path.suffix == ".pdf" and path.is_file()), None)


def check(files: Sequence[Path], folders: Sequence[Path], *, facts: bool = True) -> Report:
    """Check question sets one by one, and that no section gives evidence to two of them.

    Without `facts` the questions need no key facts and the files may share sections: they are not for judging answers.
    """
    report = Report()
    pages_of = pages_in(folders)
    entries: dict[Path, list[dict[str, Any]]] = {}
    ids: dict[str, str] = {}
    for path in files:
        try:
            with path.open(encoding="utf-8", newline="\n") as lines:
                entries[path] = list(_entries(path, lines, ids, pages_of, report, facts))
        except UnicodeDecodeError as error:
            report.problems.append(f"{path} is not UTF-8 ({error})")
    if facts and len(files) > 1 and not report.problems:
        report.problems += shared_sections(entries, folders)
    return report


def _entries(
    path: Path, lines: Iterable[str], ids: dict[str, str], pages_of: PagesOf, report: Report, facts: bool
) -> Iterator[dict[str, Any]]:
    """Yield the questions of one file; what is wrong with them goes into the report."""
    number = 0
    for number, line in enumerate(lines, start=1):
        where = f"{path}, line {number}"
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            report.problems.append(f"{where}: not JSON ({error}); write one object per line")
            continue
        if not isinstance(entry, dict):
            report.problems.append(f"{where}: {type(entry).__name__} instead of an object")
            continue
        if (first := ids.setdefault(str(entry.get("id")), where)) != where:
            report.problems.append(f"{where}: id {entry.get('id')!r} already stands in {first}")
        found = problems_in_entry(entry, pages_of, report.places, facts=facts)
        report.problems.extend(f"{where} ({entry.get('id')}): {problem}" for problem in found)
        report.kinds[path.stem, str(entry.get("kind"))] += 1
        yield entry
    if not number:
        report.problems.append(f"{path} is empty")


def problems_in_entry(
    entry: dict[str, Any], pages_of: PagesOf, places: Counter[str], *, facts: bool = True
) -> Iterator[str]:
    """Yield the problems of one question; `places` counts the evidence that was checked, and that could not be."""
    yield from (f"{name} is {entry.get(name)!r}, not a text" for name in ("id", "question") if not _text(entry, name))
    kind, answerable = entry.get("kind"), entry.get("answerable")
    if not isinstance(answerable, bool):
        yield f"answerable is {answerable!r}, neither true nor false"
        return
    kinds = ANSWERABLE_KINDS if answerable else UNANSWERABLE_KINDS
    if not isinstance(kind, str) or kind not in kinds:
        yield f"kind is {kind!r}; where answerable is {json.dumps(answerable)}, write {', '.join(sorted(kinds))}"
    wanted = ALWAYS | ({"evidence"} if answerable else set()) | ({"key_facts"} if answerable and facts else set())
    wanted |= {"history"} if kind == "follow-up" else set()
    may = MAY | ({"evidence"} if kind == "false-premise" else set())
    yield from (f"field {name!r} is missing" for name in sorted(wanted - entry.keys()))
    yield from (f"field {name!r} does not belong here" for name in sorted(entry.keys() - wanted - may))
    if not isinstance(language := entry.get("language", "en"), str) or language not in LANGUAGES:
        yield f"language is {language!r}; write one of {', '.join(sorted(LANGUAGES))}"
    if "history" in wanted & entry.keys():
        yield from problems_in_history(entry["history"])
    for view, found in views(entry).items():
        yield from (f"{view}{problem}" for problem in problems_in_evidence(entry, found, pages_of, places))


def views(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence of each view, under "" where there is but one."""
    evidence = entry.get("evidence")
    if isinstance(evidence, dict):
        return {f"{view}: ": places for view, places in evidence.items()}
    return {"": evidence} if evidence is not None else {}


def problems_in_history(history: Any) -> Iterator[str]:
    """Yield the problems of the turns before a follow-up question."""
    if not isinstance(history, list) or not history:
        yield "history is no list of turns"
        return
    for turn in history:
        if not isinstance(turn, dict) or turn.keys() != {"role", "content"} or turn["role"] not in ROLES:
            yield f"turn {turn!r} needs a role (user, assistant) and a content, and nothing else"
        elif not _text(turn, "content"):
            yield f"turn {turn!r} has no words"


def problems_in_evidence(
    entry: Mapping[str, Any], evidence: Any, pages_of: PagesOf, places: Counter[str]
) -> Iterator[str]:
    """Yield each phrase that is not on its page, and each key fact that is on none of the pages (case aside)."""
    if not isinstance(evidence, list) or not evidence:
        yield "evidence is no list of places"
        return
    pages: list[str] = []
    for place in evidence:
        if not isinstance(place, dict) or not {"document", "page", "phrase"} <= place.keys() <= _PLACE:
            yield f"evidence {place!r} needs a document, a page and a phrase, may name a part, and nothing else"
        elif not (_text(place, "document") and _text(place, "phrase") and type(place["page"]) is int):
            yield f"evidence {place!r} needs texts for document and phrase, and a whole number for page"
        elif len(place["phrase"].split()) > PHRASE_WORDS:
            yield f"{place['phrase']!r} is longer than {PHRASE_WORDS} words"
        elif (texts := pages_of(place["document"])) is None:
            places["unchecked"] += 1
        elif not 1 <= place["page"] <= len(texts):
            yield f"{place['document']} has {len(texts)} pages, so that page {place['page']} is none of them"
        else:
            places["checked"] += 1
            pages.append(texts[place["page"] - 1])
            if place["phrase"] not in pages[-1]:
                yield f"{place['phrase']!r} is not on page {place['page']} of {place['document']}"
    if entry.get("answerable") and "key_facts" in entry and len(pages) == len(evidence):
        yield from problems_in_facts(entry["key_facts"], pages)


_PLACE = {"document", "page", "phrase", "part"}


def problems_in_facts(facts: Any, pages: Sequence[str]) -> Iterator[str]:
    """Yield each key fact of which no wording stands on a page of the evidence."""
    if not isinstance(facts, list) or not facts:
        yield "key_facts is no list of facts"
        return
    for fact in facts:
        wordings = fact if isinstance(fact, list) else [fact]
        if not wordings or not all(isinstance(wording, str) and wording.strip() for wording in wordings):
            yield f"key fact {fact!r} is no text and no list of wordings"
        elif not any(wording.casefold() in page.casefold() for wording in wordings for page in pages):
            yield f"key fact {fact!r} is on no page of the evidence"


def _text(entry: Mapping[str, Any], name: str) -> bool:
    """Tell whether a field holds words."""
    value = entry.get(name)
    return isinstance(value, str) and bool(value.strip())


# --- splits ------------------------------------------------------------------------------------------------------


def shared_sections(entries: Mapping[Path, Sequence[Mapping[str, Any]]], folders: Sequence[Path]) -> list[str]:
    """Return a problem for each section that gives evidence to questions of two files."""
    holders: dict[Section, tuple[Path, str]] = {}
    problems = []
    sections = sections_in(folders)
    for path, questions in entries.items():
        for entry in questions:
            for section in sections(entry):
                other, first = holders.setdefault(section, (path, str(entry["id"])))
                if other != path:
                    at = f"{section[0]} › {' › '.join(section[1])}"
                    problems.append(f"{path} ({entry['id']}): {at} also gives evidence to {first} of {other}")
    return problems


@cache
def _passages(path: Path) -> tuple[tuple[int, int, tuple[str, ...], frozenset[str]], ...]:
    """Return first and last page, section and words of each passage of a PDF."""
    model = TransformerEmbedder()
    reading = read_document(path, document_id="x", count_tokens=model.count_tokens, max_tokens=model.max_tokens)
    return tuple((p.first_page, p.last_page, p.section, frozenset(words(p.text))) for p in reading.passages)


def sections_in(folders: Sequence[Path]) -> Callable[[Mapping[str, Any]], set[Section]]:
    """Return what finds the sections of a question's evidence: those of the passages that hold its phrases.

    Where no passage of the page holds all words of a phrase, all sections of the page count.
    """

    def sections(entry: Mapping[str, Any]) -> set[Section]:
        found: set[Section] = set()
        for places in views(entry).values():
            for place in places:
                path = find(place["document"], folders)
                here = [p for p in (_passages(path) if path else ()) if p[0] <= place["page"] <= p[1]]
                exact = [p for p in here if set(words(place["phrase"])) <= p[3]]
                found |= {(place["document"], p[2]) for p in exact or here}
        return found

    return sections


def main() -> int:
    """Print the problems of some question sets, and what they hold; return the exit status."""
    parser = argparse.ArgumentParser(description="Check question sets against the PDFs that they are about.")
    parser.add_argument("questions", type=Path, nargs="+", help="question sets, one JSON object per line")
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="a folder of PDFs; may be repeated")
    parser.add_argument("--no-facts", action="store_true", help="they need no key facts and may share sections")
    options = parser.parse_args()
    for path in options.questions:
        if not path.is_file():
            parser.error(f"{path} is no file")
    report = check(options.questions, options.corpus, facts=not options.no_facts)
    for problem in report.problems:
        print(problem)
    for (name, kind), number in sorted(report.kinds.items()):
        print(f"{name}: {kind} {number}")
    print(f"{report.places['checked']} places checked, {report.places['unchecked']} in PDFs that are not at hand")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
