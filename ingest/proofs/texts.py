"""The text of an answer → whether it is made of its sentences, each with its markers, and of our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.proofs.answers import Record
from ingest.proofs.links import markers_in
from ingest.proofs.wordings import BETWEEN, Wordings, spaced

_MARKS = re.compile(r"(?:\s*\[\d{1,6}\])*")


def text_problems(record: Record, wordings: Wordings) -> Iterator[str]:
    """Yield where the text of an answer and its sentences differ.

    Behind each sentence stand its markers, and behind the last one what cites nothing or cites by itself: the record's
    "conflicts" and its "note", and the note on the language of the sources; the note may stand before them instead. An
    answer that declines opens and closes with words of the advisor's own, which cite nothing.
    """
    abstained = bool(record.get("abstained"))
    if not record["sentences"] and not abstained:
        yield "an answer that does not decline has no sentence that cites anything; ask again"
    if own := wordings.others(record.get("note", ""), record):
        yield f"the note says what no note of ours says: {own[:80]!r}; ask again"
    rest = spaced(record["answer"])
    for i, sentence in enumerate(record["sentences"], start=1):
        text = spaced(sentence["text"])
        before, found, behind = rest.partition(text) if text else ("", "", rest)
        if not found:
            yield f"sentence {i} is not in the text of the answer: {text[:80]!r}; ask again"
            continue
        more = wordings.others(before, record) if i == 1 else before
        if not BETWEEN.fullmatch(more):
            yield f"the answer says more than its sentences: {more[:80]!r}; ask again"
        marks = _MARKS.match(behind)
        shown = behind[: marks.end()] if marks else ""
        if markers_in(shown) != sentence["markers"]:
            yield f"sentence {i} is shown with the markers {markers_in(shown)}, not {sentence['markers']}; ask again"
        rest = behind[len(shown) :]
    for told in filter(None, map(spaced, record.get("conflicts", []))):
        before, _, behind = rest.partition(told)
        rest = f"{before} {behind}"
    if more := wordings.others(rest, record):
        yield f"the answer says more than its sentences: {more[:80]!r}; ask again"
