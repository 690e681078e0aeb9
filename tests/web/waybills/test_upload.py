"""Upload the courier's file, and void a waybill."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.api.v1.waybills.label import PDF, PNG, ZPL
from tests.web.page import Page
from webapp.actions import waybills
from webapp.connectors import labels
from webapp.models import Waybill


def sent(content: bytes, name: str = "label.bin") -> dict:
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name)})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize(("content", "ending"), [(PDF, "pdf"), (ZPL, "zpl"), (PNG, "png")])
def test_the_couriers_file_comes_back_byte_for_byte(as_user, cast, shipment, content, ending):
    client = as_user(cast.clerk)
    assert 'type="file"' in client.get(f"/shipments/{shipment.id}/waybill/upload").text
    answer = client.post(f"/shipments/{shipment.id}/waybill/upload", **sent(content))
    assert answer.status_code == 303 and (Waybill.get().status, Waybill.get().origin) == ("issued", "uploaded")
    assert client.get(f"/shipments/{shipment.id}/waybill.{ending}").data == content
    page = Page(client.get(f"/shipments/{shipment.id}"))
    assert f"Download {ending.upper()}" in page.text and page.text.count("Download ") == 1


@pytest.mark.parametrize("content", [b"", b"<html>^XA", b"GIF89a", b"PK\x03\x04"])
def test_another_file_is_told_at_the_field(as_user, cast, shipment, content):
    page = Page(as_user(cast.clerk).post(f"/shipments/{shipment.id}/waybill/upload", **sent(content, "label.pdf")))
    assert (page.status, set(page.errors)) == (422, {"file"}) and not Waybill.select().exists()


def test_no_file_at_all_is_told(as_user, cast, shipment):
    page = Page(as_user(cast.clerk).post(f"/shipments/{shipment.id}/waybill/upload", data={}))
    assert (page.status, page.errors) == (422, {"file": "Choose a file."})


def test_a_file_that_is_too_large_is_413(as_user, cast, shipment):
    answer = as_user(cast.clerk).post(f"/shipments/{shipment.id}/waybill/upload", **sent(PDF + b"x" * 5_000_000))
    assert answer.status_code == 413 and not Waybill.select().exists()


def test_a_draft_takes_it_and_an_issued_one_is_replaced_by_it(as_user, cast, shipment):
    client, viewer = as_user(cast.clerk), cast.viewer(cast.clerk)
    waybills.create(viewer, shipment.id, draw=None)
    assert "kept in the draft" in client.get(f"/shipments/{shipment.id}/waybill/upload").text
    client.post(f"/shipments/{shipment.id}/waybill/upload", **sent(PDF))
    assert (Waybill.get().status, Waybill.get().origin) == ("draft", "uploaded")
    waybills.issue(viewer, shipment.id, labels.draw)
    assert "this file replaces it" in client.get(f"/shipments/{shipment.id}/waybill/upload").text
    client.post(f"/shipments/{shipment.id}/waybill/upload", **sent(ZPL))
    assert [row.status for row in Waybill.select().order_by(Waybill.id)] == ["replaced", "issued"]


def test_a_canceled_shipment_takes_none(as_user, cast, shipment):
    client = as_user(cast.clerk)
    client.post(f"/shipments/{shipment.id}/cancel")
    page = Page(client.post(f"/shipments/{shipment.id}/waybill/upload", **sent(PDF)))
    assert page.status == 409 and "canceled shipment" in page.errors["file"] and not Waybill.select().exists()


def test_void_asks_once_names_it_and_keeps_the_reason(as_user, cast, shipment):
    client = as_user(cast.clerk)
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=labels.draw)
    page = Page(client.get(f"/shipments/{shipment.id}/waybill/void"))
    assert "Void waybill T1?" in page.text
    answer = client.post(f"/shipments/{shipment.id}/waybill/void", data={"reason": " Wrong <courier> "})
    assert answer.status_code == 303 and (Waybill.get().status, Waybill.get().reason) == ("voided", "Wrong <courier>")
    text = client.get(f"/shipments/{shipment.id}").text
    assert "Wrong &lt;courier&gt;" in text and "Create waybill" in text and "Download" not in text
    assert client.get(f"/shipments/{shipment.id}/waybill.pdf").status_code == 406


@pytest.mark.parametrize("reason", ["r" * 501, "a\x00b"])
def test_an_odd_reason_is_told(as_user, cast, shipment, reason):
    waybills.create(cast.viewer(cast.clerk), shipment.id, draw=None)
    page = Page(as_user(cast.clerk).post(f"/shipments/{shipment.id}/waybill/void", data={"reason": reason}))
    assert (page.status, set(page.errors)) == (422, {"reason"}) and Waybill.get().status == "draft"
