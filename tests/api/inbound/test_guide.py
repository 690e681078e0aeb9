"""The examples of the guide, run as they stand there against the running server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.servers.web import Web
from webapp.connectors.channels.generic import mapping
from webapp.models import Order

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "channels" / "generic.md").read_text()


def example(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[1]


@pytest.fixture
def web(database_url, tmp_path):
    started = Web(database_url, ENCRYPTION_KEY, tmp_path / "web.log").start()
    yield started
    started.kill()


def answered(command: list[str], folder: Path, **environment: str) -> dict:
    run = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_program_and_the_command_line_of_the_guide_send_an_order(sending, web, tmp_path):
    (tmp_path / "send.py").write_text(example("python"))
    address = web.url + sending.path
    told = answered([sys.executable, "send.py", address, sending.secret], tmp_path)
    assert told["orders"] == [{"id": "1042", "order_id": Order.get().id, "outcome": "created"}]
    order = re.search(r"order = (\{.*?\n\})", example("python"), re.DOTALL)[1]
    (tmp_path / "order.json").write_text(json.dumps(eval(order)))
    told = answered(["sh", "-c", example("sh")], tmp_path, ADDRESS=address, SECRET=sending.secret)
    assert told["orders"][0]["outcome"] == "unchanged" and Order.select().count() == 1


def test_the_program_of_the_guide_has_twenty_lines():
    assert len(example("python").splitlines()) <= 22


def test_the_guide_names_every_word_for_a_status():
    assert all(f"`{word}`" in GUIDE for word in mapping.STATUSES)
