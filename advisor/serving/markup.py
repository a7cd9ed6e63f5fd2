"""Plain text → the small pieces of HTML that transcript and proof share; every value is escaped here."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from advisor.records import Citation
from advisor.serving import words

_ICONS = {
    "left": "M10 3 5 8l5 5",
    "right": "m6 3 5 5-5 5",
    "close": "m4 4 8 8M12 4l-8 8",
    "plus": "M8 3v10M3 8h10",
    "minus": "M3 8h10",
    "tick": "m3 8.5 3.2 3.2L13 4.8",
    "moon": "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
    "sides": "M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13",
    "warn": "M8 2 1.8 13.2h12.4zM8 6.4v3.2M8 11.4v.1",
}
# A glued word that is longer than this would push a phone's page sideways.
_LONGEST_GLUED = 24
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def escape(text: object) -> str:
    """Return text that a browser shows as it is, inside elements and inside quoted attributes."""
    # Half of a surrogate pair, as broken PDF fonts give, would fail only when the answer is sent.
    sound = str(text).encode("utf-8", "replace").decode("utf-8")
    return html.escape(_CONTROLS.sub("\ufffd", sound), quote=True)


def icon(name: str) -> str:
    """Return a drawn sign, hidden from screen readers."""
    return f'<svg class="ca-i" viewBox="0 0 16 16" aria-hidden="true"><path d="{_ICONS[name]}"></path></svg>'


def mark(turn: int, marker: int, *, near: bool = False) -> str:
    """Return the button that shows a citation on its page."""
    style = "ca-mk ca-near" if near else "ca-mk"
    name = words.MARK.format(marker=marker)
    return (
        f'<button type="button" class="{style}" data-do="cite" data-turn="{turn}" data-n="{marker}" '
        f'aria-label="{escape(name)}">{marker}</button>'
    )


def marked(text: str, marks: Sequence[str]) -> str:
    """Return text with its marks; the first is glued to the last word, so that none starts a line."""
    if not marks:
        return escape(text)
    head, _, last = text.rstrip().rpartition(" ")
    if len(last) > _LONGEST_GLUED:
        return escape(text) + "".join(marks)
    before = escape(head) + " " if head else ""
    return f'{before}<span class="ca-nb">{escape(last)}{marks[0]}</span>{"".join(marks[1:])}'


def page_words(citation: Citation) -> str:
    """Return "Page 4", or "Page 4, printed 2" where the printed number is another; plain text."""
    return words.PAGE.format(page=citation.page) + printed(citation.page, citation.page_label)


def place_words(citation: Citation) -> str:
    """Return "Handbook, page 4, printed 2"; plain text."""
    page = words.PAGE_INSIDE.format(page=citation.page) + printed(citation.page, citation.page_label)
    return f"{citation.title}, {page}"


def printed(page: int, label: str) -> str:
    """Return ", printed 2" where the label on the page differs from its number, else ""; plain text."""
    label = label.strip()
    return ", " + words.PRINTED.format(label=label) if label and label != str(page) else ""


def path_words(citation: Citation) -> str:
    """Return the section path as "2 Barriers › 2.1 Firms", without the title of the document; plain text."""
    parts = [part.strip() for part in citation.section if part.strip()]
    if parts and parts[0].casefold() == citation.title.strip().casefold():
        parts = parts[1:]
    return " › ".join(parts)


def example(question: str) -> str:
    """Return the button that asks an example question."""
    place = words.EXAMPLES.index(question)
    return (
        f'<button type="button" class="ca-q" data-do="ask" data-example="{place}">'
        f"<span>{escape(question)}</span>{icon('right')}</button>"
    )
