"""A turn → what stands under its answer: disagreements, sources, what can be done with it, what to ask next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.records import Citation
from advisor.serving.catalogue import Words
from advisor.serving.conversation import Turn
from advisor.serving.markup import (
    escape,
    icon,
    mark,
    marked,
    named_button,
    page_words,
    path_words,
    question_button,
    sign_button,
)
from advisor.serving.talks import Place
from advisor.serving.verdict import REPLIES

_MARKER = re.compile(r"\[(\d{1,4})\]")
_BEFORE_MARKER = re.compile(r"\s+(?=\[\d{1,4}\])")
_EXPORTS = (("md", "Markdown"), ("docx", "Word"), ("json", "JSON"))


def render_conflicts(turn: Turn, number: int, say: Words) -> str:
    """Return the note of disagreements, each side with its mark."""
    if turn.answer is None or not turn.answer.conflicts:
        return ""
    title = say("answer.disagree", n=len(turn.answer.conflicts))
    points = "".join(f"<p>{_with_marks(conflict, turn, number, say)}</p>" for conflict in turn.answer.conflicts)
    return f'<aside class="ca-note"><h3 tabindex="-1">{icon("sides")}{escape(title)}</h3>{points}</aside>'


def render_sources(turn: Turn, number: int, say: Words) -> str:
    """Return the places that are cited, document by document."""
    if turn.live or not turn.citations:
        return ""
    by_document: dict[str, list[Citation]] = {}
    for citation in turn.citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    groups = "".join(_source(citations, number, say) for citations in by_document.values())
    title = escape(say("answer.sources"))
    return f'<section class="ca-sources" aria-label="{title}"><h3>{title}</h3><dl>{groups}</dl></section>'


def render_acts(turn: Turn, number: int, at: Place, say: Words) -> str:
    """Return the row of things to do with an answer; nothing while it comes. One behind a link can be copied alone."""
    if turn.live or at == Place() or turn.answer is None or turn.answer.reason in REPLIES:
        return ""
    here = f'data-turn="{number}"'
    acts = named_button("copy", "copy", say("acts.copy"), data=here)
    if at.conversation:
        acts += _export(at.conversation, say) + named_button("link", "chain", say("acts.link"), data=here)
    if turn.answer.abstained:
        acts += named_button("view", "plus", say("none.add_report"), data='data-view="library"')
    told = "".join(
        f' data-{name}="{escape(say(f"acts.{key}"))}"'
        for name, key in (("copied", "copied"), ("linked", "linked"), ("refused", "not_copied"))
    )
    return (
        f'<div class="ca-acts" role="group" aria-label="{escape(say("acts.title"))}"{told}>{acts}'
        f'<span class="ca-sp"></span>{_rating(turn, number, say) if at.conversation else ""}</div>'
        f"{_reason(turn, number, say) if at.conversation else ''}"
    )


def render_next(turn: Turn, say: Words, *, last: bool) -> str:
    """Return further questions that the documents answer; under the last answer only."""
    if not last or turn.live or not turn.follow_ups:
        return ""
    questions = "".join(map(question_button, turn.follow_ups))
    return f'<div class="ca-next"><h3>{escape(say("acts.next"))}</h3>{questions}</div>'


def _with_marks(text: str, turn: Turn, number: int, say: Words) -> str:
    """Turn each "[3]" in a text into its mark, where the answer has a citation 3; none starts a line."""
    *parts, rest = _MARKER.split(_BEFORE_MARKER.sub("", text))
    shown = ""
    for before, marker in zip(parts[::2], parts[1::2], strict=True):
        known = turn.citation(int(marker)) is not None
        shown += marked(before, [mark(number, int(marker), say) if known else escape(f"[{marker}]")])
    return shown + escape(rest)


def _source(citations: Sequence[Citation], number: int, say: Words) -> str:
    places: dict[tuple[int, tuple[str, ...]], list[Citation]] = {}
    for citation in citations:
        places.setdefault((citation.page, citation.section), []).append(citation)
    rows = "".join(_place(there, number, say) for there in places.values())
    return f"<div><dt>{escape(citations[0].title)}</dt>{rows}</div>"


def _place(citations: Sequence[Citation], number: int, say: Words) -> str:
    first = citations[0]
    marks = "".join(mark(number, citation.marker, say) for citation in citations)
    path = path_words(first)
    section = f'<span class="ca-path">{escape(path)}</span>' if path else ""
    return (
        f'<dd><button type="button" class="ca-place" data-do="cite" data-turn="{number}" data-n="{first.marker}">'
        f'<b>{escape(page_words(first, say))}</b>{section}</button><span class="ca-marks">{marks}</span></dd>'
    )


def _export(conversation: str, say: Words) -> str:
    links = "".join(
        f'<a href="api/conversations/{escape(conversation)}.{end}" download>{name}</a>' for end, name in _EXPORTS
    )
    return (
        f'<details class="ca-export"><summary class="ca-ghost">{icon("down")}'
        f'<span class="ca-lbl">{escape(say("acts.export"))}</span></summary>'
        f'<div class="ca-menu-list"><p>{escape(say("acts.export_says"))}</p>{links}</div></details>'
    )


def _rating(turn: Turn, number: int, say: Words) -> str:
    def thumb(verdict: str, sign: str, name: str) -> str:
        pressed = "true" if turn.rating == verdict else "false"
        return sign_button(
            "rate", sign, name, data=f'data-turn="{number}" data-good="{verdict}" aria-pressed="{pressed}"'
        )

    unhelpful = "acts.wrong" if turn.answer and turn.answer.abstained else "acts.unhelpful"
    return thumb("good", "yes", say("acts.helpful")) + thumb("bad", "no", say(unhelpful))


def _reason(turn: Turn, number: int, say: Words) -> str:
    """Return the field for what was wrong, which the page opens when an answer is called unhelpful, and the thanks."""
    kept = "" if turn.rating == "bad" else " hidden"
    field = f"ca-reason-{number}"
    return (
        f'<form class="ca-reason" data-turn="{number}"{kept}><label for="{field}">{escape(say("acts.reason"))}</label>'
        f'<textarea id="{field}" rows="2" maxlength="2000"></textarea>'
        f'<button type="submit" class="ca-btn">{escape(say("acts.send_reason"))}</button></form>'
        f'<p class="ca-thanks" hidden>{icon("tick")}{escape(say("acts.reason_kept"))}</p>'
    )
