"""The conversations that are kept for a browser → the list beside the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from advisor.serving.catalogue import Words
from advisor.serving.keeping.kept import Kept
from advisor.serving.markup import escape, icon, sign_button
from advisor.serving.shell import page_buttons


def render_rail(
    kept: Sequence[Kept], current: str, say: Words, *, used: int, stored: int, now: datetime | None = None
) -> str:
    """Return the list: a new conversation, those of today, those before, and which documents answers use.

    Args:
        kept: the conversations, the latest first.
        current: id of the one that is shown.
        say: the words.
        used: how many documents answers may use.
        stored: how many there are.
        now: the present moment with its time zone, which says what is today; by default that of this computer.
    """
    moment = now or datetime.now().astimezone()
    today = [each for each in kept if _is_today(each.changed, moment, moment.tzinfo)]
    earlier = [each for each in kept if each not in today]
    groups = "".join(
        f"<h2>{escape(say(f'rail.{name}'))}</h2><ul>{''.join(_item(each, current, say) for each in group)}</ul>"
        for name, group in (("today", today), ("earlier", earlier))
        if group
    )
    none = f'<p class="ca-quiet">{escape(say("rail.none"))}</p>' if not kept else ""
    everything = (
        f'<button type="button" class="ca-link" data-do="forget-all">{escape(say("rail.delete_all"))}</button>'
        if kept
        else ""
    )
    pages = f'<nav class="ca-pages" aria-label="{escape(say("page.pages"))}">{page_buttons(say)}</nav>'
    choose = escape(say("rail.choose"))
    return (
        f'<div class="ca-railin">{pages}'
        f'<button type="button" class="ca-btn ca-new" data-do="new">{icon("plus")}'
        f"<span>{escape(say('rail.new'))}</span></button>"
        f'<nav class="ca-talks" aria-label="{escape(say("rail.title"))}">{groups}{none}{everything}</nav>'
        f'<p class="ca-foot"><span>{escape(_uses(used, stored, say))}</span> '
        f'<button type="button" class="ca-link" data-do="view" data-view="library">{choose}</button>'
        f"</p>{_dialog(say)}</div>"
    )


def _is_today(changed: datetime, now: datetime, zone: tzinfo | None) -> bool:
    return changed.astimezone(zone).date() == now.date()


def _item(kept: Kept, current: str, say: Words) -> str:
    here = ' aria-current="true"' if kept.id == current else ""
    title = escape(kept.title)
    opens = f'data-do="open-talk" data-talk="{escape(kept.id)}"{here}'
    return (
        f'<li><button type="button" {opens}><span>{title}</span></button>'
        f"{sign_button('forget', 'bin', say('rail.delete'), data=_data(kept))}</li>"
    )


def _data(kept: Kept) -> str:
    return f'data-talk="{escape(kept.id)}" data-title="{escape(kept.title)}"'


def _uses(used: int, stored: int, say: Words) -> str:
    return say("rail.uses_all", n=stored) if used >= stored else say("rail.uses", used=used, n=stored)


def _dialog(say: Words) -> str:
    """Return the question that is asked before a conversation is deleted; the page fills in which one."""
    title = escape(say("rail.delete_title", title="{title}"))
    one = f'data-title="{title}" data-says="{escape(say("rail.delete_says"))}"'
    every = (
        f'data-all-title="{escape(say("rail.delete_all_title"))}" data-all-says="{escape(say("rail.delete_all_says"))}"'
    )
    return (
        f'<dialog class="ca-dialog" id="ca-forget" aria-labelledby="ca-forget-title" {one} {every}>'
        '<h2 id="ca-forget-title"></h2><p></p><div class="ca-row">'
        f'<button type="button" class="ca-btn" data-do="dismiss-dialog">{escape(say("rail.cancel"))}</button>'
        f'<button type="button" class="ca-btn ca-stop" data-do="forget-yes">{escape(say("rail.delete_yes"))}</button>'
        "</div></dialog>"
    )
