"""Records become HTML; whatever stands in a PDF or a question is shown as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from advisor.records import SOURCES_ENGLISH, Answer, AnswerReady, AnswerSentence, Citation, Searching
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.pane import render_proof
from advisor.serving.proof import Proof
from advisor.serving.rendering import render_transcript, render_turn
from advisor.serving.verdict import WELL_SUPPORTED_FROM

from .fakes import Store, answer, near_answer, partners_answer, rows_answer, said

SAY = words_in("en")

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>read more</a>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><input name=q></form>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "</article></div><h1>Well supported</h1>",
    "<!-- --><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<button class='ca-mk' data-do='cite' data-turn='1' data-n='1'>1</button>",
)


class Seen(HTMLParser):
    """The tags, attribute names and text that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def done(answered: Answer, question: str = "") -> Turn:
    turn = Turn(question or answered.question)
    turn.take(Searching(answered.question, 6, 217), SAY)
    turn.take(AnswerReady(answered), SAY)
    return turn


def harmless(text: str) -> str:
    """Words of the same length."""
    return re.sub(r"\S", "x", text)


def hostile_citation(text: str) -> Citation:
    return Citation(1, text, text, text, 3, text, (text, text), text, 0, len(text), ((1.0, 2.0, 3.0, 4.0),), text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("reason", ["answered", "near", "declined"])
def test_markup_in_questions_titles_quotes_and_sections_is_shown_as_text(text: str, reason: str) -> None:
    def page(words_used: str) -> Seen:
        told = answer(
            words_used,
            (said(words_used, 1), said(words_used, 1, kind="item")),
            (hostile_citation(words_used),),
            abstained=reason != "answered",
            reason=reason,
        )
        told = replace(told, conflicts=(words_used,))
        return Seen(render_turn(done(told), 1, SAY))

    hostile, plain = page(text), page(harmless(text))
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]
    assert hostile.text.count(text) == plain.text.count(harmless(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_proof_is_shown_as_text(text: str, store: Store) -> None:
    def pane(words_used: str) -> Seen:
        citation = hostile_citation(words_used)
        page = store.pages["d1handbook", 3]
        return Seen(render_proof(Proof(1, citation, (citation,), page, 3, exact=True), SAY, number=1))

    hostile, plain = pane(text), pane(harmless(text))
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]
    assert hostile.text.count(text) == plain.text.count(harmless(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_an_error_is_shown_as_text(text: str) -> None:
    turn = Turn("Why?")
    turn.fail(text)
    assert text in Seen(render_turn(turn, 1, SAY)).text


def test_broken_characters_of_a_pdf_do_not_break_the_page() -> None:
    shown = render_turn(Turn("half a pair \ud83d and a bell \x07"), 1, SAY)
    assert "half a pair ? and a bell \ufffd" in shown
    shown.encode("utf-8")


def test_list_items_stand_as_bullets_under_their_lead_in(store: Store) -> None:
    shown = render_turn(done(partners_answer(store)), 1, SAY)
    lead = shown.index('<p class="ca-lead">')
    items = shown.index("<ul>", lead)
    assert "A cluster organisation can" in shown[lead:items]
    assert shown[items : shown.index("</ul>", items)].count("<li>") == 2


def test_a_bullet_sign_of_the_pdf_is_not_repeated_in_the_list() -> None:
    shown = render_turn(done(answer("q", (said("• join an event", kind="item"),))), 1, SAY)
    assert "join an event" in shown
    assert "•" not in shown


def test_an_item_that_is_counted_on_its_page_has_no_bullet_beside_its_number() -> None:
    items = (said("1. Ask the members.", kind="item"), said("Write it down.", kind="item"))
    shown = render_turn(done(answer("q", items)), 1, SAY)
    assert (shown.count('<li class="ca-counted">'), shown.count("<li>")) == (1, 1)


def test_an_error_begins_with_a_capital() -> None:
    turn = Turn("q", phase="failed", error="the question is empty; type a question in words")
    assert "The question is empty; type a question in words" in render_turn(turn, 1, SAY)


def test_rows_stand_as_a_list_too() -> None:
    shown = render_turn(done(answer("q", (said("Barrier: firms; count: 8", kind="row"), said("After.")))), 1, SAY)
    assert shown.count("<li>") == 1


def test_rows_of_a_table_stand_as_a_table_with_headers_and_marks(store: Store) -> None:
    shown = render_turn(done(rows_answer(store)), 1, SAY)
    table = shown[shown.index("<table>") : shown.index("</table>")]
    assert re.findall(r'<th scope="col">([^<]+)</th>', table) == ["Strand", "Sector", "Target markets outside Europe"]
    assert re.findall(r'<th scope="row">([^<]+)</th>', table) == ["ELBE", "PIMAP", "NF4"]
    assert "Table 1: The" in table[table.index("<caption>") : table.index("</caption>")]
    assert re.findall(r'<tr class="ca-s" data-turn="1" data-cites="(\d)">', table) == ["2", "3", "4"]
    assert re.findall(r'data-do="cite" data-turn="1" data-n="(\d)"', table) == ["1", "2", "3", "4"]
    assert "<li>" not in shown


def test_a_row_alone_is_a_label_with_its_values(store: Store) -> None:
    shown = render_turn(done(rows_answer(store)), 1, SAY)
    facts = shown[shown.index('<div class="ca-facts">') :]
    assert "Chile<button" in facts
    assert "<dt>Number</dt><dd>4</dd></div><div><dt>Partnerships</dt><dd>ELBE</dd>" in facts


def test_a_row_that_comes_first_is_a_table_already(store: Store) -> None:
    """Else it would change its looks when the second comes."""
    answered = rows_answer(store)
    turn = Turn("q", phase="writing", sentences=list(answered.sentences[:2]), citations=list(answered.citations))
    assert "<caption>" in render_turn(turn, 1, SAY)


def test_a_row_that_its_page_does_not_bear_out_says_so(store: Store) -> None:
    answered = rows_answer(store)
    doubted = replace(answered.sentences[2], support="unsupported")
    shown = render_turn(done(replace(answered, sentences=(*answered.sentences[:2], doubted))), 1, SAY)
    assert SAY("answer.unsupported") in shown[shown.index("<table>") : shown.index("</table>")]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("count", [1, 2])
def test_markup_in_the_cells_of_a_table_is_shown_as_text(text: str, count: int) -> None:
    def page(words_used: str) -> Seen:
        citation = replace(hostile_citation("x"), quote=f"{words_used} {words_used}")
        row = said(f"{words_used} — {words_used.partition(';')[0].partition(':')[0]}: {words_used}", 1, kind="row")
        return Seen(render_turn(done(answer("q", (row,) * count, (citation,))), 1, SAY))

    hostile, plain = page(text), page(harmless(text))
    assert {"table", "dl"} & set(plain.tags)
    assert set(hostile.tags) <= set(plain.tags) | {"ul", "li"}
    assert not {name for name, _ in hostile.attributes} - {name for name, _ in plain.attributes}
    assert hostile.text.count(text) >= 2 * count


def test_quotes_of_another_document_begin_a_paragraph(store: Store) -> None:
    shown = render_turn(done(partners_answer(store)), 1, SAY)
    assert shown[: shown.index("ca-after")].count("<p><span") == 3


def test_a_mark_is_a_named_button_glued_to_the_last_word(store: Store) -> None:
    shown = render_turn(done(partners_answer(store)), 2, SAY)
    assert (
        '<span class="ca-nb">trade.<button type="button" class="ca-mk" data-do="cite" data-turn="2" data-n="1" '
        'aria-label="Citation 1, show on the page">1</button></span>'
    ) in shown


def test_sources_name_document_page_printed_number_and_section(store: Store) -> None:
    seen = Seen(render_turn(done(partners_answer(store)), 1, SAY)).text
    sources = seen[seen.index(SAY("answer.sources")) :]
    assert "Cluster internationalisation handbookPage 1, printed 11Step 4. Find partners abroad1234" in sources
    assert "Consultation of the partnershipsPage 2Contacts6" in sources


@pytest.mark.parametrize(
    ("confidence", "words_shown", "bars"),
    [
        (WELL_SUPPORTED_FROM, SAY("answer.well_supported"), 3),
        (WELL_SUPPORTED_FROM - 0.01, SAY("answer.partly_supported"), 2),
    ],
)
def test_confidence_is_told_in_words_with_bars(confidence: float, words_shown: str, bars: int) -> None:
    shown = render_turn(done(answer("q", (said("Yes."),), confidence=confidence)), 1, SAY)
    assert words_shown in shown
    assert shown.count("<i></i>") == bars
    assert "%" not in Seen(shown).text


def test_a_sentence_that_its_page_does_not_bear_out_is_marked_and_lowers_the_verdict() -> None:
    doubted = AnswerSentence("Ten do.", (), "unsupported")
    shown = render_turn(done(answer("q", (doubted,), confidence=0.99)), 1, SAY)
    assert SAY("answer.unsupported") in shown
    assert SAY("answer.partly_supported") in shown


@pytest.mark.parametrize("reason", ["model-timeout", "model-error", "model-empty", "model-markup", "model-anything"])
def test_a_silent_model_is_told_above_the_quotes_that_came_instead(reason: str) -> None:
    shown = render_turn(done(answer("q", (said("Yes."),), reason=reason)), 1, SAY)
    assert 'role="alert"' in shown
    assert "quotes the documents directly instead" in shown


def test_why_a_model_failed_is_told_beside_it() -> None:
    failed = replace(answer("q", (said("Yes."),), reason="model-error"), note="The key is wrong.")
    seen = Seen(render_turn(done(failed), 1, SAY))
    assert SAY("model.error") in seen.text
    assert "The key is wrong." in seen.text


def test_near_statements_are_not_claimed_as_an_answer(store: Store) -> None:
    shown = render_turn(done(near_answer(store)), 1, SAY)
    seen = Seen(shown).text
    assert SAY("none.near") in seen
    assert SAY("none.near_says") in seen
    assert "6 documents searched" in seen
    assert 'class="ca-mk ca-near"' in shown
    assert SAY("answer.well_supported") not in seen
    assert SAY("answer.sources") not in seen


def test_a_decline_says_what_was_searched_what_to_ask_and_what_is_nearest(store: Store) -> None:
    seen = Seen(render_turn(done(near_answer(store, reason="declined")), 1, SAY)).text
    order = [
        SAY("none.declined"),
        SAY("none.declined_says"),
        "6 documents, 217 pages",
        SAY("none.answerable"),
        SAY("none.nearest"),
    ]
    assert [seen.index(part) for part in order] == sorted(seen.index(part) for part in order)
    assert "Name one person on each side who answers." in seen[seen.index(SAY("none.nearest")) :]


def test_questions_already_asked_are_not_suggested(store: Store) -> None:
    declined = done(near_answer(store, reason="declined"))
    first = SAY.topics[0].questions[0]
    assert first in render_turn(declined, 2, SAY)
    assert first not in render_turn(declined, 2, SAY, asked=[first, "q"])


def test_the_advisors_own_suggestions_come_before_the_examples(store: Store) -> None:
    told = replace(near_answer(store), suggestions=("How is a partnership paid for?",))
    shown = render_turn(done(told), 1, SAY)
    offered = re.findall(r'data-question="([^"]+)"><span>', shown)
    assert offered[0] == "How is a partnership paid for?"
    assert len(offered) == 3


def test_an_empty_store_says_how_to_fill_it() -> None:
    assert SAY("first.empty") in Seen(render_transcript(Conversation(), [], SAY)).text


def test_the_first_screen_offers_the_examples_under_their_topics(store: Store) -> None:
    seen = Seen(render_transcript(Conversation(), list(store.documents.values()), SAY)).text
    assert "Answers rest on 2 documents" in seen
    for topic in SAY.topics:
        assert all(question in seen[seen.index(topic.title) :] for question in topic.questions)


def test_the_first_screen_counts_the_documents_that_answers_use(store: Store) -> None:
    documents = list(store.documents.values())
    some = Seen(render_transcript(Conversation(), documents, SAY, used=1)).text
    assert "Answers rest on 1 of the 2 documents" in some
    none = Seen(render_transcript(Conversation(), documents, SAY, used=0)).text
    assert SAY("first.none_chosen") in none
    assert SAY("first.to_library") in none
    assert SAY.topics[0].questions[0] not in none


def test_the_live_region_is_the_first_node_whatever_the_page_shows() -> None:
    conversation = Conversation()
    assert render_transcript(conversation, [], SAY).startswith('<p class="ca-sr" id="ca-live" role="status"')
    conversation.begin("Why?")
    assert render_transcript(conversation, [], SAY, read_out="A <b>").startswith(
        '<p class="ca-sr" id="ca-live" role="status" aria-live="polite">A &lt;b&gt;</p>'
    )


def test_conflicts_show_the_marks_of_both_sides(store: Store) -> None:
    told = replace(partners_answer(store), conflicts=("One says eight [1], the other ten [6], a third [99].",))
    shown = render_turn(done(told), 1, SAY)
    note = shown[shown.index('class="ca-note"') : shown.index("</aside>")]
    assert 'data-n="1"' in note
    assert 'data-n="6"' in note
    assert "[99]" in note
    assert '<span class="ca-nb">eight<button' in note, "no mark starts a line"


def test_a_conflict_that_the_text_of_the_answer_states_too_is_shown_once(store: Store) -> None:
    told = partners_answer(store)
    line = "The reports differ on the number of partners."
    told = replace(told, answer=f"{told.answer}\n\n{line}", conflicts=(line,))
    assert render_turn(done(told), 1, SAY).count(line) == 1


def test_a_section_path_does_not_repeat_the_title_of_its_document(store: Store) -> None:
    cited = store.cite(1, "d1handbook", 1, "join")
    cited = replace(cited, section=(cited.title, "1 Step 4", "1.2 Tools"))
    seen = Seen(render_turn(done(answer("q", (said("Yes.", 1),), (cited,))), 1, SAY)).text
    assert "Page 1, printed 111 Step 4 › 1.2 Tools" in seen


@pytest.mark.parametrize("language", ["de", "pl"])
def test_an_answer_in_another_language_says_in_it_that_the_sources_are_english(store: Store, language: str) -> None:
    found = replace(near_answer(store, reason="near"), language=language)
    shown = render_turn(done(found, "Wie finden wir Partner im Ausland?"), 1, SAY)
    assert f'lang="{language}"' in shown
    assert SOURCES_ENGLISH[language] in shown


# ---- replies and notes -----------------------------------------------------------------------------------------------


def reply(note: str, reason: str = "small-talk") -> Answer:
    return replace(answer("hello", abstained=True, reason=reason), note=note, answer=note)


@pytest.mark.parametrize("reason", ["small-talk", "nothing-before", "nothing-more", "needs-model"])
def test_a_reply_of_the_advisors_own_is_shown_as_it_is_and_claims_nothing(reason: str) -> None:
    note = "Hello.\n\nI know:\n\n- a report\n- a survey\n\nYou could ask:\n\n- Who pays?\n- Why?"
    shown = render_turn(done(reply(note, reason)), 1, SAY)
    assert "<p>Hello.</p><p>I know:</p><ul><li>a report</li><li>a survey</li></ul><p>You could ask:</p>" in shown
    assert re.findall(r'data-do="ask" data-question="([^"]+)"', shown) == ["Who pays?", "Why?"]
    seen = Seen(shown).text
    for said_else in (
        SAY("none.near_says"),
        SAY("none.declined_says"),
        SAY("answer.well_supported"),
        SAY("answer.partly_supported"),
        "searched",
    ):
        assert said_else not in seen


def test_a_note_stands_above_the_sentences_that_it_is_about() -> None:
    noted = replace(answer("shorter", (said("Yes."),)), note="1 of 3 statements")
    seen = Seen(render_turn(done(noted), 1, SAY)).text
    assert seen.index("1 of 3 statements") < seen.index("Yes.")


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_reply_or_a_note_is_shown_as_text(text: str) -> None:
    def page(words_used: str, *sentences: AnswerSentence) -> Seen:
        return Seen(render_turn(done(replace(answer("q", sentences), note=f"{words_used}\n- {words_used}")), 1, SAY))

    for sentences in ((), (said("Yes."),)):
        hostile, plain = page(text, *sentences), page(harmless(text), *sentences)
        assert hostile.tags == plain.tags
        assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]
        assert hostile.text.count(text) == plain.text.count(harmless(text)) == 2
