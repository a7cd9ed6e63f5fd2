from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import UsageError
from advisor.settings import Settings


def test_an_empty_environment_gives_a_local_advisor_without_a_chat_model() -> None:
    assert Settings.from_environment({}) == Settings(
        store=Path("store"),
        corpus=Path("corpus"),
        kept=Path("kept"),
        embedder="",
        chat_model="",
        chat_base_url="",
        chat_timeout_s=20.0,
        chat_budget_tokens=3_000,
        unsupported="remove",
        host="127.0.0.1",
        port=7860,
    )


def test_each_value_comes_from_its_variable() -> None:
    given = {
        "ADVISOR_STORE": "/data/store",
        "ADVISOR_CORPUS": "/data/reports",
        "ADVISOR_KEPT": "/data/kept",
        "ADVISOR_EMBEDDER": "some/model",
        "ADVISOR_CHAT_MODEL": "ollama:llama3.2",
        "ADVISOR_CHAT_BASE_URL": "http://127.0.0.1:9/v1",
        "ADVISOR_CHAT_TIMEOUT_S": "2.5",
        "ADVISOR_CHAT_BUDGET_TOKENS": "8000",
        "ADVISOR_UNSUPPORTED": "mark",
        "ADVISOR_HOST": "0.0.0.0",
        "ADVISOR_PORT": "8080",
    }
    assert Settings.from_environment(given) == Settings(
        store=Path("/data/store"),
        corpus=Path("/data/reports"),
        kept=Path("/data/kept"),
        embedder="some/model",
        chat_model="ollama:llama3.2",
        chat_base_url="http://127.0.0.1:9/v1",
        chat_timeout_s=2.5,
        chat_budget_tokens=8_000,
        unsupported="mark",
        host="0.0.0.0",
        port=8080,
    )


def test_the_environment_of_the_process_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_STORE", "elsewhere")
    assert Settings.from_environment().store == Path("elsewhere")


def test_a_blank_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"ADVISOR_STORE": " ", "ADVISOR_PORT": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADVISOR_PORT", "http"),
        ("ADVISOR_PORT", "0"),
        ("ADVISOR_PORT", "65536"),
        ("ADVISOR_PORT", "80.5"),
        ("ADVISOR_PORT", "nan"),
        ("ADVISOR_CHAT_TIMEOUT_S", "-1"),
        ("ADVISOR_CHAT_TIMEOUT_S", "inf"),
        ("ADVISOR_CHAT_BUDGET_TOKENS", "100"),
        ("ADVISOR_CHAT_BUDGET_TOKENS", "3000.5"),
        ("ADVISOR_UNSUPPORTED", "hide"),
    ],
)
def test_a_value_that_is_none_or_out_of_range_is_refused_by_name_and_value(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.from_environment({name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} is {value!r}; give ")
    assert "\n" not in message
