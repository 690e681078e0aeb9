"""People: the store keeps an admin, whatever two of them do at once, and passwords are told apart by nothing."""

import pytest

from tests.actions.test_races import at_once
from webapp.actions import users
from webapp.actions.users import UserDraft
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.viewer import system
from webapp.models import Membership, User


@pytest.fixture
def second(cast) -> User:
    """Another admin of the store."""
    draft = UserDraft("Bruno Boss", "bruno@example.com", "admin", password="correct horse battery")
    return users.create(cast.viewer(cast.admin), draft).user


def membership_of(user) -> Membership:
    return Membership.get(Membership.user == user.id)


def admins(cast) -> int:
    return (
        Membership.select()
        .where(Membership.store == cast.store.id, Membership.role == "admin", Membership.active)
        .count()
    )


@pytest.mark.parametrize("deed", ["disable", "update"])
def test_two_admins_who_shut_each_other_out_at_once_leave_one(cast, second, deed):
    people = [cast.admin, second]
    viewers = [cast.viewer(user) for user in people]
    targets = [membership_of(user).id for user in reversed(people)]

    def act(number):
        try:
            if deed == "disable":
                users.disable(viewers[number], targets[number])
            else:
                users.update(viewers[number], targets[number], UserDraft("Other", "", "merchant"))
        except Conflict as refused:
            return refused.code
        return "done"

    assert sorted(at_once(2, act)) == ["done", "last_admin"]
    assert admins(cast) == 1


def test_the_last_admin_stays_even_for_an_operator(cast):
    operator = system(cast.store.id)
    row = membership_of(cast.admin)
    for deed in (users.disable, lambda *args: users.update(*args, UserDraft("Ada", "", "merchant"))):
        with pytest.raises(Conflict, match="last admin"):
            deed(operator, row.id)
    assert admins(cast) == 1


def test_a_disabled_admin_does_not_count(cast, second):
    users.disable(cast.viewer(cast.admin), membership_of(second).id)
    with pytest.raises(Conflict, match="last admin"):
        users.disable(system(cast.store.id), membership_of(cast.admin).id)


def test_an_admin_makes_another_one_a_merchant(cast, second):
    users.update(cast.viewer(cast.admin), membership_of(second).id, UserDraft("Bruno", "", "merchant"))
    assert admins(cast) == 1


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_only_admins_manage_users(cast, who):
    viewer, row = cast.viewer(getattr(cast, who)), membership_of(cast.rival_clerk)
    draft = UserDraft("Nina", "nina@example.com", "admin", password="correct horse battery")
    deeds = [
        lambda: users.create(viewer, draft),
        lambda: users.update(viewer, row.id, draft),
        lambda: users.disable(viewer, row.id),
        lambda: users.enable(viewer, row.id),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()
    assert User.select().where(User.name == "Nina").count() == 0


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (UserDraft(" ", "n@example.com", "merchant", password="correct horse battery"), "name"),
        (UserDraft("N", "n@example.com", "king", password="correct horse battery"), "role"),
        (UserDraft("N", "n@example.com", "clerk", 999_999, "correct horse battery"), "supplier_id"),
        (UserDraft("N", "n@example.com", "merchant"), "password"),
    ],
)
def test_a_draft_that_can_not_be_is_refused(cast, draft, field):
    with pytest.raises(Invalid) as refused:
        users.create(cast.viewer(cast.admin), draft)
    assert list(refused.value.errors) == [field]


def test_a_password_is_kept_as_a_hash_and_longest_and_shortest_ones_fit(cast):
    for length in (users.MIN_PASSWORD, users.MAX_PASSWORD):
        password = "é" * length
        users.change_password(cast.merchant, cast.password if length == users.MIN_PASSWORD else "é" * 10, password)
        row = User.get_by_id(cast.merchant.id)
        assert password not in row.password and users.verify(row.email, password).id == row.id
