"""A browser → how long until the page can be used, and until the first words of an answer stand on it.

    python -m benchmarks.first_words --out benchmarks/results/first-words.json

Opens our page and a bare Gradio ChatInterface in turn: the same machine, the same Chromium, a fresh browser profile
each time, the same question answered by the same advisor over the same store, the words of the answer coming sentence
by sentence. `usable` is from the navigation until the question stands in the field as typed; `words` is from pressing
Enter until the first sentence of the answer stands on the page. Each page is opened once with an empty HTTP cache
("cold"), and once more in the same profile, from what was kept ("warm").
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
import numpy as np
from fastapi import FastAPI

from advisor import Advisor
from advisor.embedding import TransformerEmbedder
from advisor.evaluation.stamp import machine
from advisor.records import SentenceReady
from benchmarks.browsing import chromium, copied_store, served, served_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

QUESTION = "How do we find partners abroad?"
CACHES = ("cold", "warm")
SPANS = ("usable", "words")
WAIT_MS = 60_000


@dataclass(frozen=True, slots=True)
class Front:
    """A page to be measured.

    Attributes:
        field: finds the field for the question.
        answer: finds what holds the words of an answer.
    """

    name: str
    address: str
    field: str
    answer: str


def bare_chat(advisor: Advisor) -> ASGIApp:
    """Return the ChatInterface that any introduction to Gradio builds, over the same advisor."""

    def reply(message: str, history: list[Any]) -> Iterator[str]:
        said = ""
        for event in advisor.stream(message):
            if isinstance(event, SentenceReady):
                said = f"{said} {event.sentence.marked}".strip()
                yield said

    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.ChatInterface(reply)
    app = FastAPI()
    gr.mount_gradio_app(app, blocks, path="/", ssr_mode=False)
    return cast("ASGIApp", app)


def first_sentence(advisor: Advisor) -> str:
    """Return the first sentence of the answer, which both pages show first."""
    return next(event.sentence.text for event in advisor.stream(QUESTION) if isinstance(event, SentenceReady))


def visit(page: Page, front: Front, sentence: str) -> dict[str, float]:
    """Return the milliseconds of one visit."""
    started = time.perf_counter()
    page.goto(front.address, wait_until="commit")
    field = page.locator(front.field)
    field.wait_for(timeout=WAIT_MS)
    while field.input_value() != QUESTION:  # a field that is drawn before its script has started loses what is typed
        field.fill(QUESTION)
    page.wait_for_function(_USABLE, arg=front.field, timeout=WAIT_MS)
    usable = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function(_SAID, arg=[front.answer, sentence], timeout=WAIT_MS)
    said = time.perf_counter()
    return {"usable": (usable - started) * 1000, "words": (said - usable) * 1000}


_USABLE = "(field) => { const found = document.querySelector(field); return found && !found.disabled && found.value }"
_SAID = """([answer, sentence]) => [...document.querySelectorAll(answer)].some(
    (each) => each.textContent.replaceAll(/\\s+/g, ' ').includes(sentence))"""


def measure(browser: Browser, front: Front, sentence: str) -> dict[str, dict[str, float]]:
    """Return the milliseconds of a first and of a second visit of one person."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    times = {}
    for cache in CACHES:
        page = context.new_page()
        times[cache] = visit(page, front, sentence)
        page.close()
    context.close()
    return times


def spread(times: list[float]) -> dict[str, float]:
    """Return median and 90th percentile."""
    return {f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 90)}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="one that is there; else the shipped corpus is read")
    parser.add_argument("-n", type=int, default=20, help="visits of each page with each cache")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    embedder = TransformerEmbedder()
    with copied_store(options.store, embedder) as store, chromium() as browser:
        advisor = Advisor.open(store, embedder=embedder)
        sentence = " ".join(first_sentence(advisor).split())
        with served_page(advisor, store, embedder) as ours, served(bare_chat(advisor)) as bare:
            fronts = (
                Front("ours", ours, "#ca-question", ".ca-answer"),
                Front("ChatInterface", bare, "textarea", ".message"),
            )
            for front in fronts:  # the server's own first time counts for nothing
                measure(browser, front, sentence)
            visits = [{front.name: measure(browser, front, sentence) for front in fronts} for _ in range(options.n)]
        result: dict[str, Any] = {
            "stamp": machine() | {"browser": browser.version, "gradio": version("gradio")},
            "question": QUESTION,
            "n": options.n,
            "ms": {
                front.name: {
                    cache: {span: spread([each[front.name][cache][span] for each in visits]) for span in SPANS}
                    for cache in CACHES
                }
                for front in fronts
            },
        }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
