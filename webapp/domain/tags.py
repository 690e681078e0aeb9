"""Tags of products: words with ids, each once."""

import zlib
from typing import Any


def tidy(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tags as `{id, value}`, each word once in whatever case; one that came without an id gets its word's.

    Such an id is made from the word alone, so that the same word has the same id on every product and in every answer.
    """
    tags: dict[str, dict[str, Any]] = {}
    for tag in given:
        word = tag["value"].casefold()
        tags.setdefault(word, {"id": tag.get("id") or zlib.crc32(word.encode()) or 1, "value": tag["value"]})
    return list(tags.values())
