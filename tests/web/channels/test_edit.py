"""Changing a channel: an empty secret keeps the present one, which goes to no other address."""

import pytest
from cryptography.fernet import Fernet

from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from tests.web.api_keys.wizard import field, values
from tests.web.channels.connecting import row, secret, typed
from webapp.actions import credentials
from webapp.models import Channel, Event


@pytest.fixture
def home(channel) -> str:
    return f"/channels/{channel.id}"


def test_the_form_starts_with_name_and_address_and_no_secret(merchant, channel, home):
    page = merchant.get(f"{home}/edit").text
    shown = values(page)
    assert shown.pop("version") and shown == {"name": channel.name, "base_url": channel.base_url}
    assert "Leave empty to keep the present one." in page and KEY not in page


def test_an_empty_secret_keeps_the_present_one(merchant, channel, home, shop):
    answer = merchant.post(home, data=typed(shop, name="Renamed", key=""))
    assert (answer.status_code, answer.location) == (303, home)
    assert (row(channel)["name"], row(channel)["credentials"]) == ("Renamed", channel.credentials)
    assert Event.select().order_by(Event.id.desc()).first().kind == "channel.changed"


def test_a_typed_secret_replaces_it(merchant, channel, home, shop):
    merchant.post(home, data=typed(shop, key="another"))
    assert secret(channel) == "another" and "another" not in str(row(channel))


def test_a_test_uses_the_present_secret_where_none_is_typed(merchant, channel, home, shop):
    answer = merchant.post(f"{home}/test", data=typed(shop, name="Not saved", key=""))
    assert answer.status_code == 200 and "Connected to “Sandbox shop”." in answer.text
    assert field(answer.text, "name") == "Not saved" and row(channel)["name"] == channel.name
    assert "What you typed is kept" not in answer.text and KEY not in answer.text


def test_a_secret_that_was_typed_and_tested_is_the_one_that_is_saved(merchant, channel, home, shop):
    Channel.update(credentials=credentials.seal({"key": "outdated"})).execute()
    refused = merchant.post(f"{home}/test", data=typed(shop, key=""))
    assert refused.status_code == 422 and "The shop refuses the key." in refused.text
    tested = merchant.post(f"{home}/test", data=typed(shop)).text
    assert "Connected to" in tested and secret(channel) == "outdated"
    merchant.post(home, data=values(tested))
    assert secret(channel) == KEY


@pytest.mark.parametrize("door", ["", "/test"])
def test_the_stored_secret_goes_to_no_other_address(merchant, channel, home, shop, door):
    with FaultProxy(shop.url) as proxy:
        answer = merchant.post(f"{home}{door}", data=typed(shop, base_url=proxy.url, key=""))
        assert answer.status_code == 422 and "The address changes, so type this anew" in answer.text
        assert field(answer.text, "base_url") == proxy.url
        assert proxy.calls == [] and row(channel)["base_url"] == shop.url


def test_with_the_secret_typed_again_the_address_changes(merchant, channel, home, shop):
    with FaultProxy(shop.url) as proxy:
        tested = merchant.post(f"{home}/test", data=typed(shop, base_url=proxy.url)).text
        assert "Connected to" in tested and len(proxy.calls) == 1
        assert merchant.post(home, data=values(tested)).status_code == 303
        assert (row(channel)["base_url"], secret(channel)) == (proxy.url, KEY)


def test_a_slash_at_the_end_is_no_other_address(merchant, channel, home, shop):
    assert merchant.post(home, data=typed(shop, base_url=f"{shop.url}/", key="")).status_code == 303
    assert secret(channel) == KEY


def test_what_cannot_be_read_today_is_kept_until_something_is_typed(merchant, channel, home, shop):
    sealed = Fernet(Fernet.generate_key()).encrypt(b'{"key": "old"}').decode()
    Channel.update(credentials=sealed).execute()
    assert merchant.post(home, data=typed(shop, name="Renamed", key="")).status_code == 303
    assert (row(channel)["name"], row(channel)["credentials"]) == ("Renamed", sealed)
    assert merchant.post(home, data=typed(shop, base_url="http://127.0.0.1:9", key="")).status_code == 422
    assert merchant.post(home, data=typed(shop)).status_code == 303
    assert secret(channel) == KEY


def test_bad_input_is_said_and_nothing_is_changed(merchant, channel, home, shop):
    before = row(channel)
    for wrong, told in (({"name": ""}, "Give the channel a name"), ({"base_url": "shop"}, "https:// or http://")):
        answer = merchant.post(home, data=typed(shop, key="typed anew", **wrong))
        assert answer.status_code == 422 and told in answer.text and "typed anew" not in answer.text
        assert "What you typed is kept" in answer.text
    assert row(channel) == before


def test_the_name_of_another_channel_is_taken(merchant, channel, home, shop):
    merchant.post("/channels/new/sandbox", data=typed(shop, name="Second"))
    answer = merchant.post(home, data=typed(shop, name="second", key=""))
    assert answer.status_code == 422 and "You have a channel of this name already." in answer.text
    assert row(channel)["name"] == channel.name


def test_a_changed_channel_is_read_at_once(merchant, channel, home, shop):
    Channel.update(next_read_at=channel.created_at.replace(year=2099)).execute()
    merchant.post(home, data=typed(shop, key=""))
    assert row(channel)["next_read_at"].year < 2099
