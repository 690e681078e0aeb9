"""What other versions, modules and servers may answer: read where it can be, else a ConnectorError."""

import pytest

from tests.connectors.prestashop.conftest import connect, parcel
from webapp.connectors.channels import ConnectorError
from webapp.connectors.channels.prestashop import xml
from webapp.connectors.channels.prestashop.client import as_rows, text

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><prestashop><api>&b;</api></prestashop>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><prestashop><api>&a;</api></prestashop>'


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ([], []),
        ("", []),
        (None, []),
        ({}, []),
        ({"id": "1", "name": "a"}, [{"id": "1", "name": "a"}]),
        ([{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}]),
        ({"0": {"id": 1}, "2": {"id": 3}}, [{"id": 1}, {"id": 3}]),
        ({"order_row": [{"id": 1}, {"id": 2}]}, [{"id": 1}, {"id": 2}]),
        ({"order_row": {"id": 1}}, [{"id": 1}]),
    ],
)
def test_rows_come_as_a_list_whatever_a_version_makes_of_them(value, rows):
    assert as_rows(value) == rows


@pytest.mark.parametrize("value", ["x", 7, [1], [["id", 1]]])
def test_what_is_no_row_is_refused(value):
    with pytest.raises(ValueError, match="no rows"):
        as_rows(value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (" a ", "a"),
        (7, "7"),
        (None, ""),
        (False, ""),
        ([{"id": "1", "value": "Spedito"}, {"id": "2", "value": "Shipped"}], "Spedito"),
        ([{"id": "1", "value": ""}, {"id": "2", "value": "Shipped"}], "Shipped"),
        ({"language": [{"id": "1", "value": "Spedito"}]}, "Spedito"),
        ([], ""),
    ],
)
def test_a_field_is_text_in_one_language_or_in_several(value, told):
    assert text(value) == told


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, b"<!DOCTYPE html><html></html>", b"", b"<a>", b"words"])
def test_xml_that_isnt_a_webservices_is_refused_before_an_entity_is_read(content):
    with pytest.raises(ValueError, match=r"DOCTYPE|no XML"):
        xml.parsed(content)


def test_a_document_escapes_what_it_holds():
    written = xml.document("order_history", {"id_order": "1", "note": "<a> & ]]>"})
    assert xml.parsed(written).findtext("order_history/note") == "<a> & ]]>"


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (200, {"orders": "x"}, False),
        (200, {"orders": [1]}, False),
        (200, {"orders": [{"id": 1}]}, False),
        (200, {"a": 1, "b": 2}, False),
        (200, {"errors": [{"code": 1, "message": "m"}]}, False),
        (301, {}, True),
        (400, {"errors": [{"code": 32, "message": "This filter does not exist"}]}, True),
        (401, {}, True),
        (403, {}, True),
        (404, {}, True),
        (405, {}, True),
        (500, {"errors": [{"code": 46, "message": "Unable to save resource"}]}, False),
        (503, {}, False),
        (429, {}, False),
    ],
)
def test_an_odd_answer_is_a_connector_error(stub, status, body, permanent):
    stub.answer = (status, {}, body)
    for act in (lambda shop: shop.read_order("1"), lambda shop: shop.confirm_shipment(parcel(1))):
        with pytest.raises(ConnectorError) as caught:
            act(connect(stub.url))
        assert caught.value.permanent is permanent, caught.value


@pytest.mark.parametrize(("status", "header", "seconds"), [(429, "30", 30), (503, "7", 7), (429, "soon", None)])
def test_a_wait_that_the_shop_asks_for_is_handed_on(stub, status, header, seconds):
    stub.answer = (status, {"Retry-After": header}, {})
    with pytest.raises(ConnectorError) as caught:
        connect(stub.url).test()
    assert (caught.value.retry_after, caught.value.permanent) == (seconds, False)


def test_a_page_that_is_no_webservice_is_told(stub):
    with pytest.raises(ConnectorError, match="isn't one of a PrestaShop webservice") as caught:
        connect(stub.url).test()
    assert caught.value.permanent
