"""The first store: made once, however many ask at once."""

import pytest

from tests.actions.test_races import at_once
from webapp.actions import stores
from webapp.domain.errors import Conflict, Invalid
from webapp.models import Store, User


def found(number=0, **values):
    facts = {
        "name": "Casa Bella",
        "currency": "EUR",
        "time_zone": "Europe/Rome",
        "admin_name": "Ada",
        "email": f"ada-{number}@example.com",
        "password": "correct horse battery",
        **values,
    }
    return stores.create_first(**facts)


def test_of_four_at_once_one_founds_the_store(database):
    def try_it(number):
        try:
            return found(number).email
        except Conflict as refused:
            return refused.code

    outcome = at_once(4, try_it)
    assert outcome.count("already_set_up") == 3
    assert [user.email for user in User.select()] == [told for told in outcome if told != "already_set_up"]
    assert Store.select().count() == 1


@pytest.mark.parametrize("field", ["name", "admin_name"])
def test_blanks_are_no_name(database, field):
    with pytest.raises(Invalid) as refused:
        found(**{field: "  "})
    assert list(refused.value.errors) == [field] and not Store.select().exists()
