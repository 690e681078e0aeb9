"""The languages of the pages: which one a person reads, and where the translated texts come from."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

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
    locale = get_locale()  # Read by its attribute: as text it is put together anew, some 300 times a page.
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


def register(app: Flask) -> None:
    """Give the pages `_`, `ngettext` and `{% trans %}`."""
    Languages(app, locale_selector=choose)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    # Straight to the catalogue: Flask-Babel's own way there costs more than the look-up, hundreds of times a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(language()).ugettext(text),
        lambda one, many, count: catalogue(language()).ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(language=language)
