"""The life of a waybill: one live at a time, forward only, and whoever races finds it as it then is."""

import pytest

from tests.actions.test_races import at_once
from tests.scanner import pages
from webapp.actions import cancel_requests, cancellations, parcels, shipments, waybill_content, waybill_files, waybills
from webapp.actions.parcels import ParcelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.waybill_files import NoSuchFormat
from webapp.connectors import labels
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.domain.waybill_format import PDF, PNG, ZPL
from webapp.models import Change, Event, Order, Shipment, Waybill, WaybillFile

COURIERS = b"%PDF-1.7\n% the courier's own, byte for byte \x00\xff\r\n%%EOF"


@pytest.fixture
def shipment(world):
    """Two mugs, packed by the logistics service in two parcels."""
    world.product("MUG", logistics=10)
    world.product("POT", rival=10)
    order = world.order(("MUG", 2), ("POT", 1))
    packed = (ParcelDraft(1250, 300, 200, 100), ParcelDraft(800))
    draft = ShipmentDraft(
        source=world.cast.logistics.id, carrier="GLS", tracking_code="T-1", reference="R-1", parcels=packed
    )
    return shipments.create(world.viewer, order.id, draft)


@pytest.fixture
def clerk(world):
    return world.cast.viewer(world.cast.clerk)


def issued(viewer, shipment, **values) -> Waybill:
    return waybills.create(viewer, shipment.id, draw=labels.draw, **values)


def refusal(code):
    return pytest.raises(Conflict, check=lambda refused: refused.code == code)


def test_a_waybill_is_made_of_the_shipments_data(clerk, shipment, world):
    row = issued(clerk, shipment)
    assert (row.status, row.origin, row.number, row.supplier_id) == (
        "issued",
        "created",
        "T-1",
        world.cast.logistics.id,
    )
    said = row.details
    assert said["sender"]["name"] == "Nord Logistica" and said["recipient"]["surname"] == "Buyer"
    assert (said["carrier"], said["tracking_code"], said["reference"], said["order"]) == ("GLS", "T-1", "R-1", "#1")
    assert [parcel["weight_grams"] for parcel in said["parcels"]] == [1250, 800]
    assert "500" not in str(said) and "1000" not in str(said) and "bea@example.com" not in str(said)
    assert sorted(file.media_type for file in WaybillFile.select()) == [PDF, ZPL]
    _, content = waybill_files.read(row, [PDF])
    assert [page.codes["Code128"] for page in pages(content)] == ["T-1", "T-1"]


def test_the_sender_is_the_store_for_its_own_shelf_and_a_dropshippers_address_as_far_as_it_is_known(world):
    world.product("CUP", own=5)
    order = world.order(("CUP", 1), external_id="own")
    own = shipments.create(world.viewer, order.id, ShipmentDraft())
    assert waybill_content.details(own, {})["sender"] == {"name": "Casa Bella"}
    world.cast.rival.address = {
        "street": "Via 9",
        "postcode": "48018",
        "city": "Faenza",
        "state": "RA",
        "country": "IT",
    }
    world.cast.rival.save()
    sender = waybill_content.details(Shipment(**(own.__data__ | {"supplier": world.cast.rival.id})), {})["sender"]
    assert (sender["name"], sender["address"], sender["state_iso"]) == ("Rival Warehousing", "Via 9", "RA")


def test_a_draft_follows_its_shipment_until_it_is_issued(clerk, shipment):
    waybills.create(clerk, shipment.id, {"notes": "Ring"}, draw=None)
    shipments.edit(clerk, shipment.id, tracking_code="T-2")
    row = waybills.find(clerk, shipment.id)
    assert (row.status, waybill_content.shown(row, row.shipment)["tracking_code"]) == ("draft", "T-2")
    row = waybills.issue(clerk, shipment.id, labels.draw)
    shipments.edit(clerk, shipment.id, tracking_code="T-3")
    row = waybills.find(clerk, shipment.id)
    assert (row.number, row.details["tracking_code"], row.details["notes"]) == ("T-2", "T-2", "Ring")
    assert waybill_content.outdated(row, row.shipment)


def test_what_was_typed_on_a_draft_stands_and_can_be_given_back(clerk, shipment):
    waybills.create(clerk, shipment.id, draw=None)
    cash = {"amount_cents": 1200, "currency": "EUR"}
    row = waybills.edit(clerk, shipment.id, {"sender": {"name": "Shop"}, "cash_on_delivery": cash, "reference": "X"})
    said = waybill_content.shown(row, row.shipment)
    assert (said["sender"], said["cash_on_delivery"], said["reference"]) == ({"name": "Shop"}, cash, "X")
    row = waybills.edit(clerk, shipment.id, {"sender": None, "reference": ""})
    said = waybill_content.shown(row, row.shipment)
    assert (said["sender"]["name"], said["reference"], said["cash_on_delivery"]) == ("Nord Logistica", "R-1", cash)


