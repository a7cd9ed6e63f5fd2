"""A page as drawn, in shades of grey → how far the shades differ at a place: whether anything can be seen there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from advisor.records import Box

SEEN_FROM = 16
"""Shades of 256 between the lightest and the darkest point of a place from which something can be seen there.

Text in a grey that close to its paper has a contrast ratio below 1.2 : 1; readable text has 4.5 : 1 (WCAG 2.2, 1.4.3).
"""


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawn page: one shade for each pixel, row by row from the top, and pixels to a point."""

    shades: npt.NDArray[np.uint8]
    scale: float

    def contrast(self, box: Box, *, around: float = 0.0) -> int:
        """Return how many shades lie between the lightest and the darkest pixel of a box; 0 outside the page.

        `around` is how many points the box is widened on each side.
        """
        x0, y0 = (max(math.floor((edge - around) * self.scale), 0) for edge in box[:2])
        x1, y1 = (max(math.ceil((edge + around) * self.scale), 0) for edge in box[2:])
        part = self.shades[y0:y1, x0:x1]
        return int(part.max()) - int(part.min()) if part.size else 0

    def is_seen(self, box: Box, *, around: float = 0.0) -> bool:
        """Tell whether anything can be seen in a box."""
        return self.contrast(box, around=around) >= SEEN_FROM
