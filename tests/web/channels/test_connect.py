"""Connecting a shop by the form: tried before it is stored, nothing typed is lost, no secret is ever shown."""

import re
import socket
from html import unescape

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.sandbox import KEY
from tests.web.api_keys.wizard import field, values
from tests.web.channels.connecting import NOWHERE, secret, typed
from tests.web.page import wants_login
from webapp.connectors import http
from webapp.jobs import import_orders
from webapp.models import TABLES, Channel, Event, Order

NEW, TEST = "/channels/new/sandbox", "/channels/new/sandbox/test"


def test_each_kind_is_offered_with_what_it_can_take_back(merchant):
    page = merchant.get("/channels/new").text
    assert 'href="/channels/new/sandbox"' in page and 'href="/channels/new/vendure"' in page
    assert "Several shipments for one order" in page
    assert merchant.get("/channels/new/amiga").status_code == 404
    assert merchant.post("/channels/new/amiga").status_code == 404
    assert merchant.post("/channels/new/amiga/test").status_code == 404


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        ("generic", {"Its products imported", "Its stock set from here"}),
        ("vendure", {"Tracking corrected later", "New orders within seconds"}),
        ("shopify", set()),
    ],
)
def test_who_chooses_sees_before_what_a_kind_cannot_do(merchant, kind, lacking):
    card = merchant.get("/channels/new").text.partition(f'href="/channels/new/{kind}"')[0].rpartition("<h2")[2]
    rows = re.findall(r"<li>(.*?)</li>", card, re.DOTALL)
    cannot = {re.sub(r"<[^>]*>", "", row).strip() for row in rows if 'aria-label="No"' in row}
    assert (len(rows), cannot) == (8, lacking)


@pytest.mark.parametrize(("kind", "label"), [("sandbox", "Shop key"), ("vendure", "Password")])
def test_each_kinds_form_asks_for_its_own_fields(merchant, kind, label):
    page = merchant.get(f"/channels/new/{kind}").text
    assert label in page and "Test connection" in page and 'type="password"' in page


def test_a_connected_shop_is_read_with_what_was_typed(merchant, shop):
    answer = merchant.post(NEW, data=typed(shop))
    channel = Channel.get()
    assert (answer.status_code, answer.location) == (303, f"/channels/{channel.id}")
    assert "Connected: its orders are being read now." in merchant.get(answer.location).text
    assert (channel.name, channel.base_url, channel.kind) == ("Casa Bella’s <shop>", shop.url, "sandbox")
    assert channel.enabled and channel.read_cursor is None
    assert Event.get(Event.subject == "channel").kind == "channel.connected"
    placed = shop.sell(("MUG-BLUE", 1))
    import_orders.read_due(channel.id)
    assert Order.get().external_id == placed


def test_the_secret_is_stored_encrypted_and_shown_by_no_page(merchant, channel):
    assert secret(channel) == KEY
    stored = repr([list(table.select().tuples()) for table in TABLES])
    assert channel.credentials in stored and KEY not in stored
    for path in ("/channels/", f"/channels/{channel.id}", f"/channels/{channel.id}/edit", "/audit/", "/"):
        assert KEY not in merchant.get(path).text
    assert KEY not in merchant.get(f"/channels/{channel.id}/disconnect").text


def test_a_good_test_names_the_shop_and_stores_nothing(merchant, shop):
    answer = merchant.post(TEST, data=typed(shop))
    assert answer.status_code == 200 and "Connected to “Sandbox shop”." in answer.text
    assert 'class="alert alert-success"' in answer.text
    assert Channel.select().count() == 0


def test_what_was_typed_survives_the_test_and_is_saved_without_typing_the_secret_again(merchant, shop):
    tested = merchant.post(TEST, data=typed(shop)).text
    assert KEY not in tested and "What you typed is kept" in tested
    sent = values(tested)
    assert (sent["name"], sent["base_url"]) == ("Casa Bella’s <shop>", shop.url) and "key" not in sent
    assert merchant.post(NEW, data=sent).status_code == 303
    assert secret(Channel.get()) == KEY


def test_the_secret_survives_several_tests_and_a_new_one_replaces_it(merchant, shop):
    page = merchant.post(TEST, data=typed(shop, key="first try")).text
    page = merchant.post(TEST, data=values(page)).text
    assert "refuses the key" in page and "first try" not in page
    page = merchant.post(TEST, data={**values(page), "key": KEY}).text
    assert "Connected to" in page
    merchant.post(NEW, data=values(page))
    assert secret(Channel.get()) == KEY


def test_a_wrong_key_is_said_and_everything_else_stays(merchant, shop):
    answer = merchant.post(TEST, data=typed(shop, key="wrong key"))
    assert answer.status_code == 422 and "The shop refuses the key." in answer.text
    assert 'class="alert alert-danger"' in answer.text and "wrong key" not in answer.text
    assert field(answer.text, "base_url") == shop.url


def test_a_shop_that_refuses_is_not_connected_and_everything_typed_stays(merchant, shop):
    answer = merchant.post(NEW, data=typed(shop, key="wrong key"))
    assert answer.status_code == 422 and "The shop refuses the key." in answer.text
    assert "Nothing is stored yet" in answer.text and "wrong key" not in answer.text
    assert Channel.select().count() == 0
    kept = values(answer.text)
    assert kept["base_url"] == shop.url
    assert merchant.post(NEW, data={**kept, "key": KEY}).status_code == 303
    assert secret(Channel.get()) == KEY


