"""The list of shipments: search, filters, pages, scope."""

import datetime as dt

import pytest

from tests.web.orders import shop
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Shipment


@pytest.fixture
def both(cast):
    """One shipment of the logistics service, handed over, and one packed by its rival, of the same order."""
    made = shop.split_order(cast, shop.channel(cast.store))
    draft = ShipmentDraft(carrier="GLS", tracking_code="GLS_77", parcel_id="PARCEL1", reference="REF-A")
    mine = shipments.create(cast.viewer(cast.clerk), made.id, draft)
    shipments.ship(cast.viewer(cast.clerk), mine.id)
    draft = ShipmentDraft(carrier="UPS", tracking_code="RIVAL99", reference="REF-B")
    return mine, shipments.create(cast.viewer(cast.rival_clerk), made.id, draft)


def listed(client, query: str = "") -> str:
    answer = client.get(f"/shipments/?{query}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "query", ["q=gls_77", "q=PARCEL1", "q=ref-a", "status=shipped", "carrier=GLS", "supplier={logistics}"]
)
def test_each_filter_finds_one_of_two(as_user, cast, both, query):
    page = listed(as_user(cast.merchant), query.format(logistics=cast.logistics.id))
    assert f'href="/shipments/{both[0].id}"' in page and f'href="/shipments/{both[1].id}"' not in page


def test_searches_by_order_too(as_user, cast, both):
    page = listed(as_user(cast.merchant), "q=" + both[0].order.reference[1:])
    assert all(f'href="/shipments/{row.id}"' in page for row in both) and "Nord Logistica" in page


def test_a_clerk_sees_its_own_alone(as_user, cast, both):
    client = as_user(cast.clerk)
    for query in ("", f"supplier={cast.rival.id}", "q=" + both[0].order.reference[1:]):
        page = listed(client, query)
        assert f'href="/shipments/{both[0].id}"' in page and f'href="/shipments/{both[1].id}"' not in page
        assert "RIVAL99" not in page and "Rival" not in page
    assert "No shipment matches" in listed(client, "q=RIVAL99")
    assert "No shipment matches" in listed(client, "carrier=UPS")


def test_another_store_sees_nothing(as_user, cast, both):
    assert "No shipments yet" in listed(as_user(cast.stranger))


@pytest.mark.parametrize("query", ["status=x", "supplier=x", "after=x", "q=%00", "carrier=%00"])
def test_a_filter_that_makes_no_sense_is_none(as_user, cast, both, query):
    assert f'href="/shipments/{both[0].id}"' in listed(as_user(cast.merchant), query)


def test_pages_and_statements_do_not_grow(as_user, cast, both, sql_count):
    client = as_user(cast.merchant)
    with sql_count() as few:
        listed(client)
    for _ in range(60):
        Shipment.create(store=cast.store, order=both[0].order, supplier=cast.logistics)
    with sql_count() as many:
        page = listed(client)
    assert len(few) == len(many) and "Next 50" in page
    rest = listed(client, f"after={both[1].id + 11}")
    assert f'href="/shipments/{both[0].id}"' in rest and "First page" in rest


def test_htmx_gets_the_rows_alone(as_user, cast, both):
    answer = as_user(cast.merchant).get("/shipments/", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.text.strip().startswith('<div id="shipment-rows"')


def test_a_stretch_of_days_is_of_the_stores_own_clock(as_user, cast, both):
    night = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)  # Half past midnight of the 11th in Rome.
    Shipment.update(created_at=night).where(Shipment.id == both[0].id).execute()
    client, mine, other = as_user(cast.merchant), *(f'href="/shipments/{row.id}"' for row in both)
    assert mine in listed(client, "from=2026-03-11&to=2026-03-11") and other not in listed(client, "to=2026-03-11")
    assert mine not in listed(client, "from=2026-03-12") and other in listed(client, "from=2026-03-12")
    assert "No shipment matches" in listed(client, "from=2026-03-10&to=2026-03-10")
    assert mine in listed(client, "from=x&to=2026-02-30")  # What is no day is no filter.
    assert other in listed(client, "dates=today") and mine not in listed(client, "dates=today")


def test_a_tracking_code_leads_to_the_couriers_page(as_user, cast, both):
    page = listed(as_user(cast.clerk))
    assert 'href="https://gls-group.eu/track/GLS_77"' in page and 'rel="noopener noreferrer"' in page
