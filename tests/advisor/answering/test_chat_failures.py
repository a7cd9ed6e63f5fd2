"""What is told of a chat model that fails, is cut off or repeats itself, over real HTTP."""

from __future__ import annotations

import socket
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from langchain_core.messages import AIMessageChunk

from advisor import Advisor
from advisor.answering.generative import ChatWriter, open_writer
from advisor.answering.talk.replies import say
from advisor.answering.written import MOST_SENTENCES
from advisor.errors import CutOffError, GenerationError
from advisor.records import Answer
from tests.advisor.answering.chat_server import LONG_S, ChatServer, key_of, only_this_machine, running
from tests.fakes import HashEmbedder

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

QUESTION = "Do visits to trade fairs bring new partners?"
FAIRS = "Visits to trade fairs bring new partners"
COST = "A visit costs about 1,200 euros"
KEY = "sk-very-secret-key-1234"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    with only_this_machine(monkeypatch), running() as server:
        server.reply = lambda asked: tuple(piece.replace("KEY", key_of(COST, asked)) for piece in server.pieces)
        server.pieces = (f"{FAIRS} [KEY].",)
        yield server


class Asked:
    """Asks a server through one writer, and keeps what its listener is told."""

    def __init__(self, store: Path, url: str) -> None:
        self.told: list[str] = []
        writer = open_writer("openai:test", base_url=url, timeout_s=LONG_S, listener=self.told.append)
        self.advisor = Advisor.open(store, embedder=HashEmbedder(), writer=writer)

    def ask(self, question: str = QUESTION) -> Answer:
        return self.advisor.ask(question)


@pytest.fixture
def asked(small_store: Path, server: ChatServer) -> Asked:
    return Asked(small_store, server.url)


def written_by(*chunks: AIMessageChunk) -> list[str]:
    """Return what is read of a model of any provider, which sends these chunks."""

    class Model:
        async def astream(self, messages: object) -> AsyncIterator[AIMessageChunk]:
            for chunk in chunks:
                yield chunk

    return list(ChatWriter(cast("BaseChatModel", Model())).write(QUESTION, ()))


# --- it fails ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said", "advice", "cause"),
    [
        (401, "refused the key", "set the right key of its provider", "key"),
        (403, "refused the key", "set the right key of its provider", "key"),
        (404, "was not found", "ADVISOR_CHAT_MODEL", "address"),
        (429, "had too many requests", "wait and ask again", "busy"),
        (500, "failed", "its server", "server"),
        (503, "failed", "its server", "server"),
    ],
)
def test_a_failure_is_told_by_its_cause_its_place_and_what_to_do(
    asked: Asked, server: ChatServer, status: int, said: str, advice: str, cause: str
) -> None:
    server.status = status
    answer = asked.ask()
    [told] = asked.told
    assert told.startswith(f"the chat model {said} (openai:test at {server.url}: ")
    assert str(status) in told
    assert advice in told
    assert told.endswith("; check it with `advisor doctor`")
    assert "\n" not in told
    assert (answer.mode, answer.reason, answer.note) == ("extractive", "model-error", say(f"model_{cause}", "en"))
    assert answer.note not in answer.answer  # which is the one that would be given without a model