def test_a_shop_that_is_away_is_connected_all_the_same_where_the_merchant_says_so(merchant, shop):
    answer = merchant.post(NEW, data=typed(NOWHERE))
    assert answer.status_code == 422 and 'name="untested" value="1"' in answer.text
    assert "untested" not in merchant.post(TEST, data=typed(shop)).text
    assert merchant.post(NEW, data={**values(answer.text), "untested": "1"}).status_code == 303
    assert (Channel.get().base_url, secret(Channel.get())) == (NOWHERE.url, KEY)


def test_nobody_listening_is_said(merchant, shop):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        answer = merchant.post(TEST, data=typed(shop, base_url=url))
    assert answer.status_code == 422 and "The shop gave no answer" in answer.text
    assert field(answer.text, "base_url") == url


def test_an_address_inside_is_called_only_where_the_operator_allows_it(merchant, shop):
    with FaultProxy(shop.url) as proxy:
        http.configure(())
        for url in (proxy.url, proxy.url.replace("127.0.0.1", "localhost"), proxy.url.replace("127.0.0.1", "[::1]")):
            answer = merchant.post(TEST, data=typed(shop, base_url=url))
            assert answer.status_code == 422 and "This address isn&#39;t public" in answer.text
        assert proxy.calls == []


def test_another_kind_of_server_is_told_apart(merchant, shop):
    with FaultProxy(shop.url) as proxy:
        proxy.plan("garbage")
        answer = merchant.post(TEST, data=typed(shop, base_url=proxy.url))
    assert answer.status_code == 422 and "isn&#39;t that of a sandbox shop" in answer.text


BAD = [
    ({"name": ""}, "Give the channel a name"),
    ({"name": "   "}, "Give the channel a name"),
    ({"name": "N" * 121}, "120 characters"),
    ({"name": "nul\x00"}, "can't be stored"),
    ({"base_url": ""}, "Give the shop's address."),
    ({"base_url": "shop.example"}, "https:// or http://"),
    ({"base_url": "ftp://shop.example"}, "https:// or http://"),
    ({"base_url": "http://[nonsense"}, "valid address"),
    ({"base_url": "http://127.0.0.1:99999"}, "valid address"),
    ({"base_url": "https://me:pass@shop.example"}, "Leave user name and password out"),
    ({"base_url": "https://shop.example/" + "a" * 500}, "500 characters"),
    ({"key": ""}, "Shop key is needed."),
    ({"key": None}, "Shop key is needed."),
    ({"key": "k" * 501}, "500 characters"),
]


@pytest.mark.parametrize("door", [NEW, TEST])
@pytest.mark.parametrize(("wrong", "told"), BAD, ids=[f"{told}-{n}" for n, (_, told) in enumerate(BAD)])
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(app, as_user, cast, door, wrong, told):
    client = as_user(cast.merchant)
    answer = client.post(door, data=typed(NOWHERE, **wrong))
    assert answer.status_code == 422 and told in unescape(answer.text) and KEY not in answer.text
    kept = {"name", "base_url"} - wrong.keys()
    assert {name: field(answer.text, name) for name in kept} == {name: typed(NOWHERE)[name] for name in kept}
    assert ("What you typed is kept" in answer.text) is (wrong.get("key", KEY) not in ("", None))
    assert Channel.select().count() == 0


def test_a_corrected_form_saves_with_the_secret_typed_before(merchant, shop):
    page = merchant.post(NEW, data=typed(shop, name="")).text
    assert merchant.post(NEW, data={**values(page), "name": "Named"}).status_code == 303
    assert (Channel.get().name, secret(Channel.get())) == ("Named", KEY)


def test_what_a_form_keeps_is_of_no_use_to_anybody_else(merchant, as_user, cast, shop):
    sent = values(merchant.post(TEST, data=typed(shop)).text)
    for person in (cast.admin, cast.stranger):
        answer = as_user(person).post(NEW, data=sent)
        assert answer.status_code == 422 and "Shop key is needed." in answer.text
    assert Channel.select().count() == 0


@pytest.mark.parametrize("kept", ["{stored}", "made up", "gAAAAA==", "\ud800", "ü", "x" * 10_000])
def test_neither_a_stored_secret_nor_nonsense_passes_for_one_that_was_typed(merchant, channel, shop, kept):
    sent = typed(shop, name="Thief", key="", kept=kept.format(stored=channel.credentials))
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in sent.items()}
    answer = merchant.post(TEST, data=sent)
    assert answer.status_code == 422 and "Shop key is needed." in answer.text
    assert Channel.select().count() == 1


@pytest.mark.parametrize("name", ["Casa Bella’s <shop>", "CASA bella’s  <SHOP>"])
def test_a_name_is_taken_once_in_a_store(merchant, channel, shop, as_user, cast, name):
    answer = merchant.post(NEW, data=typed(shop, name=name))
    assert answer.status_code == 422 and "You have a channel of this name already." in answer.text
    assert as_user(cast.stranger).post(NEW, data=typed(shop, name=name)).status_code == 303
    assert Channel.select().count() == 2


@pytest.mark.parametrize(("verb", "path"), [("GET", "/channels/new"), ("GET", NEW), ("POST", NEW), ("POST", TEST)])
def test_clerks_are_refused_and_nobody_connects_without_login(app, client, as_user, cast, verb, path):
    assert as_user(cast.clerk).open(path, method=verb).status_code == 403
    assert wants_login(client.open(path, method=verb))
