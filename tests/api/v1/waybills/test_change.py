"""PUT and DELETE /shippings/{id}/waybill: a draft is edited and issued, a live one is voided."""

import pytest

from tests.actions.test_races import at_once
from tests.api.problems import refused, wrong
from tests.api.v1.waybills.label import as_, data, path
from tests.scanner import pages
from webapp.models import Event, Waybill


@pytest.fixture
def draft(logistics, shipment):
    data(logistics("POST", path(shipment), json={"issue": False}), 201)
    return shipment


def test_a_draft_is_edited_then_issued(logistics, draft):
    seen = data(
        logistics("PUT", path(draft), json={"notes": "Ring", "cash_on_delivery": {"amount": 9, "currency": "CHF"}})
    )
    assert (seen["status"]["id"], seen["notes"]) == ("draft", "Ring")
    seen = data(logistics("PUT", path(draft), json={"notes": None, "reference": "R 9", "issue": True}))
    assert (seen["status"]["id"], seen["notes"], seen["reference"]) == ("issued", "", "R 9")
    text = pages(logistics("GET", path(draft), **as_("application/pdf")).data)[0].text
    assert "CHF 9.00" in text and "Reference: R 9" in text and "Ring" not in text


def test_issuing_is_safe_to_repeat_and_nothing_else_is(logistics, draft):
    seen = [data(logistics("PUT", path(draft), json={"issue": True})) for _ in range(2)]
    assert seen[0] == seen[1]
    told = refused(logistics("PUT", path(draft), json={"notes": "x", "issue": True}), 409, "not_a_draft")
    assert told["waybill"] == {"id": seen[0]["id"], "status": "issued"}
    assert Event.select().where(Event.kind == "waybill.issued").count() == 1


def test_void_with_a_reason_and_again(logistics, draft):
    seen = data(logistics("DELETE", path(draft) + "?reason=Wrong%20courier"))
    assert (seen["status"]["id"], seen["reason"], seen["formats"]) == ("voided", "Wrong courier", [])
    assert seen["void_date"] and data(logistics("DELETE", path(draft))) == seen
    refused(logistics("PUT", path(draft), json={"issue": True}), 409, "not_a_draft")
    data(logistics("POST", path(draft)), 201)
    assert [row.status for row in Waybill.select().order_by(Waybill.id)] == ["voided", "issued"]


def test_void_takes_its_reason_from_the_query_alone(logistics, draft):
    wrong(logistics("DELETE", path(draft), json={"reason": "x"}), "reason")
    wrong(logistics("DELETE", path(draft) + "?why=x"), "why")
    wrong(logistics("DELETE", path(draft) + "?reason=" + "x" * 501), "reason")
    assert Waybill.get().status == "draft"


def test_nothing_is_edited_or_voided_where_there_is_none(logistics, shipment):
    refused(logistics("PUT", path(shipment), json={"notes": "x"}), 404, "not_found")
    refused(logistics("DELETE", path(shipment)), 404, "not_found")


def test_who_saw_another_state_changes_nothing(logistics, draft):
    tag = logistics("GET", path(draft)).headers["ETag"]
    logistics("PUT", path(draft), json={"notes": "Mine"})
    stale = {"headers": {"If-Match": tag}}
    refused(logistics("PUT", path(draft), json={"notes": "Yours"}, **stale), 412, "stale")
    refused(logistics("DELETE", path(draft), **stale), 412, "stale")
    fresh = {"headers": {"If-Match": logistics("GET", path(draft)).headers["ETag"]}}
    assert data(logistics("PUT", path(draft), json={"notes": "Yours"}, **fresh))["notes"] == "Yours"


def test_two_who_issue_at_once_issue_one(logistics, draft):
    answers = at_once(2, lambda n: logistics("PUT", path(draft), json={"issue": True}).status_code)
    assert answers == [200, 200]
    assert Event.select().where(Event.kind == "waybill.issued").count() == 1


def test_of_four_posts_at_once_one_creates(logistics, shipment):
    answers = at_once(4, lambda n: logistics("POST", path(shipment)).status_code)
    assert sorted(answers) == [201, 409, 409, 409] and Waybill.select().count() == 1