def test_a_server_that_is_not_there_is_told_with_its_address(small_store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
    asked = Asked(small_store, address)
    assert asked.ask().note == say("model_unreachable", "en")
    assert asked.told[0].startswith(f"the chat model is not reachable (openai:test at {address}: ")


@pytest.mark.parametrize("page", [b"<html><h1>Welcome</h1></html>", b"\n"], ids=["a web page", "nothing"])
def test_a_server_that_is_none_of_a_chat_model_is_told_as_a_wrong_address(
    asked: Asked, server: ChatServer, page: bytes
) -> None:
    server.page = page
    assert asked.ask().note == say("model_address", "en")
    assert "correct the name in ADVISOR_CHAT_MODEL or the address in ADVISOR_CHAT_BASE_URL" in asked.told[0]


def test_the_note_is_in_the_language_of_the_question(asked: Asked, server: ChatServer) -> None:
    server.status = 401
    assert asked.ask("Wie bringen Besuche von Messen neue Partner?").note == say("model_key", "de")


@pytest.mark.parametrize("status", [401, 404, 429, 500])
@pytest.mark.parametrize("said", [KEY, "sk-proj-another*****1234", "Bearer whatever-it-is"])
def test_no_key_is_told_though_the_server_repeats_it(
    small_store: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch, status: int, said: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.status, server.error = status, f"no good: {said}"
    asked = Asked(small_store, server.url)
    answer = asked.ask()
    assert said.removeprefix("Bearer ") not in f"{asked.told} {answer.to_dict()}"


def test_a_password_in_the_address_is_not_told(small_store: Path, server: ChatServer) -> None:
    server.status = 500
    asked = Asked(small_store, server.url.replace("//", "//me:hidden@"))
    asked.ask()
    assert f"openai:test at {server.url}: " in asked.told[0]
    assert "hidden" not in asked.told[0]


def test_one_cause_is_told_once_and_again_after_an_answer(asked: Asked, server: ChatServer) -> None:
    for status in (429, 429, 401, 429, 200, 429):
        server.status = status
        asked.ask()
    assert [told.partition(" (")[0] for told in asked.told] == [
        "the chat model had too many requests",
        "the chat model refused the key",
        "the chat model had too many requests",
    ]


# --- it is cut off -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_an_answer_that_is_cut_off_is_shown_without_its_unfinished_end_and_says_so(
    asked: Asked, server: ChatServer, finish: str | None
) -> None:
    server.pieces, server.finish = (f"{FAIRS} [KEY]. A visit [KEY] ", "costs about"), finish
    answer = asked.ask()
    cut = say("model_cut", "en")
    assert (answer.mode, answer.reason) == ("generative", "answered")
    assert answer.answer == f"{FAIRS}. [1]\n\n{cut}"
    assert answer.note == cut
    assert [(removed.text, removed.reason) for removed in answer.removed] == [("A visit costs about", "cut-off")]
    assert asked.told[0].startswith(f"the answer of the chat model was cut off (openai:test at {server.url}: it ended")


@pytest.mark.parametrize("end", [" A visit costs", " A visit costs 5 %", " A visit costs little.", " A visit [K"])
def test_what_a_model_that_is_cut_off_has_not_given_a_key_is_unfinished(
    asked: Asked, server: ChatServer, end: str
) -> None:
    server.pieces, server.finish = (f"{FAIRS} [KEY].", end), "length"
    answer = asked.ask()
    assert [sentence.text for sentence in answer.sentences] == [f"{FAIRS}."]
    assert [removed.reason for removed in answer.removed] == ["cut-off"]


def test_a_last_sentence_that_came_whole_stays_though_the_model_was_cut_off(asked: Asked, server: ChatServer) -> None:
    server.finish = "length"
    answer = asked.ask()
    assert answer.answer == f"{FAIRS}. [1]\n\n{say('model_cut', 'en')}"
    assert answer.removed == ()


def test_a_stream_without_a_reason_is_cut_off_where_the_model_gave_reasons_before(
    asked: Asked, server: ChatServer
) -> None:
    assert asked.ask().note == ""
    server.finish = None
    assert asked.ask().note == say("model_cut", "en")


def test_a_model_that_never_gives_a_reason_has_answered_where_its_last_sentence_is_whole(
    asked: Asked, server: ChatServer
) -> None:
    server.finish = None
    for _ in range(2):
        answer = asked.ask()
        assert (answer.answer, answer.note) == (f"{FAIRS}. [1]", "")
    assert asked.told == []


def test_an_answer_of_which_nothing_came_but_an_unfinished_piece_is_a_failure(asked: Asked, server: ChatServer) -> None:
    server.pieces, server.finish = ("Visits to trade ", "fairs bring new partners ["), None
    answer = asked.ask()
    assert (answer.mode, answer.reason, answer.note) == ("extractive", "model-error", say("model_cut", "en"))


@pytest.mark.parametrize(
    "metadata",
    [{"finish_reason": "MAX_TOKENS"}, {"stop_reason": "max_tokens"}, {"done_reason": "length"}],
    ids=["Google", "Anthropic", "Ollama"],
)
def test_other_providers_say_in_their_own_words_that_they_were_cut_off(metadata: dict[str, str]) -> None:
    with pytest.raises(CutOffError, match=r"it ended with '(length|max_tokens)'"):
        written_by(AIMessageChunk(content="Fairs help."), AIMessageChunk(content="", response_metadata=metadata))


@pytest.mark.parametrize("metadata", [{"stop_reason": "end_turn"}, {"done_reason": "stop"}, {}])
def test_other_providers_end_whole_or_without_a_word(metadata: dict[str, str]) -> None:
    assert written_by(AIMessageChunk(content="Fairs help.", response_metadata=metadata)) == ["Fairs help."]


def test_a_connection_that_breaks_within_an_answer_cuts_it_off() -> None:
    class Model:
        async def astream(self, messages: object) -> AsyncIterator[AIMessageChunk]:
            yield AIMessageChunk(content="Fairs help.")
            raise ConnectionResetError("reset by peer")

    pieces = ChatWriter(cast("BaseChatModel", Model())).write(QUESTION, ())
    assert next(pieces) == "Fairs help."
    with pytest.raises(CutOffError, match=r"cut off \(the connection broke off\)"):
        next(pieces)


# --- it repeats itself or writes too much ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", [f" {FAIRS} [KEY].", f"\n- {FAIRS.upper()} [KEY]", f" {FAIRS} [zzzz].", f" **{FAIRS}**. [KEY]"]
)
def test_a_sentence_that_is_repeated_is_shown_once(asked: Asked, server: ChatServer, again: str) -> None:
    server.pieces = (f"{FAIRS} [KEY].", again, again, f"\n{COST} [KEY].")
    answer = asked.ask()
    assert answer.answer == f"{FAIRS}. [1] {COST}. [2]"
    assert answer.removed == ()


