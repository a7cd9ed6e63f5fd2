"""A drawn page tells where something can be seen."""

from __future__ import annotations

import numpy as np

from ingest.ink import Ink


def page_with_a_square() -> Ink:
    """A page of 50 by 50 points with a grey square of 10 by 10, from (20, 20)."""
    shades = np.full((100, 100), 255, dtype=np.uint8)
    shades[40:60, 40:60] = 100
    return Ink(shades, scale=2.0)


def test_a_place_shows_the_difference_of_its_shades() -> None:
    assert page_with_a_square().contrast((15, 15, 25, 25)) == 155


def test_a_place_of_one_shade_shows_nothing() -> None:
    assert not page_with_a_square().is_seen((0, 0, 15, 15))


def test_a_filled_square_shows_against_what_is_around_it() -> None:
    assert not page_with_a_square().is_seen((20, 20, 30, 30))
    assert page_with_a_square().is_seen((20, 20, 30, 30), around=0.5)


def test_a_place_outside_the_page_shows_nothing() -> None:
    assert not page_with_a_square().is_seen((-20, -20, -5, -5))
    assert not page_with_a_square().is_seen((60, 60, 80, 80))
    assert page_with_a_square().is_seen((25, 25, 90, 90))
