"""Whatever a document, a person, a chat model or an error says is shown as it is written, and never run.

Each attack goes through each way in, and a harmless text of the same shape goes through after it: the page of the one
must be built of the same elements with the same attributes as that of the other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote as url_quote

import pytest

from advisor.answering.budget import Source
from advisor.answering.written import Writing
from advisor.errors import UsageError
from advisor.records import Answer, Citation
from advisor.store.versions import open_store
from tests.fakes import ScriptedWriter

from .attacked import QUESTION, Quoting, build_library, open_advisor, sentence
from .attacks import ATTACKS
from .fakes import FakeAdvisor, answer, near_answer, said
from .running import advised
from .stages import ask_and_wait, open_page, say
from .visits import profile
from .watching import Watch, watch

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from playwright.sync_api import Browser, Page


pytestmark = pytest.mark.browser

TEXTS = [attack.text for attack in ATTACKS]
HARMLESS = [attack.harmless for attack in ATTACKS]

REAL = (
    "How many staff has a cluster?",
    "Do members of <script>hit()</script> meet twice a year?",
    "Who pays <b onclick=hit()> the ${hit()} {{hit}} travel?",
)
"""Questions that the advisor itself answers, or declines, from documents full of attacks."""

CANARY = "window.hits = []; window.hit = (...what) => { window.hits.push(what.join()); };"
ELEMENTS = """() => [...document.body.querySelectorAll('*')].map(
    (each) => `${each.localName} ${each.getAttributeNames().sort().join(' ')}`)"""

PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

Elements = Counter[str]


def shown(text: str) -> str:
    """Return a text as a page can show it: HTML has no place for a null character."""
    return text.replace("\x00", "\ufffd")


@dataclass
class Visit:
    """A page that would note a script that runs."""

    page: Page
    seen: Watch

    def texts(self, selector: str) -> list[str]:
        """Return the whole texts of the elements."""
        return self.page.locator(selector).all_text_contents()

    def elements(self) -> Elements:
        """Count the elements of the page by name and names of attributes."""
        return Counter(self.page.evaluate(ELEMENTS))

    def has_run_nothing(self) -> None:
        """Check that no script of ours has run, and that nothing was opened, asked of another host or refused."""
        assert self.page.evaluate("window.hits") == []
        assert self.seen.everything == []


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[[str], Visit]]:
    """Open the page of an address in a fresh browser profile."""
    pages: list[Page] = []

    def arrive(address: str) -> Visit:
        page = profile(chromium, viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        pages.append(page)
        arrived = Visit(page, watch(page, address))
        page.add_init_script(CANARY)
        open_page(page, address)
        return arrived

    yield arrive
    for page in pages:
        page.context.close()


def test_a_script_that_runs_would_be_seen(visit: Callable[[str], Visit], served: tuple[str, FakeAdvisor]) -> None:
    """Else an empty list would say nothing. What the page's policy refuses is seen, too."""
    here = visit(served[0])
    before = here.elements()
    put = "(html) => document.body.append(document.createRange().createContextualFragment(html))"
    here.page.evaluate(put, "<script>hit('ran')</script><img src=x onerror='hit()'>")
    here.page.wait_for_function("window.hits.length > 0")
    here.page.evaluate("fetch('https://evil.example/').catch(() => 0)")
    assert here.page.evaluate("window.hits") == ["ran"]
    assert any("inline event handler" in complaint for complaint in here.seen.complaints)
    assert here.elements() - before == Counter({"script ": 1, "img onerror src": 1})


def test_no_text_is_ever_part_of_a_template(client: TestClient) -> None:
    """gr.HTML runs its template as Handlebars, then as JavaScript; what stands in for `${value}` is not run again.

    With `{{value}}` in a template the text itself would become JavaScript.
    """
    shown = [each["props"] for each in client.get("/config").json()["components"] if each["type"] == "html"]
    assert {(props["html_template"], props["css_template"]) for props in shown} == {("${value}", "")}


