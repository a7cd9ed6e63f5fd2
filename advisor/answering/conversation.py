"""What was typed and the turns before it → the question as it would stand alone, and what to do to its answer; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.answering.talk.requests import PASSING, SMALL_TALK, Request, read_requests
from advisor.errors import UsageError
from advisor.records import Message
from advisor.retrieval.kinds import kind_of
from advisor.retrieval.languages import ENGLISH
from advisor.retrieval.references import exchanged, references, without_references
from advisor.text import STOP_WORDS, clean, names, stem, terms, words

Turn = Message | Mapping[str, Any]
"""A turn of a conversation before a question; a mapping has "role" and "content" as a `Message` has."""

Turns = Iterable[Turn] | None
"""A conversation before a question, oldest turn first; None is none."""

MAX_QUESTION_CHARS = 2_000
MAX_TURNS = 20
"""Older turns of a conversation are not looked at."""

_CONNECTED = re.compile(
    r"^(and|or|but|what about|how about|what else|anything else|which ones?|tell me more|for example|such as)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^(and|or|but|what about|how about)\b", re.IGNORECASE)
LONGEST_JOINED = 15
"""Words up to which a question that opens so leans whatever it says."""

_JOINED_ELSEWHERE = re.compile(
    r"^(?:(?:und|oder|aber|et|ou|mais|pero|ed|ma|oraz|ale|en|maar|mas|și|si|dar|och)\s|[aeiy]\s+(?=\w{1,3}\b))",
    re.IGNORECASE,
)
LONGEST_JOINED_ELSEWHERE = 6
"""Words up to which a question leans that opens with "and" or "but" in another language."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMED = re.compile(r"\s*\b(?:in|of|since|until|from|for|during)\s+(?:19|20)\d\d\b")
"""A year that says when; "Horizon 2020" keeps its own."""

STUMP = 2
"""Terms up to which what is left of a question says nothing."""

_ONLY_A_NAME = re.compile(
    r"^(?i:(?:and |or )?(?:what about|how about)|and|or)\s+(?i:(?:in|for|of|at|on|with|to|from) )?(?i:the )?"
    r"[A-Z][\w&’'-]*(?: [A-Z][\w&’'-]*)*\s*\??$"
)
"""A question that only names another thing: "And Japan?"."""

_BRIEF = re.compile(r"^(also|so|then|why|how so|how come|more|in what way)\b", re.IGNORECASE)
"""Openings that lean only where next to nothing else is said: "Why?", "More on that"."""

_LISTED = re.compile(r"^(?:[-*•] |\| )", re.MULTILINE)
"""A line of an answer that is an item of a list or a row of a table."""

_SAYING = frozenset("say said find found think thought show shown know known believ mean state report agre".split())
"""Stems of verbs behind which "that" opens a clause."""

_POINTING = frozenset(
    "it its they them their theirs this that these those he she his her one ones former latter".split()
)


def checked(question: str) -> str:
    """Return a question without control characters and surplus white space.

    Raises:
        UsageError: it is no text, nothing is left of it, it holds no letter or figure, or it is too long.
    """
    if not isinstance(question, str):
        raise UsageError(f"the question is {type(question).__name__}; give a text")
    text = clean(question)
    if not any(map(str.isalnum, text)):
        raise UsageError("the question is empty; type a question in words")
    if len(text) > MAX_QUESTION_CHARS:
        raise UsageError(
            f"the question has {len(text):,} characters; ask in at most {MAX_QUESTION_CHARS:,}, one question at a time"
        )
    return text


@dataclass(frozen=True, slots=True)
class Asked:
    """What a turn of a conversation asks for.

    Attributes:
        question: the question to answer: what was typed, or, where that is a request, the last question before it;
            "" for small talk, and where nothing was asked before.
        history: the turns before that question.
        requests: what to do to its answer, in order, the last one typed just now; empty where a question was typed.
    """

    question: str
    history: Sequence[Message] = ()
    requests: tuple[Request, ...] = ()


def messages(history: Iterable[object] | None) -> list[Message]:
    """Return the turns of a history that comes from outside.

    Raises:
        UsageError: it holds something else than turns: messages, or mappings with "role" and "content".
    """
    if history is None:
        return []
    found = []
    for turn in history if isinstance(history, Iterable) else [None]:
        given = {"role": turn.role, "content": turn.content} if isinstance(turn, Message) else turn
        role, content = (given.get("role"), given.get("content")) if isinstance(given, Mapping) else (None, None)
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise UsageError('history is a list of {"role": "user" or "assistant", "content": text}, oldest first')
        found.append(Message(role, content))
    return found


def recent(history: Sequence[Turn]) -> list[Message]:
    """Return what of a history is looked at: its last turns, each cut to a length that a question may have, cleaned.

    Raises:
        UsageError: it holds something else than turns.
    """
    last = messages(history[-2 * MAX_TURNS :])
    return [Message(turn.role, clean(turn.content[: 2 * MAX_QUESTION_CHARS])[:MAX_QUESTION_CHARS]) for turn in last]


