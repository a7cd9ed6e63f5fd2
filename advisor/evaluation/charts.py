"""Figures → drawings as SVG texts that stand inside a page. The door of Matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#1f7a6d", "#c2571a", "#5b5fc7", "#a8357a", "#7a6a12", "#3d7ea6")
"""One for each system, told apart by lightness too; dashes differ for those who cannot tell colours apart."""

DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
SHORTEST = 0.1
"""Milliseconds below which times are not told apart: the axis is logarithmic."""

INK = "#808890"
"""Text and axes: readable on white and on near-black."""


def risk_coverage_chart(curves: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Return a drawing of risk over coverage for each system: [(coverage, risk), …]."""
    figure, axes = _axes("share of questions answered, the most confident first", "share of wrong answers among them")
    for i, (name, points) in enumerate(curves.items()):
        coverage, risk = zip(*points, strict=True)
        axes.plot(coverage, risk, drawstyle="steps-mid", label=name, **_style(i))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _svg(figure, axes)


def reliability_chart(groups: Mapping[str, Sequence[Sequence[float]]]) -> str:
    """Return a drawing of how often questions of a confidence can be answered: [(confidence, share, n), …]."""
    figure, axes = _axes("confidence", "share of questions that can be answered")
    axes.plot((0, 1), (0, 1), color=INK, linewidth=0.8)
    for i, (name, points) in enumerate(groups.items()):
        sure, share, _ = zip(*points, strict=True)
        axes.plot(sure, share, marker="o", markersize=4, label=name, **_style(i))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _svg(figure, axes)


def latency_chart(spent: Mapping[str, Sequence[float]]) -> str:
    """Return a drawing of the share of questions answered within a time, for each system: [milliseconds, …]."""
    from matplotlib.ticker import LogLocator

    figure, axes = _axes("milliseconds", "share of questions answered by then")
    for i, (name, values) in enumerate(spent.items()):
        axes.ecdf([max(value, SHORTEST) for value in values], label=name, **_style(i))
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    return _svg(figure, axes)


def _style(i: int) -> dict[str, Any]:
    return {"color": COLOURS[i % len(COLOURS)], "linestyle": DASHES[i % len(DASHES)], "linewidth": 1.8}


def _axes(across: str, up: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure  # half a second, paid where a report is written

    figure = Figure(figsize=(6.2, 3.4), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.subplots()
    axes.patch.set_alpha(0)
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.tick_params(colors=INK)
    axes.grid(color=INK, alpha=0.25, linewidth=0.6)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(INK)
    return figure, axes


def _svg(figure: Figure, axes: Axes) -> str:
    from matplotlib import rc_context

    axes.legend(frameon=False, labelcolor=INK)
    # Text stays text, and nothing in the file depends on chance or on the day.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "advisor", "font.family": "sans-serif"}):
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return drawn.getvalue()[drawn.getvalue().index("<svg") :]
