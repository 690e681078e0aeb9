"""The connection test says what a merchant needs to know: it works and where it leads, or what is wrong."""

import pytest

from tests.connectors.vendure.conftest import connect
from webapp.connectors.channels import ConnectorError, open_channel
from webapp.connectors.channels.vendure import KIND

pytestmark = pytest.mark.xdist_group("vendure")


def opened(url, password="superadmin", username="superadmin", **settings):
    """Open the channel as its row holds it: secrets apart from settings, as the kind's fields say."""
    values = {"username": username, "password": password, **settings}
    secret = {field.name for field in KIND.fields if field.secret}
    return open_channel(
        "vendure",
        url,
        {name: value for name, value in values.items() if name not in secret},
        {name: value for name, value in values.items() if name in secret},
    )


def refusal(connector):
    with pytest.raises(ConnectorError) as caught:
        connector.test()
    return str(caught.value), caught.value.permanent


@pytest.fixture
def second_channel(vendure):
    """Another channel on the same server, by its token."""
    facts = 'defaultLanguageCode: en, pricesIncludeTax: true, defaultCurrencyCode: EUR, defaultTaxZoneId: "1"'
    made = vendure.admin(
        f'mutation {{ createChannel(input: {{code: "outlet", token: "outlet-token", {facts}, '
        'defaultShippingZoneId: "1"}) { ... on Channel { id } } }'
    )["createChannel"]["id"]
    yield "outlet-token"
    vendure.admin("mutation($id: ID!) { deleteChannel(id: $id) { result } }", id=made)


def login(vendure, name, permissions):
    """Return user name and password of somebody new who may do this in the shop and nothing else."""
    role = vendure.admin(
        "mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }",
        input={"code": name, "description": "", "permissions": permissions},
    )["createRole"]["id"]
    account = {"emailAddress": f"{name}@example.com", "password": "looks-only"}
    vendure.admin(
        "mutation($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }",
        input={"firstName": "Olga", "lastName": name.title(), **account, "roleIds": [role]},
    )
    return account["emailAddress"], account["password"]


def placed_orders(vendure):
    return vendure.admin("{ orders(options: {filter: {orderPlacedAt: {isNull: false}}}) { totalItems } }")["orders"]


def test_it_names_the_channel_and_counts_its_orders_without_baskets(vendure, place):
    place(MUG=1)
    vendure.open_basket({"MUG-01": 1})

    count = placed_orders(vendure)["totalItems"]
    assert (
        opened(vendure.url).test() == f"Connected to the Vendure channel “default channel”, which holds {count} orders."
    )


@pytest.mark.parametrize("address", ["{}/", "{}/admin-api", "{}/admin-api/", " {} "])
def test_an_address_may_be_written_in_several_ways(vendure, address):
    assert opened(address.format(vendure.url)).test().startswith("Connected")


def test_a_channel_token_leads_to_that_channel(vendure, second_channel):
    told = opened(vendure.url, channel_token=second_channel).test()
    assert told == "Connected to the Vendure channel “outlet”, which holds 0 orders."


def test_a_wrong_channel_token_is_told(vendure, second_channel):
    message, permanent = refusal(opened(vendure.url, channel_token="no-such-token"))
    assert permanent and "no-such-token" in message


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"username": "nobody"}, {"password": ""}])
def test_a_wrong_login_is_told_and_a_good_one_before_doesnt_help(vendure, wrong):
    opened(vendure.url).test()
    message, permanent = refusal(opened(vendure.url, **wrong))
    assert permanent and message == "Vendure refused the login: The provided credentials are invalid."
    with pytest.raises(ConnectorError, match="refused the login"):
        opened(vendure.url, **wrong).read_order("1")


def test_an_account_without_the_permission_is_told(vendure):
    username, password = login(vendure, "onlooker", ["ReadCatalog"])
    message, permanent = refusal(opened(vendure.url, password, username))
    assert permanent and message == "The Vendure account lacks the permissions to read and ship orders."


def test_an_account_that_may_read_and_not_ship_is_told_before_the_first_parcel(vendure):
    username, password = login(vendure, "reader", ["ReadOrder", "ReadChannel"])
    message, permanent = refusal(opened(vendure.url, password, username))
    assert permanent and message == "The Vendure account may read orders but not ship them: give its role UpdateOrder."
    username, password = login(vendure, "shipper", ["ReadOrder", "UpdateOrder"])
    assert opened(vendure.url, password, username).test().startswith("Connected to")


def test_an_address_without_an_admin_api_is_told(vendure):
    message, permanent = refusal(opened(f"{vendure.url}/elsewhere"))
    assert permanent and message == "Vendure's Admin API isn't at this address (status 404)."


def test_an_address_where_nothing_answers_is_told_and_may_be_tried_again(vendure):
    message, permanent = refusal(opened("http://127.0.0.1:1"))
    assert not permanent and message == "Nothing answers at this address."


@pytest.mark.parametrize("address", ["http://10.0.0.1", "http://169.254.169.254/latest", "http://[::1]:3000"])
def test_an_address_inside_is_refused(address):
    message, permanent = refusal(opened(address))
    assert permanent and "isn't public" in message


@pytest.mark.parametrize("address", ["ftp://shop.example.com", "http://user:word@shop.example.com", "shop"])
def test_an_odd_address_is_refused_on_opening(address):
    with pytest.raises(ConnectorError) as caught:
        opened(address)
    assert caught.value.permanent


def test_a_token_that_ended_is_replaced_without_anybody_noticing(vendure, place):
    connector = connect(vendure.url)
    connector.test()
    vendure.log_everybody_out()

    order = place(MUG=1)
    assert connector.read_order(order.id).reference == order.code
    vendure.log_everybody_out()
    connector.confirm_shipment(order.parcel())
    assert order.held() == [("TRACK-1", "Shipped", 1)]


def test_a_token_that_ends_between_the_look_and_the_fulfilment_makes_one_fulfilment(vendure, proxy, spoiled, place):
    order = place(MUG=3)
    proxy.before("addFulfillmentToOrder", vendure.log_everybody_out)
    proxy.before("transitionFulfillmentToState", vendure.log_everybody_out)

    assert spoiled.confirm_shipment(order.parcel()).found is False
    assert order.held() == [("TRACK-1", "Shipped", 1)]
    assert sum("mutation Login" in call for call in proxy.calls) == 2
