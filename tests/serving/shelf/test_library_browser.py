"""The library as a person meets it: a real browser, real PDFs, a real store that a real process changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from advisor.serving.api import create_app
from advisor.serving.catalogue import words_in
from advisor.serving.keeping.keeper import Keeper
from tests.ingest.pdfs import write_text
from tests.serving.axe import GRAVE, HEIGHT, WIDTHS, axe_script, look_everywhere
from tests.serving.running import running
from tests.serving.shelf.conftest import Place, report
from tests.serving.shelf.embedders import ENDLESS
from tests.serving.visits import PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Locator, Route

SAY = words_in("en")

pytestmark = pytest.mark.browser

HYDROGEN = "Forty members asked for training on hydrogen pumps."
ON_HYDROGEN = "How many members asked for training on hydrogen pumps?"
OSLO = "How many firms went to the fair in Oslo?"


@pytest.fixture
def visit(chromium: Browser, place: Place, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Open the library of a server of one's own; at the end nothing has gone out and nothing was complained of."""
    keeper = Keeper(tmp_path / "kept.sqlite")
    visits: list[Visit] = []
    with running(create_app(place.advisor, keeper, place.shelf)) as address:

        def arrive(**options: Any) -> Visit:
            visits.append(Visit.of(chromium, address, **options))
            visits[-1].open("#library")
            visits[-1].page.locator("#ca-docs").wait_for()
            return visits[-1]

        yield arrive
        for each in visits:
            each.context.close()
    keeper.close()
    assert [said for each in visits for said in each.seen.everything] == []


def give(here: Visit, *files: tuple[str, bytes]) -> None:
    """Choose files as in the dialog of the system."""
    given: list[FilePayload] = [{"name": name, "mimeType": "application/pdf", "buffer": file} for name, file in files]
    here.page.set_input_files("#ca-files", given)


def job(here: Visit, name: str) -> Locator:
    return here.page.locator("#ca-jobs li", has_text=name)


def row(here: Visit, title: str) -> Locator:
    return here.page.locator("#ca-docs tbody tr", has_text=title)


def to_chat(here: Visit) -> None:
    here.page.locator(".ca-nav").get_by_role("button", name=SAY("page.ask"), exact=True).click()


def cited(turn: Locator) -> list[str]:
    return turn.locator(".ca-sources dt").all_inner_texts()


