"""The session ends while a page is open: what is typed on it stays, is told of, and is sent once its person is back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check
from tests.browser.test_live import SHOWN, look
from tests.web.orders import shop as shops
from webapp.models import Membership, OrderNote, Supplier, User

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TYPED = "Half a sentence, and the other half"


@pytest.fixture
def order(cast):
    return shops.split_order(cast, shops.channel(cast.store))


@pytest.fixture
def page(cast, window, enter, order):
    """The merchant's page of an order, with a note typed on it."""
    window.refusals |= {401, 412}
    page = enter(cast.merchant)
    look(page, f"/orders/{order.id}")
    note_of(page).fill(TYPED)
    return page


def note_of(page):
    return page.get_by_role("textbox", name="Note")


def notice_of(page):
    return page.locator("#logged-out")


def end(user) -> None:
    """End all sessions of a user, as a new password does."""
    User.update(fs_uniquifier="ended").where(User.id == user.id).execute()


def elsewhere(page):
    """Open another tab of the same browser."""
    other = page.context.new_page()
    other.goto("/")
    return other


def log_out(page) -> None:
    other = elsewhere(page)
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Log in")
    other.close()


def log_in(cast, user, other) -> None:
    other.get_by_label("E-mail").fill(user.email)
    other.get_by_label("Password").fill(cast.password)
    other.get_by_role("button", name="Log in").click()
    expect(other).to_have_title("Home \u00b7 Crossdock")


def is_told(page) -> None:
    expect(notice_of(page)).to_contain_text("You are logged out.")
    expect(note_of(page)).to_have_value(TYPED)


@pytest.mark.parametrize("ended", ["in another tab", "by a new password"])
def test_a_refresh_after_the_session_ended_keeps_what_is_typed_and_tells(cast, page, ended):
    log_out(page) if ended == "in another tab" else end(cast.merchant)
    page.clock.fast_forward(31_000)
    is_told(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(31_000)
    page.wait_for_timeout(200)
    assert {url.rpartition("/")[2] for url in asked} == {"session"}
    is_told(page)


def test_who_logged_in_again_in_the_tab_of_the_notice_sends_the_page_as_it_stands(cast, page, order):
    log_out(page)
    page.clock.fast_forward(31_000)
    with page.expect_popup() as opened:
        notice_of(page).get_by_role("link", name="Log in").click()
    log_in(cast, cast.merchant, opened.value)
    page.evaluate(SHOWN)
    expect(notice_of(page)).to_be_empty()
    expect(note_of(page)).to_have_value(TYPED)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".timeline-list")).to_contain_text(TYPED)
    assert [(note.order_id, note.text) for note in OrderNote.select()] == [(order.id, TYPED)]


def test_the_notice_goes_by_itself_after_a_while_too_and_the_page_follows_again(cast, page, order):
    end(cast.merchant)
    page.clock.fast_forward(31_000)
    is_told(page)
    log_in(cast, cast.merchant, elsewhere(page))
    page.clock.fast_forward(16_000)
    expect(notice_of(page)).to_be_empty()
    type(order).update(payment_method="x").execute()
    with page.expect_response(lambda answer: answer.url.endswith(f"/orders/{order.id}")) as answer:
        page.clock.fast_forward(31_000)
    assert answer.value.status == 200
    expect(note_of(page)).to_have_value(TYPED)


def test_what_is_sent_while_logged_out_stays_on_its_page(cast, page):
    end(cast.merchant)
    page.evaluate(SHOWN)
    page.get_by_role("button", name="Add note").click()
    is_told(page)
    page.get_by_role("button", name="Add note").click()
    is_told(page)
    log_in(cast, cast.merchant, elsewhere(page))
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".timeline-list")).to_contain_text(TYPED)
    assert OrderNote.select().count() == 1


def test_a_form_of_an_older_session_is_sent_with_the_token_of_the_new_one(cast, page):
    log_out(page)
    log_in(cast, cast.merchant, elsewhere(page))
    page.evaluate(SHOWN)
    page.get_by_role("button", name="Add note").dblclick()
    expect(page.locator(".timeline-list")).to_contain_text(TYPED)
    assert OrderNote.select().count() == 1


@pytest.mark.parametrize("noticed", ["at its refresh", "when it is sent"])
def test_a_page_is_loaded_anew_for_somebody_else(cast, page, noticed):
    log_out(page)
    log_in(cast, cast.admin, elsewhere(page))
    if noticed == "at its refresh":
        page.clock.fast_forward(31_000)
    else:
        page.evaluate(SHOWN)
        page.get_by_role("button", name="Add note").click()
    expect(page.locator(".sidebar-user")).to_contain_text(cast.admin.name)
    expect(note_of(page)).to_have_value("")
    assert not OrderNote.select().exists()


