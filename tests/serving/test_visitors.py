"""A browser is known by its cookie, which scripts and other sites do not get."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient

from advisor.serving.visitors import BROWSER, LANGUAGE, browser_of, visitor_of

NAME = "a" * 32


@dataclass
class Asked:
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def test_the_page_brings_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == BROWSER
    assert len(rest.partition(";")[0]) == 32
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(rest.split("; "))
    assert "Secure" not in cookie, "the page is served over plain HTTP here"


def test_a_browser_keeps_its_name(client: TestClient) -> None:
    first = client.get("/").cookies[BROWSER]
    assert client.get("/").cookies[BROWSER] == first


@pytest.mark.parametrize("foreign", ['theme={"mode":"dark"}', "a=b c", "name=José", "bare", "key[x]=1"])
def test_a_cookie_of_another_program_on_this_machine_changes_nothing(client: TestClient, foreign: str) -> None:
    first = client.get("/").cookies[BROWSER]
    client.cookies.clear()
    cookie = f"{foreign}; {BROWSER}={first}".encode()
    assert client.get("/", headers={b"cookie": cookie}).cookies[BROWSER] == first


@pytest.mark.parametrize("named", ["", "short", "x" * 65, "a" * 31 + "<", "../../" * 6])
def test_a_name_that_we_did_not_give_is_replaced(client: TestClient, named: str) -> None:
    reply = client.get("/", headers={"cookie": f"{BROWSER}={named}"})
    assert reply.cookies[BROWSER] != named
    assert browser_of(Asked({BROWSER: named})) == ""


def test_nothing_but_the_page_brings_a_cookie(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/api/health").headers
    assert "set-cookie" not in client.get("/pages/d1handbook/1.png").headers


def test_the_page_is_never_taken_from_a_cache_without_its_cookie(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"


def test_the_language_chosen_on_the_page_goes_before_that_of_the_browser() -> None:
    assert visitor_of(Asked({BROWSER: NAME, LANGUAGE: "en"}, {"accept-language": "de"})).say.code == "en"
    assert visitor_of(Asked({BROWSER: NAME})).browser == NAME
