"""A logistics service's program, small enough to copy: it ships whatever its key lets it see.

    CROSSDOCK_URL=http://127.0.0.1:8000 CROSSDOCK_PUBLIC_KEY=xd_pk_… CROSSDOCK_SECRET_KEY=xd_sk_… \
        python examples/robot_warehouse.py

It uses nothing but the HTTP API and Python's standard library. For each order it does four things: accept it, say that
work has begun, create the shipment with its tracking code, hand it over to the courier. First it cancels whatever it is
asked to cancel: it can, since it packs nothing that it doesn't hand over. To accept twice is to accept once; what must
not happen twice carries an Idempotency-Key made from the order's own number. So after a crash or a lost answer it
simply runs again.

With --conformance it works on practice orders alone and passes every check of its key's page; see robot_conformance.py.
"""

import argparse
import os
import random
import time

import robot_conformance
from crossdock_api import ApiError, Crossdock
from webhook_receiver import Receiver

CARRIERS = ("BRT", "GLS", "DHL", "SDA")

SHIPPED = ("payment_accepted", "in_process", "partially_shipped")
"""Statuses of orders that are to be shipped; of others we may be asked to cancel something."""

TOO_LATE = ("nothing_open", "nothing_asked", "changed_meanwhile", "not_found")
"""Refusals that say that somebody was faster."""


def ship_everything(api: Crossdock) -> int:
    """Ship every order that waits for us; return how many shipments left."""
    left = 0
    for status in (*SHIPPED, "awaiting_payment", "on_hold"):
        for order in api.pages("/orders", status=status):
            try:
                found = cancel(api, order) if "cancel:grant" in order["allowed_actions"] else order
                if found and status in SHIPPED and ("ship" in found["allowed_actions"] or found["shippings"]):
                    left += ship(api, found)
            except ApiError as refused:
                if refused.problem.get("code") not in TOO_LATE:
                    print(f"order {order['reference_id']}: {refused}", flush=True)
    return left


def cancel(api: Crossdock, order: dict) -> dict | None:
    """Cancel what we are asked to cancel; return what is left of the order, None where nothing of it is ours."""
    done = api.call("POST", f"/orders/{order['id']}/cancel/grant", {})["data"]
    print(f"{order['reference_id']}: {done['units']} units canceled", flush=True)
    return done["order"]


def ship(api: Crossdock, order: dict) -> int:
    """Accept, pack and hand over what is ours of one order; return 1 when something left."""
    if "accept" in order["allowed_actions"]:
        api.call("POST", f"/orders/{order['id']}/accept", {})
    if "status:in_process" in order["allowed_actions"]:
        api.call("PUT", f"/orders/{order['id']}/status", {"status": "in_process"})
    for shipping in api.pages("/shippings", order_id=str(order["id"]), status="draft"):
        api.call("POST", f"/shippings/{shipping['id']}/ship", {}, key=f"ship-{shipping['id']}")
        return 1
    if "ship" not in order["allowed_actions"]:
        return 0
    # The same order and the same earlier shipments give the same key: sent twice, it makes one shipment.
    once = f"pack-{order['id']}-{len(order['shippings'])}"
    chance = random.Random(once)
    parcel = {
        "order_id": order["id"],
        "carrier": chance.choice(CARRIERS),
        "tracking_code": f"{chance.randrange(10**11):011d}",
        "reference": order["reference_id"],
    }
    shipping = api.call("POST", "/shippings", parcel, key=once)["data"]
    api.call("POST", f"/shippings/{shipping['id']}/ship", {}, key=f"ship-{shipping['id']}")
    units = sum(row["quantity"] for row in shipping["rows"])
    print(f"{order['reference_id']}: {units} units with {parcel['carrier']} {parcel['tracking_code']}", flush=True)
    return 1


def work(api: Crossdock, every: float, once: bool) -> None:
    """Make round after round, or one; trouble on the way is waited out."""
    while True:
        try:
            ship_everything(api)
        except (ApiError, OSError) as trouble:
            if once:
                raise
            print(f"trouble, trying again: {trouble}", flush=True)
        if once:
            return
        time.sleep(every)


def prove(api: Crossdock, options: argparse.Namespace) -> None:
    """Pass the checks of the key's page; end with status 1 and the reason where that fails."""
    host, _, port = options.listen.rpartition(":")
    receiver = Receiver(host, int(port))
    try:
        robot_conformance.run(api, receiver, options.webhook_url or receiver.url, options.patience)
    except (ApiError, robot_conformance.FailedError) as failed:
        raise SystemExit(f"{failed} {getattr(failed, 'problem', {}).get('errors', '')}".strip()) from None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=os.environ.get("CROSSDOCK_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--public-key", default=os.environ.get("CROSSDOCK_PUBLIC_KEY"))
    parser.add_argument("--secret-key", default=os.environ.get("CROSSDOCK_SECRET_KEY"))
    parser.add_argument("--every", type=float, default=5, help="seconds between two rounds")
    parser.add_argument("--once", action="store_true", help="make one round and end")
    parser.add_argument("--conformance", action="store_true", help="pass the checks on practice orders, and end")
    parser.add_argument("--listen", default="127.0.0.1:0", help="host:port for webhooks (with --conformance)")
    parser.add_argument("--webhook-url", help="where Crossdock reaches that port, if it is elsewhere")
    parser.add_argument("--patience", type=float, default=300, help="seconds to wait for each webhook message")
    options = parser.parse_args()
    if not (options.public_key and options.secret_key):
        parser.error("give the key pair by --public-key and --secret-key, or by the environment")
    api = Crossdock(options.url, options.public_key, options.secret_key)
    if options.conformance:
        prove(api, options)
    else:
        work(api, options.every, options.once)


if __name__ == "__main__":
    main()
