"""GET /carriers of a store that has changed, added and archived some."""

from webapp.actions import carriers


def test_a_store_shows_its_own_couriers(logistics, whole, world):
    carriers.add(world.viewer, "Nonna Corriere", "https://n.example/{code}")
    carriers.add(world.viewer, "By Hand", "")
    carriers.change(world.viewer, "gls", "https://mine.example/{code}")
    carriers.archive(world.viewer, "ups")
    for call in (logistics, whole):
        rows = {row["name"]: row for row in call("GET", "/carriers").json["data"]}
        assert "UPS" not in rows and rows["GLS"]["tracking_url"] == "https://mine.example/{code}"
        assert rows["Nonna Corriere"]["id"] == "Nonna Corriere" and rows["By Hand"]["tracking_url"] is None


def test_another_store_is_not_concerned(logistics, elsewhere):
    carriers.add(elsewhere.viewer, "Foreign", "https://f.example/{code}")
    carriers.archive(elsewhere.viewer, "gls")
    names = [row["name"] for row in logistics("GET", "/carriers").json["data"]]
    assert "Foreign" not in names and "GLS" in names


def test_a_shipment_that_names_one_gets_its_link(logistics, order, world):
    carriers.add(world.viewer, "Nonna Corriere", "https://n.example/{code}")
    body = {"order_id": order.id, "carrier": "nonna corriere", "tracking_code": "A/1"}
    assert logistics("POST", "/shippings", json=body).json["data"]["tracking_url"] == "https://n.example/A%2F1"
