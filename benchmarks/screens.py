"""The real page in a browser → pictures of all states that a person can bring it into, light and dark, wide and narrow.

    python -m benchmarks.screens --out FOLDER          all states
    python -m benchmarks.screens --readme              the few that the README shows, small, into benchmarks/screens/

The answers are the advisor's own over the shipped corpus (or over a copy of `--store`). The disagreement comes from two
short reports that are made up here, because the shipped briefs agree with each other.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Literal

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from advisor import Advisor
from advisor.answering.conversation import MAX_QUESTION_CHARS
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import BenchmarkError
from advisor.serving.catalogue import LANGUAGES, words_in
from benchmarks.browsing import CORPUS, Held, chromium, copied_store, served_page
from ingest.build import ingest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

README = Path(__file__).parent / "screens"
MOST_BYTES = 250_000
COLOURS = 128

say = words_in("en")

QUESTION = "How do we find partners abroad?"
LIST = (
    "What personal qualities do I need as manager when my cluster joins a partnership with clusters from other "
    "countries?"
)
STREAMED = "Are we ready to go international? What should we check?"
NEAR = "How many SMEs went through the training programme of MobiGoIn-Action for the USA and Canada?"
DECLINED = "How do I install Slurm on our cluster?"
CONFLICT = "How many member companies did the Harbour Alliance have in 2024?"
LONG = (
    "We are a cluster of forty companies in the food industry, most of them with fewer than twenty people, and our "
    "region gives us money for two years to look for partners in three neighbouring countries. Two of our members have "
    "exported for a long time, the others never have. Which steps should we take first, whom should we ask, and how do "
    "we make sure that the small companies get something out of it as well?"
)
TOO_LONG = "How do we find partners abroad? " * 80

Light = Literal["light", "dark"]
SIZES: dict[str, tuple[int, int]] = {"wide": (1440, 900), "narrow": (360, 740)}
LIGHTS: tuple[Light, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class State:
    """A state of the page.

    Attributes:
        reach: brings an open page into the state, and waits until it is there.
        reports: "briefs" for the shipped corpus, "invented" for two reports that disagree.
        only: the one size at which the state exists; "" for all.
    """

    name: str
    reach: Callable[[Page], None]
    reports: Literal["briefs", "invented"] = "briefs"
    only: str = ""


def open_page(page: Page, address: str) -> None:
    """Open the page and wait until it can be used."""
    page.goto(address)
    page.get_by_role("heading", name=say("first.heading")).wait_for()
    page.locator("#ca-transcript [data-seq='1']").wait_for(state="attached")  # the server knows who has come


def ask(page: Page, question: str) -> None:
    """Send a question and wait for the end of its answer."""
    before = page.locator(".ca-turn").count()
    send(page, question)
    page.locator(".ca-turn").nth(before).wait_for()
    page.wait_for_function("!document.querySelector('.ca-turn[data-live]')")


def send(page: Page, question: str) -> None:
    """Send a question."""
    page.get_by_role("textbox", name=say("composer.label")).fill(question)
    page.keyboard.press("Enter")


def open_proof(page: Page, *, mark: int = 1) -> None:
    """Choose a mark of the newest answer and wait for the picture of its page."""
    page.locator(f'.ca-turn:last-child .ca-answer .ca-mk[data-n="{mark}"]').first.click()
    page.locator("#ca-proof img").wait_for()
    page.locator("#ca-proof img").evaluate("async (image) => image.decode()")  # loaded is not yet drawn


def _asked(question: str) -> Callable[[Page], None]:
    return lambda page: ask(page, question)


def _refused(page: Page) -> None:
    send(page, TOO_LONG)
    page.get_by_text(say("composer.too_long", limit=MAX_QUESTION_CHARS)).wait_for()


def _streaming(page: Page) -> None:
    send(page, STREAMED)
    page.locator(".ca-turn[data-live] .ca-answer .ca-mk").nth(1).wait_for()


def _tip(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".ca-answer .ca-mk").nth(1).focus()
    page.get_by_role("tooltip").wait_for()


def _proof(page: Page) -> None:
    ask(page, QUESTION)
    open_proof(page, mark=2)


def _conflict(page: Page) -> None:
    ask(page, CONFLICT)
    page.locator(".ca-note").scroll_into_view_if_needed()


def _sources(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".ca-sources").scroll_into_view_if_needed()


def _follow_up(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "Who should go on the first visit?")


def _conversations(page: Page) -> None:
    for question in (LIST, NEAR, QUESTION):
        ask(page, question)
        if question != QUESTION:
            _menu(page)
            page.get_by_role("button", name=say("rail.new")).click()
            page.locator(".ca-hello").wait_for()
    _menu(page)


def _menu(page: Page) -> None:
    if page.locator(".ca-menu").is_visible():
        page.locator(".ca-menu").click()


def _all_pages(page: Page) -> None:
    _proof(page)
    page.get_by_role("button", name=say("proof.all_pages")).click()
    page.wait_for_function("[...document.querySelectorAll('.ca-grid img')].slice(0, 6).every((one) => one.complete)")


def _pressed(control: str) -> Callable[[Page], None]:
    """Return what asks, and chooses a control under the answer or beside it."""

    def reach(page: Page) -> None:
        ask(page, QUESTION)
        if control == "[data-do=forget]":
            _menu(page)
        page.locator(control).first.click()
        page.locator(":is(.ca-menu-list a, .ca-reason textarea, .ca-editing, dialog[open]):visible").first.wait_for()
        page.locator(control).first.scroll_into_view_if_needed()

    return reach


def _library(page: Page) -> None:
    _menu(page)
    page.locator("[data-view=library]:visible").first.click()
    page.locator("#ca-docs tbody tr").first.wait_for()


def _adding(page: Page) -> None:
    _library(page)
    report = sorted(CORPUS.glob("*.pdf"))[0].read_bytes() + b"\n%" + token_bytes(8).hex().encode()  # new each time
    files = (("regional-strategy.pdf", report), ("members-survey.pdf", report + b"%"), ("minutes.pdf", b"no PDF"))
    given: list[FilePayload] = [{"name": name, "mimeType": "application/pdf", "buffer": file} for name, file in files]
    page.set_input_files("#ca-files", given)
    page.locator("#ca-jobs progress[value]").first.wait_for(timeout=120_000)


def _removal(page: Page) -> None:
    _library(page)
    page.locator("#ca-docs [data-do=remove]").first.click()
    page.locator("dialog[open]").wait_for()


def _found(page: Page) -> None:
    _library(page)
    page.locator("#ca-find").fill("trade missions")
    page.locator("#ca-found mark").first.wait_for()


def _opened(page: Page) -> None:
    _library(page)
    page.locator("#ca-docs [data-do=open]").first.click()
    page.locator("#ca-proof img").wait_for()
    page.locator("#ca-proof img").evaluate("async (image) => image.decode()")


def _in_language(code: str) -> Callable[[Page], None]:
    """Return what switches the language and asks the first example."""

    def reach(page: Page) -> None:
        page.locator("#ca-language").select_option(code)
        page.wait_for_function(f"document.documentElement.lang === '{code}'")
        page.locator(".ca-q").first.click()
        page.locator(".ca-acts").wait_for()

    return reach


STATES: tuple[State, ...] = (
    State("first", lambda page: None),
    State("streaming", _streaming),
    State("answer", _asked(QUESTION)),
    State("sources", _sources),
    State("tip", _tip, only="wide"),
    State("proof", _proof, only="wide"),
    State("sheet", _proof, only="narrow"),
    State("list", _asked(LIST)),
    State("conflict", _conflict, reports="invented"),
    State("near", _asked(NEAR)),
    State("declined", _asked(DECLINED)),
    State("error", _refused),
    State("talk", _asked("Hello")),
    State("long", _asked(LONG)),
    State("follow-up", _follow_up),
    State("conversations", _conversations),
    State("pages", _all_pages),
    State("export", _pressed(".ca-export summary")),
    State("reason", _pressed('[data-do=rate][data-good="bad"]')),
    State("edit", _pressed("[data-do=edit]")),
    State("deletion", _pressed("[data-do=forget]")),
    State("library", _library),
    State("removal", _removal),
    State("found", _found),
    State("opened", _opened),
    *(State(code, _in_language(code)) for code in LANGUAGES if code != "en"),
    State("adding", _adding),  # the last, as what is added is shown in the library from then on
)

SHOWN: tuple[tuple[str, str, Light], ...] = (
    ("first", "wide", "light"),
    ("proof", "wide", "light"),
    ("proof", "wide", "dark"),
    ("sheet", "narrow", "light"),
)
"""State, size and light of the pictures in the README: four at most."""


@contextmanager
def addresses(store: Path | None, embedder: Embedder) -> Iterator[tuple[dict[str, str], Held]]:
    """Serve both sets of reports; return their addresses, and the advisor that holds one answer back."""
    with ExitStack() as stack:
        briefs = stack.enter_context(copied_store(store, embedder))
        held = Held(Advisor.open(briefs, embedder=embedder), STREAMED, sentence=3)
        stack.callback(held.opened.set)
        invented = briefs.parent / "invented"
        write_invented(invented / "reports")
        ingest([invented / "reports"], store=invented / "store", embedder=embedder)
        made_up = Advisor.open(invented / "store", embedder=embedder)
        yield (
            {
                "briefs": stack.enter_context(served_page(held, briefs, embedder)),
                "invented": stack.enter_context(served_page(made_up, invented / "store", embedder)),
            },
            held,
        )


def write_invented(folder: Path) -> None:
    """Write two reports about an alliance that does not exist; they differ on the number of its members."""
    folder.mkdir(parents=True)
    first = ("Members", "In 2024 the Harbour Alliance had 40 member companies.", "Its office is in Hamburg.")
    second = ("Figures", "In 2024 the Harbour Alliance had 52 member companies.", "Two people work for it.")
    for title, lines in (("Survey of the Harbour Alliance", first), ("Annual report of the Harbour Alliance", second)):
        canvas = Canvas(str(folder / f"{title}.pdf"), invariant=1)
        canvas.setTitle(title)
        for row, line in enumerate(lines):
            canvas.setFont(*(("Helvetica-Bold", 16) if row == 0 else ("Helvetica", 11)))
            canvas.drawString(72, 760 - 34 * row, line)
        canvas.save()


def picture(browser: Browser, address: str, state: State, size: str, light: Light) -> bytes:
    """Return the PNG of a state, from a fresh browser profile."""
    width, height = SIZES[size]
    narrow = size == "narrow"
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=light,
        reduced_motion="reduce",
        has_touch=narrow,
        is_mobile=narrow,
        device_scale_factor=2 if narrow else 1,
    )
    page = context.new_page()
    open_page(page, address)
    state.reach(page)
    taken = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return taken


def optimised(taken: bytes) -> bytes:
    """Return a PNG of few colours.

    Raises:
        BenchmarkError: it is still too large for the repository.
    """
    small = BytesIO()
    image = Image.open(BytesIO(taken)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    if small.tell() > MOST_BYTES:
        raise BenchmarkError(f"the picture has {small.tell():,} bytes, {MOST_BYTES:,} at most; show less on it")
    return small.getvalue()


def wanted(names: Sequence[str]) -> Iterator[tuple[State, str, Light]]:
    """Yield every state in every size and light in which it exists; those of the names, if there are any."""
    for state in STATES:
        if not names or state.name in names:
            yield from ((state, size, light) for size in SIZES if state.only in ("", size) for light in LIGHTS)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="one that is there; else the shipped corpus is read")
    parser.add_argument("--out", type=Path, help="folder for all pictures")
    parser.add_argument("--readme", action="store_true", help=f"write the pictures of the README into {README.name}/")
    parser.add_argument("--state", action="append", default=[], choices=[state.name for state in STATES])
    options = parser.parse_args()
    if not options.out and not options.readme:
        parser.error("name a folder with --out, or give --readme")
    embedder = TransformerEmbedder()
    with addresses(options.store, embedder) as (found, _), chromium() as browser:
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            for state, size, light in wanted(options.state):
                path = options.out / f"{state.name}-{size}-{light}.png"
                path.write_bytes(picture(browser, found[state.reports], state, size, light))
                print(path)
        if options.readme:
            README.mkdir(exist_ok=True)
            by_name = {state.name: state for state in STATES}
            for name, size, light in SHOWN:
                state = by_name[name]
                path = README / f"{name}-{size}-{light}.png"
                path.write_bytes(optimised(picture(browser, found[state.reports], state, size, light)))
                print(f"{path} ({path.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
