"""The robot passes every check of its key's page: web server, worker and robot as the processes that they are."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions.conftest import World
from tests.conftest import ENCRYPTION_KEY
from tests.servers.web import Web
from tests.servers.worker import Worker
from tests.web.api_keys import wizard
from webapp.domain.conformance import CHECKS
from webapp.models import ConformanceCheck, Delivery, Order, Shipment, Supply, Webhook

ROBOT = Path(__file__).resolve().parents[2] / "examples" / "robot_warehouse.py"


@pytest.fixture
def web(database, database_url, tmp_path):
    web = Web(database_url, ENCRYPTION_KEY, tmp_path / "web.log", OUTBOUND_ALLOW="127.0.0.1")
    yield web.start()
    web.kill()


@pytest.fixture
def worker(database, database_url, tmp_path):
    started = Worker(database_url, ENCRYPTION_KEY, tmp_path / "worker.log")
    yield started
    started.kill()


@pytest.fixture
def key(cast):
    """A key of the logistics service, which may do all that a logistics service does."""
    return wizard.enabled(cast, cast.logistics, orders="write", products="write", shipping="write")


@pytest.fixture
def robot(web, key):
    """Start the robot in its conformance mode."""
    started = []

    def start():
        pair = ["--public-key", key.key.public_key, "--secret-key", key.secret_key]
        command = [sys.executable, str(ROBOT), "--url", web.url, "--conformance", "--patience", "60", *pair]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_robot_passes_all_checks_on_practice_orders(as_user, cast, key, robot, worker):
    world = World(cast)
    world.product("MUG", logistics=20)
    real = world.order(("MUG", 1), external_id="real")
    page, merchant = f"/api-keys/{key.key.id}/checks/", as_user(cast.merchant)
    assert "0 of 16 passed" in merchant.get(page).text
    merchant.post(f"{page}orders")

    process = robot()
    said = process.stdout.readline()
    assert "Now press “Send a forged message”" in said, said + process.stdout.read()
    merchant.post(f"{page}forge")
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "The forged message was refused.\n")

    worker.until(lambda: ConformanceCheck.select().count() == len(CHECKS))
    assert {row.name for row in ConformanceCheck.select()} == {check.name for check in CHECKS}
    shown = merchant.get(page).text
    assert "16 of 16 passed" in shown and "To do" not in shown and "hx-trigger" not in wizard.main(shown)

    states = {row.reference: row.status for row in Order.select()}
    assert sorted(states.values()) == ["payment_accepted", "payment_accepted", "shipped", "shipped"]
    assert states[real.reference] == "payment_accepted"
    assert [row.status for row in Shipment.select()] == ["shipped"] * 3
    assert (Supply.get().quantity, Supply.get().reserved) == (14, 1)
    assert Webhook.get().archived_at is not None and Delivery.select().where(Delivery.status == "failed").count() == 0


def test_without_practice_orders_the_robot_says_so_and_leaves_no_webhook(cast, robot):
    world = World(cast)
    world.product("MUG", logistics=20)
    world.order(("MUG", 1))
    process = robot()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "Make practice orders first: the button is on the key's page, under Checks.\n"
    assert Webhook.get().archived_at is not None and not Shipment.select().exists()