# ---- documents ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Stores of PDFs that hold the attacks, and of PDFs that hold the harmless texts; and where pages are kept."""
    folder = tmp_path_factory.mktemp("attacked")
    built = {name: build_library(folder / name, texts) for name, texts in (("bad", TEXTS), ("good", HARMLESS))}
    (folder / "kept").mkdir()
    return built | {"kept": folder / "kept"}


def quoting(store: Path) -> Quoting:
    """Return who quotes every document of a store."""
    return Quoting(open_advisor(store), open_store(store).library)


def test_the_words_of_a_document_are_shown_as_text(visit: Callable[[str], Visit], libraries: dict[str, Path]) -> None:
    """Its text, its headings and its title, in the answer, the sources, the tip and the proof."""
    built: list[Elements] = []
    for name in ("bad", "good"):
        advisor = quoting(libraries[name])
        told = advisor.answer(QUESTION)
        assert len(told.citations) == len(TEXTS)
        with advised(advisor, libraries["kept"]) as address:
            here = visit(address)
            ask_and_wait(here.page, QUESTION)
            assert [each.startswith(one.text) for each, one in zip(
                here.texts(".ca-answer li"), told.sentences, strict=True
            )] == [True] * len(TEXTS)  # fmt: skip
            everything = here.page.locator("#ca-transcript").text_content() or ""
            for citation in told.citations:
                assert shown(citation.title) in everything
                assert [part for part in citation.section if part not in everything] == []
            for citation in told.citations[::5]:
                _check_tip(here, citation)
            for citation in told.citations:
                _check_proof(here, citation)
            built.append(here.elements())
            here.has_run_nothing()
    assert built[0] == built[1]


def _check_tip(here: Visit, citation: Citation) -> None:
    """Five of the tips, as one waits a moment before it is shown."""
    mark = here.page.locator(f'.ca-answer .ca-mk[data-n="{citation.marker}"]')
    mark.scroll_into_view_if_needed()
    here.page.evaluate(PAINTED)  # scrolling hides tips
    mark.focus()
    tip = here.page.get_by_role("tooltip")
    tip.wait_for()
    assert (tip.text_content() or "").startswith(citation.quote + shown(citation.title))
    here.page.keyboard.press("Escape")


def _check_proof(here: Visit, citation: Citation) -> None:
    here.page.locator(f'.ca-answer .ca-mk[data-n="{citation.marker}"]').click()
    here.page.wait_for_function(
        "(title) => document.querySelector('#ca-proof h2')?.textContent === title", arg=shown(citation.title)
    )
    assert citation.quote in (here.page.locator("#ca-proof").text_content() or "")


def test_what_the_pdfs_hold_is_what_the_store_holds(libraries: dict[str, Path]) -> None:
    """Else the test above would look for texts that lost their sting on the way."""
    told = quoting(libraries["bad"]).answer(QUESTION)
    changed = {
        attack.kind
        for number, (attack, one) in enumerate(zip(ATTACKS, told.sentences, strict=True))
        if sentence(number, attack.text) not in one.text
    }
    assert changed == {"turned direction", "null characters"}  # of which the reading of PDFs makes spaces
    assert [citation.title for citation in told.citations] == [f"Title {text}" for text in TEXTS]
    sections = ["".join(citation.section) for citation in told.citations]
    unread = {attack.kind for attack, section in zip(ATTACKS, sections, strict=True) if attack.text not in section}
    assert unread == changed


def test_the_advisor_itself_answers_from_such_documents(
    visit: Callable[[str], Visit], libraries: dict[str, Path]
) -> None:
    """It leaves out sentences that address a program; titles, headings and words of the question are shown."""
    with advised(open_advisor(libraries["bad"]), libraries["kept"]) as address:
        here = visit(address)
        for question in REAL:
            ask_and_wait(here.page, question)
        turns = here.texts(".ca-turn")
        assert [question for question, turn in zip(REAL, turns, strict=True) if question not in turn] == []
        assert any(f"Title {text}" in turn for text in TEXTS for turn in turns)
        here.has_run_nothing()
        assert _foreign(here) == []


