"""A proof, or a page of a document → the HTML of the pane beside the conversation; every value escaped."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote as url_quote

from advisor.errors import AdvisorError
from advisor.records import Box, Citation, Page
from advisor.serving.catalogue import Words
from advisor.serving.markup import escape, icon, page_words, path_words, printed, sign_button
from advisor.serving.pages import ChangedFileError
from advisor.serving.proof import Proof, Sheet

IMAGE_WIDTH_PX = 1200


def page_url(document_id: str, page: int) -> str:
    """Return the address of a page image, relative to the chat."""
    return f"pages/{url_quote(document_id, safe='')}/{page}.png?width={IMAGE_WIDTH_PX}"


def document_url(document_id: str, page: int) -> str:
    """Return the address at which a browser opens the document on a page, relative to the chat."""
    return f"documents/{url_quote(document_id, safe='')}.pdf#page={page}"


def render_proof(proof: Proof, say: Words, *, number: int) -> str:
    """Return the pane of a citation: number, title, place, page with highlights, all citations.

    `number` is that of the reader's choice, which makes each rendering another value: the page is told of each.
    """
    citation, page = proof.citation, proof.page
    matches = proof.exact and page is not None and page.number == citation.page
    exact = f'<p class="ca-exact">{icon("tick")}{escape(say("proof.exact"))}</p>' if matches else ""
    cited = {each.page for each in proof.citations if each.document_id == citation.document_id}
    tools = _tools(citation.document_id, page, proof.page_count, cited, say) if page else ""
    shown = " ca-shown" if not page or not citation.boxes else ""
    return (
        f'<div class="ca-pane" data-seq="{number}">'
        f'<div class="ca-ph">{_numbered(proof, say)}<h2 tabindex="-1">{escape(citation.title)}</h2>'
        f'<p class="ca-where">{_where(proof, say)}</p></div>'
        f'<p class="ca-words{shown}">{escape(citation.quote)}</p>'
        f'<div class="ca-tool">{tools}</div>{_view(proof, page, say) if page else _no_view(proof, say)}{exact}'
        f'<nav class="ca-all" aria-label="{escape(say("proof.all"))}"><h3>{escape(say("proof.all"))}</h3>'
        f"<div>{_list(proof, say)}</div></nav></div>"
    )


def render_sheet(sheet: Sheet, say: Words, *, number: int) -> str:
    """Return the pane of a page that was opened without a citation."""
    page = sheet.page
    where = escape(say("proof.page_of", page=page.number, count=sheet.page_count)) if page else ""
    tools = _tools(sheet.document_id, page, sheet.page_count, (), say) if page else ""
    view = _problem(_why(sheet.problem, "proof.not_held", say))
    if page:
        boxes = [_box(box, page, "ca-hl2") for box in sheet.others] + [_box(box, page, "ca-hl") for box in sheet.marks]
        named = "proof.alt_found" if boxes else "proof.page"
        view = _frame(_paper(sheet.document_id, page, "".join(boxes), say, named=named), say)
    return (
        f'<div class="ca-pane" data-seq="{number}" data-document="{escape(sheet.document_id)}">'
        f'<div class="ca-ph"><div class="ca-row"><span class="ca-sp"></span>{_close(say)}</div>'
        f'<h2 tabindex="-1">{escape(sheet.title)}</h2>'
        f'<p class="ca-where">{where}</p></div><div class="ca-tool">{tools}</div>{view}</div>'
    )


def render_lost_proof(say: Words, *, number: int) -> str:
    """Return the pane of a citation that the server does not know, as after its conversation was deleted elsewhere."""
    return (
        f'<div class="ca-pane" data-seq="{number}"><div class="ca-ph">'
        f'<div class="ca-row"><span class="ca-sp"></span>{_close(say)}</div>'
        f'<h2 tabindex="-1" role="alert">{escape(say("proof.lost"))}</h2></div></div>'
    )


def render_unreached(say: Words) -> str:
    """Return what is in the pane of a citation without the server; the page fills in number, place and quote."""
    return (
        '<div class="ca-ph"><div class="ca-row"><span class="ca-n"><span class="ca-mk ca-on"></span>'
        f'</span><span class="ca-sp"></span>{_close(say)}</div><h2 tabindex="-1"></h2></div>'
        f'<p class="ca-words ca-shown"></p>{_problem(say("proof.unreached"))}'
    )


def _close(say: Words) -> str:
    return sign_button("close", "close", say("proof.close"))


def _numbered(proof: Proof, say: Words) -> str:
    place = proof.citations.index(proof.citation) + 1
    counted = escape(say("proof.count", place=place, count=len(proof.citations)))
    steps = sign_button("previous", "left", say("proof.previous")) + sign_button("next", "right", say("proof.next"))
    return (
        f'<div class="ca-row"><span class="ca-n"><span class="ca-mk ca-on">{proof.citation.marker}</span>'
        f'<span class="ca-count">{counted}</span></span><span class="ca-sp"></span>'
        f"{steps if len(proof.citations) > 1 else ''}{_close(say)}</div>"
    )


def _where(proof: Proof, say: Words) -> str:
    citation = proof.citation
    page = say("proof.page_of", page=citation.page, count=proof.page_count) if proof.page_count else ""
    page = page + printed(citation.page, citation.page_label, say) if page else page_words(citation, say)
    path = path_words(citation)
    return escape(page) + (f'<span class="ca-more"> · {escape(path)}</span>' if path else "")


# ---- the page -------------------------------------------------------------------------------------------------------


def _tools(document_id: str, page: Page, count: int, cited: Collection[int], say: Words) -> str:
    """Return the row above the page: turn it, go to one, see all of them, its size, the whole document.

    The page fills in the pictures of all pages when they are asked for; pages that are cited stand in `data-cited`.
    """
    number = page.number
    address = escape(document_url(document_id, number))
    all_pages = (
        f'data-document="{escape(document_id)}" data-count="{count}" data-cited="{" ".join(map(str, sorted(cited)))}" '
        f'data-name="{escape(say("proof.page", page="{page}"))}" aria-expanded="false"'
    )
    return (
        _turn("left", say("proof.previous_page"), number - 1, off=number == 1)
        + f'<label class="ca-pg"><span class="ca-sr">{escape(say("proof.go_to"))}</span>'
        + f'<input class="ca-goto" inputmode="numeric" value="{number}" data-at="{number}" data-count="{count}" '
        + f'size="{len(str(count))}" autocomplete="off"><span aria-hidden="true"> / {count}</span></label>'
        + _turn("right", say("proof.next_page"), number + 1, off=number >= count)
        + sign_button("all-pages", "grid", say("proof.all_pages"), data=all_pages)
        + '<span class="ca-sp"></span>'
        + sign_button("smaller", "minus", say("proof.smaller"))
        + f'<button type="button" class="ca-ghost ca-fit" data-do="fit">{escape(say("proof.fit"))}</button>'
        + sign_button("larger", "plus", say("proof.larger"))
        + f'<a class="ca-ghost ca-open" href="{address}" target="_blank" rel="noopener noreferrer">'
        + f'{icon("out")}<span class="ca-lbl">{escape(say("proof.open_document"))}</span>'
        + f'<span class="ca-sr"> ({escape(say("proof.new_tab"))})</span></a>'
    )


def _turn(sign: str, name: str, page: int, *, off: bool) -> str:
    return sign_button("turn", sign, name, data=f'data-page="{page}"', off=off)


def _view(proof: Proof, page: Page, say: Words) -> str:
    citation = proof.citation
    here = page.number == citation.page
    others = [
        other
        for other in proof.citations
        if (other.document_id, other.page) == (citation.document_id, page.number) and other is not citation
    ]
    lines = "".join(_box(box, page, "ca-hl2") for other in others for box in other.boxes)
    chosen = "".join(_box(box, page, "ca-hl") for box in citation.boxes) if here else ""
    above = "" if here else _away(citation, say)
    if here and not citation.boxes:
        above = f'<p class="ca-away">{escape(say("proof.no_boxes"))}</p>'
    failed = f'<p class="ca-failed" hidden>{escape(say("proof.no_image"))} {escape(citation.quote)}</p>'
    named = "proof.alt" if here else "proof.page"
    return _frame(above + _paper(citation.document_id, page, lines + chosen, say, named=named) + failed, say)


def _frame(inner: str, say: Words) -> str:
    return f'<div class="ca-view" tabindex="0" role="region" aria-label="{escape(say("proof.image"))}">{inner}</div>'


def _paper(document_id: str, page: Page, boxes: str, say: Words, *, named: str) -> str:
    name = say(named, page=page.number)
    return (
        f'<div class="ca-page" style="aspect-ratio:{page.width:.2f}/{page.height:.2f}">'
        f'<img src="{escape(page_url(document_id, page.number))}" alt="{escape(name)}" decoding="async">{boxes}</div>'
    )


def _no_view(proof: Proof, say: Words) -> str:
    return _problem(_why(proof.problem, "proof.gone", say))


def _why(problem: AdvisorError | None, otherwise: str, say: Words) -> str:
    """Return in words why a page cannot be shown; `otherwise` names those for where nothing is known to be wrong."""
    match problem:
        case None:
            return say(otherwise)
        case ChangedFileError(file=file, is_gone=is_gone):
            return say("proof.file_gone" if is_gone else "proof.file_changed", file=file)
        case _:
            return str(problem)


def _problem(said: str) -> str:
    return f'<div class="ca-view"><p class="ca-bad" role="alert">{icon("warn")}<span>{escape(said)}</span></p></div>'


def _away(citation: Citation, say: Words) -> str:
    said, back = say("proof.cited_is_on", page=citation.page), escape(say("proof.back_to_page"))
    button = f'<button type="button" class="ca-link" data-do="turn" data-page="0">{back}</button>'
    return f'<p class="ca-away">{escape(said)} {button}</p>'


def _box(box: Box, page: Page, style: str) -> str:
    left, top, right, bottom = box
    return (
        f'<div class="{style}" style="left:{100 * left / page.width:.3f}%;top:{100 * top / page.height:.3f}%;'
        f'width:{100 * (right - left) / page.width:.3f}%;height:{100 * (bottom - top) / page.height:.3f}%"></div>'
    )


# ---- all citations --------------------------------------------------------------------------------------------------


def _list(proof: Proof, say: Words) -> str:
    return "".join(_listed(citation, proof, say) for citation in proof.citations)


def _listed(citation: Citation, proof: Proof, say: Words) -> str:
    current = ' aria-current="true"' if citation is proof.citation else ""
    several = len({each.document_id for each in proof.citations}) > 1
    title = f"<span>{escape(citation.title)}</span>" if several else ""
    page = escape(say("proof.page_short", page=citation.page))
    return (
        f'<button type="button" data-do="cite" data-turn="{proof.turn}" data-n="{citation.marker}"{current}>'
        f'<span class="ca-mk">{citation.marker}</span><span class="ca-cut">{escape(citation.quote)}</span>'
        f'<span class="ca-in">{title}<span>{page}</span></span></button>'
    )
