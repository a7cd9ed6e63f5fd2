"""What a result was measured with and when."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from typing import Any


def stamp(*packages: str) -> dict[str, Any]:
    """Return date, machine and versions of these packages, ready for JSON."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }
