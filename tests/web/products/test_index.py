"""The list of products: search, stock, pages, and what a clerk sees of it."""

import pytest

from tests.web.orders import shop
from tests.web.page import FRAGMENT, Page
from webapp.db import now
from webapp.models import Product, Supply

EAN = "4006381333931"


def titles(client, **query) -> list[str]:
    """The products that the list shows, by the text of their links."""
    answer = client.get("/products/", query_string=query)
    assert answer.status_code == 200
    return [row.all("a")[0].text for body in Page(answer).main.all("tbody") for row in body.all("tr")]


@pytest.fixture
def shelves(cast):
    """A mug at the logistics service, a pot at its rival, a pan on the own shelf; and one that is archived."""
    shop.stocked(cast.store, "MUG_1", cast.logistics, 5)
    shop.stocked(cast.store, "POT", cast.rival, 7)
    shop.stocked(cast.store, "PAN", units=3)
    Product.create(store=cast.store, sku="OLD", title="Title of OLD", archived_at=now())
    Product.update(ean=EAN, price_cents=1250).where(Product.sku == "MUG_1").execute()


@pytest.mark.usefixtures("shelves")
def test_shows_price_and_stock_of_each(as_user, cast):
    page = Page(as_user(cast.merchant).get("/products/"))
    assert page.rows == [
        "Title of PAN PAN – €0.00 3 0 0",
        "Title of POT POT – €0.00 0 7 0",
        f"Title of MUG_1 MUG_1 {EAN} €12.50 0 5 0",
    ]
    assert "/products/new" in page.links


@pytest.mark.usefixtures("shelves")
def test_shows_what_orders_hold_and_what_is_short(as_user, cast):
    Supply.update(reserved=6).where(Supply.supplier_sku == "S-MUG_1").execute()
    Product.update(own_reserved=1).where(Product.sku == "PAN").execute()
    page = Page(as_user(cast.merchant).get("/products/"))
    assert page.rows[0].endswith("€0.00 2 0 1") and page.rows[2].endswith("0 0 1 short 6")


@pytest.mark.usefixtures("shelves")
def test_the_search_finds_by_sku_title_and_ean(as_user, cast):
    client = as_user(cast.merchant)
    for words in ("mug_1", "MUG_", "of mug", EAN, f" {EAN} "):
        assert titles(client, q=words) == ["Title of MUG_1"], words


@pytest.mark.usefixtures("shelves")
def test_nothing_found_says_so(as_user, cast):
    client = as_user(cast.merchant)
    for words in ("%", "G-1", "\\", EAN[:-1], "nothing", "old", "m" * 5000):
        page = Page(client.get("/products/", query_string={"q": words}))
        assert page.rows == [] and "No product fits this search." in page.text, words


@pytest.mark.usefixtures("shelves")
def test_archived_ones_have_a_list_of_their_own(as_user, cast):
    client = as_user(cast.merchant)
    assert titles(client, archived="1") == ["Title of OLD"]
    assert Page(client.get("/products/?archived=1")).fields["archived"] is True


def test_an_empty_list_says_what_it_is_for(as_user, cast):
    assert "No products yet" in Page(as_user(cast.merchant).get("/products/")).text
    assert "No products here yet" in Page(as_user(cast.clerk).get("/products/")).text


@pytest.mark.usefixtures("shelves")
def test_a_clerk_sees_what_its_supplier_stocks_without_prices(as_user, cast):
    client = as_user(cast.clerk)
    page = Page(client.get("/products/"))
    assert page.rows == [f"Title of MUG_1 MUG_1 {EAN} 5 0"] and "€" not in page.text
    assert "/products/new" not in page.links and titles(client, q="pot") == []


def test_a_clerk_sees_no_stock_of_a_rival_in_the_sums(as_user, cast):
    product = shop.stocked(cast.store, "MUG", cast.logistics, 5)
    Supply.create(store=cast.store, product=product, supplier=cast.rival, supplier_sku="R", quantity=90, reserved=8)
    Product.update(own_quantity=60, own_reserved=7).execute()
    assert Page(as_user(cast.clerk).get("/products/")).rows == ["Title of MUG MUG – 5 0"]
    assert Page(as_user(cast.merchant).get("/products/")).rows == ["Title of MUG MUG – €0.00 53 87 15"]


@pytest.mark.usefixtures("shelves")
def test_a_stranger_sees_nothing(as_user, cast):
    assert titles(as_user(cast.stranger)) == titles(as_user(cast.stranger), q="mug") == []


def test_htmx_gets_the_rows_alone(as_user, cast):
    shop.stocked(cast.store, "MUG", cast.logistics)
    client = as_user(cast.merchant)
    answer = client.get("/products/?q=mug", headers=FRAGMENT)
    assert answer.text.strip().startswith('<div id="product-rows">') and len(Page(answer).rows) == 1
    assert "HX-Request" in answer.headers["Vary"] and "HX-Request" in client.get("/products/").headers["Vary"]


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_pages_follow_each_other_and_statements_do_not_grow(as_user, cast, sql_count, who):
    client = as_user(getattr(cast, who))
    shop.stocked(cast.store, "FIRST", cast.logistics)
    with sql_count() as few:
        titles(client)
    for number in range(52):
        shop.stocked(cast.store, f"SKU-{number}", cast.logistics)
    with sql_count() as many:
        page = Page(client.get("/products/"))
    assert len(few) == len(many) and len(page.rows) == 50
    assert len(Page(client.get(page.links[-1])).rows) == 3


def test_the_stock_can_be_filtered(as_user, cast):
    shop.stocked(cast.store, "SOLD", cast.logistics, 3)
    Supply.update(reserved=3).execute()
    shop.stocked(cast.store, "OVER", cast.rival, 3)
    Supply.update(reserved=5).where(Supply.supplier == cast.rival).execute()
    shop.stocked(cast.store, "OWN", units=1)
    shop.stocked(cast.store, "NOBODY", units=0)
    client = as_user(cast.merchant)
    found = {state: sorted(titles(client, stock=state)) for state in ("none", "short", "unsupplied")}
    assert found == {
        "none": ["Title of NOBODY", "Title of OVER", "Title of SOLD"],
        "short": ["Title of OVER"],
        "unsupplied": ["Title of NOBODY"],
    }
    assert len(titles(client, stock="odd")) == 4
    clerk = as_user(cast.clerk)
    assert titles(clerk, stock="none") == ["Title of SOLD"] and titles(clerk, stock="short") == []


def test_sorts_by_sku_over_pages(as_user, cast):
    for number in range(60):
        shop.stocked(cast.store, f"SKU-{59 - number:02}")
    client = as_user(cast.merchant)
    first = Page(client.get("/products/?sort=sku"))
    assert first.rows[0].startswith("Title of SKU-00") and len(first.rows) == 50
    rest = Page(client.get(next(link for link in first.links if "after=SKU-49" in link)))
    assert rest.rows[0].startswith("Title of SKU-50") and rest.rows[-1].startswith("Title of SKU-59")
