from __future__ import annotations

import pytest

from advisor.answering.refusal import is_refusal


@pytest.mark.parametrize(
    "text",
    [
        "NOT IN THE PASSAGES",
        "NOT IN THE PASSAGES.",
        "I'm sorry, I cannot help with that.",
        "I’m unable to answer this question.",
        "I cannot answer this.",
        "Sorry, I don't know.",
        "As an AI language model, I have no opinion.",
        "The passages do not say how many there are.",
        "The provided documents don't mention fees.",
        "The sources contain no information on this.",
        "There is no information on fees.",
        "The fee is not mentioned in the passages.",
        "Die Quellen enthalten dazu leider keine Angaben.",
        "Es tut mir leid, das weiß ich nicht.",
        "Les passages ne disent pas combien ils sont.",
        "Je suis désolé, je ne sais pas.",
        "Lo siento, no lo sé.",
        "Los pasajes no lo dicen.",
        "Mi dispiace, non lo so.",
        "I passaggi non lo dicono.",
        "Przykro mi, nie wiem.",
        "Fragmenty nie zawierają takich informacji.",
    ],
)
def test_a_sentence_that_declines_is_known(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Visits to trade fairs bring new partners.",
        "Members do not pay a fee.",
        "The network does not pay for travel.",
        "Documents are sent to the region before a visit.",
        "Students cannot join.",
        "Die Mitglieder zahlen keinen Beitrag.",
        "Les membres ne paient pas de cotisation.",
    ],
)
def test_a_statement_with_a_no_in_it_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)
