"""The OpenAPI document: it names every route, and what the routes answer fits it."""

import jsonschema_rs
import pytest

from webapp.api.description.document import document
from webapp.api.description.operations import OPERATIONS
from webapp.domain.permissions import CALLS


def routes(app):
    """Return (verb, path) of every route under /api/v1, as the document writes them."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in (
            "api_description.openapi",
            "api_auth.access_token",
        ):
            names = rule.rule.removeprefix("/api/v1")
            parts = ["{" + part.split(":")[1] if part.startswith("<") else part for part in names.split("/")]
            path = "/".join(part.replace(">", "}") for part in parts)
            found |= {(verb, path) for verb in rule.methods - {"HEAD", "OPTIONS"}}
    return found


def generic(path):
    """Return the path with its first id simply called so."""
    head, _, tail = path.partition("}")
    return f"{head.rpartition('{')[0]}{{id}}{tail}" if "{" in path else path


def test_every_route_is_in_the_table_of_calls_and_described(app):
    listed = {(call.verb, call.path) for call in CALLS}
    assert {(verb, generic(path)) for verb, path in routes(app)} == listed == set(OPERATIONS)


def test_the_document_is_valid_openapi(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200 and answer.json["openapi"] == "3.1.0"
    for name, schema in answer.json["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name
    names = [operation["operationId"] for path in answer.json["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_every_example_fits_its_body():
    described = document()
    for path in described["paths"].values():
        for operation in path.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body and "examples" in body:
                schema = {**body["schema"], "components": described["components"]}
                jsonschema_rs.validate(schema, body["examples"]["usual"]["value"])


LISTS = ("/orders", "/shippings", "/suppliers", "/carriers", "/changes", "/webhooks", "/products", "/provisions")
SINGLE = (
    "/me",
    "/orders/1",
    "/orders/1/allocations",
    "/shippings/1",
    "/products/1",
    "/channels/publications",
    "/waybills",
)


@pytest.mark.parametrize("path", LISTS + SINGLE)
def test_what_is_answered_fits_what_is_described(path, shipment, api, cast):
    described = document()
    call = api(cast.logistics, products="read")
    answer = call("GET", path)
    assert answer.status_code == 200, answer.json
    named = path.replace("/1", "/{id}")
    schema = described["paths"][named]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate({**schema, "components": described["components"]}, answer.json)


def test_what_me_shows_is_described_to_the_last_member(api, cast):
    """An answer that lacks a member, or has one more, at any depth, doesn't fit."""
    described = document()
    shown = {"$ref": "#/components/schemas/Me", "components": described["components"]}
    for supplier in (cast.logistics, None):
        call = api(supplier, hides_prices=True)
        call("POST", "/webhooks", json={"url": "http://127.0.0.1:9/hook"})
        me = call("GET", "/me").json["data"]
        jsonschema_rs.validate(shown, me)
        for name, part in me.items():
            inner = part[0] if name == "webhooks" else part
            if isinstance(inner, dict):
                for member in inner:
                    less = {key: value for key, value in inner.items() if key != member}
                    for other in (less, {**inner, "more": 1}, {**inner, member: []}):
                        wrong = {**me, name: [other] if name == "webhooks" else other}
                        assert not jsonschema_rs.is_valid(shown, wrong), (name, other)


def test_the_page_needs_nothing_from_outside(client):
    page = client.get("/api/docs")
    assert page.status_code == 200 and "https://" not in page.text.replace("http://www.w3.org", "")
    for part in ("vendor/swagger-ui-5.35.0/swagger-ui.css", "vendor/swagger-ui-5.35.0/swagger-ui-bundle.js"):
        assert part in page.text
        with client.get(f"/static/{part}") as file:
            assert file.status_code == 200
