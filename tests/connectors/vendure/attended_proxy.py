"""A fault proxy at which something happens when a call passes."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from tests.servers.fault_proxy import FaultProxy

Action = Callable[[], object]


class AttendedProxy(FaultProxy):
    """`before` and `after` name what happens, in turn, as calls pass whose body holds a text."""

    def __init__(self, upstream: str) -> None:
        self._turn = threading.Lock()
        super().__init__(upstream)
        self.reset()

    def reset(self) -> None:
        """Forget what was planned and what has passed."""
        self._before: dict[str, list[Action]] = {}
        self._after: dict[str, list[Action]] = {}
        self.calls = []
        self.plan()

    def before(self, text: str, *actions: Action) -> None:
        """Run one action for each such call, before it goes on to the upstream server."""
        self._before[text] = list(actions)

    def after(self, text: str, *actions: Action) -> None:
        """Run one action for each such call, once upstream has answered and before the answer goes back."""
        self._after[text] = list(actions)

    def _forward(self, call: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        self._act(self._before, body.decode())
        answer = super()._forward(call, body)
        self._act(self._after, body.decode())
        return answer

    def _act(self, planned: dict[str, list[Action]], body: str) -> None:
        with self._turn:
            due = [actions.pop(0) for text, actions in planned.items() if text in body and actions]
        for action in due:
            action()
