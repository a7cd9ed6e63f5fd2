"""An Advisor → the browser chat as Gradio Blocks, and its place in the application; the one door of gradio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from importlib.resources import files
from typing import Any

import gradio as gr
from fastapi import FastAPI

from advisor.serving.asking import Asking, Shown
from advisor.serving.catalogue import ENGLISH, words_in
from advisor.serving.visitors import Visitor, visitor_of
from advisor.serving.wishes import read_choice, read_forgotten, read_number, read_opinion, read_place, read_question


def mount_chat(app: FastAPI, asking: Asking) -> None:
    """Serve the chat at "/" of the application; add it after all other routes."""
    gr.mount_gradio_app(
        app,
        build_chat(asking),
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
        head=f"{_ICON}<style>{''.join(map(_static, _SHEETS))}</style><script>{_static('early.js')}</script>",
    )


def build_chat(asking: Asking) -> gr.Blocks:
    """Return the chat. What differs between people is in what is kept for them; the blocks are shared.

    All events come from the transcript's script, which says with each where its page is.
    """
    first, script = asking.first(words_in(ENGLISH)), "".join(_static(f"{part}.js") for part in _PARTS)
    handlers = _Handlers(asking)
    blocks = gr.Blocks(title=words_in(ENGLISH)("page.name"), analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        bar = _html(first.part("bar"), elem_id="ca-bar")
        with gr.Row(elem_id="ca-main"):
            rail = _html(first.part("rail"), elem_id="ca-rail")
            with gr.Column(elem_id="ca-talk"):
                transcript = _html(first.part("transcript"), elem_id="ca-transcript", js_on_load=script)
                composer = _html(first.part("composer"), elem_id="ca-composer")
            # Filled by the page when the library is first shown; Gradio never draws it anew.
            _html('<div id="ca-library-page"></div>', elem_id="ca-library", js_on_load=_static("shelf.js"))
            proof = _html("", elem_id="ca-proof", js_on_load=_PROOF_CHANGED)

        answering = transcript.submit(
            handlers.ask,
            None,
            [transcript, rail],
            trigger_mode="multiple",  # "once" would drop a question sent while an empty one is on its way
            **_QUIET,
        )
        # An event of its own: Gradio cancels when the other work of an event is done, and by then the next question may
        # have been asked, which would be cancelled too. Seen with Gradio 6.31.0; no report of it was found.
        transcript.clear(None, cancels=[answering], **_QUIET)
        transcript.stop(handlers.stop, None, [transcript, rail], **_QUIET)
        transcript.select(
            handlers.open,
            None,
            [bar, rail, transcript, composer],
            trigger_mode="multiple",
            **_QUIET,
        )
        transcript.delete(handlers.forget, None, [rail, transcript], trigger_mode="multiple", **_QUIET)
        transcript.edit(handlers.refresh, None, [rail, transcript], trigger_mode="multiple", **_QUIET)
        transcript.like(handlers.rate, None, [transcript], trigger_mode="multiple", **_QUIET)
        transcript.click(handlers.show, None, proof, trigger_mode="multiple", **_QUIET)
    return blocks


_SHEETS = ("chat.css", "shelf.css", "print.css")
_PARTS = ("dom", "proof", "tip", "acts", "rail", "chat")
_NOTHING = Shown()
"""The last step of each stream: Gradio draws that one twice, the second time at the end of the event, and by then the
next question may be on the page. Seen with Gradio 6.31.0; no report of it was found."""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
_ICON = (
    '<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 26 26'%3E%3Crect width='26' height='26' rx='6' "
    "fill='%230f4c64'/%3E%3Cpath d='M6.5 7.5h13M6.5 18.5h8.5' stroke='%23fff' stroke-width='2'/%3E"
    "%3Crect x='5.5' y='10.6' width='15' height='4.8' rx='1.2' fill='%23ffdf80'/%3E%3C/svg%3E\">"
)
_PROOF_CHANGED = "watch('value', () => element.dispatchEvent(new CustomEvent('ca-proof', { bubbles: true })))"


class _Handlers:
    """Gradio's events → what the chat does, with what the browser sent checked."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._newest: dict[str, int] = {}  # of each page that is being opened: the number of its last drawing

    async def ask(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[tuple[Any, Any]]:
        async for shown in self._asking.ask(_visitor(request), read_question(event._data)):
            yield _or_skip(shown, "transcript", "rail")
        yield _or_skip(_NOTHING, "transcript", "rail")

    def stop(self, request: gr.Request, event: gr.EventData) -> Sequence[Any]:
        return _or_skip(self._asking.stop(_visitor(request), read_place(event._data)), "transcript", "rail")

    async def open(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Sequence[Any]]:
        place, number = read_place(event._data), read_number(event._data)
        page = str(request.session_hash)
        self._newest[page] = number
        try:
            shown = await asyncio.to_thread(self._asking.open, _visitor(request), place, number=number)
            yield _or_skip(shown, "bar", "rail", "transcript", "composer")
            async with aclosing(self._asking.follow(_visitor(request), place)) as follows:
                async for shown in follows:
                    if self._newest.get(page) != number:  # the page has gone on to another place
                        break
                    yield _or_skip(shown, "bar", "rail", "transcript", "composer")
            yield _or_skip(_NOTHING, "bar", "rail", "transcript", "composer")
        finally:
            if self._newest.get(page) == number:
                del self._newest[page]

    def refresh(self, request: gr.Request, event: gr.EventData) -> Sequence[Any]:
        shown = self._asking.refresh(_visitor(request), read_place(event._data))
        return _or_skip(shown, "rail", "transcript")

    def forget(self, request: gr.Request, event: gr.EventData) -> Sequence[Any]:
        forgotten, everything = read_forgotten(event._data)
        shown = self._asking.forget(_visitor(request), read_place(event._data), forgotten, everything=everything)
        return _or_skip(shown, "rail", "transcript")

    def rate(self, request: gr.Request, event: gr.EventData) -> Any:
        opinion = read_opinion(event._data)
        shown = self._asking.rate(_visitor(request), opinion) if opinion else Shown()
        return _or_skip(shown, "transcript")[0]

    def show(self, request: gr.Request, event: gr.EventData) -> Any:
        choice = read_choice(event._data)
        return self._asking.show(_visitor(request), choice) if choice else gr.skip()


def _visitor(request: gr.Request) -> Visitor:
    """Return who sent an event; a browser that keeps no cookie is known as long as its page is open."""
    visitor = visitor_of(request)
    return visitor if visitor.browser else Visitor(f"page-{request.session_hash}", visitor.say)


def _or_skip(shown: Shown, *parts: str) -> tuple[Any, ...]:
    """Return the parts that are drawn anew, and for the others the word to leave them as they are."""
    values = [getattr(shown, part) for part in parts]
    return tuple(gr.skip() if value is None else value for value in values)


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
