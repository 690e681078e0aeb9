"""Writers of a SQLite file take turns, over threads and processes."""

import subprocess
import sys
import threading

import pytest

from webapp.db import db, transaction
from webapp.models import Store

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(store, done: threading.Event) -> None:
    with db.connection_context(), transaction(), transaction():
        Store.update(name="Written").where(Store.id == store.id).execute()
    done.set()


@ON_SQLITE
def test_a_writer_waits_for_its_turn_and_a_killed_process_gives_its_own_up(cast):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, f"{db.obj.database}-writer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    done = threading.Event()
    thread = threading.Thread(target=write, args=(cast.store, done))
    try:
        assert holder.stdout.readline() == b"held\n"
        thread.start()
        assert not done.wait(0.3)
    finally:
        holder.kill()
        holder.communicate()
    assert done.wait(10)
    thread.join()
    assert Store.get_by_id(cast.store.id).name == "Written"


@ON_SQLITE
def test_a_transaction_that_fails_gives_its_turn_up(cast):
    with pytest.raises(ZeroDivisionError), transaction():
        Store.update(name="Never").where(Store.id == cast.store.id).execute()
        raise ZeroDivisionError
    done = threading.Event()
    thread = threading.Thread(target=write, args=(cast.store, done))
    thread.start()
    assert done.wait(10)
    thread.join()
    assert Store.get_by_id(cast.store.id).name == "Written"
