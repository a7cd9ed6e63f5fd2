from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisor.retrieval import languages
from advisor.retrieval.languages import COMPOUNDING, STEMMERS, asks_for_several, lexicon, recognise, translate
from advisor.text import STOP_WORDS, stem

LEXICONS = Path(languages.__file__).with_name("lexicons")
LANGUAGES = sorted(STEMMERS)

HELD = frozenset(
    map(
        stem,
        """cluster organisation member partner visit trade fair cost step euro fee budget survey barrier skill staff
        strategy handbook international network project region europe mission agreement""".split(),
    )
)
"""Stems of a small set of documents."""


def knows(word: str) -> bool:
    return word in STOP_WORDS or stem(word) in HELD


def knows_nothing(word: str) -> bool:
    """Stand for a store whose documents hold English function words only."""
    return word in STOP_WORDS


def read(language: str) -> dict[str, object]:
    return tomllib.loads((LEXICONS / f"{language}.toml").read_text(encoding="utf-8"))


def entries(language: str) -> dict[str, str]:
    held = read(language)
    words, exact = held["words"], held.get("exact", {})
    assert isinstance(words, dict)
    assert isinstance(exact, dict)
    assert sorted(words.keys() & exact.keys()) == [], "a word is looked up by its stem or it is not"
    return words | exact


def function_words(language: str) -> list[str]:
    held = read(language)
    return f"{held['function_words']} {held.get('shared', '')}".split()


# --- the files --------------------------------------------------------------------------------------------------


