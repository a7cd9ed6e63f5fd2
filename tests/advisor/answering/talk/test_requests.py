"""What counts as a request about the last answer or as small talk, and, above all, what does not."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from importlib import resources
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.talk.requests import (
    LAST,
    LONGEST,
    SMALL_TALK,
    TOLD,
    Kind,
    Request,
    describe,
    expanded,
    plain,
    read_phrases,
    read_requests,
)
from tests.conftest import ROOT

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")


def kinds(text: str, *, opens: bool = False) -> list[str]:
    return [request.kind for request in read_requests(text, opens=opens)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Which report says that?", "sources"),
        ("Where does it say that?", "sources"),
        ("What is the source?", "sources"),
        ("Are you sure?", "sources"),
        ("Is that really true?", "sources"),
        ("Could you please give me the page?", "sources"),
        ("Show me the rest of the list", "rest"),
        ("more", "more"),
        ("Continue…", "more"),
        ("What else?", "more"),
        ("And anything else?", "more"),
        ("Can I see the full list?", "whole"),
        ("shorter", "shorter"),
        ("Can you make it a bit shorter, please?", "shorter"),
        ("Summarise that.", "shorter"),
        ("In one sentence, please.", "sentence"),
        ("in bullet points", "bullets"),
        ("As a list!", "bullets"),
        ("as a table", "table"),
        ("Show it in a table, please", "table"),
        ("how many are there?", "counted"),
        ("And how many?", "counted"),
        ("Explain more", "longer"),
        ("More detail please", "longer"),
        ("longer", "longer"),
        ("Tell me more about it", "longer"),
        ("In your own words", "reworded"),
        ("Translate that into German", "translated"),
        ("Hello!", "greeting"),
        ("Good morning", "greeting"),
        ("THANK YOU very much", "thanks"),
        ("Who are you?", "about"),
        ("What can you do?", "about"),
        ("Help", "about"),
        ("Bye", "goodbye"),
    ],
)
def test_what_people_say_about_an_answer_is_a_request(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("Welcher Bericht sagt das?", "sources", "de"),
        ("Sind Sie sich da sicher?", "sources", "de"),
        ("Können Sie das bitte kürzer fassen?", "shorter", "de"),
        ("In einem Satz bitte", "sentence", "de"),
        ("Was noch?", "more", "de"),
        ("Grüß Gott", "greeting", "de"),
        ("Quel rapport le dit ?", "sources", "fr"),
        ("Où est-ce que c’est écrit ?", "sources", "fr"),
        ("Plus court, s'il vous plaît", "shorter", "fr"),
        ("Dis-m’en plus", "longer", "fr"),
        ("¿Qué informe lo dice?", "sources", "es"),
        ("¿Algo más?", "more", "es"),
        ("en forma de lista", "bullets", "es"),
        ("Als Tabelle bitte", "table", "de"),
        ("Wie viele sind es?", "counted", "de"),
        ("Combien y en a-t-il ?", "counted", "fr"),
        ("¿Cuántos son?", "counted", "es"),
        ("Quale rapporto lo dice?", "sources", "it"),
        ("Più breve", "shorter", "it"),
        ("Cos'altro?", "more", "it"),
        ("Jakie jest źródło?", "sources", "pl"),
        ("jakie jest zrodlo", "sources", "pl"),
        ("Krócej, proszę", "shorter", "pl"),
        ("Kim jesteś?", "about", "pl"),
    ],
)
def test_they_are_known_in_other_languages_with_and_without_accents(text: str, kind: str, language: str) -> None:
    [request] = read_requests(text)
    assert (request.kind, request.language()) == (kind, language)


def test_a_phrase_of_several_languages_is_answered_in_the_one_that_is_spoken() -> None:
    [request] = read_requests("continue")
    assert (request.language("fr"), request.language("pl")) == ("fr", "en")


def test_several_requests_in_one_text_are_carried_out_in_order() -> None:
    assert kinds("Shorter, and in bullet points") == ["shorter", "bullets"]
    assert kinds("Which report says that, and on which page?") == ["sources"]


def test_small_talk_beside_a_request_is_passed_over() -> None:
    assert kinds("Thanks! Which report says that?") == ["sources"]
    assert kinds("Hello, who are you?") == ["about"]


def test_naming_sources_changes_nothing_for_the_request_behind_it() -> None:
    assert kinds("Source, and then shorter") == ["shorter"]


@pytest.mark.parametrize("text", ["How does this work?", "What is this?", "Start"])
def test_some_small_talk_counts_as_the_first_thing_said_only(text: str) -> None:
    assert kinds(text, opens=True) == ["about"]
    assert kinds(text) == []


NO_REQUESTS = """
What is the rest of the world's share?
Which report says that SMEs lack time?
How can a cluster help?
How can a cluster help us?
How can you tell that a cluster is ready?
Who are the partners?
Who are your target groups?
What can a cluster do for its members?
What else should a cluster organisation hold before step 3?
What else did the survey find?
What more can policy makers do?
More money for clusters?
More partners?
More than half?
Do we need more?
No more
How many more partnerships signed an agreement?
Where does it say that clusters need a strategy?
Where does the money come from?
Where is the head office?
Where?
Why?
How?
Who?
Which ones?
Which partnerships?
Which sources of funding are there?
What are the sources of funding?
Sources of funding
Which documents must partners sign?
Which documents?
Which report was first?
What does the report say about sources?
Is the handbook the source of the ten steps?
What is the source of the figures on exports?
What is the page count?
Continue with step 4?
How do we continue after a pilot project?
Should we go on with the partnership?
What comes next in the journey?
What is the next step?
Is that all that SMEs gain?
Are there more women in clusters now?
Are there others?
Shorter missions or longer ones?
Are shorter missions better?
How short should a mission be?
Summarise the barriers
Give me a summary of the green transition
Summary of recommendation R9
In one sentence, what is a cluster?
What is a cluster in your own words?
In short, who pays?
List the partnerships
List them
A list of partnerships
Which list names the target markets?
How do we list our members?
Explain more about the joint strategy
Explain the joint international strategy
Explain step 3
Tell me more about Hamburg Aviation
More details on the EACP
What is the detail of table 4?
How long does it take?
Is it longer than two years?
Translate "cluster"
Who translates the handbook?
Is the handbook translated into German?
Did they meet in German cities?
Hello Tomorrow: what is it?
What does a thank-you event cost?
Thanks to whom did the EACP start?
Help for SMEs
Help with funding
Who helps?
How do help desks work?
What can you learn from the pilot projects?
What questions can we ask our members?
What do you know about the EACP?
What is this report about?
What is it?
What is that?
How does this tool work?
Good practices
Good examples of clusters
Great barriers
And in Asia?
And R10?
And step 4?
Or in Chile?
So what?
So what else do partners need?
OK, how do we find partners abroad?
Please list the ten steps
Can you show me the barriers?
Could you explain the ten steps?
I need partners in Japan
We want more members
Welcher Bericht nennt die meisten Hindernisse?
Was noch fehlt den Clustern?
Mehr Geld für Cluster?
Wer hilft den Unternehmen?
Wo steht der Cluster heute?
Kürzere Reisen?
Quel rapport parle des obstacles ?
Plus de partenaires ?
Plus d'argent pour les clusters ?
Qui êtes-vous prêts à financer ?
¿Qué informe habla de las barreras?
¿Más socios?
¿Cómo puede ayudar un clúster?
Quale rapporto parla di ostacoli?
Altro denaro per i cluster?
Come può aiutare un cluster?
Który raport mówi o barierach?
Więcej partnerów?
Jak klaster może pomóc?
""".strip().splitlines()


@pytest.mark.parametrize("question", NO_REQUESTS)
@pytest.mark.parametrize("opens", [True, False], ids=["first", "later"])
def test_a_question_is_never_taken_for_a_request(question: str, opens: bool) -> None:
    assert read_requests(question, opens=opens) == ()


def test_there_are_many_questions_that_sound_like_a_request() -> None:
    assert len(set(NO_REQUESTS)) >= 100


@pytest.mark.parametrize("name", ["cluster-capacity", "first-questions"])
def test_no_question_that_the_project_is_developed_with_is_taken_for_a_request(name: str) -> None:
    lines = (ROOT / "benchmarks" / name / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    asked = [turn for record in records for turn in record.get("history", []) if isinstance(turn, str)]
    asked += [turn["content"] for record in records for turn in record.get("history", []) if isinstance(turn, dict)]
    asked += [record["question"] for record in records]
    assert len(asked) > 100
    assert [text for text in asked for opens in (True, False) if read_requests(text, opens=opens)] == []


# --- the file of phrases ------------------------------------------------------------------------------------------


def table() -> dict[str, dict[str, str]]:
    return tomllib.loads(
        resources.files("advisor.answering.talk").joinpath("requests.toml").read_text(encoding="utf-8")
    )


def test_every_language_has_phrases_of_every_kind() -> None:
    held = table()
    assert tuple(held) == LANGUAGES
    for language in LANGUAGES:
        assert set(held[language]) == {"before", "behind", "opening", *get_args(Kind)}


def test_a_phrase_means_the_same_in_every_language_that_has_it() -> None:
    meant: dict[str, set[str]] = {}
    for phrases in table().values():
        for kind in get_args(Kind):
            for line in phrases[kind].strip().splitlines():
                for phrase in filter(None, map(plain, expanded(line))):
                    meant.setdefault(phrase, set()).add(kind)
    assert {phrase: found for phrase, found in meant.items() if len(found) > 1} == {}


@given(st.sampled_from(sorted(read_phrases().requests)), st.sampled_from(["", "?", "!", " …", "."]))
def test_a_phrase_is_the_request_that_it_stands_for_whatever_its_case_and_punctuation(phrase: str, end: str) -> None:
    meant = replace(read_phrases().requests[phrase], number=7 if "#" in phrase else 0)
    assert read_requests(phrase.replace("#", "seventh").upper() + end) == (meant,)


@given(
    st.sampled_from(sorted(read_phrases().requests)),
    st.sampled_from(["partnerships", "of the clusters", "for smaller firms", "in step 3", "Hamburg"]),
)
def test_a_phrase_with_something_else_behind_it_is_no_request(phrase: str, said: str) -> None:
    assert read_requests(f"{phrase.replace('#', 'two')} {said}") == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(request, Request) for request in read_requests(text, opens=True))


def test_a_long_text_is_no_request_and_is_not_read() -> None:
    assert read_requests("more " * LONGEST) == ()


def test_a_pattern_stands_for_each_of_its_choices() -> None:
    assert sorted(expanded("(a|b) [c|d]x")) == ["a cx", "a dx", "a x", "b cx", "b dx", "b x"]


# --- in words -----------------------------------------------------------------------------------------------------


def test_what_is_done_is_said_before_the_question() -> None:
    assert describe([Request("shorter"), Request("sources")], "How?") == "Shorter, sources: How?"


def test_a_question_without_requests_is_said_as_it_is() -> None:
    assert describe([], "How?") == "How?"


def test_everything_that_is_done_to_an_answer_has_words() -> None:
    assert set(TOLD) == set(get_args(Kind)) - set(SMALL_TALK)


@pytest.mark.parametrize(
    ("text", "kind", "number", "language"),
    [
        ("Only the first three, please", "first", 3, "en"),
        ("Show me the top 5", "first", 5, "en"),
        ("Explain the second point", "point", 2, "en"),
        ("Tell me more about the 3rd one", "point", 3, "en"),
        ("Expand on number 4", "point", 4, "en"),
        ("Can you explain the last point?", "point", LAST, "en"),
        ("Give me the last one", "point", LAST, "en"),
        ("What is the third one?", "point", 3, "en"),
        ("Nur die ersten drei", "first", 3, "de"),
        ("Erkläre den zweiten Punkt", "point", 2, "de"),
        ("Erkläre die zweite", "point", 2, "de"),
        ("Explique la troisième", "point", 3, "fr"),
        ("Explica la segunda", "point", 2, "es"),
        ("Spiega il secondo", "point", 2, "it"),
        ("Wyjaśnij numer 2", "point", 2, "pl"),
        ("Les 3 premiers points", "first", 3, "fr"),
        ("Explique le deuxième point", "point", 2, "fr"),
        ("Solo los tres primeros", "first", 3, "es"),
        ("Explica el segundo punto", "point", 2, "es"),
        ("Solo i primi tre", "first", 3, "it"),
        ("Spiegami il punto 2", "point", 2, "it"),
        ("Tylko pierwsze trzy", "first", 3, "pl"),
        ("Wyjaśnij drugi punkt", "point", 2, "pl"),
    ],
)
def test_a_request_may_say_how_many_or_which_one(text: str, kind: Kind, number: int, language: str) -> None:
    assert read_requests(text) == (Request(kind, (language,), number),)


@pytest.mark.parametrize("text", ["Explain the second step", "The first three steps", "Explain point", "Point 2 to 5"])
def test_a_number_alone_makes_no_request(text: str) -> None:
    assert read_requests(text) == ()
