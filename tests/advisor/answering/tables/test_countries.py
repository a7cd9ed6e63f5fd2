"""Countries by their several names, and the parts of the world that hold them."""

from __future__ import annotations

import pytest

from advisor.answering.tables.countries import covered_by, is_known, names_country


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("USA", "united states"),
        ("South Korea", "republic of korea"),
        ("Africa", "south africa"),
        ("African", "kenya"),
        ("Asia", "asia"),
        ("Asia", "uae"),  # another name of a country there
        ("Latin America", "chile"),
        ("Elmshire", "elmshire"),
    ],
)
def test_a_name_covers_other_names_and_the_countries_in_it(name: str, held: str) -> None:
    assert held in covered_by(name)


def test_a_country_covers_no_other() -> None:
    assert covered_by("Japan") == covered_by("Japanese") == {"japan"}


def test_known_names_are_those_of_countries_and_parts_of_the_world() -> None:
    assert [name for name in ("germany", "Asia", "Elmshire", "fair") if is_known(name)] == ["germany", "Asia"]
    assert [cell for cell in ("Munich, GERMANY", "Frankfurt-GERMANY", "To be defined") if names_country(cell)] == [
        "Munich, GERMANY",
        "Frankfurt-GERMANY",
    ]
