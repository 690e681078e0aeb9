"""A store in the middle of its day: orders, shipments and pushes in every state, and names as long as they may be."""

import datetime as dt

from tests.jobs.reading import write
from tests.web.orders import shop as desk_shop
from webapp.actions import (
    acceptance,
    api_keys,
    batches,
    channels,
    deliveries,
    desk,
    holds,
    imports,
    order_notes,
    orders,
    products,
    publications,
    reconciliations,
    returns,
    routing_rules,
    saved_filters,
    sent_orders,
    shipments,
    suppliers,
    supplies,
    waybills,
    webhooks,
)
from webapp.actions.api_keys import KeyDraft
from webapp.actions.channels import ChannelDraft
from webapp.actions.parcels import ParcelDraft
from webapp.actions.products import ProductDraft
from webapp.actions.routing_rules import RuleDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.suppliers import SupplierDraft
from webapp.actions.supplies import SupplyDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import labels
from webapp.connectors.channels.generic import order_file
from webapp.db import now
from webapp.jobs import batches as batch_job
from webapp.jobs import import_orders, push_to_channels, reconcile
from webapp.models import Order, OrderLine, Product

LONG = "Donaudampfschifffahrtsgesellschaft" * 3
ADDRESS = {"street": LONG[:90], "postcode": "48018", "city": "Faenza", "state": "RA", "country": "IT"}
HOURS = {"morning_from": "09:00", "morning_to": "12:30", "afternoon_from": "14:30", "afternoon_to": "18:00"}


def fill(cast, channel, shop) -> None:
    """Let a day happen in the cast's store, whose `channel` is connected to the running `shop`."""
    viewer = cast.viewer(cast.admin)
    _long_names(viewer, cast)
    _keys(viewer, cast)
    _rules(viewer, cast)
    saved_filters.save(viewer, LONG[:60], "status=on_hold", shared=True)
    for lines in (
        [("MUG-BLUE", 1), ("MOKA-3", 1)],
        [("MUG-BLUE", 1)],
        [("UNHEARD-OF", 1), ("MUG-BLUE", 1)],
        [("MUG-BLUE", 2)],
        [("MOKA-3", 100)],
        [(LONG[:60], 1)],
    ):
        shop.sell(*lines)
    import_orders.read_due(channel.id)
    _work(cast, channel, shop)
    _files(viewer, channel)
    _drift(viewer, channel, shop)
    shop.break_next(fail=1)
    channels.request_sync(viewer, channel.id)
    import_orders.read_due(channel.id)
    _desk(viewer, channel)
    second = channels.connect(viewer, "sandbox", ChannelDraft(LONG[:100], shop.url, {}, {"key": "wrong"}))
    channels.pause(viewer, second.id)
    sending = channels.connect(viewer, "generic", ChannelDraft("Own shop", ""), reads=False)
    sent_orders.take_file_in(viewer, sending.id, order_file.read(order_file.SAMPLE.encode(), now()).orders)


def _files(viewer, channel) -> None:
    """Leave a file that waits, one not looked at yet, one imported but for a row, and a product that is published."""
    headings = ["sku", "title", "price", "stock"]
    rows = [[f"CUP-{number}", LONG, "3.50", "4"] for number in range(3)] + [["", LONG, "x", ""]]
    imports.upload(viewer, "products", f"{LONG[:60]}.csv", headings, rows)
    large = ([f"LARGE-{number}", LONG, "3.50", "4"] for number in range(imports.AT_ONCE + 1))
    imports.upload(viewer, "products", "a large file.csv", headings, large)
    imported = imports.upload(viewer, "products", "cups.csv", headings, rows)
    batches.launch(viewer, imported.id)
    batch_job.work(imported.id)
    product = Product.get(Product.sku == "MUG-BLUE")
    publications.create(viewer, product.id, channel.id, {"external_id": LONG[:60], "stock_buffer": 2})


def _drift(viewer, channel, shop) -> None:
    """Let the shop take back a unit of what is packed, lose sight of a shipment, and be compared."""
    shipped, _, _, packed, _, _ = Order.select().order_by(Order.id)
    write(shop, "UPDATE lines SET quantity = 1 WHERE order_id = ?", packed.external_id)
    orders.request_sync(viewer, packed.id)
    import_orders.read_due(channel.id)
    reconciliations.leave_untold(channel, shipped)
    reconciliations.request(viewer, channel.id)
    reconcile.compare_due(channel.id)


