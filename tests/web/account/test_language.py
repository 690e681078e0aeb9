"""Choose the language that one reads, and what then reads otherwise."""

import datetime as dt

import pytest
from flask_babel import force_locale

from tests.web.page import Page
from webapp.db import now
from webapp.domain import order_status, shipment_status
from webapp.models import User
from webapp.web import words


def test_the_choice_is_kept_and_shown(as_user, cast):
    client = as_user(cast.merchant)
    answer = client.post("/account/language", data={"language": "it"})
    assert (answer.status_code, answer.location) == (303, "/account")
    page = Page(client.get("/account"))
    assert "La lingua è stata salvata." in page.text
    assert page.fields["language"] == "it" and page.whole.all("html")[0].attributes["lang"] == "it"
    assert User.get_by_id(cast.merchant.id).language == "it" and User.get_by_id(cast.admin.id).language == ""


def test_automatic_follows_the_browser(as_user, cast):
    client = as_user(cast.merchant)
    for asked, lang in (("it-IT,it;q=0.9", "it"), ("de", "en"), ("en-GB", "en")):
        shown = Page(client.get("/account", headers={"Accept-Language": asked}))
        assert shown.whole.all("html")[0].attributes["lang"] == lang
    client.post("/account/language", data={"language": "en"})
    shown = Page(client.get("/account", headers={"Accept-Language": "it"}))
    assert shown.whole.all("html")[0].attributes["lang"] == "en"


def test_an_unknown_language_is_refused(as_user, cast):
    page = Page(as_user(cast.merchant).post("/account/language", data={"language": "xx"}))
    assert page.status == 422 and "language" in page.errors and User.get_by_id(cast.merchant.id).language == ""


def test_needs_login(client, cast):
    assert client.post("/account/language", data={"language": "it"}).status_code == 401


@pytest.mark.parametrize(
    ("ago", "english", "italian"),
    [
        (dt.timedelta(seconds=3), "now", "now"),
        (dt.timedelta(seconds=30), "30 s ago", "30 sec. fa"),
        (dt.timedelta(minutes=90), "1 h ago", "1 h fa"),
        (dt.timedelta(days=3), "3 d ago", "3 gg fa"),
        (-dt.timedelta(minutes=5, seconds=30), "in 5 min", "tra 5 min"),
    ],
)
def test_moments_read_in_the_readers_language(app, ago, english, italian):
    moment = now() - ago
    for lang, text in (("en", english), ("it", italian), ("en", english)):
        with app.test_request_context(), force_locale(lang):
            said = str(words.when(moment))
            assert f">{text}<" in said or (lang == "it" and text == "now"), said


def test_dates_lengths_and_amounts_read_in_the_readers_language(app):
    june = dt.datetime(2026, 6, 3, 8, 9, 10, tzinfo=dt.UTC)
    for lang, day, length, amount in (
        ("en", "3 Jun 2026, 08:09:10 UTC", "2 d", "€1,234.50"),
        ("it", "3 giu 2026, 08:09:10 UTC", "2 giorni", "1.234,50\xa0€"),
        ("en", "3 Jun 2026, 08:09:10 UTC", "2 d", "€1,234.50"),
    ):
        with app.test_request_context(), force_locale(lang):
            assert day in words.when(june)
            assert words.span(dt.timedelta(days=2)) == length
            assert words.money(123_450, "EUR") == amount


def test_outside_of_a_request_all_is_english(app):
    with app.app_context():
        assert words.money(100, "EUR") == "€1.00"
    assert words.span(dt.timedelta(hours=3)) == "3 h"


def test_every_status_that_a_badge_names_is_marked_for_translation():
    listed = {str(word) for word in words.STATUS_WORDS}
    named = {**dict(order_status.STATUSES), **dict(shipment_status.STATUSES)}
    shown = {named.get(status) or status.replace("_", " ").capitalize() for status in words.STATUS_COLOURS}
    assert set(named.values()) | shown <= listed
