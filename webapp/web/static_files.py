"""Static files: their addresses name what is in them, so that browsers keep them for long and never use an old one."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

YEAR = 31_536_000

NAMED = re.compile(r"-\d+(\.\d+)+")
"""A version in the name of a file or its folder, as those from elsewhere have it: another version is another file."""


def register(app: Flask) -> None:
    """Put a word of the content behind the address of every static file, and let what has one be kept."""
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (word := _version(folder, values["filename"])):
            values.setdefault("v", word)

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            name, asked = (request.view_args or {})["filename"], request.args.get("v")
            if NAMED.search(name) or (asked and asked == _version(folder, name)):
                response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
            elif asked:  # A page from before an upgrade, or from after one that was taken back.
                response.headers["Cache-Control"] = "no-cache"
        return response


@lru_cache(512)
def _version(folder: Path, name: str) -> str:
    """Return a word that changes with the file, which a process reads once; empty where its name has a version."""
    path = folder / name
    if NAMED.search(name) or not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
