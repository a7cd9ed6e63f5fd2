"""A page in a browser → what axe-core finds wrong with it. The script comes from npm once and is kept in `.cache`."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

PACKAGE = "axe-core@4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
KEPT = ROOT / ".cache" / f"{PACKAGE.replace('@', '-')}.tgz"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")

WIDTHS = (1440, 360)
HEIGHT = 800
LIGHTS: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

_STILL = """() => document.getAnimations().every(
    (each) => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"""
_RUN = """async (tags) => {
    const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => ({
        rule: rule.id, impact: node.impact || rule.impact || '', help: rule.help,
        element: node.html, why: node.failureSummary.replaceAll(/\\s+/g, ' '),
    })));
}"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One element that breaks one rule."""

    rule: str
    impact: str
    help: str
    element: str
    why: str

    def __str__(self) -> str:
        return f"{self.impact}: {self.rule}: {self.element[:200]}: {self.help} ({self.why[:300]})"


@cache
def axe_script() -> str:
    """Return the text of axe-core, or skip the test: fail it instead where REQUIRE_BROWSER is set."""
    try:
        return _read(KEPT.read_bytes() if _is_whole(KEPT) else _fetch())
    except _MissingError as error:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def find_violations(page: Page, script: str, *, tags: Sequence[str] = TAGS) -> list[Violation]:
    """Return all violations on a page as it is now; colours are read when no transition runs any more.

    The script is given to the page by the debugging protocol: nothing is requested, and the page's own policy stays.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(script + "; null")
    page.wait_for_function(_STILL)
    found: list[dict[str, Any]] = page.evaluate(_RUN, list(tags))
    return [Violation(**each) for each in found]


def look_everywhere(page: Page, script: str) -> Iterator[tuple[str, Violation]]:
    """Yield what is wrong with a page at each width in each light, each in one line and as it is."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for light in LIGHTS:
            page.emulate_media(color_scheme=light)
            dark = str(light == "dark").lower()
            page.wait_for_function(f"innerWidth === {width} && document.body.classList.contains('dark') === {dark}")
            for violation in find_violations(page, script):
                yield f"{width} px, {light}: {violation}", violation


class _MissingError(Exception):
    """axe-core is not there, and why."""


def _is_whole(path: Path) -> bool:
    return path.is_file() and _integrity(path.read_bytes()) == INTEGRITY


def _fetch() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise _MissingError("no npm on this machine: install it to check the pages with axe-core")
    KEPT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT.parent) as folder:
        try:
            done = subprocess.run(
                [npm, "pack", PACKAGE, "--pack-destination", folder], capture_output=True, text=True, timeout=120
            )
        except subprocess.TimeoutExpired as error:
            raise _MissingError(f"npm did not bring {PACKAGE} within {error.timeout} seconds") from error
        packed = list(Path(folder).glob("*.tgz"))
        if done.returncode or not packed:
            last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
            raise _MissingError(f"npm cannot bring {PACKAGE}: {last}")
        content = packed[0].read_bytes()
        assert _integrity(content) == INTEGRITY, f"what npm brought is not {PACKAGE}: {_integrity(content)}"
        packed[0].replace(KEPT)
    return content


def _integrity(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def _read(packed: bytes) -> str:
    with tarfile.open(fileobj=BytesIO(packed)) as package:
        file = package.extractfile("package/axe.min.js")
        assert file is not None
        return file.read().decode("utf-8")
