"""The languages of the pages: which one a person reads, and where the translated texts come from."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user
from markupsafe import Markup

LANGUAGES = (("en", "English"), ("it", "Italiano"))

CATALOGUES = Path(__file__).parent.parent / "translations"
"""Holds `<language>.po`, read as it is, so that nothing has to be compiled after an edit."""


@lru_cache(8)
def texts(language: str) -> Catalog:
    """Return the language's texts as they were written, read once a process; English has none."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=language)


@lru_cache(8)
def catalogue(language: str) -> NullTranslations:
    """Return what translates into the language; English, which the code is written in, stays as it is."""
    written = texts(language)
    if not len(written):
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return Translations(compiled)


class Texts(Domain):
    """Flask-Babel's door to the catalogues."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())


class Languages(Babel):  # type: ignore[misc]
    """Flask-Babel with our catalogues."""

    domain_instance = Texts()


def language() -> str:
    """Return the language of this request; English outside of one."""
    try:  # Where Flask-Babel keeps it, and past the proxy: this is asked three hundred times a page.
        return str(g._get_current_object()._flask_babel.babel_locale.language)
    except (AttributeError, RuntimeError):
        locale = get_locale()
        return str(locale.language) if locale else "en"


def choose() -> str:
    """Return what the user chose, else what the browser asks for among ours, else English, as where nobody asks."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        known = [code for code, _ in LANGUAGES]
        wanted = current_user.row.language if current_user.is_authenticated else ""
        g.language = wanted if wanted in known else request.accept_languages.best_match(known, "en")
    return str(g.language)


def _gettext(words: str, **values: Any) -> Markup:
    """Translate our own words for a page, and fill in values, which are escaped.

    Flask-Babel's and Jinja's own ways there cost more than the look-up, a hundred times a page.
    """
    tongue = language()
    return _ours(catalogue(tongue).ugettext(words)) % values if values else _plain(words, tongue)


def _ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
    """Translate our own words for this many, as `_gettext` does."""
    return _ours(catalogue(language()).ungettext(one, many, num)) % {"num": num, **values}


@lru_cache(8192)
def _plain(words: str, tongue: str) -> Markup:
    return _ours(catalogue(tongue).ugettext(words)) % {}


def _ours(words: str) -> Markup:
    return Markup(words)  # noqa: S704 - what stands in our templates or catalogues


def register(app: Flask) -> None:
    """Give the pages `_`, `ngettext` and `{% trans %}`."""
    Languages(app, locale_selector=choose)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, language=language)
