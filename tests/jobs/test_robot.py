"""The robot warehouse, as the program that it is, against a real server; and how it tells who signed a message."""

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from webapp.actions import acceptance, api_keys, cancellations, holds
from webapp.actions.api_keys import KeyDraft
from webapp.db import db, now
from webapp.domain import signing
from webapp.jobs import import_orders, push_to_channels
from webapp.models import Allocation, CancelRequest, Channel, Order, OrderLine, Push, Shipment

ROBOT = Path(__file__).resolve().parents[2] / "examples" / "robot_warehouse.py"


@pytest.fixture
def server(app):
    """The app behind a real port; each request uses a connection of its own."""

    def closing(environ, start_response):
        return ClosingIterator(app(environ, start_response), db.close)

    running = make_server("127.0.0.1", 0, closing, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.port}"
    running.shutdown()
    thread.join()
    running.server_close()


def test_the_robot_ships_what_its_key_sees_and_running_again_changes_nothing(server, channel, shop, cast):
    placed = [shop.sell(("MUG-BLUE", 1), ("MOKA-3", 1)), shop.sell(("MUG-BLUE", 2))]
    import_orders.read(Channel.get_by_id(channel.id))
    draft = KeyDraft("Robot", supplier_id=cast.logistics.id, orders="write", shipping="write")
    issued = api_keys.issue(cast.viewer(cast.admin), draft)
    api_keys.enable(cast.viewer(cast.admin), issued.key.id)
    pair = ["--public-key", issued.key.public_key, "--secret-key", issued.secret_key]
    command = [sys.executable, str(ROBOT), "--url", server, "--once", *pair]

    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    assert [row.status for row in Shipment.select()] == ["shipped", "shipped"]
    assert [row.status for row in Order.select().order_by(Order.id)] == ["partially_shipped", "shipped"]
    accepted = Allocation.select().where(Allocation.accepted_at.is_null(False))
    assert {row.supplier_id for row in accepted} == {cast.logistics.id} and accepted.count() == 2
    push_to_channels.drain(channel.id)
    assert [row.status for row in Push.select().where(Push.kind == "shipment")] == ["sent", "sent"]
    assert [len(shop.order(order)["fulfilments"]) for order in placed] == [1, 1]


def test_the_robot_cancels_what_it_is_asked_to_and_ships_the_rest(server, channel, shop, cast):
    for units in (2, 1):
        shop.sell(("MUG-BLUE", units))
    import_orders.read(Channel.get_by_id(channel.id))
    some, whole = Order.select().order_by(Order.id)
    merchant, clerk = cast.viewer(cast.merchant), cast.viewer(cast.clerk)
    for order in (some, whole):
        acceptance.accept(clerk, order.id)
    cancellations.cancel(merchant, some.id, {some.lines.get().id: 1})
    cancellations.cancel(merchant, whole.id)
    holds.hold(merchant, whole.id, "Canceled by telephone")
    draft = KeyDraft("Robot", supplier_id=cast.logistics.id, orders="write", shipping="write")
    issued = api_keys.issue(cast.viewer(cast.admin), draft)
    api_keys.enable(cast.viewer(cast.admin), issued.key.id)
    pair = ["--public-key", issued.key.public_key, "--secret-key", issued.secret_key]
    done = subprocess.run(
        [sys.executable, str(ROBOT), "--url", server, "--once", *pair],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {row.status for row in CancelRequest.select()} == {"granted"}
    assert [row.status for row in Order.select().order_by(Order.id)] == ["shipped", "canceled"]
    assert [(row.quantity, row.canceled_quantity) for row in OrderLine.select().order_by(OrderLine.id)] == [
        (2, 1),
        (1, 1),
    ]


@pytest.fixture
def is_genuine(monkeypatch):
    monkeypatch.syspath_prepend(ROBOT.parent)
    from webhook_receiver import is_genuine

    return is_genuine


OURS, OTHERS = signing.new_secret(), signing.new_secret()
BODY = '{"type": "order.updated"}'


def signed(*secrets, seconds_ago=0):
    return signing.headers(list(secrets), "msg_1", BODY, now() - dt.timedelta(seconds=seconds_ago))


def test_the_robot_takes_messages_that_are_signed_with_its_secret_also_while_that_is_rotated(is_genuine):
    assert is_genuine(OURS, signed(OURS), BODY.encode())
    assert is_genuine(OURS, signed(OTHERS, OURS, seconds_ago=200), BODY.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_2"},
        {"webhook-signature": "v1,é ø v1,"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": ""},
    ],
)
def test_the_robot_refuses_headers_that_were_changed(is_genuine, changes):
    assert not is_genuine(OURS, signed(OURS) | changes, BODY.encode())


def test_the_robot_refuses_what_another_signed_what_was_changed_and_what_is_not_fresh(is_genuine):
    assert not is_genuine(OURS, signed(OTHERS), BODY.encode())
    assert not is_genuine(OURS, signed(OURS), BODY.encode() + b" ")
    assert not is_genuine(OURS, signed(OURS, seconds_ago=301), BODY.encode())
    assert not is_genuine(OURS, signed(OURS, seconds_ago=-360), BODY.encode())
    assert not is_genuine(OURS, {}, b"")
