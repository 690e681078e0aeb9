"""The operator's commands: what they do, what they print, and what they say when they can't."""

import json

import pytest

from webapp.actions import key_admission, users
from webapp.models import ApiKey, Event, Membership, Store, User


@pytest.fixture
def run(app):
    """Run a command line; return its result. Standard error is part of `output`, never of `stdout`."""

    def invoke(*words):
        return app.test_cli_runner().invoke(args=words)

    return invoke


@pytest.mark.parametrize(
    "command", ["migrate", "users create", "keys issue", "keys enable", "keys list", "serve", "worker"]
)
def test_every_command_explains_itself(run, command):
    told = run(*command.split(), "--help")
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_migrate_finds_nothing_to_do_on_a_database_that_is_up_to_date(run):
    told = run("migrate")
    assert (told.exit_code, told.output) == (0, "The database is up to date already.\n")


def issue(run, *words):
    return run("keys", "issue", "--name", "Nord", "--orders", "write", "--products", "read", "--json", *words)


def test_keys_issue_prints_one_json_object_whose_pair_works(run, cast):
    words = ("--store", cast.store.name, "--supplier", "nord LOGISTICA", "--shipping", "write", "--enable")
    told = issue(run, *words)
    assert told.exit_code == 0, told.output
    facts = json.loads(told.stdout)
    key, _ = key_admission.authenticate(facts["public_key"], facts["secret_key"], "127.0.0.1")
    assert (key.name, key.supplier_id, key.enabled) == ("Nord", cast.logistics.id, True)
    assert (key.orders_level, key.products_level, key.shipping_level) == ("write", "read", "write")
    assert not (key.hides_customer or key.hides_prices)


def test_the_events_of_a_key_name_the_operator_and_hold_no_secret(run, cast):
    secret = json.loads(issue(run, "--store", cast.store.name, "--enable").stdout)["secret_key"]
    events = list(Event.select().order_by(Event.id))
    assert [(event.kind, event.actor_kind) for event in events] == [
        ("api_key.issued", "cli"),
        ("api_key.enabled", "cli"),
    ]
    assert not any(secret in f"{event.message}{event.data}" for event in events)


def test_a_key_is_issued_disabled_and_masked_as_asked(run, cast):
    told = issue(run, "--store", str(cast.store.id), "--hide-customer", "--hide-prices")
    key = ApiKey.get(ApiKey.public_key == json.loads(told.stdout)["public_key"])
    assert (key.enabled, key.hides_customer, key.hides_prices, key.supplier_id) == (False, True, True, None)


def test_the_store_may_be_left_out_where_there_is_one_alone(run, cast):
    told = issue(run)
    assert told.exit_code == 1
    assert "several stores" in told.output
    Membership.delete().where(Membership.store == cast.other_store.id).execute()
    cast.stranger_supplier.delete_instance()
    cast.other_store.delete_instance()
    assert json.loads(issue(run).stdout)["store"] == cast.store.name


def test_keys_issue_on_an_empty_installation_says_what_to_do(run):
    told = issue(run)
    assert told.exit_code == 1
    assert "There is no store yet" in told.output
    assert not ApiKey.select().exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--store", "Nowhere"), "no store called 'Nowhere'"),
        (("--store", "Casa Bella", "--supplier", "Foreign Depot"), "no supplier called 'Foreign Depot'"),
        (("--store", "Casa Bella", "--orders", "some"), "Invalid value for '--orders'"),
        (("--store", "Casa Bella", "--name", " "), "name: Give the key a name"),
    ],
)
def test_keys_issue_refuses_in_one_clear_line_and_leaves_no_key(run, cast, words, message):
    told = issue(run, *words)
    assert told.exit_code != 0
    assert message in told.output
    assert told.stdout == ""
    assert not ApiKey.select().exists()


def test_keys_are_enabled_disabled_and_listed_by_their_public_key(run, cast):
    store = ("--store", cast.store.name)
    public = json.loads(issue(run, *store).stdout)["public_key"]
    for verb, enabled in (("enable", True), ("disable", False)):
        assert run("keys", verb, public, *store).output == f"Nord is {verb}d.\n"
        assert ApiKey.get(ApiKey.public_key == public).enabled is enabled
        listed = run("keys", "list", *store).output
        assert listed.split() == [public, f"{verb}d", "Nord"]


def test_a_key_of_another_store_is_unknown(run, cast):
    public = json.loads(issue(run, "--store", cast.other_store.name).stdout)["public_key"]
    told = run("keys", "enable", public, "--store", cast.store.name)
    assert told.exit_code == 1
    assert "has no key" in told.output
    assert not ApiKey.get(ApiKey.public_key == public).enabled


def new_user(run, cast, *words):
    person = ("--email", "Nina@Example.com", "--name", "Nina", "--password", "a long enough password")
    return run("users", "create", "--store", cast.store.name, *person, *words)


def test_users_create_adds_a_clerk_who_can_log_in(run, cast):
    told = new_user(run, cast, "--role", "clerk", "--supplier", cast.rival.name)
    assert told.exit_code == 0, told.output
    user = users.verify("nina@example.com", "a long enough password")
    role = Membership.get(Membership.user == user.id)
    assert (role.store_id, role.role, role.supplier_id) == (cast.store.id, "clerk", cast.rival.id)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--role", "clerk"), "supplier_id: A clerk works for one supplier"),
        (("--role", "admin", "--password", "short"), "password: A password has"),
        (("--role", "admin", "--email", "ada.admin@example.com"), "email: Somebody with this address"),
        (("--role", "king"), "Invalid value for '--role'"),
    ],
)
def test_users_create_refuses_in_one_clear_line_and_adds_nobody(run, cast, words, message):
    before = User.select().count()
    told = new_user(run, cast, *words)
    assert told.exit_code != 0
    assert message in told.output
    assert User.select().count() == before


def test_the_demo_can_be_filled_and_its_keys_are_kept(database):
    from webapp import demo

    robot = demo.fill("http://127.0.0.1:1", "shop-key", None)
    assert demo.fill("http://127.0.0.1:1", "shop-key", robot) == robot
    again = demo.fill("http://127.0.0.1:1", "shop-key", None)
    assert key_admission.authenticate(again["public_key"], again["secret_key"], "127.0.0.1")
    with pytest.raises(key_admission.Denied):
        key_admission.authenticate(robot["public_key"], robot["secret_key"], "127.0.0.1")
    assert Store.select().count() == 1
    assert all(users.verify(email, demo.PASSWORD) for email, *_ in demo.PEOPLE)
