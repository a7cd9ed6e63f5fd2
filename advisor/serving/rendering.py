"""A conversation → the HTML of the transcript; pure functions, every value escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from advisor.answering.wording import source_note
from advisor.records import AnswerSentence, Citation, Document
from advisor.serving import words
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.markup import escape, example, icon, mark, marked, page_words, path_words, place_words
from advisor.text import count_of

WELL_SUPPORTED_FROM = 0.8
"""An answer of this confidence or more is called well supported: three bars of three."""
SUGGESTIONS = 3
LONGEST_HEADING = 400

_BULLET = re.compile(r"^[•▪●○◦‣∙·–—*-]\s+")
_MARKER = re.compile(r"\[(\d{1,4})\]")


def render_transcript(conversation: Conversation, documents: Sequence[Document], *, say: str = "") -> str:
    """Return the middle of the page: the first screen, or the turns; `say` is read out by screen readers.

    The nodes at the front and in each turn stay the same ones while an answer streams, because Gradio's HTML
    component patches children by their place.
    """
    live = f'<p class="ca-sr" id="ca-live" role="status" aria-live="polite">{escape(say)}</p>'
    turns = conversation.turns
    if not turns:
        return f'{live}<div class="ca-col" data-turns="0">{_first_screen(documents)}</div>'
    asked = [turn.question for turn in turns]
    articles = "".join(render_turn(turn, number, asked=asked[:number]) for number, turn in enumerate(turns, start=1))
    heading = f'<h1 class="ca-sr">{escape(words.CONVERSATION)}</h1>'
    return f'{live}<div class="ca-col" data-turns="{len(turns)}">{heading}{articles}</div>'


def render_turn(turn: Turn, number: int, *, asked: Sequence[str] = ()) -> str:
    """Return one question with its answer, its sources, or the reason why there is none.

    `asked` are the questions up to this one, which are not suggested again.
    """
    question = turn.question if len(turn.question) <= LONGEST_HEADING else turn.question[:LONGEST_HEADING] + "…"
    abstained = turn.answer is not None and turn.answer.abstained
    if turn.answer is not None and turn.answer.note and not turn.sentences:
        body = _reply(turn.answer.note)
    else:
        body = _nearest(turn, number, asked) if abstained else _answer(turn, number)
    live = " data-live" if turn.live else ""
    return (
        f'<article class="ca-turn" data-turn="{number}"{live}>'
        f'<h2 tabindex="-1">{escape(question)}</h2>'
        f'<p class="ca-state">{_state(turn)}</p>'
        f'<div class="ca-notes">{_notes(turn)}</div>'
        f'<div class="ca-answer">{body}</div>'
        f'<div class="ca-after">{_conflicts(turn, number)}{"" if abstained else _sources(turn, number)}</div>'
        f"<div hidden>{_quotes(turn, number)}</div>"
        "</article>"
    )


def render_bar() -> str:
    """Return the top bar: the mark, the name, a new conversation, dark or light."""
    return (
        '<header class="ca-top"><div class="ca-brand">'
        '<svg viewBox="0 0 26 26" aria-hidden="true"><rect class="ca-m1" width="26" height="26" rx="6"></rect>'
        '<path class="ca-m2" d="M6.5 7.5h13M6.5 18.5h8.5"></path>'
        '<rect class="ca-m3" x="5.5" y="10.6" width="15" height="4.8" rx="1.2"></rect></svg>'
        f"<span>{escape(words.NAME)}</span></div>"
        '<div class="ca-end">'
        f'<button type="button" class="ca-btn ca-new" data-do="new" aria-label="{escape(words.NEW_CONVERSATION)}">'
        f"{icon('plus')}<span>{escape(words.NEW_CONVERSATION)}</span></button>"
        '<button type="button" class="ca-ghost" id="ca-dark" data-do="dark" aria-pressed="false" '
        f'aria-label="{escape(words.DARK)}" title="{escape(words.DARK)}">{icon("moon")}</button>'
        "</div></header>"
    )


def render_hint() -> str:
    """Return the line under the question field."""
    return f'<p class="ca-hint">{escape(words.KEYS)}</p>'


def _first_screen(documents: Sequence[Document]) -> str:
    heading = f"<h1>{escape(words.HEADING)}</h1>"
    if not documents:
        return f'<div class="ca-hello">{heading}<p>{escape(words.EMPTY_STORE)}</p></div>'
    pages = sum(document.page_count for document in documents)
    held = f"{count_of(len(documents), 'document')} ({count_of(pages, 'page')})"
    topics = "".join(
        f"<section><h2>{escape(topic)}</h2><div>{''.join(map(example, questions))}</div></section>"
        for topic, questions in words.TOPICS
    )
    knows = f"{words.KNOWS.format(documents=held)} {words.KNOWS_HOW}"
    return f'<div class="ca-hello">{heading}<p>{escape(knows)}</p><div class="ca-topics">{topics}</div></div>'


# ---- the line under the question ------------------------------------------------------------------------------------


def _state(turn: Turn) -> str:
    match turn.phase:
        case "starting":
            return f"<span>{escape(words.STARTING)}</span>"
        case "searching":
            looking = words.LOOKING.format(documents=count_of(turn.documents, "document"))
            return f"<span>{escape(looking)}</span>"
        case "writing":
            reports = count_of(turn.reports, "report")
            passages = count_of(turn.passages, "passage")
            return f"<span>{escape(words.COMPOSING.format(passages=passages, reports=reports))}</span>"
        case "stopped":
            return f"<span>{escape(words.STOPPED if turn.sentences else words.STOPPED_EARLY)}</span>"
        case "failed":
            return ""
    return _verdict(turn)


def _verdict(turn: Turn) -> str:
    if turn.answer is None:
        return ""
    match turn.answer.reason:
        case "near":
            return _confidence(words.NEAR, bars=1, style="ca-mid") + _dotted(_searched(turn, words.SEARCHED_SHORT))
        case "declined":
            return _confidence(words.DECLINED, bars=0, style="ca-no")
        case "empty-store":
            return _confidence(words.NOTHING_STORED, bars=0, style="ca-no")
        case "small-talk" | "nothing-before" | "nothing-more" | "needs-model":
            return ""
    doubtful = any(sentence.support in ("partial", "unsupported") for sentence in turn.answer.sentences)
    if turn.answer.confidence >= WELL_SUPPORTED_FROM and not doubtful:
        said = _confidence(words.WELL_SUPPORTED, bars=3, style="ca-ok")
    else:
        said = _confidence(words.PARTLY_SUPPORTED, bars=2, style="ca-mid")
    reports = count_of(len({citation.document_id for citation in turn.citations}), "report")
    return said + _dotted(words.WRITTEN if turn.answer.mode == "generative" else words.QUOTED.format(reports=reports))


def _confidence(said: str, *, bars: int, style: str) -> str:
    drawn = "".join("<i></i>" if bar < bars else '<i class="ca-off"></i>' for bar in range(3))
    return f'<span class="ca-conf {style}"><span class="ca-bars" aria-hidden="true">{drawn}</span>{escape(said)}</span>'


def _dotted(said: str) -> str:
    return f'<span class="ca-dot" aria-hidden="true">·</span><span>{escape(said)}</span>' if said else ""


def _searched(turn: Turn, said: str) -> str:
    if not turn.documents:
        return ""
    return said.format(documents=count_of(turn.documents, "document"), pages=count_of(turn.pages, "page"))


def _notes(turn: Turn) -> str:
    if turn.phase == "failed":
        return f'<p class="ca-bad" role="alert">{icon("warn")}<span>{escape(turn.error)}</span></p>'
    if turn.answer is not None and turn.answer.reason.startswith("model-"):
        note = words.MODEL_NOTES.get(turn.answer.reason, words.MODEL_NOTE)
        return f'<p class="ca-bad" role="alert">{icon("warn")}<span>{escape(note)}</span></p>'
    if turn.answer is None or not turn.sentences:
        return ""
    notes = filter(None, [turn.answer.note, source_note(turn.answer.language)])
    return "".join(f'<p class="ca-muted" lang="{escape(turn.answer.language)}">{escape(note)}</p>' for note in notes)


# ---- a reply of the advisor's own ------------------------------------------------------------------------------------


def _reply(note: str) -> str:
    """Return the text of a reply: paragraphs, and lines that begin with "- " as a list."""
    shown = ""
    for listed, run in groupby(filter(None, note.splitlines()), key=lambda line: line.startswith("- ")):
        if listed:
            shown += f"<ul>{''.join(f'<li>{escape(line[2:])}</li>' for line in run)}</ul>"
        else:
            shown += "".join(f"<p>{escape(line)}</p>" for line in run)
    return shown


# ---- the answer -----------------------------------------------------------------------------------------------------


def _answer(turn: Turn, number: int) -> str:
    return "".join(_blocks(turn, number))


def _blocks(turn: Turn, number: int) -> Iterator[str]:
    for listed, run in groupby(turn.sentences, key=lambda sentence: sentence.kind in ("item", "row")):
        if listed:
            items = "".join(f"<li>{_sentence(sentence, number)}</li>" for sentence in run)
            yield f"<ul>{items}</ul>"
        else:
            yield from (
                f"<p{style}>{' '.join(_sentence(sentence, number) for sentence in paragraph)}</p>"
                for style, paragraph in _paragraphs(run, turn.citation)
            )


def _paragraphs(
    sentences: Iterable[AnswerSentence], citation: Callable[[int], Citation | None]
) -> Iterator[tuple[str, list[AnswerSentence]]]:
    """Break where a lead-in stands, and where quotes go on in another document."""

    def origin(sentence: AnswerSentence) -> tuple[str, str]:
        first = citation(sentence.markers[0]) if sentence.markers and sentence.support == "verbatim" else None
        return ("lead" if sentence.kind == "lead" else "text", first.document_id if first else "")

    for (kind, _), run in groupby(sentences, key=origin):
        yield (' class="ca-lead"' if kind == "lead" else ""), list(run)


def _sentence(sentence: AnswerSentence, number: int, *, near: bool = False) -> str:
    text = _BULLET.sub("", sentence.text) if sentence.kind in ("item", "row") else sentence.text
    marks = [mark(number, marker, near=near) for marker in sentence.markers]
    doubt = {"partial": words.PARTIAL_SENTENCE, "unsupported": words.UNSUPPORTED_SENTENCE}.get(sentence.support, "")
    doubted = f' <span class="ca-doubt">({escape(doubt)})</span>' if doubt and not near else ""
    cites = " ".join(str(marker) for marker in sentence.markers)
    return f'<span class="ca-s" data-turn="{number}" data-cites="{cites}">{marked(text, marks)}</span>{doubted}'


def _nearest(turn: Turn, number: int, asked: Sequence[str]) -> str:
    assert turn.answer is not None
    if turn.answer.reason == "empty-store":
        return f"<p>{escape(words.EMPTY_STORE)}</p>"
    near = turn.answer.reason == "near"
    said = f"<p>{escape(words.NEAR_SAYS if near else words.DECLINED_SAYS)}</p>"
    if not near:
        said += f'<p class="ca-muted">{escape(_searched(turn, words.SEARCHED))}</p>'
    statements = "".join(_statement(turn, sentence, number) for sentence in turn.sentences)
    listed = f'<ul class="ca-said">{statements}</ul>' if statements else ""
    answerable = f'<h3 class="ca-sub">{escape(words.ANSWERABLE)}</h3>{_suggestions(asked)}'
    if near:
        return said + listed + answerable
    return said + answerable + (f'<h3 class="ca-sub">{escape(words.NEAREST)}</h3>{listed}' if listed else "")


def _statement(turn: Turn, sentence: AnswerSentence, number: int) -> str:
    first = turn.citation(sentence.markers[0]) if sentence.markers else None
    where = ", ".join(filter(None, (place_words(first), path_words(first)))) if first else ""
    return f"<li>{_sentence(sentence, number, near=True)}<cite>{escape(where)}</cite></li>"


def _suggestions(asked: Sequence[str]) -> str:
    """Offer one question of each topic, as far as it has not been asked."""
    new = [[question for question in questions if question not in asked] for _, questions in words.TOPICS]
    return "".join(example(questions[0]) for questions in [each for each in new if each][:SUGGESTIONS])


# ---- after the answer -----------------------------------------------------------------------------------------------


def _conflicts(turn: Turn, number: int) -> str:
    if turn.answer is None or not turn.answer.conflicts:
        return ""
    title = words.DISAGREE.format(points=count_of(len(turn.answer.conflicts), "point"))
    points = "".join(f"<p>{_with_marks(conflict, turn, number)}</p>" for conflict in turn.answer.conflicts)
    return f'<aside class="ca-note"><h3>{icon("sides")}{escape(title)}</h3>{points}</aside>'


def _with_marks(text: str, turn: Turn, number: int) -> str:
    """Turn each "[3]" in a text into its mark, where the answer has a citation 3."""
    parts = _MARKER.split(text)
    shown = [escape(parts[0])]
    for marker, after in zip(parts[1::2], parts[2::2], strict=True):
        known = turn.citation(int(marker)) is not None
        shown += [mark(number, int(marker)) if known else escape(f"[{marker}]"), escape(after)]
    return "".join(shown)


def _sources(turn: Turn, number: int) -> str:
    if turn.live or not turn.citations:
        return ""
    by_document: dict[str, list[Citation]] = {}
    for citation in turn.citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    groups = "".join(_source(citations, number) for citations in by_document.values())
    return (
        f'<section class="ca-sources" aria-label="{escape(words.SOURCES)}"><h3>{escape(words.SOURCES)}</h3>'
        f"<dl>{groups}</dl></section>"
    )


def _source(citations: Sequence[Citation], number: int) -> str:
    places: dict[tuple[int, tuple[str, ...]], list[Citation]] = {}
    for citation in citations:
        places.setdefault((citation.page, citation.section), []).append(citation)
    rows = "".join(_place(there, number) for there in places.values())
    return f"<div><dt>{escape(citations[0].title)}</dt>{rows}</div>"


def _place(citations: Sequence[Citation], number: int) -> str:
    first = citations[0]
    marks = "".join(mark(number, citation.marker) for citation in citations)
    path = path_words(first)
    section = f'<span class="ca-path">{escape(path)}</span>' if path else ""
    return (
        f'<dd><button type="button" class="ca-place" data-do="cite" data-turn="{number}" data-n="{first.marker}">'
        f'<b>{escape(page_words(first))}</b>{section}</button><span class="ca-marks">{marks}</span></dd>'
    )


def _quotes(turn: Turn, number: int) -> str:
    """The quotes for the tips, which the page shows as text."""
    return "".join(
        f'<span data-quote="{number}-{citation.marker}" data-turn="{number}" data-n="{citation.marker}" '
        f'data-where="{escape(place_words(citation))}">{escape(citation.quote)}</span>'
        for citation in turn.citations
    )