def test_a_sentence_that_gets_its_key_when_it_is_repeated_is_shown(asked: Asked, server: ChatServer) -> None:
    server.pieces = (f"{FAIRS}. ", f"{FAIRS} [KEY].")
    assert asked.ask().answer == f"{FAIRS}. [1]"


def test_a_sentence_with_another_figure_is_no_repeat(asked: Asked, server: ChatServer) -> None:
    server.pieces = (f"{COST} [KEY]. ", "A visit costs about 12.00 euros [KEY].")
    assert [removed.reason for removed in asked.ask().removed] == ["figure"]


def test_a_model_that_repeats_itself_without_end_is_stopped_and_what_it_said_is_the_answer(
    asked: Asked, server: ChatServer
) -> None:
    server.pieces, server.endless = (f"{FAIRS} [KEY]. {COST} [KEY]. ",), True
    answer = asked.ask()
    assert (answer.mode, answer.answer, answer.note) == ("generative", f"{FAIRS}. [1] {COST}. [2]", "")
    assert server.hung_up.wait(LONG_S)
    assert asked.told == []


def test_a_model_that_repeats_what_nothing_bears_out_gives_way_to_the_quotes(asked: Asked, server: ChatServer) -> None:
    server.pieces, server.endless = ("Fish is cheap. ",), True
    answer = asked.ask()
    assert (answer.mode, answer.reason) == ("extractive", "model-uncited")
    assert [removed.text for removed in answer.removed] == ["Fish is cheap."]


def test_no_more_sentences_are_shown_than_a_model_may_write_with_some_room(asked: Asked, server: ChatServer) -> None:
    openings = ["In the " + "very " * count + "end" for count in range(MOST_SENTENCES + 1)]
    server.pieces = tuple(f"- {opening} {COST.lower()} [KEY].\n" for opening in openings)
    answer = asked.ask()
    assert len(answer.sentences) == MOST_SENTENCES
    assert answer.note == say("model_cut", "en")


# --- what it sends is no text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["<html><body><img src='a.png'></body></html>", "<script>go()</script>", "<think>Is it so?</think>"]
)
def test_a_reply_that_is_all_markup_is_not_called_empty(asked: Asked, server: ChatServer, text: str) -> None:
    server.pieces = (text,)
    answer = asked.ask()
    assert (answer.mode, answer.reason) == ("extractive", "model-markup")


def test_content_as_a_list_of_blocks_is_read_without_a_warning(asked: Asked, server: ChatServer) -> None:
    server.as_blocks = True
    with warnings.catch_warnings(record=True) as warned:
        answer = asked.ask()
    assert answer.answer == f"{FAIRS}. [1]"
    assert [str(one.message) for one in warned] == []


def test_a_model_that_fails_raises_the_clients_error_as_its_cause(server: ChatServer) -> None:
    server.status = 429
    with pytest.raises(GenerationError) as caught:
        list(open_writer("openai:test", base_url=server.url).write(QUESTION, ()))
    assert caught.value.__cause__ is not None
