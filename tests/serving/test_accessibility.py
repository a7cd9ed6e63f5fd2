"""The page for everybody: axe-core finds nothing grave in any of its states, and our colours can be told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from .axe import GRAVE, HEIGHT, LIGHTS, WIDTHS, axe_script, find_violations, look_everywhere
from .fakes import FakeAdvisor
from .stages import STATES, State, open_page, prepare
from .visits import profile
from .watching import watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(chromium: Browser, served: tuple[str, FakeAdvisor]) -> Iterator[Page]:
    """An open page; at the end nothing was complained of and nothing has gone out."""
    held = prepare(served[1])
    context = profile(chromium, reduced_motion="reduce")
    opened = context.new_page()
    seen = watch(opened, served[0])
    opened.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    open_page(opened, served[0])
    yield opened
    held.opened.set()
    context.close()
    served[1].gate = lambda question, sentence: None
    assert seen.everything == []


@pytest.mark.browser
@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_axe_finds_nothing_grave(page: Page, state: State) -> None:
    """Each state wide and narrow, light and dark; what is moderate or minor is printed and fails nothing."""
    script = axe_script()
    state.reach(page)
    found = list(look_everywhere(page, script))
    print(*(line for line, _ in found), sep="\n")
    assert [line for line, violation in found if violation.impact in GRAVE] == []


@pytest.mark.browser
def test_axe_finds_what_is_wrong_on_a_page_that_is_wrong(chromium: Browser) -> None:
    """Else an empty list would say nothing."""
    script = axe_script()
    page = chromium.new_page()
    page.set_content('<html><body><main><img src="data:,"><p style="color:#aaa;background:#fff">Pale</p></main>')
    rules = {violation.rule for violation in find_violations(page, script) if violation.impact in GRAVE}
    page.close()
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules


# ---- colours --------------------------------------------------------------------------------------------------------

TEXT = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text below 18 points."""
CONTROL = 3.0
"""WCAG 2.2, success criterion 1.4.11: what is needed to make out a control."""

PAIRS = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "accent") for ground in ("bg", "surface", "sunken")),
    ("ink", "ev-soft", TEXT),
    ("ink", "stop-soft", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink-2", "ev-soft", TEXT),
    ("ink-2", "accent-soft", TEXT),
    ("accent", "accent-soft", TEXT),
    ("accent", "ev-soft", TEXT),
    ("accent-hover", "bg", TEXT),
    ("accent-hover", "surface", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("ev-ink", "ev", TEXT),
    ("ev-line", "surface", TEXT),
    *((said, ground, TEXT) for said in ("ok", "warn", "stop") for ground in ("bg", "surface")),
    ("stop", "stop-soft", TEXT),
    ("warn", "ev-soft", TEXT),
    ("line-2", "bg", CONTROL),
    ("line-2", "surface", CONTROL),
    *(("focus", ground, CONTROL) for ground in ("bg", "surface", "sunken")),
)
DECORATION = {"line", "shadow", "font"}
"""Tokens that carry no meaning, or are no colour."""


def tokens(light: str) -> dict[str, str]:
    """Return the tokens of the style sheet as they stand; those of the dark appearance replace the others."""
    sheet = (files("advisor.serving") / "static" / "chat.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for selector in (":root",) if light == "light" else (":root", ".dark"):
        block = re.search(rf"^{re.escape(selector)} \{{(.*?)^\}}", sheet, re.DOTALL | re.MULTILINE)
        assert block, f"chat.css has no block {selector}"
        found |= dict(re.findall(r"--ca-([\w-]+):\s*([^;]+);", block[1]))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rgb" or "#rrggbb" (WCAG 2.2, definition of relative luminance)."""
    digits = colour.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_the_guidelines_count_it() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("light", LIGHTS)
def test_what_is_to_be_read_stands_out_from_its_ground(light: str) -> None:
    colours = tokens(light)
    pale = [
        f"{ink} {colours[ink]} on {ground} {colours[ground]}: {ratio:.2f}, not {least}"
        for ink, ground, least in PAIRS
        if (ratio := contrast(colours[ink], colours[ground])) < least
    ]
    assert pale == []


@pytest.mark.parametrize("light", LIGHTS)
def test_every_colour_is_checked_or_carries_no_meaning(light: str) -> None:
    paired = {name for ink, ground, _ in PAIRS for name in (ink, ground)}
    assert set(tokens(light)) - paired - DECORATION == set()
