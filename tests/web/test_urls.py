"""Addresses in templates: as Flask makes them, wherever the site stands, although most are made once."""

import flask
import pytest
from werkzeug.routing import BuildError

from webapp.web.urls import url_for

PLACES = [
    ("orders.index", {}),
    ("orders.index", {"status": "shipped"}),
    ("orders.show", {"order_id": 7}),
    ("static", {"filename": "css/app.css"}),
    ("static", {"filename": "icon.svg"}),
    (".index", {}),
    ("home.index", {"_external": True}),
]


@pytest.mark.parametrize("root", ["", "/shop", ""])
@pytest.mark.parametrize(("endpoint", "values"), PLACES)
def test_an_address_is_what_flask_makes_of_it(app, root, endpoint, values):
    with app.test_request_context("/suppliers/", environ_overrides={"SCRIPT_NAME": root}):
        assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)


def test_an_address_without_a_request_is_whole(app, monkeypatch):
    monkeypatch.setitem(app.config, "SERVER_NAME", "crossdock.example")
    with app.app_context():
        assert url_for("orders.index") == "http://crossdock.example/orders/"


def test_a_place_that_needs_values_says_so(app):
    with app.test_request_context("/"), pytest.raises(BuildError):
        url_for("orders.show")


def test_the_templates_use_it(app):
    assert app.jinja_env.globals["url_for"] is url_for
