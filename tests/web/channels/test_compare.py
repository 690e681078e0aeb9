"""The comparison on a channel's page: asked for by a button, shown with what was done, closed to others."""

from tests.web.orders import shop as made_up
from tests.web.orders.test_show import visible
from webapp.actions import reconciliations
from webapp.models import Reconciliation

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def shown(client, channel, **headers) -> str:
    answer = client.get(f"/channels/{channel.id}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_compare_now_asks_the_worker_and_the_page_waits_for_it(merchant, channel):
    assert "Not compared yet" in shown(merchant, channel)
    answer = merchant.post(f"/channels/{channel.id}/compare")
    assert answer.status_code == 303 and answer.location == f"/channels/{channel.id}"
    assert (Reconciliation.get().trigger, Reconciliation.get().status) == ("manual", "waiting")
    part = shown(merchant, channel, **PART)
    assert "data-every" in part and "Each order of the last 30 days is read again" in part and "<html" not in part
    merchant.post(f"/channels/{channel.id}/compare")
    assert Reconciliation.select().count() == 1


def test_the_result_lists_each_difference_with_its_order(merchant, channel, cast):
    order = made_up.order(channel, ("UNKNOWN", 1))
    made = reconciliations.request(cast.viewer(cast.merchant), channel.id)
    told = {"reference": order.reference, "order_id": order.id, "mended": False, "told": "It is gone <there>."}
    lost = {"kind": "failed", "reference": "#9", "order_id": None, "mended": False, "told": "It can't be taken in."}
    mended = {"kind": "missing", "reference": "#7", "order_id": order.id, "mended": True, "told": "Taken in."}
    reconciliations.finish([made.id], 12, [mended, {"kind": "unknown_there", **told}, lost])
    page = shown(merchant, channel)
    assert "data-every" not in page and f'href="/orders/{order.id}"' in page and "It is gone &lt;there&gt;." in page
    words = visible(page)
    assert "12 orders compared, 3 differences, 1 of them mended" in words
    assert "Unknown there to settle" in words and "Missing here Taken in." in words


def test_a_comparison_that_ended_early_says_why(merchant, channel, cast):
    made = reconciliations.request(cast.viewer(cast.merchant), channel.id)
    reconciliations.finish([made.id], 3, [], "The shop gave no answer.")
    assert "It ended early: The shop gave no answer." in visible(shown(merchant, channel))


def test_many_differences_are_counted_and_the_first_are_shown(merchant, channel, cast):
    made = reconciliations.request(cast.viewer(cast.merchant), channel.id)
    one = {"kind": "failed", "reference": "#9", "order_id": None, "mended": False, "told": "Odd."}
    reconciliations.finish([made.id], 250, [one] * 250)
    assert len(Reconciliation.get().differences) == reconciliations.KEPT_DIFFERENCES
    assert "The first 200 are shown." in visible(shown(merchant, channel))


def test_a_paused_channel_is_not_compared(merchant, channel):
    merchant.post(f"/channels/{channel.id}/pause")
    assert "Compare now" not in shown(merchant, channel)
    assert merchant.post(f"/channels/{channel.id}/compare").status_code == 409


def test_others_are_kept_out(as_user, cast, client, channel):
    path = f"/channels/{channel.id}/compare"
    assert client.post(path).status_code == 401
    assert as_user(cast.clerk).post(path).status_code == 403
    assert as_user(cast.stranger).post(path).status_code == 404
    assert not Reconciliation.select().exists()