def test_the_rest_interface_gives_nothing_that_a_browser_runs(
    visit: Callable[[str], Visit], libraries: dict[str, Path]
) -> None:
    """Names of files and publishers, and attacks that come with the address, opened as pages."""
    with advised(open_advisor(libraries["bad"]), libraries["kept"]) as address:
        here = visit(address)
        documents = _open_json(here, f"{address}api/documents")["documents"]
        assert sorted(each["publisher"] for each in documents) == sorted(f"Publisher {text}" for text in TEXTS)
        for text in TEXTS:
            told = _open_json(here, f"{address}api/search?q={url_quote(text)}")
            assert told.get("query") == text or "error" in told
            assert _open_json(here, f"{address}documents/{url_quote(text, safe='')}.pdf").keys() <= {"error", "detail"}
        for document in documents:
            head = here.page.request.get(f"{address}documents/{document['document_id']}.pdf")
            assert head.status == 200
            assert head.headers["content-type"] == "application/pdf"
            name = url_quote(document["file"], safe="")
            assert head.headers["content-disposition"] == f"inline; filename*=UTF-8''{name}"
        assert here.seen.dialogs + here.seen.outside + here.seen.opened == []


def _open_json(here: Visit, address: str) -> dict[str, Any]:
    """Open an address as a page and return the JSON that is shown."""
    opened = here.page.goto(address)
    assert opened is not None
    assert opened.headers["content-type"] == "application/json"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert here.page.evaluate("window.hits") == []
    assert here.page.locator("pre").count() == 1
    return cast("dict[str, Any]", json.loads(opened.text()))


# ---- people, errors, suggestions ------------------------------------------------------------------------------------


def test_a_question_and_an_error_are_shown_as_they_are(
    visit: Callable[[str], Visit], served: tuple[str, FakeAdvisor]
) -> None:
    built: list[Elements] = []
    for texts in (TEXTS, HARMLESS):
        here = visit(served[0])
        for text in texts:
            served[1].answers[text] = UsageError(f"error {text}")
            ask_and_wait(here.page, text)
        assert here.texts(".ca-turn h2") == [shown(text) for text in texts]
        alerts = here.page.locator(".ca-turn").get_by_role("alert").all_text_contents()
        assert alerts == [f"Error {shown(text)} {say('acts.again')}" for text in texts]
        built.append(here.elements())
        here.has_run_nothing()
        here.page.reload()
        here.page.wait_for_function("document.querySelector(\"#ca-transcript [data-seq='1']\")")
        here.has_run_nothing()
    assert built[0] == built[1]


def test_every_field_of_an_answer_is_shown_as_text(
    visit: Callable[[str], Visit], served: tuple[str, FakeAdvisor]
) -> None:
    """Notes, points of disagreement, sections, printed page numbers and quotes; suggestions are given with all."""
    built: list[Elements] = []
    for texts in (TEXTS, HARMLESS):
        here = visit(served[0])
        served[1].answers |= _answers_of(served[1], texts)
        for question, fields in FIELDS.items():
            ask_and_wait(here.page, question)
            told = (here.page.locator(".ca-turn").last.text_content() or "") + _where(here)
            missing = [f"{field} {text}" for field in fields for text in texts if f"{field} {shown(text)}" not in told]
            assert missing == []
        # The list of conversations and what to ask next arrive after the answer.
        here.page.locator("#ca-rail .ca-link[data-do=forget-all]").wait_for()
        here.page.locator(".ca-turn").last.locator(".ca-next").wait_for()
        built.append(here.elements())
        here.has_run_nothing()
    assert built[0] == built[1]


def test_a_follow_up_is_asked_with_the_attacks_before_it(
    visit: Callable[[str], Visit], served: tuple[str, FakeAdvisor]
) -> None:
    """As they were typed: what is shown in other words than were asked would be no history."""
    here = visit(served[0])
    for text in TEXTS[-3:]:
        served[1].answers[text] = near_answer(served[1].store)
        ask_and_wait(here.page, text)
    ask_and_wait(here.page, "And then?")
    question, history = served[1].asked[-1]
    assert question == "And then?"
    assert [message.content for message in history if message.role == "user"] == TEXTS[-3:]
    assert here.texts(".ca-turn h2") == [*map(shown, TEXTS[-3:]), "And then?"]
    here.has_run_nothing()


