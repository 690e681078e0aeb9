"""GET /carriers: the couriers that a shipment can name, with the page that follows a parcel."""

from tests.api.problems import refused, wrong


def test_the_usual_couriers_are_known(logistics):
    answer = logistics("GET", "/carriers")
    assert (answer.status_code, answer.json["success"], answer.json["message"]) == (200, True, None)
    rows = {row["id"]: row for row in answer.json["data"]}
    assert {"BRT", "DHL", "GLS", "SDA", "UPS"} <= rows.keys() and answer.json["total"] == len(rows)
    shown = {"id": "GLS", "name": "GLS", "tracking_url": "https://gls-group.eu/track/{code}"}
    assert rows["GLS"].items() >= shown.items()


def test_what_it_names_makes_the_tracking_page_of_a_shipment(logistics, order):
    for carrier in logistics("GET", "/carriers?max=2").json["data"]:
        body = {"order_id": order.id, "carrier": carrier["id"], "tracking_code": "A 1"}
        made = logistics("POST", "/shippings", json=body).json["data"]
        assert made["tracking_url"] == carrier["tracking_url"].replace("{code}", "A%201")
        logistics("POST", f"/shippings/{made['id']}/cancel")


def test_any_key_may_ask_and_nobody_without(api, client, cast):
    assert api(None, orders="none", shipping="none", products="read")("GET", "/carriers").json["total"] >= 5
    refused(client.get("/api/v1/carriers"), 401, "no_credentials")


def test_it_says_what_it_does_not_know(logistics):
    wrong(logistics("GET", "/carriers?country=IT"), "country")
