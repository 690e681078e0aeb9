"""Two people edit one record: the second is told what the first has written, and nothing is overwritten in silence."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.actions.test_races import at_once
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import (
    api_keys,
    carriers,
    channels,
    credentials,
    publications,
    routing_rules,
    saved_filters,
    shipments,
    suppliers,
    users,
    waybills,
    webhooks,
)
from webapp.actions.api_keys import KeyDraft
from webapp.actions.channels import ChannelDraft
from webapp.actions.routing_rules import RuleDraft
from webapp.actions.shipments import ShipmentDraft
from webapp.actions.suppliers import SupplierDraft
from webapp.actions.webhooks import WebhookDraft
from webapp.connectors import http
from webapp.domain.errors import Conflict
from webapp.models import Channel, Membership, Product, Supply

SECRET = "a key that nobody may read"


@dataclass(frozen=True)
class Form:
    """A form that two have open: the first changes one field, the second another."""

    make: Callable
    """Makes the record from the cast and returns the address to which its form is sent."""
    first: tuple[str, str]
    second: tuple[str, str]
    told: str
    """How the second hears of it."""
    opens: str = "/edit"
    always: dict = field(default_factory=dict)
    """What is chosen where a browser sends several values under one name."""
    besides: dict = field(default_factory=dict)
    """What the first must change too."""


def a_channel(cast) -> str:
    draft = ChannelDraft("Casa Bella", "https://shop.example", {}, {"key": SECRET})
    return f"/channels/{channels.connect(cast.viewer(cast.merchant), 'sandbox', draft).id}"


def its_carriers(cast) -> str:
    path = a_channel(cast)
    Channel.update(kind="woocommerce").execute()
    return f"{path}/carriers"


def a_user(cast) -> str:
    return f"/users/{Membership.get(Membership.user == cast.clerk.id).id}"


def a_carrier(cast) -> str:
    carriers.add(cast.viewer(cast.merchant), "Nonna", "https://nonna.example/{code}")
    return "/carriers/nonna"


def a_webhook(cast) -> str:
    http.configure(("127.0.0.1",))
    viewer = cast.viewer(cast.admin)
    key = api_keys.issue(viewer, KeyDraft("Robot", orders="read")).key
    hook = webhooks.create(viewer, key.id, WebhookDraft("http://127.0.0.1:9/hook", [], "Depot")).webhook
    return f"/webhooks/{hook.id}"


def a_key(cast) -> str:
    return f"/api-keys/{api_keys.issue(cast.viewer(cast.admin), KeyDraft('Robot', orders='read')).key.id}"


def a_filter(cast) -> str:
    kept = saved_filters.save(cast.viewer(cast.merchant), "Waiting", "status=on_hold", shared=True)
    return f"/orders/filters/{kept.id}"


def a_rule(cast) -> str:
    draft = RuleDraft("To France", 10, "prefer", ("FR",), suppliers=(cast.logistics.id,))
    return f"/routing/{routing_rules.draft(cast.viewer(cast.merchant), draft).id}"


def a_live_rule(cast) -> str:
    path, viewer = a_rule(cast), cast.viewer(cast.merchant)
    number = int(path.rpartition("/")[2])
    routing_rules.turn_on(viewer, number, routing_rules.version(routing_rules.find(viewer, number)))
    return path


def a_supplier(cast) -> str:
    return f"/suppliers/{suppliers.create(cast.viewer(cast.merchant), SupplierDraft('Sud', 1, 3, 'dropshipping')).id}"


def a_product(cast) -> str:
    return f"/products/{shop.stocked(cast.store, 'MUG', units=10).id}"


def a_supply(cast) -> str:
    product = shop.stocked(cast.store, "MUG", cast.logistics, units=10)
    return f"/products/{product.id}/supplies/{Supply.get().id}"


def a_publication(cast) -> str:
    product, channel = Product.get_by_id(shop.stocked(cast.store, "MUG").id), shop.channel(cast.store)
    made = publications.create(cast.viewer(cast.merchant), product.id, channel.id, {})
    return f"/products/{product.id}/publications/{made.id}"


DAYS = {"working_days": list("12345")}


def a_shipment(cast) -> int:
    order = shop.split_order(cast, shop.channel(cast.store))
    return shipments.create(cast.viewer(cast.clerk), order.id, ShipmentDraft(carrier="GLS", tracking_code="T-1")).id


def a_waybill(cast) -> str:
    number = a_shipment(cast)
    waybills.create(cast.viewer(cast.merchant), number, draw=None)
    return f"/shipments/{number}/waybill/edit"


RULE = {"effect": "fewest_parcels", "suppliers": []}

FORMS = {
    "channel": Form(a_channel, ("calls_per_minute", "30"), ("name", "Casa Nuova"), "Calls a minute at most: 30"),
    "carriers of a channel": Form(its_carriers, ("holds_unmapped", "y"), ("GLS", "gls-it"), "there: yes", ""),
    "user": Form(
        a_user,
        ("role", "merchant"),
        ("name", "Carla"),
        "Role: Merchant; Supplier (for clerks): None",
        besides={"supplier_id": ""},
    ),
    "carrier": Form(
        a_carrier,
        ("tracking_pattern", "https://one.example/{code}"),
        ("tracking_pattern", "https://two.example/{code}"),
        "Tracking page: https://one.example/{code}",
    ),
    "usual carrier": Form(
        lambda cast: "/carriers/gls",
        ("tracking_pattern", "https://one.example/{code}"),
        ("tracking_pattern", ""),
        "Tracking page: https://one.example/{code}",
    ),
    "webhook": Form(a_webhook, ("url", "http://127.0.0.1:9/new"), ("description", "Shed"), "http://127.0.0.1:9/new"),
    "key": Form(a_key, ("requests_per_minute", "60"), ("contact_name", "Tina"), "Requests a minute: 60"),
    "saved filter": Form(a_filter, ("name", "Late"), ("name", "Waits"), "Name: Late"),
    "routing rule": Form(a_rule, ("position", "7"), ("countries", "ES"), "Rank: 7", always=RULE),
    "live routing rule": Form(a_live_rule, ("position", "7"), ("countries", "ES"), "Rank: 7", always=RULE),
    "supplier": Form(a_supplier, ("max_days", "9"), ("city", "Lugo"), "Maximum supply days: 9; City: –"),
    "product": Form(a_product, ("title", "Red mug"), ("ean", "4006381333931"), "Title: Red mug"),
    "supply": Form(a_supply, ("priority", "3"), ("supplier_sku", "N-1"), "Supplier SKU: S-MUG; Priority: 3"),
    "publication": Form(a_publication, ("stock_buffer", "2"), ("sku", "M-1"), "Units kept back: 2"),
    "shipment": Form(
        lambda cast: f"/shipments/{a_shipment(cast)}",
        ("tracking_code", "T-2"),
        ("reference", "R"),
        "Tracking code: T-2",
    ),
    "waybill": Form(a_waybill, ("notes", "Ring"), ("reference", "R"), "Note for the courier: Ring", ""),
    "store": Form(
        lambda cast: "/store/", ("city", "Lugo"), ("name", "Casa Nuova"), "changed city from “” to “Lugo”", "edit", DAYS
    ),
}


@pytest.fixture(params=FORMS)
def form(request) -> Form:
    return FORMS[request.param]


@pytest.fixture
def door(cast, form) -> str:
    return form.make(cast)


@pytest.fixture
def client(as_user, cast):
    return as_user(cast.admin)


def opened(client, form: Form, door: str) -> dict:
    """Return what a browser would send of the form as it opens."""
    page = Page(client.get(f"{door}{form.opens}"))
    assert page.status == 200 and page.fields["version"] and SECRET not in page.text
    return page.typed | form.always


def name_of(client, form: Form, door: str, field: str) -> str:
    """Return the name of a field; that of a carrier is found by the carrier."""
    labels = Page(client.get(f"{door}{form.opens}")).main.all("label")
    return next((one.attributes["for"] for one in labels if one.text == field), field)


def test_the_second_is_told_keeps_what_was_typed_and_may_save_again(client, form, door):
    (first, theirs), (second, mine) = form.first, form.second
    first, second = name_of(client, form, door, first), name_of(client, form, door, second)
    sent = opened(client, form, door)
    assert client.post(door, data=sent | form.besides | {first: theirs}).status_code == 303
    stored = opened(client, form, door)
    page = Page(client.post(door, data=sent | {second: mine}))
    assert page.status == 409 and form.told in page.alert and "What you typed is still here" in page.alert
    assert page.fields[second] == mine and opened(client, form, door) == stored
    assert client.post(door, data=page.typed | form.always).status_code == 303
    assert opened(client, form, door)[second] == mine


def test_it_is_saved_where_nobody_else_wrote(client, form, door):
    name, value = form.second
    name = name_of(client, form, door, name)
    for _time in range(2):
        assert client.post(door, data=opened(client, form, door) | {name: value}).status_code == 303
        assert opened(client, form, door)[name] == value


@pytest.fixture
def channel(cast) -> str:
    return a_channel(cast)


def test_a_secret_that_somebody_typed_meanwhile_is_not_replaced_in_silence(client, channel):
    form = FORMS["channel"]
    sent = opened(client, form, channel)
    assert client.post(channel, data=sent | {"key": "of the first"}).status_code == 303
    answer = client.post(channel, data=sent | {"key": "of the second"})
    assert answer.status_code == 409 and "of the" not in answer.text
    assert credentials.opened(Channel.get())["key"] == "of the first"
    assert client.post(channel, data=Page(answer).typed).status_code == 303
    assert credentials.opened(Channel.get())["key"] == "of the second"


def test_a_password_that_somebody_set_meanwhile_is_not_replaced_in_silence(client, cast):
    form, door = FORMS["user"], a_user(cast)
    sent = opened(client, form, door)
    assert client.post(door, data=sent | {"password": "of the first one"}).status_code == 303
    assert client.post(door, data=sent | {"password": "of the second one"}).status_code == 409
    assert users.verify(cast.clerk.email, "of the first one")


def test_what_the_worker_and_a_pause_write_is_nothing_that_was_typed(client, cast, channel):
    sent = opened(client, FORMS["channel"], channel)
    channels.pause(cast.viewer(cast.merchant), Channel.get().id)
    assert client.post(channel, data=sent | {"name": "Casa Nuova"}).status_code == 303
    assert not Channel.get().enabled


def test_two_who_save_at_the_same_moment_do_not_both_win(client, cast, channel):
    seen, viewer, number = channels.version(Channel.get()), cast.viewer(cast.merchant), Channel.get().id

    def save(turn: int) -> str:
        try:
            return channels.update(viewer, number, ChannelDraft(f"Shop {turn}", "https://shop.example"), seen).name
        except Conflict as conflict:
            return conflict.code

    done = sorted(at_once(4, save))
    assert done[1:] == ["changed_meanwhile"] * 3 and Channel.get().name == done[0]
