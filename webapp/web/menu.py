"""The menu at the side: made once for each role, part of the site and language, since every page has it."""

from functools import lru_cache

from flask import Flask, current_app, request
from markupsafe import Markup

from webapp.web.languages import language


def menu(role: str) -> Markup:
    """Return the entries that a role has, with the one marked that the page belongs to."""
    return _menu(role, request.blueprint or "", language(), request.script_root)


def register(app: Flask) -> None:
    """Give the layout `menu`."""
    app.jinja_env.globals.update(menu=menu)


@lru_cache(512)
def _menu(role: str, here: str, _language: str, _root: str) -> Markup:
    """Make the entries. The language and the root of all addresses, which the template finds by itself, tell apart."""
    html = current_app.jinja_env.get_template("menu.html").render(role=role, here=here)
    return Markup(html)  # noqa: S704 - our template
