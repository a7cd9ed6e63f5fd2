"""The sentences of an answer and what they cite → whether they say what the quotes say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.quantities import values
from advisor.text import ITEM_NUMBER, stem, words
from ingest.proofs.answers import Record
from ingest.proofs.asked import asked
from ingest.proofs.links import markers_in
from ingest.proofs.sources import Sources
from ingest.proofs.verbatim import is_part, is_quoted
from ingest.proofs.written import written_problem

PLACE_WORDS = frozenset(
    "page pages section printed seite seiten abschnitt gedruckt imprimee pagina paginas seccion impresa pagine sezione "
    "stampata strona strony na wydruku rozdział".split()
)
"""Words in which an answer says where something stands, in the six languages of the page, without accents."""

CONFLICT_WORDS = frozenset(
    """the one reports report differ on says different things about page of what stands for number amount share duration
    date smallest largest average""".split()
)
"""Words in which a disagreement is told, beside what it is about and the values; see `advisor/answering/wording.py`."""

_MARKS = re.compile(r"\s*\[\d{1,6}\]")


def claim_problems(record: Record, proved: Sequence[Record], sources: Sources) -> Iterator[str]:
    """Yield which sentences their quotes do not bear out; `proved` are the citations whose quote is on its page."""
    found = {citation["marker"]: citation for citation in proved}
    written = record.get("mode") == "generative"
    for i, sentence in enumerate(record["sentences"], start=1):
        cited = [found[marker] for marker in sentence["markers"] if marker in found]
        if cited and len(cited) == len(sentence["markers"]):
            question = record.get("question", "")
            problems = _unwritten(sentence, question, cited, sources) if written else _unborne(sentence, cited, sources)
            for problem in problems:
                yield f"sentence {i} {problem}: {sentence['text'][:80]!r}; ask again"


def _unwritten(sentence: Record, question: str, cited: Sequence[Record], sources: Sources) -> Iterator[str]:
    """Yield what is wrong with a sentence of a chat model; what it says must stand in the quotes themselves."""
    match sentence["support"]:
        case "verbatim" if not is_part(sentence["text"], [citation["quote"] for citation in cited]):
            yield "is not what its quotes say"
        case "verbatim" | "supported" | "partial":
            if problem := written_problem(sentence, question, cited, sources):
                yield problem
        case "unsupported":
            pass  # it says of itself that its page does not bear it out
        case other:
            yield f"is called {other[:20]!r}, which is no support of such an answer"


def _unborne(sentence: Record, cited: Sequence[Record], sources: Sources) -> Iterator[str]:
    """Yield what is wrong with a sentence that was put together from the sources.

    A row that is put together from its cells says the names of its columns too, which stand at the head of the table,
    and it is a sentence of the store.
    """
    text = sentence["text"]
    match sentence["support"]:
        case "verbatim":
            if not is_quoted(text, [citation["quote"] for citation in cited]):
                yield "is not what its quotes say"
        case "supported" if _is_place(text, cited, sources):
            pass
        case "supported" | "partial":
            told, around = _without_column_names(text, cited, sources), " ".join(_around(c, sources) for c in cited)
            if missing := values(told) - values(around):
                yield f"has a figure that is not on its pages, {min(missing)[:20]}"
            if missing := _unknown(set(words(told)), around):
                yield f"has a word that is not on its pages, {min(missing)[:40]}"
            if not _is_stored(text, cited, sources):
                yield "is no sentence of its passage in the store"
        case other:
            yield f"is called {other[:20]!r}, which is no support of such an answer"


def _unknown(told: set[str], source: str) -> set[str]:
    """Return the words that a text does not hold in any form, taken apart at their hyphens."""
    known = {stem(word) for word in words(source)}
    joined = "".join(words(source))  # a word that a line end divides
    return {one for one in told if any(stem(part) not in known and part not in joined for part in words(one))}


def _around(citation: Record, sources: Sources) -> str:
    """Return a quote, its page, and the page before: there the table or the cell may begin that it goes on with."""
    return "\n".join([citation["quote"], *_pages_up_to(citation, sources)[-2:]])


def _without_column_names(text: str, cited: Sequence[Record], sources: Sources) -> str:
    """Return a row without the names of its columns, where these stand on one page, however many pages before.

    "ELBE — Sector: Blue Energy; Firms: 35" gives "ELBE", "Blue Energy" and "35", each on a line: "23" and "123" side by
    side are not 23123.
    """
    first, _, rest = text.partition(" — ")
    cells = [(name, cell) for name, _, cell in (part.partition(": ") for part in rest.split("; "))]
    named = set(words(" ".join(name for name, cell in cells if cell)))
    if any(not _unknown(named, page) for citation in cited for page in reversed(_pages_up_to(citation, sources))):
        return "\n".join([first, *(cell or name for name, cell in cells)])
    return text


def _is_stored(text: str, cited: Sequence[Record], sources: Sources) -> bool:
    """Tell whether a text is a sentence of a cited passage, as the store holds it; true where it does not hold one.

    An item that stands by itself is one without its number.
    """
    passages = [sources.passage(citation["passage_id"]) for citation in cited]
    held = [sentence.text for passage in passages if passage for sentence in passage.sentences]
    return None in passages or any(text in (own, ITEM_NUMBER.sub("", own)) for own in held)


def _pages_up_to(citation: Record, sources: Sources) -> list[str]:
    return sources.texts(citation["document_id"], citation["document"])[: citation["page"]]


def conflict_problems(record: Record, proved: Sequence[Record], sources: Sources) -> Iterator[str]:
    """Yield which disagreements name a figure that stands on none of the pages they cite."""
    found = {citation["marker"]: citation for citation in proved}
    for i, conflict in enumerate(record.get("conflicts", []), start=1):
        markers = markers_in(conflict)
        if not markers:
            yield f"conflict {i} cites nothing: {conflict[:80]!r}; ask again"
        if not markers or not found.keys() >= set(markers):
            continue
        cited = [found[marker] for marker in markers]
        held = "\n".join([_origin(c, sources) for c in cited] + [_around(c, sources) for c in cited])
        told = _MARKS.sub("", conflict)
        if missing := values(told) - values(held):
            yield f"conflict {i} has a figure that is not on its pages, {min(missing)[:20]}; ask again"
        if missing := _unknown(set(words(told)) - CONFLICT_WORDS, f"{held}\n{asked(record)}"):
            yield f"conflict {i} has a word that is not on its pages, {min(missing)[:40]}; ask again"


def _origin(citation: Record, sources: Sources) -> str:
    """Return what is known of where a citation stands: title, publisher, year, file, page, its label, headings."""
    document = sources.document(citation["document_id"])
    published = [document.publisher, str(document.year or "")] if document else []
    file = re.sub(r"[\W_]+", "\n", citation["document"])  # its year stands between hyphens, as a rule
    place = [str(citation["page"]), citation["page_label"], *citation["section"]]
    return "\n".join([citation["title"], *published, file, *place])


def _is_place(text: str, cited: Sequence[Record], sources: Sources) -> bool:
    """Tell whether a text says where its citations stand, and nothing else: the answer to "Which report says that?"."""
    held = [word for citation in cited for word in words(_origin(citation, sources))]
    return cited[0]["title"] in text and not {*words(text)} - {*held, *PLACE_WORDS}
