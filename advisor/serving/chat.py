"""An Advisor → the browser chat as Gradio Blocks, and its place in the application; the one door of gradio."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from advisor.errors import AdvisorError
from advisor.records import CitationReady, Message
from advisor.serving import words
from advisor.serving.conversation import Conversation, Turn, read_choice, read_example
from advisor.serving.proof import open_proof, render_lost_proof, render_proof
from advisor.serving.rendering import render_bar, render_hint, render_transcript

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor

LOGGER = logging.getLogger(__name__)

ANSWERS_AT_A_TIME = 16
"""Answers written at the same time; Gradio runs 40 threads, so that marks open while all of these are busy."""
MAX_QUESTION_CHARS = 20_000
SESSION_SECONDS = 12 * 3600


def mount_chat(app: FastAPI, advisor: Advisor) -> None:
    """Serve the chat at "/" of the application; add it after all other routes."""
    gr.mount_gradio_app(
        app,
        build_chat(advisor),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=0,
        theme=_theme(),
        # Not `css=`: Gradio puts its own container before each of those selectors, body included.
        head=f"{_ICON}<style>{_static('chat.css')}</style>",
    )


def build_chat(advisor: Advisor) -> gr.Blocks:
    """Return the chat. Each browser session has its own conversation; the advisor is shared."""
    talk = _Talk(advisor)
    blocks = gr.Blocks(title=words.NAME, analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        conversation = gr.State(Conversation(), time_to_live=SESSION_SECONDS)
        _html(render_bar(), elem_id="ca-bar")
        with gr.Row(elem_id="ca-main"):
            with gr.Column(elem_id="ca-talk"):
                first = render_transcript(Conversation(), advisor.documents())
                transcript = _html(first, elem_id="ca-transcript", js_on_load=_static("chat.js"))
                with gr.Row(elem_id="ca-composer"):
                    question = gr.Textbox(
                        lines=1,
                        max_lines=6,
                        max_length=MAX_QUESTION_CHARS,
                        label=words.YOUR_QUESTION,
                        show_label=False,
                        container=False,
                        placeholder=words.PLACEHOLDER,
                        elem_id="ca-question",
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
                    )
                    send = gr.Button(words.ASK, elem_id="ca-send")
                    halt = gr.Button(words.STOP, elem_id="ca-stop")
                _html(render_hint(), elem_id="ca-hint")
            proof = _html("", elem_id="ca-proof", js_on_load=_PROOF_CHANGED)

        answering = gr.on(
            [question.submit, send.click, transcript.submit],
            talk.ask,
            [conversation, question],
            [transcript, question],
            trigger_mode="multiple",  # "once" would drop a question sent while an empty one is on its way
            concurrency_limit=ANSWERS_AT_A_TIME,
            **_QUIET,
        )
        halt.click(talk.stop, conversation, transcript, cancels=[answering], concurrency_limit=None, **_QUIET)
        transcript.clear(
            talk.clear, conversation, [transcript, proof], cancels=[answering], concurrency_limit=None, **_QUIET
        )
        transcript.click(talk.show, conversation, proof, trigger_mode="multiple", concurrency_limit=None, **_QUIET)
        blocks.load(talk.reload, conversation, transcript, concurrency_limit=None, **_QUIET)
    return blocks


_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_ICON = (
    '<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 26 26'%3E%3Crect width='26' height='26' rx='6' "
    "fill='%230f4c64'/%3E%3Cpath d='M6.5 7.5h13M6.5 18.5h8.5' stroke='%23fff' stroke-width='2'/%3E"
    "%3Crect x='5.5' y='10.6' width='15' height='4.8' rx='1.2' fill='%23ffdf80'/%3E%3C/svg%3E\">"
)
_PROOF_CHANGED = "watch('value', () => element.dispatchEvent(new CustomEvent('ca-proof', { bubbles: true })))"


class _Talk:
    """What the controls do. All that differs between people is in the conversation given."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._beginning = threading.Lock()

    def ask(self, conversation: Conversation, typed: str, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        """Stream the answer to the typed question, or to the example that was chosen."""
        example = read_example(event._data)
        question = (example or typed or "").strip()
        history = conversation.history()
        turn = self._begin(conversation, question)
        if turn is None:
            yield gr.skip(), gr.skip()
            return
        try:
            yield self._page(conversation), gr.skip() if example else ""
            for said in self._events(turn, history):
                if turn not in conversation.turns:
                    return
                yield self._page(conversation, said), gr.skip()
        finally:
            turn.stop()  # has no effect on a turn that is done; a browser that left leaves none running
        if turn.phase == "failed" and not example:
            yield self._page(conversation), question  # given back, to be changed and asked again

    def _begin(self, conversation: Conversation, question: str) -> Turn | None:
        """Begin a turn, unless there is nothing to ask or an answer is still coming (as after a double click)."""
        with self._beginning:
            running = any(turn.live for turn in conversation.turns)
            return None if running or not question else conversation.begin(question)

    def _events(self, turn: Turn, history: Sequence[Message]) -> Iterator[str]:
        """Take the events of an answer into its turn; give what is to be read out with each."""
        try:
            with closing(self._advisor.stream(turn.question, history=history)) as events:
                for event in events:
                    if not turn.live:
                        return
                    if not isinstance(event, CitationReady):  # drawn with its sentence, which brings it again
                        yield turn.take(event)
        except AdvisorError as error:
            turn.fail(str(error))
        except Exception:
            LOGGER.exception("No answer to a question")
            turn.fail(words.UNEXPECTED)
        if turn.live:
            LOGGER.error("The events of an answer ended without the answer")
            turn.fail(words.UNEXPECTED)
        if turn.phase == "failed":
            yield ""

    def stop(self, conversation: Conversation) -> str:
        """Keep what has arrived of the answer."""
        conversation.stop()
        return self._page(conversation)

    def clear(self, conversation: Conversation) -> tuple[str, str]:
        """Begin a new conversation."""
        conversation.clear()
        return self._page(conversation), ""

    def reload(self, conversation: Conversation) -> str:
        """Draw the page as it is now: documents may have come or gone since the server started."""
        return self._page(conversation)

    def show(self, conversation: Conversation, event: gr.EventData) -> Any:
        """Open a citation on its page, unless the reader has chosen another one meanwhile."""
        choice = read_choice(event._data)
        if choice is None or choice.number < conversation.latest_choice:
            return gr.skip()
        conversation.latest_choice = choice.number
        turn = conversation.turns[choice.turn - 1] if choice.turn <= len(conversation.turns) else None
        if turn is None or turn.citation(choice.marker) is None:
            return render_lost_proof(number=choice.number)
        proof = open_proof(self._advisor, turn.citations, choice.marker, turn=choice.turn, page=choice.page)
        return render_proof(proof, number=choice.number) if choice.number == conversation.latest_choice else gr.skip()

    def _page(self, conversation: Conversation, said: str = "") -> str:
        documents = [] if conversation.turns else self._advisor.documents()
        return render_transcript(conversation, documents, say=said)


def _html(value: str, *, elem_id: str, js_on_load: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js_on_load, apply_default_css=False, padding=False)


def _static(name: str) -> str:
    return (files("advisor.serving") / "static" / name).read_text(encoding="utf-8")


def _theme() -> gr.themes.Base:
    """Return a theme with the fonts of the system, so that no font is asked for; chat.css does the rest."""
    fonts = ["system-ui", "Segoe UI", "Noto Sans", "Roboto", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"]).set(
        body_background_fill="#f4f6f7",
        body_background_fill_dark="#10161b",
        body_text_color="#15202b",
        body_text_color_dark="#e7ecf0",
    )
