"""What a check has found against a written sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "uncited", "cut-off", "refusal", "figure", "name", "negation", "quantifier", "direction", "meaning", "language"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a sentence; a `fatal` one makes it "unsupported", another one "partial" at best."""

    reason: Reason
    fatal: bool