@pytest.fixture
def left(cast, window, enter):
    """The merchant's form for a supplier, half typed, while another tab of theirs works in another store."""
    window.refusals |= {412}
    Membership.create(store=cast.other_store, user=cast.merchant, role="merchant")
    page = enter(cast.merchant)
    page.goto("/suppliers/new")
    page.get_by_label("Name").fill("Late")
    go_to(cast.other_store, elsewhere(page))
    page.evaluate(SHOWN)
    return page


def go_to(store, page) -> None:
    """Choose a store in the header."""
    page.get_by_role("combobox", name="Store").select_option(label=store.name)
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page).to_have_title("Home \u00b7 Crossdock")
    expect(page.get_by_role("combobox", name="Store").locator(":checked")).to_have_text(store.name)


def test_a_form_of_another_store_than_the_chosen_one_waits_until_its_store_is_chosen_again(cast, left):
    left.get_by_role("button", name="Create").click()
    expect(notice_of(left)).to_contain_text("Another tab works in another store now")
    expect(left.get_by_label("Name")).to_have_value("Late")
    assert not Supplier.select().where(Supplier.name == "Late").exists()
    check(left)
    left.get_by_role("button", name=f"Work in {cast.store.name} again").click()
    expect(notice_of(left)).to_be_empty()
    expect(left.get_by_label("Name")).to_have_value("Late")
    for days in ("Minimum supply days", "Maximum supply days"):
        left.get_by_label(days).fill("2")
    left.get_by_role("button", name="Create").click()
    expect(left.get_by_text("Late is one of your suppliers now.")).to_be_visible()
    assert Supplier.get(Supplier.name == "Late").store_id == cast.store.id


def test_the_header_works_on_a_page_of_another_store_than_the_chosen_one(cast, left):
    go_to(cast.other_store, left)
    go_to(cast.store, left)


def test_whoever_has_no_work_in_the_page_s_store_any_more_gets_another_page(cast, left):
    Membership.delete().where(Membership.user == cast.merchant, Membership.store == cast.store).execute()
    left.get_by_role("button", name="Create").click()
    expect(left.get_by_label("Name")).to_have_value("")
    assert not Supplier.select().where(Supplier.name == "Late").exists()


def test_the_answer_to_a_form_becomes_the_start_page_of_somebody_else_and_is_not_sent_again(cast, window, enter):
    window.refusals |= {412}
    page = enter(cast.merchant)
    page.goto("/suppliers/new")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_be_visible()
    log_out(page)
    log_in(cast, cast.admin, elsewhere(page))
    page.evaluate(SHOWN)
    page.get_by_label("Name").fill("Late")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_title("Home \u00b7 Crossdock")
    expect(page.locator(".sidebar-user")).to_contain_text(cast.admin.name)


def test_what_htmx_sends_waits_for_its_person_too(cast, window, enter, order):
    window.refusals |= {401}
    page = enter(cast.merchant)
    page.goto("/orders/new", wait_until="networkidle")
    page.get_by_label("Reference").fill("PHONE-1")
    lines = page.locator("#order-lines tbody tr")
    before = lines.count()
    log_out(page)
    page.evaluate(SHOWN)
    page.get_by_role("button", name="Add line").click()
    expect(notice_of(page)).to_contain_text("You are logged out.")
    expect(lines).to_have_count(before)
    log_in(cast, cast.merchant, elsewhere(page))
    page.get_by_role("button", name="Add line").click()
    expect(lines).to_have_count(before + 1)
    expect(notice_of(page)).to_be_empty()
    expect(page.get_by_label("Reference")).to_have_value("PHONE-1")


def test_a_search_while_logged_out_leaves_list_and_words_as_they_are(cast, window, enter, order):
    window.refusals |= {401}
    page = enter(cast.merchant)
    page.goto("/suppliers/", wait_until="networkidle")
    end(cast.merchant)
    page.get_by_role("searchbox").fill("Nord")
    expect(notice_of(page)).to_contain_text("You are logged out.")
    expect(page.get_by_role("searchbox")).to_have_value("Nord")
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()


def test_without_scripts_the_way_back_leads_to_what_was_typed(cast, window, enter, order):
    window.refusals |= {401}
    page = enter(cast.merchant, java_script_enabled=False)
    page.goto(f"/orders/{order.id}")
    note_of(page).fill(TYPED)
    end(cast.merchant)
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are logged out")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log in").click()
    log_in(cast, cast.merchant, opened.value)
    page.go_back()
    expect(note_of(page)).to_have_value(TYPED)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".timeline-list")).to_contain_text(TYPED)


def test_the_notice_is_sound_and_hides_nothing_for_good(cast, page):
    end(cast.merchant)
    page.clock.fast_forward(31_000)
    is_told(page)
    check(page)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        last, notice = page.get_by_role("main").bounding_box(), notice_of(page).bounding_box()
        wide, room = page.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
        assert wide <= room and notice["x"] >= 0 and notice["x"] + notice["width"] <= width
        card = page.locator("main .card").last.bounding_box()
        assert last and card["y"] + card["height"] <= notice["y"]
