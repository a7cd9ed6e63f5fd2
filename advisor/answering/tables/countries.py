"""A name of a country or a part of the world → all names that it covers, from `countries.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from advisor.text import words


def covered_by(name: str) -> frozenset[str]:
    """Return what a cell that is about a name may hold: it, its other names, the countries of a part of the world.

    Each as it is `spoken`.
    """
    plain = spoken(name)
    return _covered().get(plain, frozenset({plain}))


def is_known(name: str) -> bool:
    """Tell whether a name is that of a country or a part of the world."""
    return spoken(name) in _covered()


def names_country(cell: str) -> bool:
    """Tell whether a cell names a country."""
    held = f" {spoken(cell)} "
    return any(f" {name} " in held for name in _covered())


def spoken(text: str) -> str:
    """Return the words of a text, lower case, with a space between them: "Frankfurt-GERMANY" as "frankfurt germany"."""
    return " ".join(words(text))


@lru_cache(maxsize=1)
def _covered() -> Mapping[str, frozenset[str]]:
    table = tomllib.loads(resources.files(__package__).joinpath("countries.toml").read_text("utf-8"))
    covered = {name: group for names in table["same"] for group in [frozenset(map(spoken, names))] for name in group}
    for region, listed in table["regions"].items():
        countries = [covered.get(name, frozenset({name})) for name in map(spoken, listed.split(","))]
        covered |= dict(zip(map(spoken, listed.split(",")), countries, strict=True))
        covered[spoken(region)] = frozenset({spoken(region)}).union(*countries)
    for name, others in table["called"].items():
        whole = covered.get(spoken(name), frozenset({spoken(name)}))
        covered |= dict.fromkeys(map(spoken, others.split(",")), whole)
    return covered
