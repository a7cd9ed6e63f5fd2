"""The name that a browser gives is only a name: nothing in it leads anywhere else."""

from __future__ import annotations

import unicodedata
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.serving.shelf.names import clean_name, other_names


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Annual plan 2026.pdf", "Annual plan 2026.pdf"),
        ("Rapport d’activité.PDF", "Rapport d’activité.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\anna\\plan.pdf", "plan.pdf"),
        ("..pdf", "document.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.old.pdf", "_LPT1.old.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("report .pdf", "report.pdf"),
        ("half \ud800.pdf", "half.pdf"),
    ],
)
def test_a_name_is_made_safe(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@pytest.mark.parametrize("name", ["", "plan", "plan.pdf.exe", "plan.docx", "pdf", "plan.pdf/", "plan.pdf "[:-1] + "x"])
def test_a_name_that_does_not_end_in_pdf_is_none(name: str) -> None:
    assert clean_name(name) == ""


@given(st.text(st.characters(codec=None), max_size=400).map(lambda text: text + ".pdf"))
@example("\ud800.pdf")
@example("é" * 400 + ".pdf")
def test_no_name_leads_out_of_its_folder(given_name: str) -> None:
    name = clean_name(given_name)
    assert name.endswith(".pdf")
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(character)[0] == "C" for character in name)
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= 200
    assert name[:-4] == name[:-4].strip(" .")


@given(st.text(max_size=60).map(lambda text: text + ".pdf"))
def test_a_clean_name_stays_as_it_is(given_name: str) -> None:
    name = clean_name(given_name)
    assert clean_name(name) == name


def test_other_names_are_numbered() -> None:
    assert list(islice(other_names("plan.pdf"), 3)) == ["plan.pdf", "plan (2).pdf", "plan (3).pdf"]
