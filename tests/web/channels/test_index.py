"""The list of channels: their state at a glance, and whose they are."""

from tests.web.orders import shop as made_up
from webapp.db import now
from webapp.models import Channel, SyncRun


def ran(channel, status: str, **facts) -> SyncRun:
    """Record a reading of the channel."""
    return SyncRun.create(store=channel.store_id, channel=channel.id, status=status, finished_at=now(), **facts)


def test_an_empty_list_says_what_a_channel_is(app, as_user, cast):
    page = as_user(cast.merchant).get("/channels/").text
    assert "No channel connected yet" in page and 'href="/channels/new"' in page


def test_shows_the_state_of_each_with_a_link(app, as_user, cast):
    names = ("Fresh", "Fine", "Broken", "Resting")
    fresh, fine, broken, resting = (made_up.channel(cast.store, name) for name in names)
    ran(fine, "failed")
    ran(fine, "done")
    ran(fine, "running")
    ran(broken, "done")
    ran(broken, "failed")
    Channel.update(enabled=False).where(Channel.id == resting.id).execute()
    page = as_user(cast.merchant).get("/channels/").text
    states = [part.partition("</tr>")[0] for part in page.split("<tr")[2:]]
    assert [
        f'href="/channels/{made.id}"' in state
        for made, state in zip((fresh, fine, broken, resting), states, strict=True)
    ] == [True] * 4
    words = ("Not read yet", ">Healthy<", "Can't be read", ">Paused<")
    assert all(word in state for word, state in zip(words, states, strict=True))
    assert "<time" in states[1]


def test_counts_what_waits_and_what_failed_for_each(app, as_user, cast):
    busy, idle = made_up.channel(cast.store, "Busy"), made_up.channel(cast.store, "Idle")
    for status in ("waiting", "sending", "failed", "sent", "dropped"):
        made_up.failed_push(made_up.order(busy, ("UNKNOWN", 1)), status=status)
    page = as_user(cast.merchant).get("/channels/").text
    first, second = (part.partition("</tr>")[0] for part in page.split("<tr")[2:])
    assert '<td class="num">2</td>' in first and '<span class="todo">1</span>' in first
    assert second.count('<td class="num">0</td>') == 2 and idle.name in second


def test_the_number_of_statements_does_not_grow(app, as_user, cast, sql_count):
    client = as_user(cast.merchant)
    ran(made_up.channel(cast.store, "First"), "done")
    with sql_count() as few:
        client.get("/channels/")
    for number in range(20):
        more = made_up.channel(cast.store, f"Shop {number}")
        ran(more, "failed")
        made_up.failed_push(made_up.order(more, ("UNKNOWN", 1)))
    with sql_count() as many:
        page = client.get("/channels/").text
    assert len(few) == len(many) and "Shop 19" in page


def test_a_stranger_a_clerk_and_nobody_see_none_of_it(app, as_user, client, cast):
    made_up.channel(cast.store, "Casa Bella online")
    assert "Casa Bella online" not in as_user(cast.stranger).get("/channels/").text
    answer = as_user(cast.clerk).get("/channels/")
    assert answer.status_code == 403 and "Casa Bella online" not in answer.text
    assert client.get("/channels/").location.startswith("/login")


def test_a_disconnected_channel_is_gone_from_the_list(app, as_user, cast):
    gone = made_up.channel(cast.store, "Gone")
    Channel.update(archived_at=now()).where(Channel.id == gone.id).execute()
    assert "Gone" not in as_user(cast.merchant).get("/channels/").text
