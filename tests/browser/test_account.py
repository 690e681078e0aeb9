"""Logging in and out, in a real browser. On SQLite alone: tests/web has it on both databases."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("person", "width"), [("admin", 1280), ("merchant", 390), ("clerk", 390)])
def test_a_person_logs_in_sees_the_start_page_and_logs_out(cast, enter, person, width):
    page = enter(getattr(cast, person), viewport={"width": width, "height": 800})
    check(page)
    if width == 390:
        page.get_by_label("Menu").click()
        check(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    check(page)


def test_a_wrong_password_says_so_and_keeps_the_address(cast, window):
    page = window()
    page.goto("/login")
    page.get_by_label("E-mail").fill(cast.admin.email)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("don't match an active account")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(cast.admin.email)
    check(page)