def test_a_file_that_is_added_is_followed_until_answers_come_from_it_and_no_more_when_it_is_removed(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    give(here, ("survey.pdf", report(HYDROGEN, title="Hydrogen survey", pages=3)))
    job(here, "survey.pdf").get_by_text("Added, 3 pages.").wait_for()
    row(here, "Hydrogen survey").wait_for()
    to_chat(here)
    turn = here.ask_and_wait(ON_HYDROGEN)
    expect(turn.locator(".ca-answer")).to_contain_text(HYDROGEN, use_inner_text=True)
    assert cited(turn) == ["Hydrogen survey"]
    here.mark(1).click()
    here.wait_for_image()
    here.page.keyboard.press("Escape")

    here.page.locator(".ca-nav").get_by_role("button", name=SAY("page.library"), exact=True).click()
    here.page.get_by_role("button", name=SAY("shelf.remove_one", title="Hydrogen survey"), exact=True).click()
    dialog = here.page.get_by_role("dialog")
    expect(dialog).to_contain_text(SAY("shelf.remove_says"), use_inner_text=True)
    dialog.get_by_role("button", name=SAY("shelf.remove"), exact=True).click()
    row(here, "Hydrogen survey").wait_for(state="detached")
    to_chat(here)
    expect(here.ask_and_wait(ON_HYDROGEN).locator(".ca-sources, .ca-answer").first).not_to_contain_text(
        HYDROGEN, use_inner_text=True
    )
    here.mark(1).click()  # of the first answer: its quote is kept
    here.page.get_by_text(SAY("proof.gone")).wait_for()
    expect(here.page.locator("#ca-proof .ca-words")).to_contain_text(HYDROGEN, use_inner_text=True)


def test_the_chat_answers_while_a_file_is_read_and_a_cancelled_file_leaves_nothing(
    visit: Callable[..., Visit], place: Place
) -> None:
    here = visit()
    give(here, ("endless.pdf", report(ENDLESS)), ("next.pdf", report(HYDROGEN)))
    job(here, "endless.pdf").get_by_text(SAY("shelf.embedding")).wait_for()
    expect(job(here, "next.pdf")).to_contain_text(SAY("shelf.waiting"), use_inner_text=True)
    to_chat(here)
    expect(here.ask_and_wait(OSLO).locator(".ca-answer")).to_contain_text("Seventeen firms", use_inner_text=True)
    here.page.locator(".ca-nav").get_by_role("button", name=SAY("page.library"), exact=True).click()
    here.page.get_by_role("button", name=SAY("shelf.cancel_file", name="endless.pdf")).click()
    job(here, "next.pdf").get_by_text("Added, 1 page.").wait_for()
    assert place.files() == ["next.pdf"]


def test_a_file_that_cannot_be_used_says_why_and_what_to_do(visit: Callable[..., Visit], tmp_path: Path) -> None:
    here = visit()
    give(here, ("notes.pdf", b"These are notes, whatever their name says."), ("empty.pdf", b""))
    for name, reason in (("notes.pdf", "not_a_pdf"), ("empty.pdf", "empty")):
        told = job(here, name)
        told.get_by_text(SAY(f"shelf.skip_{reason}")).wait_for()
        expect(told).to_contain_text(SAY(f"shelf.help_{reason}"), use_inner_text=True)
    here.page.get_by_role("button", name=SAY("shelf.dismiss_file", name="notes.pdf")).click()
    job(here, "notes.pdf").wait_for(state="detached")


def test_a_document_that_is_left_out_is_not_answered_from(visit: Callable[..., Visit]) -> None:
    here = visit()
    box = here.page.get_by_role("checkbox", name=SAY("shelf.use_one", title="Brief: Trade fairs"))
    assert box.is_checked()
    box.uncheck()
    row(here, "Brief: Trade fairs").get_by_text(SAY("shelf.unused")).wait_for()
    here.page.locator("#ca-rail", has_text="Answers use 1 of 2 documents.").wait_for(state="attached")
    to_chat(here)
    expect(here.page.locator(".ca-hello")).to_contain_text("Answers rest on 1 of the 2 documents")
    turn = here.ask_and_wait(OSLO)
    expect(turn).not_to_contain_text("Seventeen", use_inner_text=True)
    here.page.locator("#ca-rail").get_by_role("button", name=SAY("rail.choose")).click()
    here.page.get_by_role("checkbox", name=SAY("shelf.use_one", title="Brief: Trade fairs")).check()
    here.page.locator("#ca-rail", has_text=SAY("rail.uses_all", n=2)).wait_for(state="attached")
    to_chat(here)
    expect(here.ask_and_wait(OSLO).locator(".ca-answer")).to_contain_text("Seventeen firms", use_inner_text=True)


def test_with_all_documents_left_out_the_answer_is_to_choose_one(visit: Callable[..., Visit]) -> None:
    here = visit()
    for title in ("Brief: Trade fairs", "Skills"):
        here.page.get_by_role("checkbox", name=SAY("shelf.use_one", title=title)).uncheck()
        row(here, title).get_by_text(SAY("shelf.unused")).wait_for()
    to_chat(here)
    expect(here.page.locator(".ca-hello")).to_contain_text(SAY("first.none_chosen"))
    expect(here.ask_and_wait(OSLO)).to_contain_text(SAY("progress.none_chosen"), use_inner_text=True)


def test_the_choice_of_one_browser_is_not_that_of_another(visit: Callable[..., Visit]) -> None:
    one, other = visit(), visit()
    one.page.get_by_role("checkbox", name=SAY("shelf.use_one", title="Skills")).uncheck()
    row(one, "Skills").get_by_text(SAY("shelf.unused")).wait_for()
    other.reload()
    assert other.page.get_by_role("checkbox", name=SAY("shelf.use_one", title="Skills")).is_checked()


def test_a_document_is_opened_and_its_pages_are_turned(visit: Callable[..., Visit], place: Place) -> None:
    place.added(report(HYDROGEN, title="Hydrogen survey", pages=3))
    here = visit()
    here.page.get_by_role("button", name=SAY("shelf.open_one", title="Hydrogen survey")).click()
    here.wait_for_image()
    expect(here.page.locator("#ca-proof h2")).to_have_text("Hydrogen survey", use_inner_text=True)
    here.page.keyboard.press("ArrowRight")
    here.page.locator('.ca-page img[src*="/2.png"]').wait_for()
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#ca-proof")).to_be_hidden()
    assert here.page.evaluate("document.activeElement.dataset.do") == "open"


def test_a_search_inside_the_documents_opens_the_page_it_found(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.get_by_role("searchbox", name=SAY("shelf.find")).fill("welders")
    found = here.page.locator("#ca-found")
    found.locator("mark", has_text="Welders").wait_for()
    expect(found.locator("h3").first).to_have_text(SAY("shelf.found_in", n=1, query="welders"))
    found.locator("[data-do=open]").first.click()
    here.wait_for_image()
    expect(here.page.locator("#ca-proof h2")).to_have_text("Skills", use_inner_text=True)
    expect(here.page.locator("#ca-proof .ca-hl")).to_have_count(1)
    expect(here.page.locator("#ca-proof .ca-hl")).to_be_in_viewport()


def test_words_that_stand_nowhere_are_told_and_the_nearest_sentence_is_marked_on_its_page(
    visit: Callable[..., Visit],
) -> None:
    here = visit()
    here.page.get_by_role("searchbox", name=SAY("shelf.find")).fill("Mongolia")
    told = SAY("shelf.found_lost", n=1, words="“Mongolia”")
    expect(here.page.locator("#ca-found h3")).to_have_text(told)
    expect(here.page.locator("#ca-shelf-said")).to_have_text(told)
    here.page.locator("#ca-found [data-do=open]").first.click()
    here.wait_for_image()
    expect(here.page.locator("#ca-proof .ca-hl")).to_have_count(1)
    expect(here.page.locator("#ca-proof .ca-hl")).to_be_in_viewport()
    here.page.locator("#ca-proof").get_by_role("button", name=SAY("proof.larger")).click()
    expect(here.page.locator("#ca-proof .ca-hl"), "turning and zooming keep it").to_be_in_viewport()


def test_the_search_keeps_the_caret_while_the_documents_are_drawn_anew(visit: Callable[..., Visit]) -> None:
    """Else what someone types while an upload ends would go nowhere."""
    here = visit()
    search = here.page.get_by_role("searchbox", name=SAY("shelf.find"))
    give(here, ("survey.pdf", report(HYDROGEN, title="Hydrogen survey")))
    search.press_sequentially("weld")
    row(here, "Hydrogen survey").wait_for()
    expect(search).to_be_focused()
    here.page.keyboard.type("ers")
    expect(search).to_have_value("welders")
    here.page.locator("#ca-found mark", has_text="Welders").wait_for()


def test_what_is_searched_for_stays_in_another_language(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.get_by_role("searchbox", name=SAY("shelf.find")).fill("welders")
    here.page.locator("#ca-found mark", has_text="Welders").wait_for()
    here.page.locator("#ca-language").select_option("fr")
    search = here.page.get_by_role("searchbox", name=words_in("fr")("shelf.find"))
    expect(search).to_have_value("welders")
    here.page.locator("#ca-found mark", has_text="Welders").wait_for()


def test_a_library_that_is_shown_twice_before_it_came_is_drawn_once(visit: Callable[..., Visit]) -> None:
    """The second drawing would take away what is typed after the first."""
    held: list[Route] = []
    here = visit()
    here.page.route("**/parts/shelf", lambda route: held.append(route))
    here.reload()
    here.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")  # the page looks anew at what it shows
    here.page.evaluate("fetch('api/health').then((reply) => reply.text())")  # whatever was asked before has been asked
    assert len(held) == 1
    held[0].continue_()
    row(here, "Skills").wait_for()


def test_files_are_dropped_anywhere_on_the_page(visit: Callable[..., Visit], tmp_path: Path) -> None:
    here = visit()
    content = write_text(tmp_path / "dropped.pdf", ["# Pumps", HYDROGEN], title="Dropped").read_bytes()
    here.page.evaluate(
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], 'dropped.pdf', { type: 'application/pdf' }));
            for (const kind of ['dragenter', 'dragover', 'drop']) {
                const init = { dataTransfer: files, bubbles: true, cancelable: true };
                document.querySelector('#ca-docs').dispatchEvent(new DragEvent(kind, init));
            }
        }""",
        list(content),
    )
    job(here, "dropped.pdf").get_by_text("Added, 1 page.").wait_for()


def test_a_removal_that_is_not_confirmed_removes_nothing(visit: Callable[..., Visit], place: Place) -> None:
    here = visit()
    remove = here.page.get_by_role("button", name=SAY("shelf.remove_one", title="Skills"), exact=True)
    remove.click()
    here.page.get_by_role("dialog").get_by_role("button", name=SAY("shelf.keep"), exact=True).click()
    remove.click()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_role("dialog")).to_be_hidden()
    assert "Skills" in place.titles()


def test_nothing_is_asked_for_while_nothing_goes_on(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.clock.install()
    with here.page.expect_response("**/api/jobs"):
        here.page.evaluate("document.dispatchEvent(new CustomEvent('ca-shelf'))")
    asked: list[list[str]] = []
    here.page.on("request", lambda request: asked[-1].append(request.url))
    for _ in range(6):  # in the first of them the page may still be about what it was told while it opened
        asked.append([])
        here.page.clock.run_for(10_000)
        here.page.evaluate("fetch('/parts/documents').then((reply) => reply.text())")
    assert [url for lap in asked[3:] for url in lap if "/api/jobs" in url] == []


def test_one_browser_does_not_see_what_another_adds_until_it_is_there(visit: Callable[..., Visit]) -> None:
    one, other = visit(), visit()
    give(one, ("endless.pdf", report(ENDLESS)))
    job(one, "endless.pdf").get_by_text(SAY("shelf.embedding")).wait_for()
    other.reload()
    other.page.get_by_text(SAY("shelf.others", n=1)).wait_for()
    assert "endless.pdf" not in other.page.content()
    one.page.get_by_role("button", name=SAY("shelf.cancel_file", name="endless.pdf")).click()
    one.page.wait_for_function("!document.querySelector('#ca-jobs progress')")


def test_an_empty_library_loads_the_briefs(visit: Callable[..., Visit], place: Place) -> None:
    for document in place.advisor.documents():
        place.ended(place.shelf.remove(document.document_id))
    here = visit()
    here.page.get_by_role("button", name=SAY("shelf.load")).click()
    row(here, "Brief: Trade fairs").wait_for()


def test_at_360_pixels_the_library_is_a_list_of_cards(visit: Callable[..., Visit]) -> None:
    here = visit(viewport=PHONE, has_touch=True)
    assert here.page.evaluate("document.documentElement.scrollWidth") == 360
    outside = here.page.evaluate("""() => [...document.querySelectorAll('.ca-lib *')]
        .filter(node => node.offsetParent && node.getBoundingClientRect().right > innerWidth + 1)
        .map(node => node.outerHTML.slice(0, 80))""")
    assert outside == []
    here.page.get_by_role("button", name=SAY("shelf.open_one", title="Skills")).tap()
    here.wait_for_image()


@pytest.mark.parametrize("state", ["documents", "adding", "removal", "page", "found", "empty"])
def test_axe_finds_nothing_grave_in_the_library(visit: Callable[..., Visit], place: Place, state: str) -> None:
    script = axe_script()
    if state == "empty":
        for document in place.advisor.documents():
            place.ended(place.shelf.remove(document.document_id))
    here = visit(viewport={"width": WIDTHS[0], "height": HEIGHT}, reduced_motion="reduce")
    if state == "adding":
        give(here, ("endless.pdf", report(ENDLESS)), ("notes.pdf", b"no PDF"))
        job(here, "endless.pdf").get_by_text(SAY("shelf.embedding")).wait_for()
    elif state == "removal":
        here.page.get_by_role("button", name=SAY("shelf.remove_one", title="Skills"), exact=True).click()
    elif state == "page":
        here.page.get_by_role("button", name=SAY("shelf.open_one", title="Skills")).click()
        here.wait_for_image()
    elif state == "found":
        here.page.get_by_role("searchbox", name=SAY("shelf.find")).fill("welders")
        here.page.locator("#ca-found mark").first.wait_for()
    found = list(look_everywhere(here.page, script))
    print(*(line for line, _ in found), sep="\n")
    assert [line for line, violation in found if violation.impact in GRAVE] == []


def test_the_words_in_the_search_fit_into_it_at_twice_the_size(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.add_style_tag(content="html { font-size: 200% !important }")
    room, words = here.page.evaluate("""() => {
        const field = document.querySelector('#ca-find'), pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(field).font;
        return [field.clientWidth, pen.measureText(field.placeholder).width];
    }""")
    assert words <= room


def test_the_tab_is_named_by_the_library_as_long_as_it_is_shown(visit: Callable[..., Visit]) -> None:
    here = visit()
    expect(here.page).to_have_title("Library – Cluster Advisor")
    to_chat(here)
    expect(here.page).to_have_title("Cluster Advisor")
