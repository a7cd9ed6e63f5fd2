"""Words → what stands around the conversation: the bar, the question field and the first screen."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answering.conversation import MAX_QUESTION_CHARS
from advisor.records import Document
from advisor.serving.catalogue import LANGUAGES, Words
from advisor.serving.markup import MARK, escape, icon, question_button, sign_button
from advisor.serving.pane import render_unreached


def render_bar(say: Words, *, started: str) -> str:
    """Return the top bar: name, pages, language, dark or light.

    `started` names this start of the server, by which a page that was left open knows that it was restarted.
    """
    languages = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == say.code else ""}>{escape(name)}</option>'
        for code, name in LANGUAGES.items()
    )
    dark = escape(say("page.dark"))
    return (
        f'<header class="ca-top" data-started="{escape(started)}" data-language="{say.code}">'
        f"{sign_button('menu', 'menu', say('page.menu'), style='ca-ghost ca-menu')}"
        f'<div class="ca-brand">{MARK}<span>{escape(say("page.name"))}</span></div>'
        f'<nav class="ca-nav" aria-label="{escape(say("page.pages"))}">{page_buttons(say)}</nav>'
        f'<div class="ca-end"><label class="ca-sr" for="ca-language">{escape(say("page.language"))}</label>'
        f'<select id="ca-language" autocomplete="off">{languages}</select>'
        '<button type="button" class="ca-ghost" id="ca-dark" data-do="dark" aria-pressed="false" '
        f'aria-label="{dark}" title="{dark}">{icon("moon", "ca-moon")}{icon("sun", "ca-sun")}</button>'
        f"</div></header>{_problem(say)}"
    )


def page_buttons(say: Words) -> str:
    """Return the buttons that show the conversation and the library."""
    return "".join(
        f'<button type="button" data-do="view" data-view="{view}">{escape(say(f"page.{view}"))}</button>'
        for view in ("ask", "library")
    )


def render_composer(say: Words) -> str:
    """Return the question field with its two buttons, and the line under it."""
    placeholder, label = escape(say("composer.placeholder")), escape(say("composer.label"))
    too_long, no_words = escape(say("composer.too_long", limit=MAX_QUESTION_CHARS)), escape(say("composer.no_words"))
    return (
        f'<form class="ca-form" id="ca-form"><label class="ca-sr" for="ca-question">{label}</label>'
        f'<p class="ca-editing" hidden><span>{escape(say("composer.editing"))}</span>'
        f"{sign_button('keep', 'close', say('composer.keep'))}</p>"
        f'<textarea id="ca-question" rows="1" placeholder="{placeholder}" enterkeyhint="send" autocomplete="off" '
        f'data-longest="{MAX_QUESTION_CHARS}" data-too-long="{too_long}" data-no-words="{no_words}"></textarea>'
        f'<button type="submit" class="ca-main" id="ca-send">{escape(say("composer.send"))}</button>'
        f'<button type="button" class="ca-main" id="ca-stop" data-do="stop">{escape(say("composer.stop"))}</button>'
        f'</form><p class="ca-hint"><span>{escape(say("composer.keys"))}</span>'
        f"<span>{escape(say('composer.local'))}</span></p>"
    )


def first_screen(documents: Sequence[Document], say: Words, *, used: int) -> str:
    """Return what a new conversation shows: what can be asked, and good questions by topic.

    `used` is how many of the documents answers may use.
    """
    heading = f"<h1>{escape(say('first.heading'))}</h1>"
    if not used:
        button = (
            '<button type="button" class="ca-btn" data-do="view" data-view="library">'
            f"{escape(say('first.to_library'))}</button>"
        )
        nothing = say("first.none_chosen" if documents else "first.empty")
        return f'<div class="ca-hello">{heading}<p>{escape(nothing)}</p><p>{button}</p></div>'
    topics = "".join(
        f"<section><h2>{escape(topic.title)}</h2><div>{''.join(map(question_button, topic.questions))}</div></section>"
        for topic in say.topics
    )
    stored = len(documents)
    knows = say("first.knows", n=stored) if used >= stored else say("first.knows_some", used=used, stored=stored)
    told = f"{knows} {say('first.knows_how')}"
    return f'<div class="ca-hello">{heading}<p>{escape(told)}</p><div class="ca-topics">{topics}</div></div>'


def _problem(say: Words) -> str:
    """Return the line that the page shows by itself when the server does not reply, or is another one than before.

    With it comes the pane that the page then shows of a citation.
    """
    kinds = " ".join(f'data-{kind}="{escape(say(f"rail.{kind}"))}"' for kind in ("lost", "restarted", "silent"))
    return (
        f'<div class="ca-problem" id="ca-problem" role="alert" data-pane="{escape(render_unreached(say))}" hidden>'
        f"{icon('warn')}<span {kinds}></span>"
        f'<button type="button" class="ca-link" data-do="reload">{escape(say("rail.reload"))}</button></div>'
    )
