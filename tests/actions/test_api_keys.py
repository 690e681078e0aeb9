"""Keys through their actions: who may issue them, which pair opens what, and what happens when two act at once."""

import datetime as dt

import pytest

from tests.actions.test_races import at_once
from webapp.actions import api_keys, key_admission
from webapp.actions.key_admission import Denied, KeyDraft
from webapp.db import now
from webapp.domain import key_format
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import ApiKey, Event

HERE = "203.0.113.7"


@pytest.fixture
def admin(cast):
    return cast.viewer(cast.admin)


@pytest.fixture
def merchant(cast):
    return cast.viewer(cast.merchant)


@pytest.fixture
def issued(admin, merchant):
    """An enabled key of the whole store, with its secret."""
    made = api_keys.issue(merchant, KeyDraft("Robot", orders="read"))
    return api_keys.Issued(api_keys.enable(admin, made.key.id), made.secret_key)


def enter(issued, secret="", address=HERE):
    return key_admission.authenticate(issued.key.public_key, secret or issued.secret_key, address)


def why_not(issued, secret="", address=HERE) -> str:
    with pytest.raises(Denied) as denied:
        enter(issued, secret, address)
    return denied.value.code


def test_the_pair_opens_its_own_key(issued):
    key, version = enter(issued)
    assert (key.id, version) == (issued.key.id, 1)


def test_the_secret_of_one_key_does_not_open_another(issued, merchant):
    other = api_keys.issue(merchant, KeyDraft("Other", orders="read"))
    assert why_not(issued, other.secret_key) == why_not(other, issued.secret_key) == "invalid_client"


@pytest.mark.parametrize("wrong", ["", "xd_sk_1_", "nul\x00", "ü" * 50, "9" * 5000], ids=len)
def test_what_is_no_secret_of_ours_is_refused(issued, wrong):
    with pytest.raises(Denied):
        key_admission.authenticate(issued.key.public_key, wrong, HERE)


@pytest.mark.parametrize("public", ["", "xd_pk_unknown", "nul\x00", "x" * 5000], ids=len)
def test_an_unknown_public_key_reads_like_a_wrong_secret(issued, public):
    with pytest.raises(Denied) as denied:
        key_admission.authenticate(public, issued.secret_key, HERE)
    assert denied.value.code == "invalid_client"


def test_who_lacks_the_secret_learns_nothing_of_the_keys_state(issued):
    ApiKey.update(enabled=False, revoked_at=now()).execute()
    assert why_not(issued, key_format.new_secret(issued.key.id)) == "invalid_client"
    assert why_not(issued) == "key_revoked"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"enabled": False}, "key_disabled"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "key_expired"),
        ({"revoked_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "key_revoked"),
        ({"allowed_addresses": ["203.0.113.8/32", "2001:db8::/32"]}, "address_not_allowed"),
    ],
)
def test_each_state_that_keeps_it_out_has_a_code_of_its_own(issued, state, code):
    ApiKey.update(**state).execute()
    assert why_not(issued) == code


@pytest.mark.parametrize("address", [HERE, f"::ffff:{HERE}"])
def test_an_allowed_network_lets_in(issued, address):
    ApiKey.update(allowed_addresses=["203.0.113.0/24"]).execute()
    assert enter(issued, address=address)[0].id == issued.key.id
    assert why_not(issued, address="not an address") == why_not(issued, address="2001:db8::1") == "address_not_allowed"


