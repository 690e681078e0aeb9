"""Files as couriers give them, and the path of a waybill."""

PDF = b"%PDF-1.7\n% the courier's own, byte for byte \x00\xff\r\n%%EOF"
ZPL = b"CT~~CD,~CC^~CT~\r\n^XA^FO1,1^FDcourier^FS^XZ\r\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

FILES = {"application/pdf": PDF, "application/zpl": ZPL, "image/png": PNG}


def path(shipment) -> str:
    return f"/shippings/{shipment.id}/waybill"


def data(answer, status: int = 200) -> dict:
    """Assert the status of a success and return what it shows."""
    assert answer.status_code == status, answer.text
    assert answer.json["success"] is True
    return answer.json["data"]


def as_(media_type: str) -> dict:
    """Return the options that ask for this media type."""
    return {"headers": {"Accept": media_type}}


def sending(media_type: str, content: bytes | None = None) -> dict:
    """Return the options that send a file of this media type, the courier's own by default."""
    return {"data": FILES[media_type] if content is None else content, "content_type": media_type}