def read_turn(typed: str, history: Sequence[Message]) -> Asked:
    """Tell a question from a request about the answer before it: "shorter", and then "which report says that?".

    What the advisor answered is looked at for one thing alone, whether it is a list whose items can be counted: an
    answer is made again from its question.
    """
    before = [turn for turn in recent(history) if turn.role == "user"]
    requests = read_requests(typed, opens=not before)
    if not requests or (requests[-1].kind == "counted" and not _ends_with_list(history)):
        return Asked(typed, history)
    if requests[0].kind in SMALL_TALK:
        return Asked("", (), requests)
    for i in reversed(range(len(before))):
        earlier = read_requests(before[i].content, opens=i == 0)
        if not earlier:
            return Asked(before[i].content, before[:i], requests)
        requests = (*(request for request in earlier if request.kind not in (*SMALL_TALK, *PASSING)), *requests)
    return Asked("", (), requests[-1:])


def _ends_with_list(history: Sequence[Message]) -> bool:
    """Tell whether the answer to the last question, or to a request behind it, has several items or rows."""
    for turn in reversed(history):
        if turn.role == "assistant" and len(_LISTED.findall(turn.content)) > 1:
            return True
        if turn.role == "user" and not read_requests(turn.content):
            return False
    return False


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question to search for: one that leans on the conversation is put behind the question it leans on.

    A question leans when it opens with a connective ("And in Asia?"), points back ("Who pays for it?") or says next
    to nothing itself ("Why?"). One that stands alone is returned unchanged. Where it names another numbered part or
    year than the question before ("And strand 2?"), it takes their place, or those are left out. Requests such as
    "shorter" are passed over.
    """
    if not leans(question):
        return question
    said = [turn.content for turn in recent(history) if turn.role == "user"][-MAX_TURNS:]
    asked = [text for i, text in enumerate(said) if not read_requests(text, opens=i == 0)]
    whole = base = ""
    was_name = False
    for text in (*asked, question):
        if whole and leans(text):
            is_name = bool(_ONLY_A_NAME.match(text))
            base = base if is_name and was_name else whole  # "And Japan?" gives way to "And Korea?"
            whole, was_name = _behind(base, text), is_name
        else:
            whole, was_name = text, False
    return whole


def _behind(before: str, question: str) -> str:
    """Put a question behind what it leans on: without what it puts something else in place of, and not ever longer.

    One that only names another part ("And strand 2?") takes the place of that part.
    """
    if whole := exchanged(before, question):
        return whole
    kept = _carried(before, question)
    if _is_stump(before, kept, question):
        return question
    return f"{kept} {question}" if len(kept) <= MAX_QUESTION_CHARS else question


def _is_stump(before: str, kept: str, question: str) -> bool:
    """Tell whether next to nothing is left of a question before that was about another part, while this one says more.

    "What is digital action 3?" behind "What is green action 4?" has nothing to do with green.
    """
    parts = {term for phrase in references(question) for term in phrase}
    says_more = len(set(terms(question)) - parts) >= STUMP
    return kept != before and bool(references(before)) and says_more and len(terms(kept)) <= STUMP


def _carried(earlier: str, question: str) -> str:
    """Return the question before without the numbered parts and years that the present one puts others in place of."""
    labels, before = ({label for label, *number in references(text) if number} for text in (question, earlier))
    for label in sorted(labels & before):
        earlier = without_references(earlier, label)
    return _TIMED.sub("", earlier) if _YEAR.search(question) else earlier


def leans(question: str) -> bool:
    """Tell whether a question cannot be understood without the one before it."""
    question = question.lstrip(" ¿¡")
    content, length = terms(question), len(words(question))
    if (_JOINED.match(question) and length <= LONGEST_JOINED) or (
        _JOINED_ELSEWHERE.match(question)
        and length <= LONGEST_JOINED_ELSEWHERE
        and not set(words(question)) & (ENGLISH - {"a", "i", "in"})
    ):
        return True
    named = {term for name in names(question) for term in terms(name)}
    said = [term for term in content if term not in named]
    if (len(said) <= 1 and _CONNECTED.match(question)) or (len(content) <= 2 and _BRIEF.match(question)):
        return True
    if len(content) <= 1 and len(question) < 25 and not (content and kind_of(question) == "definition"):
        return True
    return len(content) <= 5 and _points_back(words(question))


def _points_back(asked: Sequence[str]) -> bool:
    """Tell whether a pronoun stands where the question itself holds nothing it can mean: early in it, or at its end.

    In "How can a cluster help its members?" the cluster is meant; "Who pays for it?" has nothing but a verb before it.
    """
    before = 0
    for i, word in enumerate(asked):
        opens_clause = word == "that" and i > 0 and stem(asked[i - 1]) in _SAYING
        if word in _POINTING and not opens_clause and (before <= 1 or i == len(asked) - 1):
            return True
        before += word not in STOP_WORDS
    return False
