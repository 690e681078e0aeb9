"""What was said between us and a shop, as people may read it: without secrets, and short."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

HIDDEN = "•••"
LONGEST = 2_000
"""Characters that are kept of what was sent, and of what came back."""

SHORTEST_SECRET = 4
"""What is shorter stands in too many words by chance."""

_NAMED = re.compile(
    r"""(["']?[\w-]{0,40}(?:token|secret|passw|authorization|api_?key|signature)[\w-]{0,40}["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s,&<>{}]+)""",
    re.IGNORECASE,
)
"""A value that is called a secret, in JSON, in a query or in plain text. Unbounded, a long word would take for ever."""

_STEMS = ("token", "secret", "passw", "author", "key", "gnature")
"""One of these stands in whatever the pattern matches. The pattern is slow, and most texts hold none."""


@dataclass
class Exchange:
    """One call and its answer."""

    call: str
    """Verb and path, such as `POST /wp-json/wc/v3/orders/7/notes`."""
    sent: str = ""
    status: int | None = None
    """None where no whole answer came."""
    answer: str = ""

    def plain(self) -> dict[str, str | int | None]:
        """Return it as JSON takes it."""
        return asdict(self)


def readable(text: str, secrets: Sequence[str]) -> str:
    """Return a text without these secrets, without what calls itself one, and not longer than is kept."""
    text = text[: 2 * LONGEST + max(map(len, secrets), default=0)]  # A secret at the edge is whole, or beyond it.
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    folded = text.casefold()
    if any(stem in folded for stem in _STEMS):
        text = _NAMED.sub(lambda found: found[1] + f'"{HIDDEN}"' if found[2][0] == '"' else found[1] + HIDDEN, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
