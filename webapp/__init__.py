"""The application factory: wiring, nothing else."""

from importlib import import_module

import peewee as pw
from apiflask import APIFlask
from flask import Flask, Response, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config, from_environment
from webapp import cli, extensions, logs
from webapp.actions import credentials
from webapp.api import register as register_api
from webapp.api import request_log
from webapp.connectors import http
from webapp.db import connect_to, db, is_postgresql
from webapp.turns import Turns
from webapp.web import BLUEPRINTS, errors, hypermedia, languages, menu, sayings, static_files, urls

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)

LONG_UPLOADS = {"imports.upload": 30_000_000}
"""Endpoints that take more bytes than MAX_CONTENT_LENGTH."""


def create_app(config: Config | None = None, database: pw.Database | None = None) -> Flask:
    """Build the application from the settings (default: those of the environment); tests hand in their database."""
    config = config or from_environment()
    logs.configure(config.log_level)
    app = APIFlask(
        __name__,
        title="Crossdock logistics API",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
    )
    app.config.from_mapping(
        CROSSDOCK=config,
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=5_000_000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_NAME="crossdock",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=not config.testing,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
    )
    if config.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.behind_proxy, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
    credentials.configure(config.encryption_keys)
    http.configure(config.outbound_allow)
    _database(app, config, database)
    _extensions(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"webapp.web.{name}").blueprint)
    register_api(app)
    request_log.register(app)
    errors.register(app)
    cli.register(app)
    return app


def _database(app: Flask, config: Config, database: pw.Database | None) -> None:
    if database is None:
        connect_to(config.database_url, config.database_threads)

    @app.before_request
    def open_connection() -> None:
        if request.blueprint != "health":  # It tells itself what it means that there is no database to reach.
            db.connect(reuse_if_open=True)

    @app.teardown_request
    def close_connection(error: BaseException | None) -> None:
        # A thread keeps its SQLite file open, since opening costs more than a page of orders does.
        if is_postgresql() and not config.testing and not db.is_closed():
            db.close()


def _extensions(app: Flask) -> None:
    @app.before_request
    def admit_long_uploads() -> None:
        if longest := LONG_UPLOADS.get(request.endpoint or ""):  # Before the form's token is looked for in the body.
            request.max_content_length = longest

    app.json = extensions.FastJson(app)
    app.url_map.converters["id"] = extensions.IdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    extensions.csrf.init_app(app)
    extensions.htmx.init_app(app)
    app.request_class = extensions.PageRequest
    extensions.limiter.init_app(app)
    extensions.login_manager.init_app(app)
    languages.register(app)
    sayings.register(app)
    static_files.register(app)
    urls.register(app)
    menu.register(app)
    hypermedia.register(app)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response
