"""The audit log as a CSV file: what the filters find, safe to open."""

import csv
import io

import pytest

from tests.web.page import Page
from webapp.actions import record


def exported(client, query="") -> list[dict[str, str]]:
    answer = client.get(f"/audit/export{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def happen(cast, user, message: str, **values) -> None:
    record.event(cast.viewer(user), "supplier.changed", message, subject="supplier", **values)


def test_holds_what_was_before_and_after(as_user, cast):
    happen(cast, cast.merchant, "Nord changed", data={"before": {"name": "Nord"}, "after": {"name": "Süd, “neu”"}})
    (row,) = exported(as_user(cast.admin))
    assert (row["actor"], row["event"], row["message"]) == ("Marta Merchant", "supplier.changed", "Nord changed")
    assert (row["before"], row["after"]) == ('{"name":"Nord"}', '{"name":"Süd, “neu”"}')
    assert row["time"].endswith("Z") and row["subject"] == "supplier"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_it_is_run_as_a_formula(as_user, cast, begin):
    happen(cast, cast.merchant, f'{begin}HYPERLINK("https://evil.example")')
    (row,) = exported(as_user(cast.admin))
    assert row["message"].startswith(f"'{begin}HYPER")


def test_holds_all_pages_in_order_and_only_what_fits(as_user, cast):
    for number in range(1203):
        happen(cast, cast.merchant if number % 3 else cast.admin, f"Change {number}")
    client = as_user(cast.admin)
    assert [row["message"] for row in exported(client)] == [f"Change {number}" for number in reversed(range(1203))]
    assert len(exported(client, f"?who=user:{cast.admin.id}")) == 401
    assert [row["message"] for row in exported(client, "?q=Change+1200")] == ["Change 1200"]


def test_the_page_leads_there_with_its_filters(as_user, cast):
    happen(cast, cast.merchant, "Nord changed")
    assert (
        "/audit/export?q=Nord&subject=supplier"
        in Page(as_user(cast.admin).get("/audit/?q=Nord&subject=supplier")).links
    )


def test_another_stores_events_are_not_in_it(as_user, cast):
    happen(cast, cast.stranger, "Foreign")
    happen(cast, cast.merchant, "Ours")
    assert [row["message"] for row in exported(as_user(cast.admin))] == ["Ours"]


@pytest.mark.parametrize("who", ["merchant", "clerk"])
def test_it_is_for_admins(as_user, cast, who):
    assert as_user(getattr(cast, who)).get("/audit/export").status_code == 403


def test_needs_login(client, cast):
    assert client.get("/audit/export").location == "/login?next=/audit/export"
