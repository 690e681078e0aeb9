"""The real Vendure never outlives its test run, however that ends."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.vendure.process import Process

ROOT = Path(__file__).resolve().parents[3]
STARTER = """
from tests.servers.vendure.process import Process
print(Process().pid, flush=True)
input()
"""


def ends(pidfd):
    """Wait for the end of a process, also of one that isn't ours."""
    ready, _, _ = select.select([pidfd], [], [], 60)
    return bool(ready)


def test_it_ends_when_whoever_started_it_is_killed():
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    server = os.pidfd_open(int(starter.stdout.readline()))
    try:
        starter.kill()
        starter.communicate()
        assert ends(server)
    finally:
        os.close(server)


def test_it_ends_when_it_is_stopped_while_it_starts_and_says_that_it_never_was_ready():
    process = Process()
    server = os.pidfd_open(process.pid)
    process.stop()
    process.stop()
    assert ends(server)
    os.close(server)
    with pytest.raises(RuntimeError, match="Vendure didn't start"):
        process.port()
