"""The documents of a library and the jobs of a browser → the library page as HTML; every value is escaped."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from advisor.answering.mentions import Mentions
from advisor.serving.catalogue import Words
from advisor.serving.markup import escape, icon
from advisor.serving.shelf.entries import Entry
from advisor.serving.shelf.finding import Place, places
from advisor.serving.shelf.jobs import Job
from advisor.serving.shelf.uploading import render_jobs, render_sending
from advisor.text import terms


def render_shelf(
    entries: Sequence[Entry],
    jobs: Sequence[Job],
    left_out: Collection[str],
    say: Words,
    *,
    others: int = 0,
    removed: int = 0,
) -> str:
    """Return the whole page.

    Args:
        entries: the documents, in the order of the rows.
        jobs: those of this browser.
        left_out: the ids of documents that this browser's answers do not use.
        say: the words of its language.
        others: how many files other browsers are adding.
        removed: how many documents that came with the server were removed here.
    """
    return (
        f'<div class="ca-lib" id="ca-shelf"><div class="ca-lib-in">'
        f"<h1>{escape(say('shelf.title'))}</h1>"
        f'<p class="ca-lead">{escape(say("shelf.lead"))}</p>'
        f'{_drop(say)}<ul class="ca-up" id="ca-sends" aria-label="{escape(say("shelf.sends"))}"></ul>'
        f"{render_jobs(jobs, say, others=others)}"
        f"{render_documents(entries, jobs, left_out, say, removed=removed)}"
        f"{render_sending(say)}{_dialog(say)}"
        '<p class="ca-sr" id="ca-shelf-said" role="status" aria-live="polite"></p>'
        "</div></div>"
    )


def render_documents(
    entries: Sequence[Entry], jobs: Sequence[Job], left_out: Collection[str], say: Words, *, removed: int = 0
) -> str:
    """Return the search field and the table, or what to do where there is no document."""
    if not entries:
        return f'<section id="ca-docs">{_empty(jobs, say)}</section>'
    pages, passages = sum(entry.pages for entry in entries), sum(entry.passages for entry in entries)
    amount = say("shelf.amount", pages=say("shelf.pages", n=pages), passages=say("shelf.passages", n=passages))
    removing = {job.document_id for job in jobs if job.kind == "remove" and not job.finished}
    unused = all(entry.document_id in left_out for entry in entries)
    warning = f'<p class="ca-all-unused">{icon("warn")}{escape(say("shelf.all_unused"))}</p>' if unused else ""
    rows = "".join(
        _row(entry, say, is_used=entry.document_id not in left_out, is_leaving=entry.document_id in removing)
        for entry in entries
    )
    return (
        f'<section id="ca-docs" aria-labelledby="ca-docs-title"><div class="ca-tbar">'
        f'<div class="ca-total"><h2 id="ca-docs-title">{escape(say("shelf.documents", n=len(entries)))}</h2>'
        f'<span class="ca-amount">{escape(amount)}</span></div>{_search(say)}</div>'
        f'<div id="ca-found" data-failed="{escape(say("shelf.not_searched"))}"></div><div class="ca-list">{warning}'
        f'<table class="ca-docs"><caption class="ca-sr">{escape(say("shelf.table"))}</caption>'
        f"<thead><tr>{_heads(say)}</tr></thead><tbody>{rows}</tbody></table>{_left_out(removed, say)}</div></section>"
    )


def render_found(found: Mentions, say: Words, *, query: str) -> str:
    """Return what a search inside the documents found: places that hold all its words, then those that come near."""
    if not found.exact and not found.near:
        none = f"{escape(say('shelf.found_none', query=query))} {escape(say('shelf.found_none_help'))}"
        return f'<div class="ca-found" data-said="{none}"><p>{none}</p></div>'
    heading = escape(_heading(found, say, query))
    exact, near = (_listed(places(mentions, query), say, query) for mentions in (found.exact, found.near))
    also = f"<h3>{escape(say('shelf.found_also'))}</h3>" if exact and near else ""
    return f'<div class="ca-found" data-said="{heading}"><h3>{heading}</h3>{exact}{also}{near}</div>'


# ---- adding ---------------------------------------------------------------------------------------------------------


def _drop(say: Words) -> str:
    return (
        f'<div class="ca-drop" id="ca-drop" data-now="{escape(say("shelf.drop_now"))}">{icon("add")}'
        f"<div><strong>{escape(say('shelf.drop'))}</strong><p>{escape(say('shelf.drop_note'))}</p></div>"
        f'<button type="button" class="ca-btn" data-do="shelf-choose">{escape(say("shelf.choose"))}</button>'
        '<input type="file" id="ca-files" accept="application/pdf,.pdf" multiple hidden></div>'
    )


def _empty(jobs: Sequence[Job], say: Words) -> str:
    loading = any(job.kind == "shipped" and not job.finished for job in jobs)
    button = (
        f'<button type="button" class="ca-btn ca-main" data-do="shelf-load"{" disabled" if loading else ""}>'
        f"{escape(say('shelf.load'))}</button>"
    )
    return (
        f'<div class="ca-none">{icon("page")}<h2>{escape(say("shelf.empty"))}</h2>'
        f"<p>{escape(say('shelf.empty_says'))}</p>{button}</div>"
    )


# ---- the table ------------------------------------------------------------------------------------------------------


def _search(say: Words) -> str:
    name, clear = escape(say("shelf.find")), escape(say("shelf.clear"))
    return (
        f'<form class="ca-find" role="search" data-do="shelf-find">{icon("find")}'
        f'<input type="search" id="ca-find" maxlength="300" autocomplete="off" placeholder="{name}" '
        f'aria-label="{name}"><button type="button" data-do="shelf-clear" aria-label="{clear}" hidden>'
        f"{icon('close')}</button></form>"
    )


def _heads(say: Words) -> str:
    use = (
        f'<span class="ca-sr">{escape(say("shelf.use_long"))}</span>'
        f'<span aria-hidden="true">{escape(say("shelf.use"))}</span>'
    )
    plain = "".join(
        f'<th scope="col"{style}>{escape(say(f"shelf.head_{name}"))}</th>'
        for name, style in (
            ("title", ""),
            ("year", ' class="ca-num"'),
            ("pages", ' class="ca-num"'),
            ("passages", ' class="ca-num"'),
            ("state", ""),
        )
    )
    acts = f'<th scope="col"><span class="ca-sr">{escape(say("shelf.head_acts"))}</span></th>'
    return f'<th scope="col">{use}</th>{plain}{acts}'


def _row(entry: Entry, say: Words, *, is_used: bool, is_leaving: bool) -> str:
    title = escape(entry.title)
    held = f'data-document="{escape(entry.document_id)}"'
    label = escape(say("shelf.use_one", title=entry.title))
    off = " disabled" if is_leaving else ""
    box = f'<input type="checkbox" data-do="use" {held} aria-label="{label}"{" checked" if is_used else ""}{off}>'
    year = str(entry.year) if entry.year else ""
    return (
        f"<tr {held}{'' if is_used else ' class=ca-off'}><td>{box}</td>"
        f'<th scope="row"><span class="ca-t">{title}</span>'
        f'<span class="ca-from">{escape(_origin(entry, say))}</span></th>'
        f'<td class="ca-num ca-year">{year}</td>'
        f"{_count(entry.pages, 'pages', say)}{_count(entry.passages, 'passages', say)}"
        f'<td class="ca-st">{_state(entry, say, is_used=is_used, is_leaving=is_leaving)}</td>'
        f'<td class="ca-ops">{_buttons(entry, say, off)}</td></tr>'
    )


def _count(count: int, unit: str, say: Words) -> str:
    """Return a cell; where there is no column heading beside it, its unit is shown, too."""
    return (
        f'<td class="ca-num"><span class="ca-wide">{escape(say.number(count))}</span>'
        f'<span class="ca-narrow">{escape(say(f"shelf.{unit}", n=count))}</span></td>'
    )


def _origin(entry: Entry, say: Words) -> str:
    match entry.origin:
        case "shipped" if len(entry.rests_on) == 1:
            return say("shelf.brief_of", title=entry.rests_on[0])
        case "shipped" if entry.rests_on:
            return say("shelf.brief_of_many", n=len(entry.rests_on))
        case "shipped":
            origin = say("shelf.brief")
        case "added" if entry.added:
            origin = say("shelf.added_on", day=say.day(entry.added))
        case "added":
            origin = say("shelf.added_here")
        case _:
            origin = say("shelf.from_corpus")
    # Two reports may have one title; the names of their files tell them apart.
    return " · ".join(filter(None, (entry.publisher, entry.file, origin)))


def _state(entry: Entry, say: Words, *, is_used: bool, is_leaving: bool) -> str:
    if is_leaving:
        return f'<span class="ca-quiet">{escape(say("shelf.removing"))}</span>'
    if entry.state != "ready":
        key = entry.state.replace("-", "_")
        return (
            f'<span class="ca-gone">{icon("warn")}{escape(say(f"shelf.{key}"))}</span>'
            f'<span class="ca-w">{escape(say(f"shelf.{key}_help"))}</span>'
        )
    state = (
        f'<span class="ca-ready">{icon("tick")}{escape(say("shelf.ready"))}</span>'
        if is_used
        else f'<span class="ca-quiet">{escape(say("shelf.unused"))}</span>'
    )
    return state + _warnings(entry.warnings, say)


def _warnings(warnings: Sequence[str], say: Words) -> str:
    if not warnings:
        return ""
    listed = "".join(f"<li>{escape(warning)}</li>" for warning in warnings)
    return (
        f'<details class="ca-w"><summary>{escape(say("shelf.notes", n=len(warnings)))}</summary>'
        f'<ul lang="en">{listed}</ul></details>'
    )


def _buttons(entry: Entry, say: Words, off: str) -> str:
    held = f'data-document="{escape(entry.document_id)}"'
    what = say("shelf.remove_added" if entry.origin == "added" else "shelf.remove_kept")
    can_open = "" if entry.state == "ready" and not off else " disabled"
    return (
        f'<button type="button" class="ca-ghost" data-do="open" {held} data-page="1" '
        f'aria-label="{escape(say("shelf.open_one", title=entry.title))}"{can_open}>'
        f"{escape(say('shelf.open'))}</button>"
        f'<button type="button" class="ca-ghost" data-do="remove" {held} '
        f'data-heading="{escape(say("shelf.remove_title", title=entry.title))}" data-file="{escape(what)}" '
        f'aria-label="{escape(say("shelf.remove_one", title=entry.title))}"{off}>{escape(say("shelf.remove"))}</button>'
    )


def _left_out(removed: int, say: Words) -> str:
    if not removed:
        return ""
    return (
        f'<p class="ca-left-out">{escape(say("shelf.left_out", n=removed))} '
        f'<button type="button" class="ca-link" data-do="shelf-load">{escape(say("shelf.load_again"))}</button></p>'
    )


def _dialog(say: Words) -> str:
    return (
        '<dialog id="ca-remove" class="ca-dialog" aria-labelledby="ca-remove-title" aria-describedby="ca-remove-says">'
        '<h2 id="ca-remove-title"></h2>'
        f'<p id="ca-remove-says">{escape(say("shelf.remove_says"))} <span id="ca-remove-file"></span></p>'
        '<p class="ca-bad" role="alert" hidden></p>'
        '<div class="ca-dialog-acts">'
        f'<button type="button" class="ca-btn" data-do="shelf-keep" autofocus>{escape(say("shelf.keep"))}</button>'
        f'<button type="button" class="ca-btn ca-stop" data-do="shelf-remove">{escape(say("shelf.remove"))}</button>'
        "</div></dialog>"
    )


# ---- what was found -------------------------------------------------------------------------------------------------


def _heading(found: Mentions, say: Words, query: str) -> str:
    """Return in words how many places hold what was searched for, or that none does and why others are shown."""
    if found.count > len(found.exact):
        return say("shelf.found_best", n=found.count, shown=len(found.exact), query=query)
    if found.count:
        return say("shelf.found_in", n=found.count, query=query)
    if found.lost:
        lost = ", ".join(say("keeping.quote", quote=word) for word in found.lost)
        return say("shelf.found_lost", n=len(found.lost), words=lost)
    return say("shelf.found_apart" if terms(query) else "shelf.found_near", query=query)


def _listed(places: Sequence[Place], say: Words, query: str) -> str:
    return f"<ol>{''.join(_found(place, say, query) for place in places)}</ol>" if places else ""


def _found(place: Place, say: Words, query: str) -> str:
    text = "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text) for piece in place.pieces
    )
    path = " › ".join(part for part in place.section if part.casefold() != place.title.casefold())
    name = escape(say("shelf.show_page_one", page=place.page, title=place.title))
    return (
        f'<li><div class="ca-found-head"><b>{escape(place.title)}</b>'
        f'<button type="button" class="ca-link" data-do="open" data-document="{escape(place.document_id)}" '
        f'data-page="{place.page}" data-words="{escape(query)}" data-sentence="{escape(place.sentence_id)}" '
        f'aria-label="{name}">{escape(say("shelf.show_page", page=place.page))}</button></div>'
        f"{f'<cite>{escape(path)}</cite>' if path else ''}<p>{text}</p></li>"
    )
