"""A conversation → the HTML of the transcript; pure functions, every value escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from advisor.records import AnswerSentence, Citation, Document
from advisor.serving.catalogue import Words
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.following import render_acts, render_conflicts, render_next, render_sources
from advisor.serving.markup import escape, mark, marked, path_words, place_words, question_button, sign_button
from advisor.serving.shell import first_screen
from advisor.serving.tables import Row, Table, parts_of
from advisor.serving.talks import Place
from advisor.serving.verdict import render_notes, render_queue, render_state

SUGGESTIONS = 3
LONG_HEADING = 160
"""A question of more characters is set smaller, and its first lines only, until all of it is asked for."""
LONGEST_HEADING = 2_000

_COUNTED = re.compile(r"^\d{1,2}[.)]\s")
_BULLET = re.compile(r"^[•▪●○◦‣∙·–—*-]\s+")


def render_transcript(
    conversation: Conversation,
    documents: Sequence[Document],
    say: Words,
    *,
    used: int | None = None,
    link: str = "",
    is_missing: bool = False,
    read_out: str = "",
    queue: int = 0,
    number: int = 0,
) -> str:
    """Return the middle of the page: the first screen, or the turns.

    The nodes at the front and in each turn stay the same ones while an answer streams, because Gradio's HTML
    component patches children by their place.

    Args:
        conversation: what is shown.
        documents: those in the library; looked at for the first screen only.
        say: the words.
        used: how many of the documents answers may use, None for all; looked at for the first screen only.
        link: the link that the page was opened by, if it shows one answer of somebody else.
        is_missing: the page was opened at a conversation that this browser does not have.
        read_out: what screen readers read out.
        queue: place in the queue of the last question, 0 where it does not wait.
        number: numbers the places that a page has been at, 0 before it was known who opens it.
    """
    live = f'<p class="ca-sr" id="ca-live" role="status" aria-live="polite">{escape(read_out)}</p>'
    turns = conversation.turns
    where = Place(link=link) if link else Place(conversation.id if turns else "")
    at = f'data-conversation="{escape(where.conversation)}" data-link="{escape(where.link)}"'
    at += f' data-seq="{number}" data-language="{say.code}"'
    if not turns:
        hello = first_screen(documents, say, used=len(documents) if used is None else used)
        why = say("rail.no_link") if link else say("keeping.not_here") if is_missing else ""
        lost = f'<p class="ca-bad" role="alert">{escape(why)}</p>' if why else ""
        return f'{live}<div class="ca-col" data-turns="0" {at}>{lost}{hello}</div>'
    asked = [turn.question for turn in turns]
    articles = "".join(
        render_turn(
            turn, number, say, asked=asked[:number], at=where, last=number == len(turns),
            queue=queue if number == len(turns) else 0,
        )
        for number, turn in enumerate(turns, start=1)
    )  # fmt: skip
    shared = f'<p class="ca-muted ca-shared">{escape(say("rail.shared"))}</p>' if link else ""
    heading = f'<h1 class="ca-sr">{escape(say("answer.conversation"))}: {escape(conversation.title)}</h1>{shared}'
    return f'{live}<div class="ca-col" data-turns="{len(turns)}" {at}>{heading}{articles}</div>'


def render_turn(
    turn: Turn,
    number: int,
    say: Words,
    *,
    asked: Sequence[str] = (),
    at: Place = Place(),  # noqa: B008
    last: bool = True,
    queue: int = 0,
) -> str:
    """Return one question with its answer, its sources, or the reason why there is none.

    `asked` are the questions up to this one, which are not suggested again.
    """
    question = turn.question if len(turn.question) <= LONGEST_HEADING else turn.question[:LONGEST_HEADING] + "…"
    long, whole = (' class="ca-long"', _whole(say)) if len(question) > LONG_HEADING else ("", "")
    abstained = turn.answer is not None and turn.answer.abstained
    if turn.answer is not None and turn.answer.note and not turn.sentences:
        body = _reply(turn.answer.note)
    else:
        body = _nearest(turn, number, asked, say) if abstained else "".join(_blocks(turn, number, say))
    live = " data-live" if turn.live else ""
    state = render_queue(queue, say) if queue else render_state(turn, number, say)
    sources = "" if abstained else render_sources(turn, number, say)
    return (
        f'<article class="ca-turn" data-turn="{number}"{live}>'
        f'<div class="ca-asked"><h2 tabindex="-1"{long}>{escape(question)}</h2>'
        f"{_edit(turn, number, say, at)}{whole}</div>"
        f'<p class="ca-state">{state}</p>'
        f'<div class="ca-notes">{render_notes(turn, number, say)}</div>'
        f'<div class="ca-answer">{body}</div>'
        f'<div class="ca-after">{render_conflicts(turn, number, say)}{sources}'
        f"{render_acts(turn, number, at, say)}{render_next(turn, say, last=last)}</div>"
        f"<div hidden>{_quotes(turn, number, say)}</div>"
        "</article>"
    )


def _whole(say: Words) -> str:
    """Return the button that shows all of a long question, which the page offers where lines of it are hidden."""
    words = escape(say("acts.whole"))
    return f'<button type="button" class="ca-link ca-whole" data-do="whole" hidden>{words}</button>'


def _edit(turn: Turn, number: int, say: Words, at: Place) -> str:
    if turn.live or at.link:
        return ""
    here = f'data-turn="{number}" data-question="{escape(turn.question)}"'
    again = sign_button("again", "again", say("acts.again"), data=here)
    return f'<span class="ca-again">{again}{sign_button("edit", "edit", say("acts.edit"), data=here)}</span>'


# ---- a reply of the advisor's own ------------------------------------------------------------------------------------


def _reply(note: str) -> str:
    """Return the text of a reply: paragraphs, lines that begin with "- " as a list, questions to be chosen."""
    shown = ""
    for listed, run in groupby(filter(None, note.splitlines()), key=lambda line: line.startswith("- ")):
        items = [line.removeprefix("- ") for line in run]
        if listed and all(item.endswith("?") for item in items):
            shown += "".join(map(question_button, items))
        elif listed:
            shown += f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        else:
            shown += "".join(f"<p>{escape(item)}</p>" for item in items)
    return shown


# ---- the answer -----------------------------------------------------------------------------------------------------


def _blocks(turn: Turn, number: int, say: Words) -> Iterator[str]:
    for is_table, parts in groupby(parts_of(turn), key=lambda part: isinstance(part, Table)):
        if is_table:
            yield from (_table(part, turn, number, say) for part in parts if isinstance(part, Table))
        else:
            yield from _lists_and_paragraphs(
                [part for part in parts if isinstance(part, AnswerSentence)], turn, number, say
            )


def _lists_and_paragraphs(sentences: Sequence[AnswerSentence], turn: Turn, number: int, say: Words) -> Iterator[str]:
    for listed, run in groupby(sentences, key=lambda sentence: sentence.kind in ("item", "row")):
        if listed:
            items = list(run)
            if len(items) == 1 == len(turn.sentences) and not turn.live:
                yield f"<p>{_sentence(items[0], number, say)}</p>"
            else:
                yield f"<ul>{''.join(_item(sentence, number, say) for sentence in items)}</ul>"
        else:
            yield from (
                f"<p{style}>{' '.join(_sentence(sentence, number, say) for sentence in paragraph)}</p>"
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


def _item(sentence: AnswerSentence, number: int, say: Words) -> str:
    """Return an item of a list; one that is counted on its page needs no bullet."""
    style = ' class="ca-counted"' if _COUNTED.match(_BULLET.sub("", sentence.text)) else ""
    return f"<li{style}>{_sentence(sentence, number, say)}</li>"


def _sentence(sentence: AnswerSentence, number: int, say: Words, *, near: bool = False) -> str:
    text = _BULLET.sub("", sentence.text) if sentence.kind in ("item", "row") else sentence.text
    marks = [mark(number, marker, say, near=near) for marker in sentence.markers]
    doubted = "" if near else _doubt(sentence, say)
    return f'<span class="ca-s" {_cites(sentence, number)}>{marked(text, marks)}</span>{doubted}'


def _cites(sentence: AnswerSentence, number: int) -> str:
    """Return the attributes by which the page finds the sentence of a citation."""
    return f'data-turn="{number}" data-cites="{" ".join(map(str, sentence.markers))}"'


def _doubt(sentence: AnswerSentence, say: Words) -> str:
    if sentence.support not in ("partial", "unsupported"):
        return ""
    return f' <span class="ca-doubt">({escape(say(f"answer.{sentence.support}"))})</span>'


# ---- rows of a table -------------------------------------------------------------------------------------------------


def _table(table: Table, turn: Turn, number: int, say: Words) -> str:
    """Return a table whose last column holds the marks; a single row as a label with its values below it."""
    if len(table.rows) == 1 and not turn.live:
        lead = f'<p class="ca-lead">{_sentence(table.caption, number, say)}</p>' if table.caption else ""
        return lead + _facts(table.rows[0], number, say)
    caption = f"<caption><span>{_sentence(table.caption, number, say)}</span></caption>" if table.caption else ""
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    proof = f'<th scope="col"><span class="ca-sr">{escape(say("answer.sources"))}</span></th>'
    rows = "".join(_row(table, row, number, say) for row in table.rows)
    return (
        f'<div class="ca-rows"><table>{caption}<thead><tr><td></td>{heads}{proof}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(table: Table, row: Row, number: int, say: Words) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in table.cells(row))
    marks = "".join(mark(number, marker, say) for marker in row.sentence.markers)
    return (
        f'<tr class="ca-s" {_cites(row.sentence, number)}><th scope="row">{escape(row.label)}</th>{cells}'
        f'<td><span class="ca-nb">{marks}</span>{_doubt(row.sentence, say)}</td></tr>'
    )


def _facts(row: Row, number: int, say: Words) -> str:
    label = marked(row.label, [mark(number, marker, say) for marker in row.sentence.markers])
    facts = "".join(f"<div><dt>{escape(header)}</dt><dd>{escape(cell)}</dd></div>" for header, cell in row.cells)
    return (
        f'<div class="ca-facts"><p><b class="ca-s" {_cites(row.sentence, number)}>{label}</b>'
        f"{_doubt(row.sentence, say)}</p><dl>{facts}</dl></div>"
    )


# ---- no answer ------------------------------------------------------------------------------------------------------


def _nearest(turn: Turn, number: int, asked: Sequence[str], say: Words) -> str:
    assert turn.answer is not None
    if turn.answer.reason == "empty-store":
        return f"<p>{escape(say('first.empty'))}</p>"
    near = turn.answer.reason == "near"
    said = f"<p>{escape(say('none.near_says' if near else 'none.declined_says'))}</p>"
    if turn.answer.note:
        said += f'<p lang="{escape(turn.answer.language)}">{escape(turn.answer.note)}</p>'
    if not near and turn.documents:
        held = {"documents": say("none.documents", n=turn.documents), "pages": say("none.pages", n=turn.pages)}
        said += f'<p class="ca-muted">{escape(say("none.searched", **held))}</p>'
    statements = "".join(_statement(turn, sentence, number, say) for sentence in turn.sentences)
    listed = f'<ul class="ca-said">{statements}</ul>' if statements else ""
    answerable = f'<h3 class="ca-sub">{escape(say("none.answerable"))}</h3>{_suggestions(turn, asked, say)}'
    if near:
        return said + listed + answerable
    return said + answerable + (f'<h3 class="ca-sub">{escape(say("none.nearest"))}</h3>{listed}' if listed else "")


def _statement(turn: Turn, sentence: AnswerSentence, number: int, say: Words) -> str:
    first = turn.citation(sentence.markers[0]) if sentence.markers else None
    where = ", ".join(filter(None, (place_words(first, say), path_words(first)))) if first else ""
    return f"<li>{_sentence(sentence, number, say, near=True)}<cite>{escape(where)}</cite></li>"


def _suggestions(turn: Turn, asked: Sequence[str], say: Words) -> str:
    """Offer what the advisor suggests; then one question of each topic, as far as it has not been asked."""
    offered = list(turn.answer.suggestions) if turn.answer else []
    of_topics = [next((one for one in topic.questions if one not in asked), "") for topic in say.topics]
    return "".join(map(question_button, (offered + [one for one in of_topics if one])[:SUGGESTIONS]))


def _quotes(turn: Turn, number: int, say: Words) -> str:
    """The quotes for the tips, which the page shows as text."""
    return "".join(
        f'<span data-quote="{number}-{citation.marker}" data-turn="{number}" data-n="{citation.marker}" '
        f'data-where="{escape(place_words(citation, say))}">{escape(citation.quote)}</span>'
        for citation in turn.citations
    )