def test_a_second_live_one_is_refused_until_the_first_is_void(clerk, shipment):
    first = waybills.create(clerk, shipment.id, draw=None)
    for _ in range(2):
        with refusal("waybill_exists"):
            issued(clerk, shipment)
        with refusal("waybill_exists"):
            waybills.upload(clerk, shipment.id, PDF, COURIERS)
        waybills.issue(clerk, shipment.id, labels.draw)
    voided = waybills.void(clerk, shipment.id, " Wrong courier ")
    assert (voided.id, voided.status, voided.reason) == (first.id, "voided", "Wrong courier")
    assert issued(clerk, shipment).id != first.id
    assert [row.status for row in waybills.history(clerk, shipment.id)] == ["issued", "voided"]


def test_what_replaces_points_at_what_it_replaced(clerk, shipment):
    first = issued(clerk, shipment)
    second = issued(clerk, shipment, replace=True)
    third = waybills.upload_again(clerk, shipment.id, PDF, COURIERS)
    assert (second.replaces_id, third.replaces_id) == (first.id, second.id)
    assert [row.status for row in Waybill.select().order_by(Waybill.id)] == ["replaced", "replaced", "issued"]
    assert waybill_files.read(third, [PDF]) == (PDF, COURIERS)


def test_only_an_issued_one_is_replaced_and_at_once(clerk, shipment):
    with refusal("nothing_to_replace"):
        issued(clerk, shipment, replace=True)
    waybills.create(clerk, shipment.id, draw=None)
    with refusal("nothing_to_replace"):
        issued(clerk, shipment, replace=True)
    with pytest.raises(Invalid):
        waybills.create(clerk, shipment.id, draw=None, replace=True)
    assert Waybill.select().count() == 1


def test_what_is_void_is_neither_issued_nor_edited_nor_handed_out(clerk, shipment):
    issued(clerk, shipment)
    row = waybills.void(clerk, shipment.id)
    assert waybills.void(clerk, shipment.id, "again").reason == ""
    for change in (
        lambda: waybills.issue(clerk, shipment.id, labels.draw),
        lambda: waybills.edit(clerk, shipment.id, {"notes": "x"}),
        lambda: waybills.upload_again(clerk, shipment.id, PDF, COURIERS),
    ):
        with refusal("not_a_draft"):
            change()
    with pytest.raises(NoSuchFormat) as refused:
        waybill_files.read(row, [PDF, ZPL])
    assert refused.value.extra == {"available": []} and "voided" in refused.value.message


def test_an_issued_one_stays_as_it_is(clerk, shipment):
    first = issued(clerk, shipment)
    with refusal("not_a_draft"):
        waybills.edit(clerk, shipment.id, {"notes": "x"})
    assert waybills.issue(clerk, shipment.id, labels.draw).updated_at == first.updated_at
    assert Event.select().where(Event.kind == "waybill.issued").count() == 1


def test_the_couriers_file_is_kept_byte_for_byte_and_no_other_is_there(clerk, shipment):
    row = waybills.upload(clerk, shipment.id, PDF, COURIERS)
    assert (row.status, row.origin, row.number) == ("issued", "uploaded", "T-1")
    assert waybill_files.read(row, [ZPL, PDF]) == (PDF, COURIERS)
    with pytest.raises(NoSuchFormat) as refused:
        waybill_files.read(row, [ZPL, PNG])
    assert refused.value.extra == {"available": [PDF]}


def test_a_draft_gathers_the_couriers_files_in_all_their_formats(clerk, shipment):
    waybills.create(clerk, shipment.id, draw=None)
    waybills.upload_again(clerk, shipment.id, PDF, b"%PDF-old")
    waybills.upload_again(clerk, shipment.id, PDF, COURIERS)
    waybills.upload_again(clerk, shipment.id, ZPL, b"^XA^XZ", issued=True)
    row = waybills.find(clerk, shipment.id)
    assert (row.status, row.origin) == ("issued", "uploaded")
    assert waybill_files.available([row])[row.id] == [PDF, ZPL]
    assert waybill_files.read(row, [PDF])[1] == COURIERS and waybill_files.read(row, [ZPL])[1] == b"^XA^XZ"