def _desk(viewer, channel) -> None:
    """Leave something at the desk of the own shelf: an order to accept, one to pack, and a parcel to hand over."""
    products.create(viewer, ProductDraft("OWN-SHELF", LONG, "4012345678901", 990, own_quantity=9, weight_grams=300))
    _, accepted, packed = (desk_shop.order(channel, ("OWN-SHELF", 2)) for _ in range(3))
    for order in (accepted, packed):
        acceptance.accept(viewer, order.id)
    box = ShipmentDraft(carrier="GLS", tracking_code=LONG[:60], parcels=(ParcelDraft(700),))
    desk.pack(viewer, packed.id, box, labels.draw)


def _rules(viewer, cast) -> None:
    """Write a rule that counts and the draft of its change."""
    wanted = RuleDraft(LONG[:80], 10, "prefer", ("FR", "IT"), (), "15:00", (cast.logistics.id,))
    made = routing_rules.draft(viewer, wanted)
    routing_rules.turn_on(viewer, made.id, routing_rules.version(made))
    routing_rules.change(viewer, made.id, wanted)


def _long_names(viewer, cast) -> None:
    dropshipper = SupplierDraft(LONG[:100], 3, 6, "dropshipping", ADDRESS, HOURS, f"Ring twice. {LONG}")
    archived = suppliers.create(viewer, SupplierDraft("Archived depot", 1, 2, "logistics"))
    suppliers.archive(viewer, archived.id)
    product = products.create(viewer, ProductDraft(LONG[:60], LONG, "4006381333931", 1990))
    for supplier in (suppliers.create(viewer, dropshipper), cast.logistics):
        supplies.add(viewer, product.id, SupplyDraft(supplier.id, LONG[:64], 7, 1250))


def _keys(viewer, cast) -> None:
    enabled, revoked, fresh = (
        api_keys.issue(viewer, KeyDraft(name, "Piero", "piero@warehouse.example", cast.logistics.id, "write")).key
        for name in (LONG[:100], "Revoked", "Fresh")
    )
    for key in (enabled, revoked):
        api_keys.enable(viewer, key.id)
    api_keys.rotate(viewer, enabled.id, 24)
    api_keys.revoke(viewer, revoked.id)
    told = webhooks.create(viewer, fresh.id, WebhookDraft("https://receiver.example/" + LONG, [], LONG[:100]))
    deliveries.send_test(viewer, told.webhook.id, "{}")


def _work(cast, channel, shop) -> None:
    """Pack the fourth order, ship the first whole, and the second against a failing shop."""
    clerk, rival = cast.viewer(cast.clerk), cast.viewer(cast.rival_clerk)
    both, failing, _, packed, _, _ = Order.select().order_by(Order.id)
    box = shipments.create(clerk, packed.id, ShipmentDraft(reference="Pallet 4", parcel_id="P-1"))
    waybills.create(clerk, box.id, draw=None)
    for viewer in (clerk, rival):
        made = shipments.create(viewer, both.id, ShipmentDraft(carrier="GLS", tracking_code=LONG[:80]))
        shipments.ship(viewer, made.id)
    waybills.create(rival, made.id, draw=labels.draw)
    shipments.deliver(rival, made.id)
    push_to_channels.drain(channel.id)
    shop.break_next(fail=1)
    gone = shipments.create(clerk, failing.id, ShipmentDraft(carrier="BRT", tracking_code="TRACK-F"))
    shipments.ship(clerk, gone.id)
    push_to_channels.drain(channel.id)
    admin = cast.viewer(cast.admin)
    for writer, shown in ((clerk, False), (admin, True), (admin, False)):
        order_notes.write(writer, both.id, f"Call before noon. {LONG}", shown_to_suppliers=shown)
    orders.set_status(admin, both.id, "returned")
    holds.hold(admin, _waiting(), f"Waits. {LONG}", now() + dt.timedelta(days=3))
    made = returns.request(admin, both.id, returns.returnable(both), f"Broken. {LONG}")
    returns.receive(admin, made[0].id)


def _waiting() -> int:
    """Return the id of the order whose first line no product has."""
    return int(OrderLine.get(OrderLine.sku == "UNHEARD-OF").order_id)
