"""The menu is kept by role, place and language: nobody is shown another one's."""

import re

import pytest

from webapp.models import User

ENTRY = re.compile(r'<a class="nav-item[^>]*href="([^"]+)"([^>]*)>.*?<span class="flex-fill">([^<]+)</span>')


def entries(client, path: str) -> dict[str, tuple[str, bool]]:
    """Return address -> word and whether the page belongs there."""
    text = client.get(path).get_data(as_text=True)
    return {href: (word, 'aria-current="page"' in rest) for href, rest, word in ENTRY.findall(text)}


def test_each_role_has_its_own(as_user, cast):
    seen = {who: set(entries(as_user(getattr(cast, who)), "/orders/")) for who in ("admin", "merchant", "clerk")}
    assert seen["admin"] - seen["merchant"] == {"/store/", "/users/", "/audit/"}
    assert {"/channels/", "/suppliers/", "/tasks/"} <= seen["merchant"] - seen["clerk"]
    assert "/desk/" in seen["clerk"] <= seen["merchant"]


@pytest.mark.parametrize("path", ["/", "/orders/", "/products/"])
def test_one_entry_is_marked(as_user, cast, path):
    assert [href for href, (_, here) in entries(as_user(cast.merchant), path).items() if here] == [path]


def test_it_speaks_the_readers_language(as_user, cast):
    client = as_user(cast.merchant)
    assert entries(client, "/orders/")["/orders/"][0] == "Orders"
    User.update(language="it").where(User.id == cast.merchant.id).execute()
    assert entries(client, "/orders/")["/orders/"][0] == "Ordini"
    User.update(language="en").where(User.id == cast.merchant.id).execute()
    assert entries(client, "/orders/")["/orders/"][0] == "Orders"
