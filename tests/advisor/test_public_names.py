from __future__ import annotations

import json
import subprocess
import sys

import pytest

import advisor
from advisor import errors


def test_the_public_names_are_these() -> None:
    assert sorted(advisor.__all__) == [
        "Advisor",
        "AdvisorError",
        "Answer",
        "AnswerSentence",
        "Citation",
        "Document",
        "Hit",
        "Message",
        "Page",
        "Passage",
        "Sentence",
    ]
    assert all(hasattr(advisor, name) for name in advisor.__all__)


def test_importing_the_library_loads_no_model_no_database_and_no_browser_interface() -> None:
    heavy = ["torch", "transformers", "sentence_transformers", "chromadb", "gradio", "langchain", "langchain_core"]
    code = f"import sys, json, advisor; print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("UsageError", "AdvisorError"),
        ("CorpusError", "AdvisorError"),
        ("StoreError", "AdvisorError"),
        ("StoreNotFoundError", "StoreError"),
        ("StoreMismatchError", "StoreError"),
        ("EmbeddingError", "AdvisorError"),
        ("PromptError", "AdvisorError"),
        ("GenerationError", "AdvisorError"),
        ("CutOffError", "GenerationError"),
        ("BenchmarkError", "AdvisorError"),
    ],
)
def test_every_error_hangs_on_the_tree_under_one_root(name: str, parent: str) -> None:
    assert getattr(errors, name).__base__ is getattr(errors, parent)


def test_a_corpus_error_says_why_a_file_cannot_be_used() -> None:
    assert errors.CorpusError("locked.pdf needs a password", reason="encrypted").reason == "encrypted"
    assert errors.CorpusError("no such folder").reason == ""