@pytest.mark.parametrize(("media_type", "content"), [(PDF, b"^XA^XZ"), (ZPL, COURIERS), (PNG, b""), (PDF, b"GIF89a")])
def test_a_file_that_is_something_else_is_refused(clerk, shipment, media_type, content):
    for take in (waybills.upload, waybills.upload_again):
        with pytest.raises(Invalid):
            take(clerk, shipment.id, media_type, content)
    assert not Waybill.select().exists() and not WaybillFile.select().exists()


def test_a_canceled_shipment_takes_none_and_loses_the_one_it_had(clerk, shipment, world):
    issued(clerk, shipment)
    shipments.cancel(clerk, shipment.id)
    row = Waybill.get()
    assert (row.status, row.reason) == ("voided", "The shipment was canceled.") and row.voided_at
    for change in (
        lambda: issued(clerk, shipment),
        lambda: issued(clerk, shipment, replace=True),
        lambda: waybills.upload(clerk, shipment.id, PDF, COURIERS),
        lambda: waybills.issue(clerk, shipment.id, labels.draw),
    ):
        with refusal("canceled"):
            change()


def test_canceling_an_order_voids_what_was_drafted_or_issued(clerk, shipment, world):
    waybills.create(clerk, shipment.id, draw=None)
    cancellations.cancel(world.viewer, shipment.order_id)
    cancel_requests.grant(clerk, shipment.order_id)
    assert (Waybill.get().status, Shipment.get().status) == ("voided", "canceled")
    assert not waybills.has_live(shipment.store_id, order_id=shipment.order_id)


def test_a_live_waybill_stands_for_its_order_shipment_and_lines(clerk, shipment, world):
    order = Order.get_by_id(shipment.order_id)
    store, mug, pot = shipment.store_id, world.line(order, "MUG").id, world.line(order, "POT").id
    assert not waybills.has_live(store, order_id=order.id)
    waybills.create(clerk, shipment.id, draw=None)
    for _ in range(2):
        assert waybills.has_live(store, order_id=order.id) and waybills.has_live(store, shipment_id=shipment.id)
        assert waybills.has_live(store, line_id=mug) and not waybills.has_live(store, line_id=pot)
        assert not waybills.has_live(world.cast.other_store.id, order_id=order.id)
        waybills.issue(clerk, shipment.id, labels.draw)
    waybills.void(clerk, shipment.id)
    assert not waybills.has_live(store, order_id=order.id)


@pytest.mark.parametrize("who", ["rival_clerk", "stranger"])
def test_a_foreign_shipment_has_no_waybill_for_others(clerk, shipment, world, who):
    issued(clerk, shipment)
    other = world.cast.viewer(getattr(world.cast, who))
    for deed in (
        lambda: waybills.find(other, shipment.id),
        lambda: issued(other, shipment, replace=True),
        lambda: waybills.void(other, shipment.id),
        lambda: waybills.upload_again(other, shipment.id, PDF, COURIERS),
        lambda: waybill_files.read_many(other, [shipment.id], PDF),
    ):
        with pytest.raises(NotFound) as refused:
            deed()
        assert refused.value.message == "There is no such shipment."
    assert waybills.history(other, shipment.id) == [] and Waybill.get().status == "issued"


def test_reading_alone_writes_nothing(shipment, world):
    reader = Viewer(world.cast.store.id, Actor("key", 1, "Reader"), shipping=Level.READ)
    for deed in (lambda: issued(reader, shipment), lambda: waybills.void(reader, shipment.id)):
        with pytest.raises(Forbidden):
            deed()
    assert not Waybill.select().exists()


def test_each_deed_is_an_event_and_the_feeds_last_word(clerk, shipment, world):
    deeds = {
        "waybill.drafted": lambda: waybills.create(clerk, shipment.id, draw=None),
        "waybill.edited": lambda: waybills.edit(clerk, shipment.id, {"notes": "x"}),
        "waybill.issued": lambda: waybills.issue(clerk, shipment.id, labels.draw),
        "waybill.replaced": lambda: issued(clerk, shipment, replace=True),
        "waybill.voided": lambda: waybills.void(clerk, shipment.id, "Lost"),
    }
    for kind, deed in deeds.items():
        before = Change.select().count()
        deed()
        event = Event.select().order_by(Event.id.desc()).get()
        assert (event.kind, event.subject, event.actor_label) == (kind, "waybill", "Carlo Clerk")
        assert (event.supplier_id, event.public) == (world.cast.logistics.id, True)
        told = [(row.subject, row.supplier_id) for row in Change.select().order_by(Change.number).offset(before)]
        assert told == [("shipment", None), ("shipment", world.cast.logistics.id)]


def test_four_who_issue_the_same_draft_issue_it_once(clerk, shipment):
    waybills.create(clerk, shipment.id, draw=None)
    done = at_once(4, lambda n: waybills.issue(clerk, shipment.id, labels.draw).status)
    assert done == ["issued"] * 4
    assert Event.select().where(Event.kind == "waybill.issued").count() == 1
    assert WaybillFile.select().count() == 2


