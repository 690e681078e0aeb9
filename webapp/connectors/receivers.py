"""Call webhook receivers: one signed POST, whose whole answer counts."""

from dataclasses import dataclass

from webapp.connectors import http

SECONDS = 10.0
"""How long a receiver may take; it should answer first and work afterwards."""


@dataclass(frozen=True)
class Answer:
    """What a receiver said. No status means that no whole answer came; `refused`, that nothing was sent."""

    status_code: int | None
    text: str = ""
    error: str = ""
    retry_after: float | None = None
    refused: bool = False


class Receiver:
    """One address; its connection is kept between two messages."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = http.client(headers={"Content-Type": "application/json"}, seconds=SECONDS)

    def post(self, body: str, headers: dict[str, str]) -> Answer:
        """Send exactly these bytes; an address that isn't allowed is refused before anything is sent."""
        try:
            response = http.ask(self._client, "POST", self._url, content=body.encode(), headers=headers)
        except http.BlockedError as error:
            return Answer(None, error=str(error), refused=True)
        except http.NoAnswerError as error:
            return Answer(None, error=str(error))
        return Answer(response.status_code, response.text[:1000], retry_after=http.asked_wait(response))
