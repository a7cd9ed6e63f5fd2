"""The drawn signs of the library page; paths of their own, hidden from screen readers."""

from __future__ import annotations

_PATHS = {
    "add": "M8 10.700V3M5 6l3-3 3 3M2.700 10v3h10.600v-3",
    "clock": "M8 2.200a5.800 5.800 0 1 0 0 11.600 5.800 5.800 0 0 0 0-11.600M8 4.800V8l2.200 1.400",
    "find": "M7 2.700a4.300 4.300 0 1 0 0 8.600 4.300 4.300 0 0 0 0-8.600M10.300 10.300l3.400 3.400",
    "warn": "M8 2 1.800 13.200h12.400zM8 6.400v3.200M8 11.400v.1",
    "tick": "m3 8.500 3.200 3.200L13 4.800",
    "close": "m4 4 8 8M12 4l-8 8",
    "page": "M4 2h5.500L12 4.500V14H4zM9.500 2v2.500H12",
}


def sign(name: str) -> str:
    """Return a sign as SVG."""
    return f'<svg class="ca-i" viewBox="0 0 16 16" aria-hidden="true"><path d="{_PATHS[name]}"></path></svg>'
