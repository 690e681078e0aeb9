"""One of everything that an address can name, for each logistics service of the store and for the stranger's."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace

import pytest

from tests.actions.conftest import World
from webapp.actions import (
    api_keys,
    batches,
    carriers,
    channels,
    conformance,
    deliveries,
    order_notes,
    publications,
    returns,
    shipments,
    waybills,
    webhooks,
)
from webapp.actions.api_keys import KeyDraft
from webapp.actions.channels import ChannelDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.db import now
from webapp.models import (
    TABLES,
    ApiRequest,
    DeliveryAttempt,
    Invitation,
    Membership,
    OrderTask,
    Push,
    PushAttempt,
    RoutingRule,
    SavedFilter,
    SkuLink,
    Store,
    Supplier,
    Supply,
    SyncRun,
)
from webapp.wire import events

STORES_OWN = {
    "kind",
    "link_id",
    "ending",
    "verb",
    "key",
    "channel_id",
    "product_id",
    "membership_id",
    "supplier_id",
    "key_id",
    "invitation_id",
    "table",
}
"""Arguments that name what all people of a store share as far as their role lets them."""

OWN_TASTE = {"updated_at", "order_columns", "notices", "told_through", "pauses_told_through"}
"""Columns that change with a row, or by what somebody likes to see of the own store."""

FULL = {"orders": "write", "products": "write", "shipping": "write"}


@dataclass
class Estate:
    """What belongs to one supplier; `ids` are the arguments of addresses."""

    store: Store
    supplier: Supplier
    viewer: object
    token: str
    whole_token: str
    ids: dict[str, object] = field(default_factory=dict)

    def address(self, rule) -> str:
        """Return the address of a route with this estate's ids; fail for an argument that nothing here fills."""
        asked = {
            **dict.fromkeys(("waybills.download_many", "papers.slips", "papers.together"), "shipment={shipment_id}"),
            "papers.pick_list": "order={order_id}",
            "desk.scan": "code=T{supplier_id}",
            "manifests.index": "carrier=gls",
            "manifests.download": "carrier=gls",
        }
        query = asked.get(rule.endpoint, "").format(**self.ids)
        ids = self.ids | ({"batch_id": self.ids["file_id"]} if rule.endpoint.startswith("imports.") else {})
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda found: str(ids[found[1]]), rule.rule)
        return path + (f"?{query}" if query else "")

    def call(self, call) -> str:
        """Return the path of a call of the API with this estate's ids."""
        noun = call.path.split("/")[1]
        named = {"orders": "order_id", "shippings": "shipment_id", "products": "product_id"}.get(noun, "webhook_id")
        named = "publication_id" if noun == "channels" else named
        path = call.path.replace("{id}", str(self.ids[named]))
        return "/api/v1" + path.replace("{delivery_id}", str(self.ids["delivery_id"]))


@pytest.fixture
def doors(app):
    """Ask for the token of a key that was just issued."""

    def token(issued) -> str:
        pair = {"client_id": issued.key.public_key, "client_secret": issued.secret_key}
        body = {**pair, "grant_type": "client_credentials"}
        return app.test_client().post("/api/v1/oauth/access_token", json=body).json["access_token"]

    return token


@pytest.fixture
def estates(cast, doors) -> dict[str, Estate]:
    """The estates of the logistics service, of its rival, and of the stranger's supplier."""
    ours = World(cast)
    theirs = World(replace(cast, admin=cast.stranger, logistics=cast.stranger_supplier))
    people = {"logistics": cast.clerk, "rival": cast.rival_clerk, "stranger": cast.stranger}
    made = {
        "logistics": _estate(ours, "logistics", cast.logistics, doors),
        "rival": _estate(ours, "rival", cast.rival, doors),
        "stranger": _estate(theirs, "logistics", cast.stranger_supplier, doors),
    }
    _share(ours, made["logistics"], made["rival"])
    for name, estate in made.items():
        viewer = cast.viewer(people[name])
        named = {"supplier_id": estate.supplier.id, "columns": {"supplier_sku": 0, "quantity": 1}}
        started = batches.start(viewer, "stock", f"Batch of {name}", [{"label": f"Row of {name}"}], named)
        cells = [f"S-SKU{estate.supplier.id}", "9"]
        left = batches.draft(viewer, "stock", f"File of {name}", ["sku", "quantity"], [cells])
        batches.set_options(viewer, left.id, named)
        estate.ids["file_id"] = left.id
        estate.ids["batch_id"] = started.id
        estate.ids["membership_id"] = Membership.get(Membership.user == people[name].id).id
        bound = {"user": people[name].id, "supplier": estate.supplier.id, "name": "On hold", "name_key": "on hold"}
        kept = SavedFilter.create(store=estate.store, query="status=on_hold", **bound)
        estate.ids["filter_id"] = kept.id
        estate.ids["note_id"] = order_notes.write(viewer, estate.ids["order_id"], f"Note of {name}").id
    return made