def test_every_language_with_a_stemmer_has_a_lexicon_and_a_name_and_there_are_no_other_files() -> None:
    assert {path.stem for path in LEXICONS.glob("*.toml")} == set(STEMMERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_holds_function_words_and_entries_and_nothing_else(language: str) -> None:
    known = {"function_words", "shared", "last", "several", "words", "exact"}
    assert {"function_words", "several", "words"} <= set(read(language)) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_is_large_enough_to_be_one(language: str) -> None:
    assert len(entries(language)) >= 650
    assert len(function_words(language)) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_is_empty(language: str) -> None:
    assert [key for key, meant in entries(language).items() if not key.strip() or not meant.strip()] == []
    assert [key for key in entries(language) if not re.search(r"[^\W_]", key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_looked_up_is_lower_case_and_composed_as_a_question_is(language: str) -> None:
    keys = [*entries(language), *function_words(language)]
    assert [key for key in keys if key != unicodedata.normalize("NFC", key.lower())] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_function_word_is_an_entry_or_stands_twice(language: str) -> None:
    held = function_words(language)
    assert sorted(entries(language).keys() & set(held)) == []
    assert sorted(word for word in set(held) if held.count(word) > 1) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_word_is_one_word_since_it_is_compared_with_one(
    language: str,
) -> None:
    assert [word for word in function_words(language) if not re.fullmatch(r"[^\W_]+", word)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_entries_with_the_same_words_mean_the_same(language: str) -> None:
    """Hyphens, apostrophes and full stops divide words, so that "e-mail" and "e mail" are one key."""
    meanings: dict[str, set[str]] = {}
    for key, meant in entries(language).items():
        meanings.setdefault(" ".join(re.findall(r"[^\W_]+", key)), set()).add(meant)
    assert {key: meant for key, meant in meanings.items() if len(meant) > 1} == {}


def test_a_word_with_the_stem_of_another_is_looked_up_as_it_is_written() -> None:
    """German "messen" is to measure, and "Messe" a fair."""
    assert [lexicon("de").english([word]) for word in ("messen", "messe")] == ["measure", "trade fair"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_english_is_british_and_without_stray_space(language: str) -> None:
    american = re.compile(r"\b\w+(?:iz(?:e[ds]?|ation|ing)|yz(?:e[ds]?|ing))\b|\b(?:center|labor|program|behavior)\b")
    allowed = {"size", "sized", "sizes", "prize", "prizes"}
    odd = [m for meant in entries(language).values() for m in american.findall(meant) if m not in allowed]
    assert odd == []
    assert [meant for meant in entries(language).values() if meant != " ".join(meant.split())] == []


PLAIN = {"como", "que"}
"""Spanish question words that are often typed without their accents: to read "que" as "qué" is welcome."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_function_word_is_put_into_english_by_way_of_a_stem_it_shares_with_an_entry(
    language: str,
) -> None:
    """Portuguese "com" (with) would become "how", French "il faut" (one must) "mistake"."""
    words = lexicon(language)
    assert {word: words.english([word]) for word in words.dropped - PLAIN if words.english([word])} == {}


def test_a_word_by_which_a_language_is_recognised_is_such_a_word_of_no_other() -> None:
    """What several languages have belongs into `shared`."""
    owners: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for word in lexicon(language).function_words:
            owners.setdefault(word, []).append(language)
    assert {word: found for word, found in owners.items() if len(found) > 1} == {}


# --- questions in other languages -------------------------------------------------------------------------------

QUESTIONS = [
    ("de", "Wie viel kostet ein Messebesuch für unsere Mitglieder?", "how much|cost|trade fair|visit|member"),
    ("de", "Welche Hindernisse nannten die Partnerschaften?", "which|barrier|mentioned|partnership"),
    ("de", "Seit wann gibt es die Clusterorganisation in Bayern?", "since when|cluster organisation|Bavaria"),
    ("es", "¿Cuánto cuesta visitar una feria para nuestros miembros?", "how much|cost|visit|fair|member"),
    ("es", "¿Qué obstáculos encontraron las asociaciones?", "what|obstacle|find|association"),
    ("es", "¿Por qué debemos firmar un acuerdo antes de la misión?", "why|sign|agreement|before|mission"),
    ("fr", "Combien coûte la participation à un salon professionnel ?", "how much|cost|participation|trade fair"),
    ("fr", "Qui finance le voyage de nos membres au Brésil ?", "who|fund|member|Brazil"),
    ("fr", "Comment pouvons-nous trouver des partenaires en Pologne ?", "how|find|partner|Poland"),
    ("it", "Quanto costa la visita a una fiera per i nostri membri?", "how much|cost|visit|fair|member"),
    ("it", "Quali ostacoli hanno indicato i partenariati?", "which|obstacle|partnership"),
    ("it", "Perché dobbiamo firmare un accordo prima della missione?", "why|sign|agreement|before|mission"),
    ("nl", "Hoeveel kost een beursbezoek voor onze leden?", "how much|cost|fair|visit|member"),
    ("nl", "Welke belemmeringen noemden de partnerschappen?", "which|barrier|partnership"),
    ("nl", "Waarom moeten wij voor de reis een overeenkomst ondertekenen?", "why|sign|agreement"),
    ("pl", "Ile kosztuje udział w targach dla naszych członków?", "how much|cost|participation|fair|member"),
    ("pl", "Dlaczego należy podpisać umowę przed misją?", "why|sign|agreement|before|mission"),
    ("pl", "Kto płaci za podróż naszych partnerów do Brazylii?", "who|pay|partner|Brazil"),
    ("pt", "Quanto custa uma visita a uma feira para os nossos membros?", "how much|cost|visit|fair|member"),
    ("pt", "Que obstáculos encontraram as parcerias?", "obstacle|find|partnership"),
    ("pt", "Quem paga a viagem das empresas ao Brasil?", "who|pay|compan|Brazil"),
    ("ro", "Cât costă o vizită la un târg pentru membrii noștri?", "how much|cost|visit|fair|member"),
    ("ro", "De ce trebuie să semnăm un acord înainte de misiune?", "why|sign|agreement|before|mission"),
    ("ro", "Cine plătește călătoria firmelor în Brazilia?", "who|pay|Brazil"),
    ("sv", "Hur mycket kostar ett mässbesök för våra medlemmar?", "how much|cost|fair|visit|member"),
    ("sv", "Vilka hinder nämnde partnerskapen?", "which|barrier|partnership"),
    ("sv", "Varför ska vi underteckna ett avtal före resan?", "why|sign|agreement|before"),
]


@pytest.mark.parametrize(("language", "question", "_"), QUESTIONS)
def test_a_question_is_recognised_whether_or_not_its_words_stand_in_the_documents(
    language: str, question: str, _: str
) -> None:
    assert recognise(question, knows) == recognise(question, knows_nothing) == language


@pytest.mark.parametrize(("language", "question", "_"), QUESTIONS)
def test_a_question_in_capitals_or_without_punctuation_is_recognised_as_well(
    language: str, question: str, _: str
) -> None:
    assert recognise(question.upper(), knows) == recognise(question.strip("¿? "), knows) == language


@pytest.mark.parametrize(("language", "question", "meant"), QUESTIONS)
def test_the_content_words_of_a_question_come_out_in_english(language: str, question: str, meant: str) -> None:
    found = translate(question, language, knows)
    assert [part for part in meant.split("|") if part not in found.text] == []
    assert (found.language, found.unknown) == (language, ())


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("es", "¿Qué necesita una empresa pequeña para exportar?"),
        ("pt", "O que precisa uma empresa pequena para exportar?"),
        ("it", "Di che cosa ha bisogno una piccola impresa per esportare?"),
        ("ro", "De ce are nevoie o firmă mică pentru a exporta?"),
        ("fr", "De quoi une petite entreprise a-t-elle besoin pour exporter ?"),
        ("de", "Was braucht ein kleines Unternehmen für den Export?"),
        ("nl", "Wat heeft een klein bedrijf nodig voor de export?"),
        ("sv", "Vad behöver ett litet företag för att exportera?"),
        ("pl", "Czego potrzebuje mała firma, żeby eksportować?"),
    ],
)
def test_near_languages_are_told_apart_when_they_ask_the_same(language: str, question: str) -> None:
    assert recognise(question, knows) == language


# --- English ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "How much does a visit to a fair cost?",
        "Which barriers did the partnerships name?",
        "Who finances joint missions?",
        "Why so few?",
        "Costs?",
        "SMEs",
        "Budget?",
        "Partner",
        "No more partners",
        "Which partners?",
        "List five trends in the network",
        "How many members are there in Le Mans and La Rochelle?",
        "Who is Maria da Silva?",
        "What does the Agence de la Mer do for its members?",
        "Is there an office in Den Haag or in Frankfurt am Main?",
        "Does Die Mauer help its members to export?",
    ],
)
def test_an_english_question_is_english_however_short_and_whatever_names_it_holds(question: str) -> None:
    assert recognise(question, knows) == "en"


@pytest.mark.parametrize(
    "question",
    [
        "Best practice",
        "Digital innovation hub",
        "Legal form",
        "Social media",
        "Total cost",
        "Competence centre",
        "Train a mentor",
        "Define internationalisation",
        "Interim evaluation",
        "Solar panels",
    ],
)
def test_a_short_english_question_is_english_where_the_documents_do_not_hold_its_words(question: str) -> None:
    """A question about what is not in the corpus must reach the search whole; "Social media" is searched as "social
    average", and "hub" is lost from "Digital innovation hub".
    """
    assert recognise(question, knows_nothing) == "en"


@pytest.mark.parametrize("question", ["Is Agencia de Energía a member?", "What is Pôle de compétitivité Mer Bretagne?"])
def test_a_short_english_question_about_an_organisation_with_a_foreign_name_is_english(question: str) -> None:
    assert recognise(question, knows_nothing) == "en"


@pytest.mark.parametrize(
    ("question", "language"),
    [("Qui est Antonio Novo?", "fr"), ("Was ist Innovation Express?", "de"), ("Chi è Kim Hjerrild?", "it")],
)
def test_a_short_question_about_a_name_is_in_the_language_of_its_other_words(question: str, language: str) -> None:
    names = {"antonio", "novo", "innovation", "express", "kim", "hjerrild"}
    assert recognise(question, names.__contains__) == language


@pytest.mark.parametrize(
    "text", ["", "?!…", "🙂", "42", "R9", "Как найти партнёров?", "如何找到合作伙伴?", "zxcv qwrt"]
)
def test_what_no_lexicon_holds_is_taken_for_english(text: str) -> None:
    assert recognise(text, knows_nothing) == "en"


@given(st.text(max_size=60))
@example("0Oa")
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_language_and_can_be_translated(text: str) -> None:
    assert recognise(text, knows) in {*STEMMERS, "en"}
    for language in LANGUAGES:
        found = translate(text, language, knows)
        assert set(found.unknown) <= set(re.findall(r"[^\W_]+", text))


# --- names, figures and what is not known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question", "kept"),
    [
        ("de", "Was fordert R9 von den Mitgliedern?", "R9"),
        ("fr", "Que finance le projet ELBE ?", "ELBE"),
        ("pt", "Quem paga os custos em 2014?", "2014"),
        ("pl", "Kto płaci za BioVale?", "BioVale"),
    ],
)
def test_codes_years_and_names_with_two_capitals_stay_as_they_are(language: str, question: str, kept: str) -> None:
    found = translate(question, language, knows)
    assert kept in found.text.split()
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("language", "question", "word"),
    [("es", "¿Quién paga los zuecos?", "zuecos"), ("it", "Chi paga gli zoccoli?", "zoccoli")],
)
def test_a_word_without_english_is_left_out_and_told(language: str, question: str, word: str) -> None:
    found = translate(question, language, knows)
    assert word not in found.text
    assert found.unknown == (word,)


def test_a_capital_inside_a_question_is_a_name_that_is_kept_and_told_as_unknown() -> None:
    found = translate("¿Quién visita Zarzuelo con los socios?", "es", knows)
    assert "Zarzuelo" in found.text
    assert found.unknown == ("Zarzuelo",)


def test_every_german_noun_has_a_capital_so_that_an_unknown_one_is_left_out() -> None:
    found = translate("Wer bezahlt die Pantoffeln?", "de", knows)
    assert "Pantoffeln" not in found.text
    assert found.unknown == ("Pantoffeln",)


def test_a_word_that_the_documents_hold_stays_as_it_is_written() -> None:
    assert "staff" in translate("Wer bezahlt das staff training?", "de", knows).text
    assert "staff" not in translate("Wer bezahlt das staff training?", "de", knows_nothing).text


@pytest.mark.parametrize(
    ("language", "question", "kept"),
    [
        ("de", "Was soll vor Ende von Schritt 3 vorliegen?", "step 3"),
        ("fr", "Que faut-il avoir avant la fin de l'étape 3 ?", "step 3"),
        ("es", "¿Cuánto dura la fase 2?", "phase 2"),
    ],
)
def test_the_number_of_a_numbered_part_is_kept(language: str, question: str, kept: str) -> None:
    """Without it the part is not found: "step 3" and "step 4" are the same question."""
    assert kept in translate(question, language, knows).text


@pytest.mark.parametrize("figure", ["1.200", "2,5", "12.500"])
def test_a_figure_is_kept_whole(figure: str) -> None:
    """ "1.200 Euro" is searched as "200 Euro"."""
    assert figure in translate(f"Wer zahlt {figure} Euro für einen Besuch?", "de", knows).text


def test_the_longest_phrase_wins() -> None:
    assert translate("seit wann", "de", knows).text == "since when"
    assert translate("wie viele", "de", knows).text == "how many"


# --- compounds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compound", "english"),
    [
        ("Partnersuche", "partner search"),
        ("Messebesuch", "trade fair visit"),
        ("Projektpartnersuche", "project partner search"),
        ("Innovationsförderung", "innovation funding"),
        ("Kundenbefragung", "customer survey"),
        ("Kooperationspartner", "cooperation partner"),
    ],
)
def test_a_german_compound_is_divided_into_words_with_or_without_a_link(compound: str, english: str) -> None:
    assert translate(compound, "de", knows_nothing).text == english


@pytest.mark.parametrize(
    ("language", "compound", "parts"),
    [
        ("nl", "partnerkeuze", ("partner", "cho")),
        ("nl", "projectkosten", ("project", "cost")),
        ("sv", "projektkostnader", ("project", "cost")),
        ("sv", "marknadsanalys", ("market", "analysis")),
    ],
)
def test_dutch_and_swedish_compounds_are_divided_too(language: str, compound: str, parts: tuple[str, ...]) -> None:
    found = translate(compound, language, knows_nothing)
    assert [part for part in parts if part not in found.text] == []


@pytest.mark.parametrize("word", ["Landxyzq", "Xyzqland", "Donaudampfschifffahrt"])
def test_a_word_of_which_a_part_is_unknown_is_not_divided(word: str) -> None:
    found = translate(word, "de", knows_nothing)
    assert (found.text, found.unknown) == ("", (word,))


def test_other_languages_do_not_divide_words() -> None:
    assert set(LANGUAGES) - set(COMPOUNDING) == {"es", "fr", "it", "pl", "pt", "ro"}
    assert translate("mercadopaís", "es", knows_nothing).unknown == ("mercadopaís",)


def test_a_word_without_end_is_divided_by_few_look_ups() -> None:
    """A question may have 2,000 characters: of "Landes" fourteen times, 84 letters, the division takes 20 s."""
    asked: list[str] = []

    def counted(word: str) -> bool:
        asked.append(word)
        return False

    def divide(times: int) -> int:
        asked.clear()
        translate("Landes" * times + "xyzq", "de", counted)
        return len(asked)

    assert divide(8) < 20 * divide(4)


@pytest.mark.parametrize(
    ("language", "several", "one"),
    [
        ("de", "Welche Schritte gibt es?", "Welche Stadt ist das?"),
        ("es", "¿Cuáles son los pasos?", "¿Cuál es el paso?"),
        ("fr", "Quelles sont les étapes ?", "Quelle est l'étape ?"),
        ("it", "Quali sono i passi?", "Qual è il passo?"),
        ("nl", "Welke stappen zijn er?", "Wie betaalt dat?"),
        ("pl", "Jakie są kroki?", "Jaki jest krok?"),
        ("pt", "Quais são os passos?", "Qual é o passo?"),
        ("ro", "Care sunt pașii?", "Care este pasul?"),
        ("sv", "Vilka steg finns det?", "Vilket steg är det?"),
    ],
)
def test_several_things_are_asked_for_in_words_of_each_language(language: str, several: str, one: str) -> None:
    assert asks_for_several(several, language)
    assert not asks_for_several(one, language)
    assert not asks_for_several(several, "en")
