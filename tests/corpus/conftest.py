"""The scripts in corpus/, loaded from their files, as that folder is no package."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def load_script() -> Iterator[Callable[[str], ModuleType]]:
    """Return a function that loads corpus/NAME.py; what it imports beside itself is forgotten afterwards."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"corpus_{name}", CORPUS / f"{name}.py")
        assert spec
        assert spec.loader
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    before = dict(sys.modules)
    sys.path.insert(0, str(CORPUS))
    yield load
    sys.path.remove(str(CORPUS))
    for name in ("corpus_build", "corpus_overlap", "blocks", "layout"):
        if name not in before:
            sys.modules.pop(name, None)