def test_only_who_works_for_the_whole_store_issues_and_finds_keys(cast, issued):
    draft = KeyDraft("Own", supplier_id=cast.logistics.id, orders="read")
    key_itself = key_admission.viewer_for(issued.key)
    for viewer in (cast.viewer(cast.clerk), key_itself):
        with pytest.raises(Forbidden):
            api_keys.issue(viewer, draft)
        with pytest.raises(Forbidden):
            api_keys.preview(viewer, draft)
    for viewer in (cast.viewer(cast.clerk), cast.viewer(cast.stranger)):
        with pytest.raises(NotFound):
            api_keys.find(viewer, issued.key.id)
    assert ApiKey.select().count() == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (KeyDraft(" ", orders="read"), "name"),
        (KeyDraft("Robot"), "orders"),
        (KeyDraft("Robot", orders="all"), "orders"),
        (KeyDraft("Robot", shipping=""), "shipping"),
        (KeyDraft("Robot", orders="read", supplier_id=10**15), "supplier_id"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(merchant, draft, field):
    for act in (api_keys.issue, api_keys.preview):
        with pytest.raises(Invalid) as invalid:
            act(merchant, draft)
        assert list(invalid.value.errors) == [field]
    assert ApiKey.select().count() == 0


@pytest.mark.parametrize("role", ["merchant", "clerk", "key"])
def test_only_an_admin_or_the_system_switches(cast, issued, role):
    full = Level.WRITE
    viewer = Viewer(cast.store.id, Actor("user", None, "Somebody"), role, None, full, full, full)
    for act in (api_keys.enable, api_keys.disable):
        with pytest.raises(Forbidden):
            act(viewer, issued.key.id)
    assert ApiKey.get().enabled


def told(act, *values) -> str:
    """Do it; return the code where it is refused."""
    try:
        act(*values)
    except Conflict as conflict:
        return conflict.code
    return ""


def test_an_edit_that_races_with_being_turned_off_never_turns_it_on_again(admin, merchant, issued):
    key_id = issued.key.id

    def act(number):
        if number:
            return told(api_keys.edit, merchant, key_id, KeyDraft("Renamed", orders="read"))
        return api_keys.disable(admin, key_id)

    for _ in range(15):
        api_keys.enable(admin, key_id)
        at_once(2, act)
        assert not ApiKey.get().enabled


def test_an_edit_that_races_with_a_narrowing_never_widens_unnoticed(admin, merchant, issued):
    wide, narrow = KeyDraft("Wide", orders="read"), KeyDraft("Narrow", orders="read", hides_prices=True)
    deeds = ((merchant, issued.key.id, wide), (admin, issued.key.id, narrow))
    for _ in range(15):
        api_keys.edit(admin, issued.key.id, wide)
        api_keys.enable(admin, issued.key.id)
        codes = at_once(2, lambda n: told(api_keys.edit, *deeds[n]))
        row = ApiKey.get()
        assert set(codes) <= {"", "changed_meanwhile"}
        assert any(codes) or row.enabled == row.hides_prices


def test_four_who_rotate_at_once_make_secrets_of_which_the_last_shown_one_works(merchant, issued):
    def rotate(number):
        try:
            return api_keys.rotate(merchant, issued.key.id, 24).secret_key
        except Conflict as conflict:
            return conflict.code

    made = [secret for secret in at_once(4, rotate) if secret != "changed_meanwhile"]
    row = ApiKey.get()
    assert made and row.secret_version == 1 + len(made)
    assert row.secret_digest in {key_format.digest(secret) for secret in made}
    assert Event.select().where(Event.kind == "api_key.rotated").count() == len(made)


def test_four_admins_who_enable_at_once_are_recorded_once(admin, merchant):
    made = api_keys.issue(merchant, KeyDraft("Robot", orders="read"))
    assert all(key.enabled for key in at_once(4, lambda n: api_keys.enable(admin, made.key.id)))
    assert Event.select().where(Event.kind == "api_key.enabled").count() == 1


def test_no_two_keys_share_public_key_or_secret(merchant):
    made = [api_keys.issue(merchant, KeyDraft(f"Key {n}", orders="read")) for n in range(20)]
    assert len({one.secret_key for one in made}) == len({one.key.public_key for one in made}) == 20
    assert [key_format.parse_secret(one.secret_key) for one in made] == [one.key.id for one in made]


def test_every_deed_is_recorded_without_its_secret(admin, merchant, issued):
    second = api_keys.rotate(merchant, issued.key.id, 1).secret_key
    api_keys.edit(merchant, issued.key.id, KeyDraft("Robot", orders="write"))
    api_keys.revoke(merchant, issued.key.id)
    rows = list(Event.select().where(Event.subject == "api_key").order_by(Event.id).dicts())
    assert [row["kind"].partition(".")[2] for row in rows] == ["issued", "enabled", "rotated", "changed", "revoked"]
    assert issued.secret_key not in str(rows) and second not in str(rows)
    assert {row["subject_id"] for row in rows} == {issued.key.id}
