"""The web server's processes share the connections that stay open evenly: none idles beside one that is busy."""

import time
from http.client import HTTPConnection

import psutil
import pytest

from tests.conftest import ENCRYPTION_KEY
from tests.servers.web import Web

PROCESSES, CONNECTIONS = 2, 14


@pytest.fixture
def web(tmp_path):
    """The server with two processes; its database is never reached."""
    started = Web(f"sqlite:///{tmp_path}/none.db", ENCRYPTION_KEY, tmp_path / "web.log", processes=PROCESSES).start()
    yield started
    started.kill()


def processes_of(web):
    """Return the processes that answer, once all have been started."""
    limit = time.monotonic() + 60
    while len(found := psutil.Process(web.process.pid).children()) < PROCESSES:
        assert time.monotonic() < limit
        time.sleep(0.05)
    return found


def opened_by(process):
    return sum(connection.status == psutil.CONN_ESTABLISHED for connection in process.net_connections())


def shares_of(processes, web):
    """Open connections one after another, each with a request; return how many fell to each process."""
    kept = [HTTPConnection("127.0.0.1", web.port, timeout=30) for _ in range(CONNECTIONS)]
    for connection in kept:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    shares = [opened_by(process) for process in processes]
    for connection in kept:
        connection.close()
    limit = time.monotonic() + 30
    while any(opened_by(process) for process in processes):
        assert time.monotonic() < limit
        time.sleep(0.05)
    return shares


def test_connections_that_stay_open_fall_evenly_on_the_processes(web):
    processes = processes_of(web)
    shares_of(processes, web)  # Both wait for connections by now.
    found = [shares_of(processes, web) for _ in range(4)]
    assert all(sum(shares) == CONNECTIONS for shares in found)
    assert all(max(shares) - min(shares) <= 2 for shares in found), found
