"""The citations of a turn → references that can be pasted into a report, each with its page and the words quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.records import Citation
from advisor.serving.catalogue import Words
from advisor.serving.conversation import Turn
from advisor.serving.keeping.outline import plain

LONGEST_QUOTE = 300
"""Characters of a quote that a reference holds; a whole table would bury the reference."""

_ENDS = ".!?…"


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands for some citations in a list of references; `text` is plain text, without the markers."""

    markers: tuple[int, ...]
    text: str

    @property
    def marked(self) -> str:
        """The text behind its markers: "[1] [2] …"."""
        return f"{' '.join(f'[{marker}]' for marker in self.markers)} {self.text}"


def references_of(turn: Turn, say: Words) -> list[Reference]:
    """Return the references of all citations of a turn, in the order of their markers.

    One reads "[1] Publisher (2019): Title. Page 9, section 3.3. “Words”.".

    Citations from one section of one page share a reference; each of its quotes then ends with its own marker.
    """
    places: dict[tuple[str, int, tuple[str, ...]], list[Citation]] = {}
    for citation in sorted(turn.citations, key=lambda citation: citation.marker):
        places.setdefault((citation.document_id, citation.page, citation.section), []).append(citation)
    return [
        Reference(tuple(citation.marker for citation in there), _reference(there, turn, say))
        for there in places.values()
    ]


def _reference(citations: Sequence[Citation], turn: Turn, say: Words) -> str:
    first = citations[0]
    return " ".join([_ended(_work(first, turn, say)), _ended(_place(first, say)), _quotes(citations, say)])


def _work(citation: Citation, turn: Turn, say: Words) -> str:
    """Return who published what and when, as far as it is known."""
    source = turn.sources.get(citation.document_id)
    title = plain(source.title if source and source.title.strip() else citation.title) or plain(citation.document)
    publisher, year = (plain(source.publisher), source.year) if source else ("", None)
    if publisher and year:
        return say("keeping.publisher_year", publisher=publisher, year=str(year), title=title)
    if publisher:
        return say("keeping.publisher_only", publisher=publisher, title=title)
    return say("keeping.year_only", year=str(year), title=title) if year else title


def _place(citation: Citation, say: Words) -> str:
    label = plain(citation.page_label)
    page = say("keeping.page", page=str(citation.page))
    if label and label != str(citation.page):
        page = say("keeping.page_printed", page=str(citation.page), label=label)
    title = plain(citation.title).casefold()
    headings = [plain(heading) for heading in citation.section]
    headings = [heading for heading in headings if heading and heading.casefold() != title]
    return ", ".join([page, say("keeping.section", section=headings[-1])] if headings else [page])


def _quotes(citations: Sequence[Citation], say: Words) -> str:
    if len(citations) == 1:
        return _ended(say("keeping.quote", quote=_shortened(citations[0].quote)))
    quotes = (f"{say('keeping.quote', quote=_shortened(each.quote))} [{each.marker}]" for each in citations)
    return "; ".join(quotes) + "."


def _shortened(quote: str) -> str:
    words = plain(quote)
    if len(words) <= LONGEST_QUOTE:
        return words
    head = words[: LONGEST_QUOTE - 2].rpartition(" ")[0] or words[: LONGEST_QUOTE - 2]
    return f"{head} …"


def _ended(text: str) -> str:
    """Return a text with a full stop behind it, unless its last word has one, inside the quotation marks too."""
    return text if text.rstrip("”“»").endswith(tuple(_ENDS)) else f"{text}."
