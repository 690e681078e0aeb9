"""What an action can refuse, in the words that the doors turn into pages and problem documents."""

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is no fault, and reads as what it is.
    """A request that can't be done. `code` is stable and for programs, the message is for people."""

    status = 409

    def __init__(self, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra = extra
        """Facts for a program, for example `allowed=[…]`; they become members of the problem document."""


class Conflict(Refusal):
    """The state doesn't allow it now."""


class Collision(Refusal):
    """The database undid all of it, since another transaction was in its way: nothing is wrong with what was asked."""

    status = 503

    def __init__(self) -> None:
        told = "Somebody changed the same thing at this very moment, so nothing was stored. Send it again."
        super().__init__("collision", told, retry_after=1)


class Forbidden(Refusal):
    """The viewer may not do it, ever, with the rights that it has."""

    status = 403


class NotFound(Refusal):
    """No such row for this viewer; a foreign row and an unknown one read alike."""

    status = 404

    def __init__(self, noun: str) -> None:
        super().__init__("not_found", f"There is no such {noun}.")


class Invalid(Refusal):
    """Values that can't be taken; `errors` maps a field's name to what is wrong with it."""

    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("invalid", "Some of what was sent can't be taken; each field says why.")
        self.errors = errors
