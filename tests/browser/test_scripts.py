"""What the scripts add to pages that work without them. On SQLite alone: the database has no part in it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_list_follows_what_is_typed_and_keeps_the_cursor_and_the_address(cast, enter, stocked):
    page = enter(cast.merchant)
    page.goto("/products/")
    expect(page.get_by_role("button", name="Search")).to_be_hidden()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    search.press_sequentially("MOKA")
    expect(page.locator("#product-rows")).not_to_contain_text("MUG-BLUE")
    expect(page.locator("#product-rows")).to_contain_text("MOKA-3")
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile(r"/products/\?q=MOKA"))
    search.fill("nothing like it")
    expect(page.get_by_text("No product fits this search.")).to_be_visible()
    check(page)
    page.go_back()
    expect(page.locator("#product-rows")).to_contain_text("MOKA-3")


def test_a_whole_row_can_be_clicked(cast, enter, stocked):
    page = enter(cast.merchant)
    page.goto("/products/")
    page.get_by_role("row", name="Mug-Blue").get_by_role("cell").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mug-Blue")


def test_the_two_kinds_of_a_supplier_exclude_each_other(cast, enter):
    page = enter(cast.merchant)
    page.goto("/suppliers/new")
    page.get_by_label("External logistics").check()
    page.get_by_label("Dropshipping").check()
    expect(page.get_by_label("External logistics")).not_to_be_checked()
    expect(page.get_by_label("Street and number")).to_be_visible()


def test_a_theme_that_was_chosen_stays(cast, enter):
    page = enter(cast.merchant, color_scheme="light")
    root = page.locator("html")
    for choice, shown in (("auto", "light"), ("light", "light"), ("dark", "dark")):
        expect(root).to_have_attribute("data-bs-theme", shown)
        if choice != "dark":
            page.get_by_role("button", name=f"Theme: {choice}").click()
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_a_page_that_is_left_lets_go_of_the_secret_that_it_showed(cast, enter):
    page = enter(cast.admin)
    page.goto("/api-keys/new")
    page.get_by_label("Name").fill("Program")
    page.locator("[name=orders]").select_option("read")
    page.get_by_role("button", name="Continue to preview").click()
    page.get_by_role("button", name="Save").click()
    secret = page.locator("#secret-key code").inner_text()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert secret.startswith("xd_sk_") and secret not in page.content()
