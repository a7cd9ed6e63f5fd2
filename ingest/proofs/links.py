"""An answer record, and what the store says → whether sentences and citations belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.proofs.answers import Record
from ingest.proofs.sources import Sources

_MARKER = re.compile(r"\[(\d{1,6})\]")


def markers_in(text: str) -> list[int]:
    """Return the markers of a text in order: "Eight [1], or ten. [2][3]" gives 1, 2, 3."""
    return [int(number) for number in _MARKER.findall(text)]


def link_problems(record: Record) -> Iterator[str]:
    """Yield where a marker leads nowhere, a citation proves nothing, or a sentence of an answer is not proved."""
    counted = Counter(citation["marker"] for citation in record["citations"])
    for marker, count in counted.items():
        if count > 1:
            yield f"{count} citations have the marker [{marker}]; ask again"
    used: set[int] = set()
    for i, sentence in enumerate(record["sentences"], start=1):
        used.update(sentence["markers"])
        for marker in sentence["markers"]:
            if marker not in counted:
                yield f"sentence {i} cites [{marker}], which is not among the citations; ask again"
        if not sentence["markers"] and not record.get("abstained"):
            yield f"sentence {i} has no citation: {sentence['text'][:80]!r}; ask again"
    for i, conflict in enumerate(record.get("conflicts", []), start=1):
        found = markers_in(conflict)
        used.update(found)
        for marker in found:
            if marker not in counted:
                yield f"conflict {i} cites [{marker}], which is not among the citations; ask again"
    for marker in counted:
        if marker not in used:
            yield f"citation [{marker}] is cited by no sentence; ask again"


def link_count(record: Record) -> int:
    """Return how many times a sentence or a conflict of a record cites something."""
    cited: Sequence[int] = [marker for sentence in record["sentences"] for marker in sentence["markers"]]
    return len(cited) + sum(len(markers_in(conflict)) for conflict in record.get("conflicts", []))


def passage_problems(record: Record, sources: Sources) -> Iterator[str]:
    """Yield which passages beside an answer are not as the store holds them.

    They are not looked at where the store holds none of the documents of the answer: it is another one's.
    """
    passages = record.get("passages", [])
    if not any(_is_held(entry, sources) for entry in (*record["citations"], *passages)):
        return
    for entry in passages:
        passage = sources.passage(entry["passage_id"])
        document = sources.document(passage.document_id) if passage else None
        if passage is None or document is None:
            yield f"the store has no passage {entry['passage_id'][:40]!r}; ask again"
            continue
        held = {
            "document_id": passage.document_id,
            "document": document.file,
            "title": document.title,
            "first_page": passage.first_page,
            "last_page": passage.last_page,
            "section": list(passage.section),
            "text": passage.text,
        }
        for name, value in held.items():
            if entry.get(name, value) != value:
                told = name.replace("_", " ")
                yield f"the passage {passage.passage_id} has another {told} in the store; ask again"


def _is_held(entry: Record, sources: Sources) -> bool:
    document_id, passage_id = entry.get("document_id"), entry["passage_id"]
    return bool((isinstance(document_id, str) and sources.document(document_id)) or sources.passage(passage_id))


def place_problem(citation: Record, sources: Sources) -> str:
    """Return where a citation, whose quote is on its page, and the store differ; "" where they agree.

    A document that the store does not hold is not looked at.
    """
    document = sources.document(citation["document_id"])
    page = sources.page(citation["document_id"], citation["page"])
    if document is None or page is None:
        return ""
    passage = sources.passage(citation["passage_id"])
    if passage is None or passage.document_id != document.document_id:
        return f"the store has no passage {citation['passage_id'][:40]!r} of this document; ask again"
    above = [h for h in sources.headings(document.document_id) if h.passage_id == passage.passage_id]
    placed = [((*s.spans, *s.borrowed), passage.section) for s in passage.sentences] + [
        (h.spans, h.section) for h in above
    ]
    place = (citation["page"], citation["start"], citation["end"])
    section = next((own for spans, own in placed if place in [(s.page, s.start, s.end) for s in spans]), None)
    if section is None:
        return f"the quote is no sentence of its passage {passage.passage_id}, and no heading above it; ask again"
    for name, told, held in (
        ("file", citation["document"], document.file),
        ("title", citation["title"], document.title),
        ("page label", citation["page_label"], page.label),
        ("section", " › ".join(citation["section"]), " › ".join(section)),
    ):
        if told != held:
            return f"its {name} is {held[:80]!r} in the store, not {told[:80]!r}; ask again"
    return ""
