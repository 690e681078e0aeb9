"""The import of a shop's catalogue: by SKU, nothing guessed, nothing overwritten, and what waited is linked."""

import pytest

from tests.jobs.reading import due, fresh, write
from webapp.actions import channels, products, publications
from webapp.actions.products import ProductDraft
from webapp.db import now
from webapp.domain.errors import Conflict
from webapp.jobs import import_orders
from webapp.models import Allocation, Channel, Event, OrderLine, Product, Publication, SyncRun


@pytest.fixture
def imported(channel, stocked):
    """Import the catalogue, as the worker does after the button was pressed; return the run."""

    def act() -> SyncRun:
        Channel.update(next_read_at=now().replace(year=2099)).execute()
        run = channels.request_sync(stocked, channel.id, "catalogue")
        assert import_orders._due(now()) == [channel.id]
        import_orders.read_due(channel.id)
        return SyncRun.get_by_id(run.id)

    return act


def counts(run) -> tuple:
    return run.status, run.created, run.updated, run.unchanged, run.failed


def told(run) -> dict[str, str]:
    return {error["reference"]: error["message"] for error in run.errors}


def published(sku) -> Publication:
    return Publication.select().join(Product).where(Product.sku == sku).get()


def test_what_is_new_is_created_and_what_is_known_is_linked(imported, channel):
    run = imported()
    assert counts(run) == ("done", 10, 2, 0, 0) and run.trigger == "catalogue" and run.seen == 12
    apron = Product.get(Product.sku == "APRON-LIN")
    assert (apron.title, apron.price_cents, apron.own_quantity) == ("Linen apron", 3400, 0)
    assert published("APRON-LIN").external_id == "5" and published("APRON-LIN").price_cents == 3400
    known = Product.get(Product.sku == "MUG-BLUE")
    assert known.title == "Mug-Blue" and known.price_cents == 0  # As the merchant has it.
    assert published("MUG-BLUE").external_id == "1"
    kinds = [event.kind for event in Event.select().where(Event.subject == "product", Event.subject_id == apron.id)]
    assert kinds == ["product.created", "publication.created"]


def test_a_second_import_changes_nothing(imported, stocked, channel):
    imported()
    products.edit(stocked, Product.get(Product.sku == "APRON-LIN").id, {"title": "Our apron", "price_cents": 1})
    publications.edit(stocked, published("APRON-LIN"), {"title": "Ours", "price_cents": 2})
    before = [list(table.select().order_by(table.id).tuples()) for table in (Product, Publication, Event)]
    assert counts(imported()) == ("done", 0, 0, 12, 0)
    assert [list(table.select().order_by(table.id).tuples()) for table in (Product, Publication, Event)] == before


def test_a_product_that_was_made_anew_in_the_shop_gets_its_new_number(imported, shop):
    imported()
    write(shop, "UPDATE products SET id = 99 WHERE sku = 'APRON-LIN'")
    assert counts(imported()) == ("done", 0, 1, 11, 0)
    assert published("APRON-LIN").external_id == "99"


def test_a_number_whose_sku_changed_in_the_shop_names_one_product_alone(imported, shop):
    imported()
    number = published("APRON-LIN").external_id
    write(shop, "UPDATE products SET sku = 'APRON-NEW' WHERE sku = 'APRON-LIN'")
    imported()
    assert (published("APRON-NEW").external_id, published("APRON-LIN").external_id) == (number, "")
    write(shop, "UPDATE products SET sku = 'JAR-1L' WHERE sku = 'APRON-NEW'")
    write(shop, "UPDATE products SET sku = 'GONE' WHERE sku = 'JAR-1L' AND id <> ?", number)
    imported()
    assert (published("JAR-1L").external_id, published("APRON-NEW").external_id) == (number, "")


def test_a_publication_with_a_sku_of_its_own_is_known_by_it(imported, stocked, channel, shop):
    product = products.create(stocked, ProductDraft("OURS", "Apron"))
    publications.create(stocked, product.id, channel.id, {"sku": "APRON-LIN"})
    assert counts(imported()) == ("done", 9, 3, 0, 0)
    assert Product.select().where(Product.sku == "APRON-LIN").count() == 0
    assert published("OURS").external_id == "5"


def test_a_sku_that_occurs_twice_is_told_and_not_guessed(imported, shop):
    write(shop, "UPDATE products SET sku = 'MUG-WHITE' WHERE sku IN ('APRON-LIN', 'JAR-1L')")
    run = imported()
    assert counts(run) == ("done", 7, 2, 0, 1)
    assert told(run) == {"MUG-WHITE": "3 things in the shop have this SKU, so none was taken in."}
    assert Product.select().where(Product.sku == "MUG-WHITE").count() == 0


def test_what_has_no_sku_or_too_long_a_one_is_told(imported, shop):
    write(shop, "UPDATE products SET sku = ' ' WHERE sku = 'APRON-LIN'")
    write(shop, "UPDATE products SET sku = ?, ean = '12' WHERE sku = 'JAR-1L'", "J" * 65)
    write(shop, "UPDATE products SET ean = '12' WHERE sku = 'OIL-500'")
    run = imported()
    assert counts(run) == ("done", 8, 2, 0, 2)
    assert told(run)["Linen apron (5)"] == "It has no SKU in the shop."
    assert "more than 64" in told(run)["J" * 65]
    assert Product.get(Product.sku == "OIL-500").ean == ""  # A wrong number is none.


def test_lines_that_waited_for_a_sku_are_linked_and_get_its_stock(imported, channel, shop, stocked):
    shop.sell(("APRON-LIN", 2))
    due(channel)
    import_orders.read_due(channel.id)
    assert OrderLine.get(OrderLine.sku == "APRON-LIN").product_id is None
    imported()
    apron = Product.get(Product.sku == "APRON-LIN")
    assert OrderLine.get(OrderLine.sku == "APRON-LIN").product_id == apron.id
    products.edit(stocked, apron.id, {"own_quantity": 2})
    assert Allocation.get().quantity == 2


def test_a_link_that_a_crash_left_out_is_made_by_the_next_import(imported, channel, shop):
    imported()
    shop.sell(("APRON-LIN", 1))
    due(channel)
    import_orders.read_due(channel.id)
    OrderLine.update(product=None).execute()
    imported()
    assert OrderLine.get().product_id == Product.get(Product.sku == "APRON-LIN").id


def test_a_shop_that_fails_leaves_everything_and_no_reading_waits_longer(imported, channel, shop):
    shop.break_next(fail=1)
    run = imported()
    assert run.status == "failed" and told(run) == {"": "The shop answered 500."}
    assert Product.select().count() == 2 and Publication.select().count() == 0
    due(channel)
    import_orders.read_due(channel.id)
    assert (fresh(channel).next_read_at - now()).total_seconds() < 70


def test_orders_are_read_as_ever_and_the_catalogue_only_on_request(channel, shop):
    due(channel)
    import_orders.read_due(channel.id)
    assert Publication.select().count() == 0 and fresh(channel).lease_until is None


def test_a_paused_channel_imports_nothing(channel, stocked):
    channels.pause(stocked, channel.id)
    with pytest.raises(Conflict):
        channels.request_sync(stocked, channel.id, "catalogue")
