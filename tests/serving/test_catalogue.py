"""The words of the pages: every language says everything, with its own plurals, numbers and days."""

from __future__ import annotations

import re
import string
import tomllib
from datetime import date, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.serving.catalogue import LANGUAGES, Words, preferred, words_in
from tests.conftest import ROOT

READY = [code for code in LANGUAGES if (files("advisor.serving") / "languages" / f"{code}.toml").is_file()]


def sections(code: str) -> dict[str, dict[str, object]]:
    text = (files("advisor.serving") / "languages" / f"{code}.toml").read_text(encoding="utf-8")
    return {name: section for name, section in tomllib.loads(text).items() if name != "topics"}


def keys(code: str) -> set[str]:
    return {f"{section}.{name}" for section, texts in sections(code).items() for name in texts}


def forms(text: object) -> list[str]:
    return [str(form) for form in text.values()] if isinstance(text, dict) else [str(text)]


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_a_whole_number_is_written_as_the_language_writes_it() -> None:
    assert words_in("en")("none.pages", n=1200) == "1,200 pages"
    assert words_in("en")("none.pages", n=1) == "1 page"


def test_a_day_is_written_as_the_language_writes_it() -> None:
    assert words_in("en").day(datetime(2026, 11, 12, 14, 5)) == "12 November 2026"
    assert words_in("en").hour(datetime(2026, 11, 12, 14, 5)) == "14:05"
    assert date(2026, 11, 12)


@pytest.mark.parametrize("code", READY)
def test_every_language_says_everything_with_the_same_values(code: str) -> None:
    english, other = sections("en"), sections(code)
    assert keys(code) == keys("en")
    for section, texts in english.items():
        for name, text in texts.items():
            wanted = set.union(*map(fields, forms(text)))
            for form in forms(other[section][name]):
                assert fields(form) <= wanted, f"{code}: {section}.{name}"
                assert wanted - {"n"} <= fields(form), f"{code}: {section}.{name}"


@pytest.mark.parametrize("code", READY)
def test_a_text_with_a_number_has_each_plural_of_the_language(code: str) -> None:
    plurals = {Words(code)._locale.plural_form(number) for number in range(200)}
    for section, texts in sections(code).items():
        for name, text in texts.items():
            if isinstance(text, dict):
                assert plurals <= set(text) <= plurals | {"other"}, f"{code}: {section}.{name}"


def test_every_text_that_the_code_asks_for_exists() -> None:
    asked = {
        key
        for file in (ROOT / "advisor" / "serving").rglob("*.py")
        for key in re.findall(r"\bsay\(\s*\"([a-z_]+\.[a-z_]+)\"", file.read_text(encoding="utf-8"))
    }
    assert asked - keys("en") == set()


@pytest.mark.parametrize("code", READY)
def test_every_language_has_questions_on_the_same_topics(code: str) -> None:
    counts = [len(topic.questions) for topic in words_in(code).topics]
    assert counts == [len(topic.questions) for topic in words_in("en").topics]


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "nl,fr;q=0.4,pl;q=0.6", "pl"),
        ("it", "de", "it"),
        ("xx", "es", "es"),
        ("", "", "en"),
        ("", "sv", "en"),
        ("", "de;q=0,fr;q=oops,*", "en"),
    ],
)
def test_the_language_is_the_one_chosen_else_that_of_the_browser_else_english(
    chosen: str, accepted: str, code: str
) -> None:
    assert preferred(chosen, accepted) == code


@given(st.text(), st.text())
def test_whatever_a_browser_sends_gives_a_language(chosen: str, accepted: str) -> None:
    assert preferred(chosen, accepted) in LANGUAGES
