"""One supplier: what it is, what it stocks, what waits there."""

from tests.web.orders import shop
from tests.web.page import Page
from tests.web.suppliers.form import DROPSHIPPING, PLAIN
from webapp.models import Supplier


def test_shows_kind_days_stock_and_what_waits(as_user, cast):
    shop.split_order(cast, shop.channel(cast.store))
    page = Page(as_user(cast.merchant).get(f"/suppliers/{cast.logistics.id}"))
    assert "Kind External logistics Supply days 1 to 3 Orders waiting there 1" in page.text
    assert page.rows == ["Title of MINE MINE S-MINE 100 2 10"]
    assert {f"/suppliers/{cast.logistics.id}/edit", f"/suppliers/{cast.logistics.id}/archive"} <= set(page.links)


def test_shows_all_that_a_dropshipper_told(as_user, cast):
    client = as_user(cast.merchant)
    client.post("/suppliers/", data=PLAIN | DROPSHIPPING | {"dropshipping": "y"})
    row = Supplier.select().order_by(Supplier.id.desc()).get()
    page = Page(client.get(f"/suppliers/{row.id}"))
    assert "Via Verdi 4, 20121, Milano, MI, Italy" in page.text
    assert "Morning 08:30 to 12:30" in page.text and "Afternoon 14:00 to 18:00" in page.text
    assert "Collection 17:15" in page.text and "Leave <nothing> outside." in page.text


def test_one_that_stocks_nothing_says_what_to_do(as_user, cast):
    page = Page(as_user(cast.merchant).get(f"/suppliers/{cast.logistics.id}"))
    assert "Nothing stocked yet" in page.text and page.rows == []


def test_the_number_of_statements_does_not_grow(as_user, cast, sql_count):
    client, path = as_user(cast.merchant), f"/suppliers/{cast.logistics.id}"
    shop.stocked(cast.store, "A", cast.logistics)
    with sql_count() as few:
        client.get(path)
    for number in range(30):
        shop.stocked(cast.store, f"B-{number}", cast.logistics)
    with sql_count() as many:
        assert len(Page(client.get(path)).rows) == 31
    assert len(few) == len(many)


def test_a_foreign_supplier_and_an_unknown_one_read_alike(as_user, cast):
    client = as_user(cast.stranger)
    for door in ("", "/edit", "/archive"):
        foreign, unknown = client.get(f"/suppliers/{cast.logistics.id}{door}"), client.get(f"/suppliers/999999{door}")
        assert foreign.status_code == unknown.status_code == 404 and Page(foreign).text == Page(unknown).text
        assert client.get(f"/suppliers/{'9' * 30}{door}").status_code == 404


def test_it_is_not_for_clerks(as_user, cast):
    client = as_user(cast.clerk)
    for door in ("", "/edit", "/archive"):
        page = Page(client.get(f"/suppliers/{cast.logistics.id}{door}"))
        assert page.status == 403 and "managed by the store's merchants and admins" in page.text