def _share(world: World, *both: Estate) -> None:
    """Sell an order to two suppliers, each of which packs its part and hands it over."""
    order = world.order(*((f"SKU{estate.supplier.id}", 2) for estate in both), external_id="shared")
    for estate in both:
        line = world.line(order, f"SKU{estate.supplier.id}").id
        made = shipments.create(world.viewer, order.id, ShipmentDraft(lines={line: 1}, carrier="GLS", reference="R"))
        estate.ids["shared_id"] = order.id
        shipments.ship(world.viewer, made.id)


def _estate(world: World, name: str, supplier: Supplier, token) -> Estate:
    viewer, sku = world.viewer, f"SKU{supplier.id}"

    def key(bound: int | None):
        issued = api_keys.issue(viewer, KeyDraft(f"Key {supplier.id}", supplier_id=bound, **FULL))
        api_keys.enable(viewer, issued.key.id)
        return issued

    scoped, whole = key(supplier.id), key(None)
    made = Estate(supplier.store, supplier, viewer, token(scoped), token(whole))
    hook = webhooks.create(viewer, scoped.key.id, WebhookDraft("https://example.com/x", [], "Hook")).webhook
    sold = channels.connect(
        viewer, "sandbox", ChannelDraft(f"Shop {supplier.id}", "http://127.0.0.1:9", {}, {"key": "k"})
    )
    world.channel = sold
    product = world.product(sku, **{name: 50})
    order = world.order((sku, 3), notes="A note", external_id=f"e{supplier.id}")
    box = ShipmentDraft(
        lines={world.line(order, sku).id: 1}, carrier="GLS", tracking_code=f"T{supplier.id}", reference="R"
    )
    shipment = shipments.create(viewer, order.id, box)
    waybills.create(viewer, shipment.id, draw=None)
    gone = shipments.create(viewer, order.id, ShipmentDraft(lines={world.line(order, sku).id: 1}, carrier="GLS"))
    shipments.ship(viewer, gone.id)
    push = Push.get(Push.order == order.id)
    PushAttempt.create(store=made.store, push=push.id, outcome="unknown", detail="It said no")
    Push.update(status="failed", last_error="It said no").where(Push.id == push.id).execute()
    SyncRun.create(store=made.store, channel=sold.id, status="failed", errors=[{"reference": "R", "message": "M"}])
    delivery = deliveries.send_test(viewer, hook.id, events.test_body())
    DeliveryAttempt.create(store=made.store, delivery=delivery.id, answer="No", error="No", milliseconds=1)
    request = ApiRequest.create(
        store=made.store, api_key=scoped.key.id, request_id=f"r{supplier.id}", method="GET", path="/", status_code=200
    )
    conformance.tick({(made.store.id, scoped.key.id, "token"): order.created_at})
    made.ids = {
        "order_id": order.id,
        "shipment_id": shipment.id,
        "shipping_id": shipment.id,
        "product_id": product.id,
        "return_id": returns.request(viewer, order.id, returns.returnable(order), "Broken")[0].id,
        "link_id": SkuLink.create(store=made.store, sku=f"LINKED{supplier.id}", product=product).id,
        "supply_id": Supply.get(Supply.product == product.id, Supply.supplier == supplier.id).id,
        "supplier_id": supplier.id,
        "channel_id": sold.id,
        "key_id": scoped.key.id,
        "request_id": request.id,
        "push_id": push.id,
        "webhook_id": hook.id,
        "delivery_id": delivery.id,
        "publication_id": publications.create(viewer, product.id, sold.id, {"title": "Title"}).id,
        "key": carriers.add(viewer, f"Courier {supplier.id}", "https://example.com/{code}").key,
        "task_id": OrderTask.create(store=made.store, order=order.id, kind="not_told", message="A task").id,
        "invitation_id": _invitation(made).id,
        "rule_id": RoutingRule.create(store=made.store, name="A rule", effect="fewest_parcels").id,
        "kind": "sandbox",
        "table": "stock",
        "ending": "pdf",
        "verb": "accept",
    }
    return made


def _invitation(estate: Estate) -> Invitation:
    facts = {"email": f"invited{estate.supplier.id}@example.com", "digest": f"d{estate.supplier.id}", "invited_by": "A"}
    until = now() + dt.timedelta(days=1)
    return Invitation.create(store=estate.store, role="clerk", supplier=estate.supplier, expires_at=until, **facts)


def everything_of(store: Store) -> list[tuple]:
    """Return what nobody else may change: the store's rows, without when a key or a row was last touched."""
    tables = [table for table in TABLES if "store" in table._meta.fields and table is not ApiRequest]
    rows = []
    for table in tables:
        names = [name for name in table._meta.fields if name not in OWN_TASTE and "used" not in name]
        found = table.select().where(table.store == store.id).order_by(table._meta.primary_key)
        rows += [(table.__name__, *(repr(row.__data__.get(name)) for name in names)) for row in found]
    return rows
