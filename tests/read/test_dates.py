"""Dates: every example inside the phrasebook, and what lies between the forms."""

from __future__ import annotations

from datetime import date

import pytest

from heldby.model.rulebook import Form
from heldby.read.dates import DateFinder
from heldby.rules.phrases import load_phrasebook

BOOK = load_phrasebook("dates")
FINDER = DateFinder(BOOK)
EXAMPLES = [(form, i) for form in BOOK.forms for i in range(len(form.examples))]


@pytest.mark.parametrize(("form", "index"), EXAMPLES, ids=lambda v: v.id if isinstance(v, Form) else str(v))
def test_examples_of_the_phrasebook(form: Form, index: int) -> None:
    example = form.examples[index]
    published = date.fromisoformat(form.given) if form.given else None
    found = FINDER.find(example.text, published)
    assert [f"{example.text[m.start : m.end]} = {m.when.edtf() if m.when else '?'}" for m in found] == list(example.claims)