FIELDS = {
    "All of an answer": ("sentence", "section", "quote", "label", "title", "conflict", "note"),
    "All that is near": ("sentence", "section", "quote", "label", "title"),
    "All of a reply": ("note",),
}


def _answers_of(fake: FakeAdvisor, texts: Sequence[str]) -> dict[str, Answer]:
    """Return answers that hold every text in every field."""
    first = fake.store.cite(1, "d1handbook", 1, "join")
    citations = tuple(
        replace(
            first,
            marker=marker,
            document_id=f"d{marker}",
            document=f"file {text}",
            title=f"title {text}",
            section=("First", f"section {text}"),
            quote=f"quote {text}",
            page_label=f"label {text}",
        )
        for marker, text in enumerate(texts, start=1)
    )
    sentences = tuple(said(f"sentence {text}", marker, kind="item") for marker, text in enumerate(texts, start=1))
    notes = "\n".join(f"- note {text}" for text in texts)
    whole = replace(
        answer("All of an answer", sentences, citations, confidence=0.6),
        conflicts=tuple(f"conflict {text} [1]" for text in texts),
        note=notes,
        suggestions=tuple(texts),
    )
    near = replace(whole, question="All that is near", abstained=True, reason="near", conflicts=())
    reply = replace(answer("All of a reply", reason="small-talk"), note=notes, suggestions=tuple(texts))
    return {each.question: each for each in (whole, near, reply)}


def _where(here: Visit) -> str:
    """Return what the tips will say of the places cited."""
    return " ".join(
        here.page.evaluate("() => [...document.querySelectorAll('[data-where]')].map(e => e.dataset.where)")
    )


# ---- a chat model ---------------------------------------------------------------------------------------------------


def _pieces(texts: Sequence[str], key: str) -> str:
    return " ".join(f"Members of the fair meet twice a year {text} [{key}]." for text in texts)


def test_what_a_chat_model_writes_is_shown_as_text(visit: Callable[[str], Visit], libraries: dict[str, Path]) -> None:
    """Also while it streams, in pieces that end anywhere; sentences that no page bears out are shown as such."""

    class Obedient(ScriptedWriter):
        def write(self, question: str, sources: Sequence[Source], **options: Any) -> Any:
            whole = _pieces(TEXTS, sources[0].key)
            self.pieces = tuple(whole[start : start + 7] for start in range(0, len(whole), 7))
            return super().write(question, sources, **options)

    advisor = open_advisor(libraries["good"], Obedient(), writing=Writing(unsupported="mark"))
    question = "Do members of the fair 03 meet twice a year?"
    record = advisor.ask(question)
    assert record.mode == "generative"
    written = [one.text for one in record.sentences]
    with advised(advisor, libraries["kept"]) as address:
        here = visit(address)
        ask_and_wait(here.page, question)
        told = here.page.locator(".ca-answer").text_content() or ""
        assert [text for text in written if shown(text) not in told] == []
        assert _foreign(here) == []
        here.has_run_nothing()


FOREIGN = """() => [...document.querySelectorAll('.ca-turn, #ca-proof')].flatMap(part =>
    [...part.querySelectorAll('script, style, iframe, object, embed, form, base, link, meta, math, template, noscript, '
        + 'table, img, a, b[onclick], [autofocus], [onclick], [onfocus], [onload], [onerror], [srcdoc], [href], [src]')]
    .filter(node => !node.matches('.ca-export a, .ca-reason, .ca-open, .ca-page img'))
    .map(node => node.outerHTML))"""


def _foreign(here: Visit) -> list[str]:
    """Return elements of the answers that no answer has."""
    return list(here.page.evaluate(FOREIGN))
