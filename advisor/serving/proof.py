"""A citation → what is needed to show it on its page, checked against the store, and the HTML of the proof pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote as url_quote

from advisor.errors import AdvisorError
from advisor.records import Box, Citation, Page
from advisor.serving import words
from advisor.serving.markup import escape, icon, page_words, path_words, printed
from advisor.serving.pages import check_document

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor

IMAGE_WIDTH_PX = 1200


@dataclass(frozen=True, slots=True)
class Proof:
    """A citation, the page shown for it, and whether the quote is the text that stands there.

    Attributes:
        citations: all citations of the answer, by marker.
        page: the page shown; None where it cannot be.
        page_count: pages of the document; 0 where it is not known.
        exact: the quote is byte-equal with the stored text of its page.
        problem: why the page cannot be shown, in words.
    """

    turn: int
    citation: Citation
    citations: tuple[Citation, ...]
    page: Page | None
    page_count: int
    exact: bool
    problem: str = ""


def open_proof(advisor: Advisor, citations: Sequence[Citation], marker: int, *, turn: int, page: int = 0) -> Proof:
    """Return the proof of one citation; `page` is another page of its document to show, 0 for its own.

    A document that is gone or has changed is a result, not an error: the quote is still shown.
    """
    citation = next(citation for citation in citations if citation.marker == marker)
    ordered = tuple(sorted(citations, key=lambda each: each.marker))
    try:
        document = advisor.document(citation.document_id)
        cited_page = advisor.page(citation.document_id, citation.page)
        exact = cited_page.text[citation.start : citation.end] == citation.quote
        shown = advisor.page(citation.document_id, page) if page not in (0, citation.page) else cited_page
        check_document(document)
    except AdvisorError as error:
        return Proof(turn, citation, ordered, None, 0, exact=False, problem=str(error))
    return Proof(turn, citation, ordered, shown, document.page_count, exact)


def page_url(document_id: str, page: int) -> str:
    """Return the address of a page image, relative to the chat."""
    return f"pages/{url_quote(document_id, safe='')}/{page}.png?width={IMAGE_WIDTH_PX}"


def document_url(document_id: str, page: int) -> str:
    """Return the address at which a browser opens the document on a page, relative to the chat."""
    return f"documents/{url_quote(document_id, safe='')}.pdf#page={page}"


def render_proof(proof: Proof, *, number: int) -> str:
    """Return the proof pane: number, title, place, page with highlights, all citations.

    `number` is that of the reader's choice, which makes each rendering another value: the page is told of each.
    """
    citation, page = proof.citation, proof.page
    matches = proof.exact and page is not None and page.number == citation.page
    exact = f'<p class="ca-exact">{icon("tick")}{escape(words.EXACT)}</p>' if matches else ""
    view = _view(proof, page) if page else _no_view(proof)
    return (
        f'<div class="ca-pane" data-seq="{number}">'
        f'<div class="ca-ph">{_numbered(proof)}<h2 tabindex="-1">{escape(citation.title)}</h2>'
        f'<p class="ca-where">{_where(proof)}</p></div>'
        f'<p class="ca-words{" ca-shown" if proof.problem or not citation.boxes else ""}">{escape(citation.quote)}</p>'
        f'<div class="ca-tool">{_tools(proof, page) if page else ""}</div>{view}{exact}'
        f'<nav class="ca-all" aria-label="{escape(words.ALL_CITATIONS)}"><h3>{escape(words.ALL_CITATIONS)}</h3>'
        f"<div>{_list(proof)}</div></nav></div>"
    )


def render_lost_proof(*, number: int) -> str:
    """Return the proof pane of a citation that the server no longer knows, as after a restart."""
    return (
        f'<div class="ca-pane" data-seq="{number}"><div class="ca-ph">'
        f'<div class="ca-row"><span class="ca-sp"></span>{_button("close", "close", words.CLOSE)}</div>'
        f'<h2 tabindex="-1" role="alert">{escape(words.LOST_PROOF)}</h2></div></div>'
    )


def _numbered(proof: Proof) -> str:
    place = proof.citations.index(proof.citation) + 1
    counted = escape(words.COUNT.format(place=place, count=len(proof.citations)))
    steps = _button("previous", "left", words.PREVIOUS) + _button("next", "right", words.NEXT)
    return (
        f'<div class="ca-row"><span class="ca-n"><span class="ca-mk ca-on">{proof.citation.marker}</span>'
        f'<span class="ca-count">{counted}</span></span><span class="ca-sp"></span>'
        f"{steps if len(proof.citations) > 1 else ''}{_button('close', 'close', words.CLOSE)}</div>"
    )


def _where(proof: Proof) -> str:
    citation = proof.citation
    page = words.PAGE_OF.format(page=citation.page, count=proof.page_count) if proof.page_count else ""
    page = page + printed(citation.page, citation.page_label) if page else page_words(citation)
    path = path_words(citation)
    return escape(page) + (f'<span class="ca-more"> · {escape(path)}</span>' if path else "")


def _tools(proof: Proof, page: Page) -> str:
    first, last = page.number == 1, page.number >= proof.page_count
    address = escape(document_url(proof.citation.document_id, page.number))
    return (
        _button("turn", "left", words.PREVIOUS_PAGE, page=page.number - 1, off=first)
        + f'<span class="ca-pg">{page.number} / {proof.page_count}</span>'
        + _button("turn", "right", words.NEXT_PAGE, page=page.number + 1, off=last)
        + '<span class="ca-sp"></span>'
        + _button("smaller", "minus", words.SMALLER)
        + f'<button type="button" class="ca-ghost ca-fit" data-do="fit">{escape(words.FIT)}</button>'
        + _button("larger", "plus", words.LARGER)
        + f'<a class="ca-ghost ca-open" href="{address}" target="_blank" rel="noopener noreferrer">'
        + f'{escape(words.OPEN_DOCUMENT)}<span class="ca-sr"> ({escape(words.NEW_TAB)})</span></a>'
    )


def _view(proof: Proof, page: Page) -> str:
    citation = proof.citation
    here = page.number == citation.page
    others = [
        other
        for other in proof.citations
        if (other.document_id, other.page) == (citation.document_id, page.number) and other is not citation
    ]
    lines = "".join(_box(box, page, "ca-hl2") for other in others for box in other.boxes)
    chosen = "".join(_box(box, page, "ca-hl") for box in citation.boxes) if here else ""
    away = "" if here else _away(citation)
    unplaced = "" if citation.boxes or not here else f'<p class="ca-away">{escape(words.NO_BOXES)}</p>'
    return (
        f'<div class="ca-view" tabindex="0" role="region" aria-label="{escape(words.PAGE_IMAGE)}">{away}{unplaced}'
        f'<div class="ca-page" style="aspect-ratio:{page.width:.2f}/{page.height:.2f}">'
        f'<img src="{escape(page_url(citation.document_id, page.number))}" '
        f'alt="{escape(words.PAGE_ALT.format(page=page.number))}" decoding="async">{lines}{chosen}</div>'
        f'<p class="ca-failed" hidden>{escape(words.NO_IMAGE)} {escape(citation.quote)}</p></div>'
    )


def _no_view(proof: Proof) -> str:
    problem = f"<span>{escape(proof.problem)}</span>"
    return f'<div class="ca-view"><p class="ca-bad" role="alert">{icon("warn")}{problem}</p></div>'


def _away(citation: Citation) -> str:
    said = words.CITED_IS_ON.format(page=citation.page)
    back = f'<button type="button" class="ca-link" data-do="turn" data-page="0">{escape(words.BACK_TO_PAGE)}</button>'
    return f'<p class="ca-away">{escape(said)} {back}</p>'


def _box(box: Box, page: Page, style: str) -> str:
    left, top, right, bottom = box
    return (
        f'<div class="{style}" style="left:{100 * left / page.width:.3f}%;top:{100 * top / page.height:.3f}%;'
        f'width:{100 * (right - left) / page.width:.3f}%;height:{100 * (bottom - top) / page.height:.3f}%"></div>'
    )


def _list(proof: Proof) -> str:
    return "".join(_listed(citation, proof) for citation in proof.citations)


def _listed(citation: Citation, proof: Proof) -> str:
    current = ' aria-current="true"' if citation is proof.citation else ""
    several = len({each.document_id for each in proof.citations}) > 1
    title = f"<span>{escape(citation.title)}</span>" if several else ""
    page = escape(words.PAGE_SHORT.format(page=citation.page))
    return (
        f'<button type="button" data-do="cite" data-turn="{proof.turn}" data-n="{citation.marker}"{current}>'
        f'<span class="ca-mk">{citation.marker}</span><span class="ca-cut">{escape(citation.quote)}</span>'
        f'<span class="ca-in">{title}<span>{page}</span></span></button>'
    )


def _button(do: str, sign: str, name: str, *, page: int | None = None, off: bool = False) -> str:
    data = "" if page is None else f' data-page="{page}"'
    return (
        f'<button type="button" class="ca-ghost" data-do="{do}"{data}{" disabled" if off else ""} '
        f'aria-label="{escape(name)}" title="{escape(name)}">{icon(sign)}</button>'
    )
