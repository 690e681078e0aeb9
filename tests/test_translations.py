"""Every text that people read is marked, has its Italian, and keeps its values in it."""

import re

import pytest
from babel.messages.pofile import read_po

from tests import texts
from tests.web.page import Page
from webapp.models import User
from webapp.web.languages import CATALOGUES

PROGRAMS = {"webapp/web/hooks.py"}
"""Doors for programs, which are answered in English."""

VALUES = re.compile(r"%\((\w+)\)[sd]")
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def italian():
    with (CATALOGUES / "it.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale="it") if message.id and not message.context}


def all_of(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def test_no_text_is_left_unmarked():
    left = [
        f"{path.relative_to(texts.ROOT)}:{line}: {text}"
        for path in texts.files()
        if str(path.relative_to(texts.ROOT)) not in PROGRAMS
        for line, text in texts.unmarked(path)
    ]
    assert left == [], "\n".join(left)


def test_every_text_has_its_italian_and_nothing_else_is_kept(italian):
    wanted = texts.messages()
    assert len(wanted) > 1_500
    assert sorted(map(str, wanted - italian.keys())) == [], "`make texts` writes them into webapp/translations."
    assert sorted(map(str, italian.keys() - wanted)) == []
    empty = [text for text, message in italian.items() if message.fuzzy or not all(all_of(message.string))]
    assert empty == []


def test_the_italian_keeps_the_values_and_the_markup(italian):
    wrong = []
    for ids, message in italian.items():
        english, said = all_of(ids), all_of(message.string)
        values, tags = set(VALUES.findall(english[-1])), sorted(TAGS.findall(english[-1]))
        for place, text in enumerate(said):
            allowed = values if place == len(said) - 1 else values | {"num"}
            kept = set(VALUES.findall(text))
            if not (kept <= allowed and values - {"num"} <= kept) or sorted(TAGS.findall(text)) != tags:
                wrong.append((ids, text))
    assert wrong == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebody_who_chose_italian_reads_it_whatever_the_browser_asks_for(as_user, cast):
    client = as_user(cast.merchant)
    assert "Richiede attenzione" in Page(client.get("/", headers={"Accept-Language": "it-IT,it;q=0.9"})).whole.text
    assert "Needs action" in Page(client.get("/", headers={"Accept-Language": "fi"})).whole.text
    User.update(language="it").where(User.id == cast.merchant.id).execute()
    page = Page(client.get("/orders/", headers={"Accept-Language": "en"}))
    assert "Ordini" in page.whole.text and '<html lang="it">' in client.get("/orders/").text
