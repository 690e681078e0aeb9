"""The page with the carriers' names on a channel: what is usual, what was chosen, what waits, and closed doors."""

import re

import pytest

from tests.web.orders import shop
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.models import Channel, ChannelCarrier, Event, Push


@pytest.fixture
def merchant(as_user, cast):
    return as_user(cast.merchant)


@pytest.fixture
def channel(cast) -> Channel:
    return shop.channel(cast.store)


@pytest.fixture
def home(channel) -> str:
    return f"/channels/{channel.id}/carriers"


@pytest.fixture
def waiting(cast, channel) -> Push:
    """A confirmation that waits for the name of GLS Italy."""
    viewer, made = cast.viewer(cast.clerk), shop.split_order(cast, channel)
    shipments.ship(viewer, shipments.create(viewer, made.id, ShipmentDraft(carrier="GLS Italy")).id)
    told = "GLS Italy has no name on Sandbox shop: choose one."
    Push.update(status="failed", attempts=1, reason="carrier_unmapped", last_error=told).execute()
    return Push.get()


def field(page: str, carrier: str) -> str:
    """Return the name of a carrier's field."""
    return re.search(rf'<label for="(carrier-[0-9a-f]+)">{carrier}</label>', page)[1]


def free(channel) -> None:
    """Make it a channel that takes any name."""
    Channel.update(kind="woocommerce").execute()


def test_what_waits_comes_first_and_what_is_usual_is_told(merchant, home, waiting):
    page = merchant.get(home).text
    carriers = re.findall(r'<label for="carrier-[0-9a-f]+">([^<]+)</label>', page)
    assert carriers[0] == "GLS Italy" and {"BRT", "DHL", "SDA"} <= set(carriers)
    assert "Shipments wait for it" in page and "Usual name" in page and "BRT (usual)" in page


def test_a_choice_lets_what_waited_go_at_once(merchant, channel, home, waiting):
    name = field(merchant.get(home).text, "GLS Italy")
    answer = merchant.post(home, data={name: "GLS"})
    assert (answer.status_code, answer.location) == (303, home)
    page = merchant.get(home).text
    assert "Saved. 1 confirmation goes out now." in page and "Chosen by you" in page
    assert (ChannelCarrier.get().name_key, ChannelCarrier.get().code) == ("gls italy", "GLS")
    assert (Push.get().status, Push.get().reason) == ("waiting", "")
    told = Event.get(Event.kind == "channel.carriers_changed")
    assert told.message == "Carriers of Sandbox shop changed: GLS Italy → GLS" and told.actor_label


def test_the_order_the_channel_and_the_pushes_say_what_is_missing_and_where_to_choose(merchant, channel, home, waiting):
    link = f'href="{home}"'
    for path in (f"/orders/{waiting.order_id}", "/pushes/", f"/shipments/{waiting.shipment_id}"):
        page = merchant.get(path).text
        assert "GLS Italy has no name on Sandbox shop: choose one." in page and link in page
    page = merchant.get(f"/channels/{channel.id}").text
    assert "GLS Italy has no name on Sandbox shop." in page and link in page


def test_a_clerk_reads_why_but_is_sent_to_no_page_that_is_closed(as_user, cast, home, waiting):
    page = as_user(cast.clerk).get(f"/orders/{waiting.order_id}").text
    assert "GLS Italy has no name on Sandbox shop" in page and home not in page


def test_a_name_that_isnt_on_the_list_is_told_at_its_field(merchant, home, waiting):
    page = merchant.get(home).text
    wrong, right = field(page, "GLS Italy"), field(page, "BRT")
    answer = merchant.post(home, data={wrong: "Nobody", right: "DHL"})
    assert answer.status_code == 422 and "The channel knows no such carrier." in answer.text
    assert f'id="{wrong}-error"' in answer.text and ChannelCarrier.select().count() == 0
    assert re.search(r'<option selected value="DHL">', answer.text)


def test_where_any_name_goes_it_is_typed_and_may_be_held_back(merchant, channel, home, waiting):
    free(channel)
    page = merchant.get(home).text
    name = field(page, "GLS Italy")
    assert 'placeholder="GLS Italy"' in page and '<option value="Poste Italiane">' in page
    merchant.post(home, data={name: "Poste italiane", "holds_unmapped": "y"})
    assert ChannelCarrier.get().code == "poste-italiane" and Channel.get().holds_unmapped
    page = merchant.get(home).text
    assert 'value="Poste Italiane"' in page and "checked" in page
    merchant.post(home, data={name: ""})
    assert ChannelCarrier.select().count() == 0 and not Channel.get().holds_unmapped


def test_too_long_a_name_is_kept_in_its_field_with_what_is_wrong(merchant, channel, home, waiting):
    free(channel)
    name = field(merchant.get(home).text, "GLS Italy")
    answer = merchant.post(home, data={name: "x" * 121})
    assert answer.status_code == 422 and "At most 120 characters." in answer.text and "x" * 121 in answer.text


def test_a_carrier_that_the_form_didnt_know_keeps_its_choice(merchant, channel, home, waiting):
    page = merchant.get(home).text
    merchant.post(home, data={field(page, "GLS Italy"): "GLS"})
    merchant.post(home, data={field(page, "BRT"): "DHL"})
    assert ChannelCarrier.select().count() == 2


def test_a_shop_that_shows_its_own_carrier_has_nothing_to_choose(merchant, channel, home):
    Channel.update(kind="prestashop").execute()
    page = merchant.get(home).text
    assert "shows the carrier that the buyer chose" in page and "<table" not in page


def test_it_is_closed_to_clerks_and_strangers(as_user, cast, client, home):
    assert as_user(cast.clerk).get(home).status_code == 403
    assert as_user(cast.clerk).post(home).status_code == 403
    assert as_user(cast.stranger).get(home).status_code == 404
    assert as_user(cast.stranger).post(home).status_code == 404
    assert client.get(home).status_code == 303
