"""Briefs and the reports they rest on → runs of words that the two have in common.

The briefs state facts in our own words. `python corpus/overlap.py REPORTS` reads the PDFs in the folder REPORTS and
lists every run of more than eight words that a brief shares with one of them. Names, titles and figures are free: a run
of hardly anything but capitalised words and numbers does not count, and titles listed in `sources.toml` are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

CORPUS = Path(__file__).parent
MAX_WORDS = 8
MIN_ORDINARY_WORDS = 3
"""A common run is a quotation once it is longer than eight words and at least three of them are ordinary words."""

CONNECTIVES = frozenset("a an and as at by for from in into of on or per the to with".split())


@dataclass(frozen=True, slots=True)
class CommonRun:
    """Words that a brief and a report have in common, in the brief's spelling."""

    brief: str
    report: str
    words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words and figures of a text; a word with hyphens is one word, also where it is split at a line end."""
    # PDFium puts U+0002 in place of a hyphen at a line end and leaves out the line break.
    joined = re.sub(r"(\w)(?:[-\u2010\u00ad]\r?\n|\x02(?:\r?\n)?)(?=\w)", r"\1", text)
    return re.findall(r"\w+(?:[-\u2010\u2011\u00ad]\w+)*", joined)


def compared_form(word: str) -> str:
    """Return a word without case and hyphens, as nobody can tell which hyphens at line ends belong to the word."""
    return re.sub(r"\W", "", word).lower()


def is_ordinary(word: str) -> bool:
    """Tell an ordinary word from a name, a figure or a connective."""
    return word.islower() and compared_form(word).isalpha() and word not in CONNECTIVES


def parts_of(text: str, titles: Sequence[str]) -> list[str]:
    """Return what stands between the titles, so that no run reaches across one."""
    longest_first = sorted(filter(None, titles), key=len, reverse=True)
    return re.split("|".join(map(re.escape, longest_first)), text) if longest_first else [text]


def common_runs(brief: Sequence[str], report: Sequence[str], *, min_words: int = MAX_WORDS + 1) -> Iterator[list[str]]:
    """Yield each longest run of at least `min_words` words of the brief that also stands in the report."""
    ours = [compared_form(word) for word in brief]
    theirs = [compared_form(word) for word in report]
    grams = {tuple(theirs[i : i + min_words]) for i in range(len(theirs) - min_words + 1)}
    start = None
    for i in range(len(ours) - min_words + 2):
        found = tuple(ours[i : i + min_words]) in grams
        if found and start is None:
            start = i
        elif not found and start is not None:
            yield list(brief[start : i - 1 + min_words])
            start = None


def read_report(path: Path) -> list[str]:
    """Return the words of a report's text layer, page after page."""
    with pypdfium2.PdfDocument(path) as pdf:
        return words_of("\n".join(page.get_textpage().get_text_bounded() for page in pdf))


def check(briefs: Sequence[Path], reports: Sequence[Path], *, titles: Sequence[str] = ()) -> list[CommonRun]:
    """List the quotations that briefs take from reports, names, titles and figures aside."""
    found = []
    texts = {report.name: read_report(report) for report in reports}
    for brief in briefs:
        parts = [words_of(part) for part in parts_of(brief.read_text(encoding="utf-8"), titles)]
        for name, words in texts.items():
            for run in (run for part in parts for run in common_runs(part, words)):
                if sum(map(is_ordinary, run)) >= MIN_ORDINARY_WORDS:
                    found.append(CommonRun(brief.name, name, tuple(run)))
    return found


def main() -> int:
    """Check every brief beside this script, or those named; exit 1 when one quotes a report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, help="folder with the reports as PDFs")
    parser.add_argument("briefs", type=Path, nargs="*", help="Markdown files; all of corpus/ unless named")
    arguments = parser.parse_args()
    sources = CORPUS / "sources.toml"
    titles = []
    if sources.exists():
        titles = [entry["title"] for entry in tomllib.loads(sources.read_text(encoding="utf-8")).get("publication", [])]
    reports = sorted(arguments.reports.glob("*.pdf"))
    if not reports:
        parser.error(f"no PDFs in {arguments.reports}; name the folder that holds the reports")
    runs = check(arguments.briefs or sorted(CORPUS.glob("*.md")), reports, titles=titles)
    for run in runs:
        print(f"{run.brief}: {len(run.words)} words in common with {run.report}: {' '.join(run.words)}")
    print(f"{len(runs)} runs of more than {MAX_WORDS} words in common.")
    return 1 if runs else 0


if __name__ == "__main__":
    sys.exit(main())
