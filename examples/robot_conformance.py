"""What the robot shows on practice orders: each call that a logistics service's program must master, once.

Run it by `robot_warehouse.py --conformance`, with a key that may write orders, products and shipping, after somebody
made practice orders on the page "Checks" of that key. The page ticks off what it sees.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from crossdock_api import Crossdock
from webhook_receiver import Receiver

PRACTICE = "TEST-"
"""How the references of practice orders begin; no other order is touched."""


class FailedError(Exception):
    """Something isn't as it must be."""


def run(api: Crossdock, receiver: Receiver, webhook_url: str, patience: float) -> None:
    """Work through the practice orders; wait up to `patience` seconds for each message. Raises FailedError."""
    begun_at = api.call("GET", "/me")["data"]["last_change"]
    with registered(api, receiver, webhook_url):
        in_parts, damaged, *others = practice_orders(api)
        report_stock(api, in_parts)
        ship_in_parts(api, in_parts)
        reject(api, damaged)
        for order in others:
            begin(api, order)
            hand_over(api, pack(api, order, part=1))
        follow_changes(api, begun_at, in_parts)
        expect_messages(receiver, patience)


def practice_orders(api: Crossdock) -> list[dict]:
    """Return the practice orders that nobody has begun, read in pages of one so that a cursor is needed."""
    found = api.pages("/orders", size=1, status="payment_accepted", q=PRACTICE)
    ours = [order for order in found if order["reference_id"].startswith(PRACTICE)]
    orders = [order for order in ours if "ship" in order["allowed_actions"]]
    if len(orders) < 2:
        raise FailedError("Make practice orders first: the button is on the key's page, under Checks.")
    return orders


@contextmanager
def registered(api: Crossdock, receiver: Receiver, url: str) -> Iterator[None]:
    """Have Crossdock tell us of changes. The signing secret is in this one answer alone: a real program keeps it."""
    hook = api.call("POST", "/webhooks", {"url": url, "description": "Robot on practice orders"})["data"]
    receiver.start(hook["secret"])
    try:
        yield
    finally:
        api.call("DELETE", f"/webhooks/{hook['id']}")


def report_stock(api: Crossdock, order: dict) -> None:
    """Count what the order is about, and report it; our count always agrees with what Crossdock has."""
    for supply in api.pages("/provisions", sku=order["rows"][0]["sku"]):
        counted = {"id": supply["id"], "quantity": supply["quantity"]}
        (result,) = api.call("PUT", "/provisions", {"provisions": [counted]})["data"]
        if result["status"] != 200:  # The call itself answers 207: each row has a status of its own.
            raise FailedError(f"The stock report was refused: {result['message']}")


def ship_in_parts(api: Crossdock, order: dict) -> None:
    """Send one unit ahead, under a waybill whose first print went wrong, and then the rest."""
    order = api.call("GET", f"/orders/{order['id']}")["data"]
    begin(api, order)
    ahead = pack(api, order, part=1, rows=[{"id": order["rows"][0]["id"], "quantity": 1}])
    waybill = f"/shippings/{ahead['id']}/waybill"
    api.call("POST", waybill, {"issue": True}, key=f"waybill-{ahead['id']}-1")
    api.call("DELETE", f"{waybill}?reason=Misprinted")
    api.call("POST", waybill, {"issue": True}, key=f"waybill-{ahead['id']}-2")
    hand_over(api, ahead)
    hand_over(api, pack(api, order, part=2))


def begin(api: Crossdock, order: dict) -> None:
    """Say that the order has arrived here, and that work on it begins."""
    api.call("POST", f"/orders/{order['id']}/accept", {})
    api.call("PUT", f"/orders/{order['id']}/status", {"status": "in_process"})


def pack(api: Crossdock, order: dict, part: int, **more: list) -> dict:
    """Create a shipment, of all that is open unless rows are named, and repeat the call as after a lost answer."""
    once = f"pack-{order['id']}-{part}"
    parcel = {"order_id": order["id"], "carrier": "GLS", "tracking_code": f"T{order['id']:08d}{part:02d}", **more}
    made, repeated = (api.call("POST", "/shippings", parcel, key=once)["data"] for _ in range(2))
    if made["id"] != repeated["id"]:
        raise FailedError("The same Idempotency-Key made two shipments.")
    return made


def hand_over(api: Crossdock, shipping: dict) -> None:
    """Tell that the courier has it."""
    api.call("POST", f"/shippings/{shipping['id']}/ship", {}, key=f"ship-{shipping['id']}")


def reject(api: Crossdock, order: dict) -> None:
    """Give the lines back that we can't ship; another stock gets them, and we no longer see the order."""
    rows = [{"id": row["id"], "reason": "Damaged on the shelf"} for row in order["rows"]]
    api.call("POST", f"/orders/{order['id']}/reject", {"rows": rows}, key=f"reject-{order['id']}")


def follow_changes(api: Crossdock, after: int, order: dict) -> None:
    """Read the feed from where we began to its end, and find there what we did."""
    seen: set[tuple[str, int]] = set()
    while True:
        page = api.call("GET", f"/changes?after={after}&wait=5")
        seen |= {(row["subject"], row["id"]) for row in page["data"]}
        after = page["next"]
        if after >= page["last"]:
            break
    if ("order", order["id"]) not in seen:
        raise FailedError(f"The change feed says nothing of order {order['reference_id']}.")


def expect_messages(receiver: Receiver, patience: float) -> None:
    """Wait for a genuine message, then for the forged one that the page sends."""
    if not receiver.wait_for(lambda got: bool(got.messages), patience):
        raise FailedError("No webhook came. Does Crossdock reach us, and does its worker run?")
    print("A genuine message came. Now press “Send a forged message” on the key's page.", flush=True)
    if not receiver.wait_for(lambda got: got.refused > 0, patience):
        raise FailedError("No forged message came.")
    print("The forged message was refused.", flush=True)