def outcome(deed) -> str:
    try:
        return deed().status
    except Conflict as refused:
        return refused.code


def test_of_four_who_create_one_does(clerk, shipment):
    done = at_once(4, lambda n: outcome(lambda: issued(clerk, shipment)))
    assert sorted(done) == ["issued", *["waybill_exists"] * 3]
    assert Waybill.select().count() == 1


def test_whoever_voids_and_whoever_replaces_at_once_leave_one_truth(clerk, shipment):
    for _ in range(3):
        issued(clerk, shipment)
        deeds = (lambda: waybills.void(clerk, shipment.id), lambda: issued(clerk, shipment, replace=True))
        voided, replaced = at_once(2, lambda n, deeds=deeds: outcome(deeds[n]))
        # Either the replacement came first and was voided, perhaps before its own answer was read, or it came too
        # late to replace anything.
        assert voided == "voided" and replaced in ("issued", "voided", "nothing_to_replace")
        assert Waybill.live(shipment.store_id).count() == 0


def test_issuing_and_canceling_at_once_never_leave_a_live_waybill(clerk, shipment):
    deeds = (lambda: shipments.cancel(clerk, shipment.id), lambda: issued(clerk, shipment))
    canceled, made = at_once(2, lambda n: outcome(deeds[n]))
    assert canceled == "canceled" and made in ("issued", "voided", "canceled")
    assert Waybill.live(shipment.store_id).count() == 0


def test_many_files_come_in_the_order_in_which_they_are_asked_for(clerk, shipment, world):
    second = shipments.create(world.viewer, world.order(("MUG", 1), external_id="2").id, ShipmentDraft())
    issued(clerk, shipment)
    waybills.upload(clerk, second.id, PDF, COURIERS)
    found = waybill_files.read_many(clerk, [second.id, shipment.id, second.id], PDF)
    assert [number for number, _ in found] == [second.id, shipment.id] and found[0][1] == COURIERS
    with pytest.raises(NoSuchFormat) as refused:
        waybill_files.read_many(clerk, [second.id, shipment.id], ZPL)
    assert refused.value.extra == {"available": [PDF], "shippings": [second.id]}
    waybills.void(clerk, second.id)
    with pytest.raises(Conflict) as missing:
        waybill_files.read_many(clerk, [second.id, shipment.id], PDF)
    assert (missing.value.code, missing.value.extra) == ("not_issued", {"shippings": [second.id]})


def test_many_files_together_are_bounded(clerk, shipment, monkeypatch):
    issued(clerk, shipment)
    monkeypatch.setattr(waybill_files, "LARGEST_TOGETHER", 1000)
    with pytest.raises(waybill_files.TooLarge):
        waybill_files.read_many(clerk, [shipment.id], PDF)
    for odd in ([], [shipment.id] * 101):
        with pytest.raises(Invalid):
            waybill_files.read_many(clerk, odd, PDF)


def test_parcels_are_put_in_place_of_those_before(clerk, shipment):
    assert [row.position for row in parcels.of(shipment.store_id, [shipment.id])[shipment.id]] == [1, 2]
    shipments.edit(clerk, shipment.id, parcels=[ParcelDraft(500)])
    assert parcels.drafts_of(shipment) == [ParcelDraft(500)]
    events = Event.select().count()
    shipments.edit(clerk, shipment.id, parcels=[ParcelDraft(500)])
    assert Event.select().count() == events
    shipments.edit(clerk, shipment.id, reference="R-2")
    assert parcels.drafts_of(shipment) == [ParcelDraft(500)]
    shipments.edit(clerk, shipment.id, parcels=[])
    assert parcels.drafts_of(shipment) == []


@pytest.mark.parametrize(
    "odd", [[ParcelDraft(0)], [ParcelDraft(-1)], [ParcelDraft(2_000_001)], [ParcelDraft(1, 0)], [ParcelDraft()] * 100]
)
def test_parcels_that_nobody_carries_are_refused(clerk, shipment, odd):
    with pytest.raises(Invalid):
        shipments.edit(clerk, shipment.id, parcels=odd)
    assert len(parcels.drafts_of(shipment)) == 2


def test_parcels_put_by_four_at_once_are_those_of_one(clerk, shipment):
    at_once(4, lambda n: shipments.edit(clerk, shipment.id, parcels=[ParcelDraft(100 + n)] * (n + 1)))
    found = parcels.drafts_of(shipment)
    assert {row.weight_grams for row in found} == {99 + len(found)}
