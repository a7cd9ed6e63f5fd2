"""Plain text → the small pieces of HTML that the parts of the page share; every value is escaped here."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from advisor.records import Citation
from advisor.serving.catalogue import Words

_ICONS = {
    "left": "M10 3 5 8l5 5",
    "right": "m6 3 5 5-5 5",
    "close": "m4 4 8 8M12 4l-8 8",
    "plus": "M8 3v10M3 8h10",
    "minus": "M3 8h10",
    "tick": "m3 8.5 3.2 3.2L13 4.8",
    "moon": "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
    "sun": "M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1"
    "M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1",
    "sides": "M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13",
    "warn": "M8 2 1.8 13.2h12.4zM8 6.4v3.2M8 11.4v.1",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "copy": "M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5z"
    "M10.5 3.5V3a1 1 0 0 0-1-1h-6A1.5 1.5 0 0 0 2 3.5v6a1 1 0 0 0 1 1h.5",
    "down": "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
    "chain": "M6.5 9.5a2.6 2.6 0 0 0 3.8 0l2.3-2.3a2.7 2.7 0 0 0-3.8-3.8l-.9.9"
    "M9.5 6.5a2.6 2.6 0 0 0-3.8 0L3.4 8.8a2.7 2.7 0 0 0 3.8 3.8l.9-.9",
    "edit": "m2.5 13.5.6-2.9 7.6-7.6 2.3 2.3-7.6 7.6zM9.3 4.4l2.3 2.3",
    "again": "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3",
    "yes": "M2.5 7h2v6.5h-2zM4.5 7l3-5c1.2 0 1.8.8 1.5 2l-.5 2h3.7c.8 0 1.4.7 1.2 1.5l-1 4.8c-.1.7-.7 1.2-1.4 1.2H4.5",
    "no": "M2.5 9h2V2.5h-2zM4.5 9l3 5c1.2 0 1.8-.8 1.5-2l-.5-2h3.7c.8 0 1.4-.7 1.2-1.5l-1-4.8c-.1-.7-.7-1.2-1.4-1.2"
    "H4.5",
    "bin": "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4",
    "grid": "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
    "find": "M11.3 7a4.3 4.3 0 1 1-8.6 0 4.3 4.3 0 0 1 8.6 0zM10.3 10.3l3.4 3.4",
    "clock": "M13.8 8A5.8 5.8 0 1 1 2.2 8a5.8 5.8 0 0 1 11.6 0zM8 4.8V8l2.2 1.4",
    "out": "M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4",
    "add": "M8 10.7V3M5 6l3-3 3 3M2.7 10v3h10.6v-3",
    "page": "M4 2h5.5L12 4.5V14H4zM9.5 2v2.5H12",
}
# A glued word that is longer than this would push a phone's page sideways.
_LONGEST_GLUED = 24
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


MARK = (
    '<svg viewBox="0 0 26 26" aria-hidden="true"><rect class="ca-m1" width="26" height="26" rx="6"></rect>'
    '<path class="ca-m2" d="M6.5 7.5h13M6.5 18.5h8.5"></path>'
    '<rect class="ca-m3" x="5.5" y="10.6" width="15" height="4.8" rx="1.2"></rect></svg>'
)
"""The mark of Cluster Advisor: a line of a text that is highlighted."""


def escape(text: object) -> str:
    """Return text that a browser shows as it is, inside elements and inside quoted attributes."""
    # Half of a surrogate pair, as broken PDF fonts give, would fail only when the answer is sent.
    sound = str(text).encode("utf-8", "replace").decode("utf-8")
    return html.escape(_CONTROLS.sub("\ufffd", sound), quote=True)


def icon(name: str, style: str = "") -> str:
    """Return a drawn sign, hidden from screen readers; `style` is a further class."""
    drawn = f'<path d="{_ICONS[name]}"></path>'
    return f'<svg class="ca-i{style and " " + style}" viewBox="0 0 16 16" aria-hidden="true">{drawn}</svg>'


def sign_button(do: str, sign: str, name: str, *, data: str = "", off: bool = False, style: str = "ca-ghost") -> str:
    """Return a button that is a sign alone; `data` are further attributes, escaped already."""
    return (
        f'<button type="button" class="{style}" data-do="{do}"{data and " " + data}{" disabled" if off else ""} '
        f'aria-label="{escape(name)}" title="{escape(name)}">{icon(sign)}</button>'
    )


def named_button(do: str, sign: str, name: str, *, data: str = "") -> str:
    """Return a button of a sign and its name; `data` are further attributes, escaped already."""
    return (
        f'<button type="button" class="ca-ghost" data-do="{do}"{data and " " + data}>{icon(sign)}'
        f'<span class="ca-lbl">{escape(name)}</span></button>'
    )


def mark(turn: int, marker: int, say: Words, *, near: bool = False) -> str:
    """Return the button that shows a citation on its page."""
    style = "ca-mk ca-near" if near else "ca-mk"
    name = say("answer.mark", marker=marker)
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


def page_words(citation: Citation, say: Words) -> str:
    """Return "Page 4", or "Page 4, printed 2" where the printed number is another; plain text."""
    return say("proof.page", page=citation.page) + printed(citation.page, citation.page_label, say)


def place_words(citation: Citation, say: Words) -> str:
    """Return "Handbook, page 4, printed 2"; plain text."""
    page = say("proof.page_inside", page=citation.page) + printed(citation.page, citation.page_label, say)
    return f"{citation.title}, {page}"


def printed(page: int, label: str, say: Words) -> str:
    """Return ", printed 2" where the label on the page differs from its number, else ""; plain text."""
    label = label.strip()
    return ", " + say("proof.printed", label=label) if label and label != str(page) else ""


def path_words(citation: Citation) -> str:
    """Return the section path as "2 Barriers › 2.1 Firms", without the title of the document; plain text."""
    parts = [part.strip() for part in citation.section if part.strip()]
    if parts and parts[0].casefold() == citation.title.strip().casefold():
        parts = parts[1:]
    return " › ".join(parts)


def question_button(question: str) -> str:
    """Return the button that asks a question."""
    return (
        f'<button type="button" class="ca-q" data-do="ask" data-question="{escape(question)}">'
        f"<span>{escape(question)}</span>{icon('right')}</button>"
    )
