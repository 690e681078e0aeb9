"""Why a push waits for a person: a word that the pages can act upon."""

REASONS = {
    "carrier_unmapped": "The carrier has no name on the channel",
    "conflict": "The channel shows something else",
    "refused": "The channel refused it",
    "exhausted": "No clear answer after many tries",
}
"""Word -> what it means, for people."""


def of(failure: str, *, permanent: bool, given_up: bool) -> str:
    """Return the reason of a push after a failed try, `failure` being what the connector called it.

    Empty where the next try may still succeed.
    """
    if not given_up:
        return ""
    return failure or ("refused" if permanent else "exhausted")
