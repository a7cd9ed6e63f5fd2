"""Nothing → on what and when something was measured, for the stamp of a result."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from typing import Any

VERSIONS = ("chromadb", "sentence-transformers", "torch", "onnxruntime", "pypdf", "pypdfium2", "ir-measures", "scipy")


def machine() -> dict[str, Any]:
    """Return on what and when a figure was measured: the part of a result's stamp that needs no store."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONS},
    }
