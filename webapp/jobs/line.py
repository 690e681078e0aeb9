"""The line to one channel: every call waits for its place in the channel's limit, and can be read afterwards."""

from collections.abc import Iterable
from urllib.parse import unquote

import httpx2

from webapp.connectors.http import Watch
from webapp.domain.exchange import Exchange, readable
from webapp.jobs import pace
from webapp.models import Channel

KEPT = 8
"""Calls of one try that are kept, the last ones."""


class Line:
    """What one thread says to a channel. Not for two threads at once."""

    def __init__(self, channel: Channel, noting: bool = True) -> None:
        self._channel = channel
        self._limit: int | None = None
        self._noting = noting
        self._secrets: list[str] = []
        self._calls: list[Exchange] = []
        self.answers = 0
        """How many whole answers came."""

    def hide(self, secrets: Iterable[str]) -> None:
        """Keep these out of what can be read."""
        self._secrets = [secret for secret in secrets if secret]

    def watch(self) -> Watch:
        """Return what sees the calls of the channel's connector."""
        self._limit = pace.limit_of(self._channel)
        return Watch(self._before, self._after)

    def take(self) -> list[dict[str, str | int | None]]:
        """Return the calls since the last time, oldest first, as JSON takes them."""
        taken, self._calls = self._calls[-KEPT:], []
        return [call.plain() for call in taken]

    def _before(self, request: httpx2.Request) -> None:
        if self._limit:
            pace.wait_for_turn(self._channel.id, self._limit)
        if self._noting:
            path = unquote(request.url.raw_path.decode("ascii"))
            call = self._readable(f"{request.method} {path}")[:500]
            self._calls.append(Exchange(call, self._readable(_text(request.content))))

    def _after(self, response: httpx2.Response) -> None:
        self.answers += 1
        if self._noting and self._calls:
            self._calls[-1].status = response.status_code
            self._calls[-1].answer = self._readable(_text(response.content))

    def _readable(self, text: str) -> str:
        return readable(text, self._secrets)


def _text(content: bytes) -> str:
    """Return the beginning of a body as text that any database takes."""
    return content[:20_000].decode(errors="replace").replace("\0", "")
