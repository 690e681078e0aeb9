"""How often somebody may guess: the limiter is off in other tests, and on here as in production."""

from dataclasses import replace

import pytest

from tests.web.page import Page
from webapp import create_app
from webapp.extensions import limiter


@pytest.fixture
def guarded(database, settings):
    """Somebody at an app with its limits on."""
    app = create_app(replace(settings, testing=False), database=database)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client()
    limiter.enabled = False


def test_the_eleventh_try_within_a_minute_is_told_to_wait(guarded, cast):
    right = {"email": cast.merchant.email, "password": cast.password}
    for _ in range(10):
        assert guarded.post("/login", data={"email": cast.merchant.email}).status_code == 422
    answer = guarded.post("/login", data=right)
    page = Page(answer)
    assert page.status == 429 and "Too many tries" in page.text and "Wait a minute and try again." in page.text
    assert "10 per" not in page.text
    elsewhere = guarded.post("/login", data=right, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303


def test_setting_up_is_limited_as_well(guarded):
    for _ in range(20):
        assert guarded.post("/setup", data={}).status_code == 422
    assert guarded.post("/setup", data={}).status_code == 429


def test_links_for_new_passwords_are_not_asked_for_again_and_again(guarded, cast):
    answers = [guarded.post("/password/forgot", data={"email": f"p{n}@example.com"}).status_code for n in range(6)]
    assert answers == [303] * 5 + [429]
