"""Requests of one process: those that only read take turns, and nothing waits long for a slow one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from webapp.turns import Turns

LONG = 30.0
"""Seconds after which a test that waits has failed."""


class Site:
    """An application whose every request stays inside until it is let go; it counts those that are inside."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.gates = {path: threading.Event() for path in "abcd"}

    def __call__(self, environ, start_response):
        self.inside.release()
        assert self.gates[environ["PATH_INFO"]].wait(LONG)
        if environ["PATH_INFO"] == "d":
            raise RuntimeError("broken")
        return [environ["PATH_INFO"].encode()]

    def is_entered(self, seconds: float = LONG) -> bool:
        return self.inside.acquire(timeout=seconds)


@contextmanager
def served(patience):
    """Yield a site, and what asks it in a thread of its own; at the end all that is inside is let go."""
    site = Site()
    turns = Turns(site, patience)

    def ask(path, method="GET"):
        return asking.submit(turns, {"REQUEST_METHOD": method, "PATH_INFO": path}, None)

    with ThreadPoolExecutor(4) as asking:
        yield site, ask
        for gate in site.gates.values():
            gate.set()


def test_one_reads_at_a_time():
    with served(patience=LONG) as (site, ask):
        first = ask("a")
        assert site.is_entered()
        second = ask("b")
        assert not site.is_entered(0.2), "the second came in although the first was inside"
        site.gates["a"].set()
        assert first.result(LONG) == [b"a"]
        assert site.is_entered()
        site.gates["b"].set()
        assert second.result(LONG) == [b"b"]


def test_a_slow_one_holds_up_nobody_for_long():
    with served(patience=0.05) as (site, ask):
        slow = ask("a")
        assert site.is_entered()
        for path in "bc":
            site.gates[path].set()
            assert ask(path).result(LONG) == [path.encode()]
        assert not slow.done()


def test_those_behind_a_slow_one_still_take_turns_among_themselves():
    with served(patience=0.5) as (site, ask):
        ask("a")
        assert site.is_entered()
        ask("b")
        assert site.is_entered(), "the second overtakes the slow one"
        ask("c")
        assert not site.is_entered(0.2), "the third waits for the second"


def test_what_changes_something_waits_for_nobody():
    with served(patience=LONG) as (site, ask):
        ask("a")
        assert site.is_entered()
        ask("b", "POST")
        assert site.is_entered()


def test_a_request_that_breaks_gives_its_turn_back():
    with served(patience=LONG) as (site, ask):
        site.gates["d"].set()
        broken = ask("d")
        with pytest.raises(RuntimeError, match="broken"):
            broken.result(LONG)
        site.gates["a"].set()
        assert ask("a").result(LONG) == [b"a"]
