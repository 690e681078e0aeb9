"""Build the OpenAPI 3.1 document from the table of calls, the operations and the schemas."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.api.auth import Credentials
from webapp.api.description.operations import OPERATIONS, Operation
from webapp.api.description.schemas import SCHEMAS, ref
from webapp.domain.permissions import CALLS, Call

Schema = dict[str, Any]

PROBLEMS = {
    "400": "The body isn't valid JSON.",
    "401": "No token, or one of a key that is disabled, expired, revoked or used from elsewhere; `code` says which.",
    "403": "The key lacks the permission, which `required` names.",
    "404": "There is no such thing in the key's reach.",
    "406": "This format isn't there; `available` lists those that are.",
    "409": "The state doesn't allow it now; `code` and further members say why.",
    "412": "It has changed since If-Match's tag was read.",
    "413": "The body is too large.",
    "415": "Send one of the media types that are listed.",
    "422": "Some fields can't be taken; `errors` says which and why.",
    "429": "Too many requests; wait as long as Retry-After says.",
    "503": "Another request changed the same at that moment, so nothing was stored: send it again.",
}

AREAS = {"": "Account", "orders": "Orders", "shipping": "Shippings", "products": "Products"}

_TAG = '(W/)?"[!#-~]*"'
TAGS = f"^([*]|{_TAG}(, ?{_TAG})*)$"
"""What If-Match holds: a star, or entity tags (RFC 9110, 13.1.1)."""

HEADERS: dict[str, Schema] = {
    "RateLimit-Limit": {"description": "Requests that the key may make in a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many of them are left.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until the count begins anew.", "schema": {"type": "integer"}},
    "ETag": {"description": "The state shown, for If-None-Match and If-Match.", "schema": {"type": "string"}},
    "Location": {"description": "Where the new resource is.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {"description": "This is the answer to an earlier request.", "schema": {"const": "true"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
RATE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")

INTRODUCTION = """
Get a token at `/oauth/access_token` with the key's public and secret part, then send it as `Authorization: Bearer`.

- Lists: `offset` and `max` with an exact `total`, or `cursor` (the page's `next`) for those who go deep.
- Every POST that makes or moves something takes an `Idempotency-Key`: sent twice, it happens once.
- Single resources have an `ETag`: `If-None-Match` saves the answer, `If-Match` guards a write.
- Failures are problem documents (RFC 9457).
- `/changes` tells what changed, in commit order; webhooks carry the same numbers.
"""


@cache
def document() -> Schema:
    """Return the document; it is the same for everybody."""
    bodies = _bodies()
    paths: dict[str, Schema] = {"/oauth/access_token": {"post": _token()}}
    for call in CALLS:
        operation = OPERATIONS[call.verb, call.path]
        paths.setdefault(call.path, {})[call.verb.lower()] = _described(call, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Crossdock logistics API", "version": "1", "description": INTRODUCTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**SCHEMAS, **bodies},
            "responses": {status: _problem(status, told) for status, told in PROBLEMS.items()},
            "headers": HEADERS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of `/oauth/access_token`."},
            },
        },
    }


def _described(call: Call, operation: Operation) -> Schema:
    made: Schema = {
        "operationId": _name(call),
        "summary": call.does,
        "tags": [_tag(call)],
        "parameters": _parameters(call, operation),
        "responses": _responses(call, operation),
        "x-permission": f"{call.area}:{call.level.name.lower()}" if call.area else "any key",
    }
    if operation.body is not None:
        made["requestBody"] = _request(operation, operation.body)
    return made


def _parameters(call: Call, operation: Operation) -> list[Schema]:
    whole: Schema = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
    names = [part[1:-1] for part in call.path.split("/") if part.startswith("{")]
    found = [{"name": name, "in": "path", "required": True, "schema": whole} for name in names]
    found += [{"name": name, "in": "query", "schema": schema} for name, schema in operation.query.items()]
    if operation.idempotent:
        key: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"}
        found.append({"name": "Idempotency-Key", "in": "header", "schema": key})
    if operation.conditional:
        found.append({"name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": TAGS}})
    return found


def _request(operation: Operation, body: type[BaseModel]) -> Schema:
    json_body: Schema = {"schema": ref(_title(body))}
    if operation.example is not None:
        json_body["examples"] = {"usual": {"value": operation.example}}
    content: Schema = {"application/json": json_body}
    content |= {media: {"schema": {"type": "string", "format": "binary"}} for media in operation.uploads}
    needed = body.model_json_schema().get("required", [])
    return {"required": bool(needed), "content": content}


def _responses(call: Call, operation: Operation) -> Schema:
    shown = {"application/json": {"schema": _envelope(operation)}}
    shown |= {media: {"schema": {"type": "string", "format": "binary"}} for media in operation.downloads}
    statuses = {"401", "403", "422", "429"}
    if "{" in call.path:
        statuses |= {"404"}
    if operation.body is not None:
        statuses |= {"400", "413", "415"}
    if call.verb != "GET":
        statuses |= {"400", "404", "409", "412", "413", "415", "503"}
    if operation.downloads:
        statuses |= {"404", "406", "409"}
    named = [*RATE, *(() if operation.many else ("ETag",)), *(("Location",) if operation.status == 201 else ())]
    named += ["Idempotent-Replayed"] if operation.idempotent else []
    made: Schema = {str(operation.status): {"description": "Done.", "headers": _headers(named), "content": shown}}
    return made | {status: {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def _envelope(operation: Operation) -> Schema:
    members: Schema = {"success": {"const": True}, "message": {"type": "null"}}
    data = ref(operation.shows)
    if not operation.many:
        members["data"] = data
        return {"type": "object", "properties": members, "required": ["success", "message", "data"]}
    members["data"] = {"type": "array", "items": data}
    members["next"] = {"type": ["string", "integer", "null"], "description": "Where to go on."}
    members["total"] = {"type": "integer", "description": "Not where a cursor was used."}
    return {"type": "object", "properties": members, "required": ["success", "message", "data"]}


def _headers(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(status: str, told: str) -> Schema:
    made: Schema = {"description": told, "content": {"application/problem+json": {"schema": ref("Problem")}}}
    return made | {"headers": _headers(["Retry-After"])} if status in ("429", "503") else made


def _token() -> Schema:
    body = {"schema": ref(Credentials.__name__), "examples": {"usual": {"value": _CREDENTIALS}}}
    # A form's other fields mean nothing here and are passed over (RFC 6749, 3.2).
    form = {"schema": {**Credentials.model_json_schema(), "additionalProperties": True}, "examples": body["examples"]}
    answer = {
        "type": "object",
        "required": ["success", "data", "access_token", "token_type", "expires_in"],
        "properties": {
            "success": {"const": True},
            "message": {"type": "null"},
            "data": {"type": "object", "required": ["access_token", "duration"]},
            "access_token": {"type": "string"},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer"},
        },
    }
    problems = {
        status: {"$ref": f"#/components/responses/{status}"} for status in ("400", "401", "413", "415", "422", "429")
    }
    return {
        "operationId": "get_token",
        "summary": "Get an access token",
        "tags": ["Account"],
        "security": [],
        "requestBody": {"content": {"application/json": body, "application/x-www-form-urlencoded": form}},
        "responses": {
            "200": {"description": "A token.", "content": {"application/json": {"schema": answer}}},
            **problems,
        },
    }


_CREDENTIALS = {"client_id": "xd_pk_…", "client_secret": "xd_sk_…", "grant_type": "client_credentials"}


def _bodies() -> dict[str, Schema]:
    """Return the schemas of all bodies; those of one name from several modules are told apart by theirs."""
    models: list[type[BaseModel]] = [operation.body for operation in OPERATIONS.values() if operation.body]
    models.append(Credentials)
    made: dict[str, Schema] = {}
    for model in models:
        _, found = models_json_schema([(model, "validation")], ref_template="#/components/schemas/{model}")
        definitions = found["$defs"]
        made |= {name: schema for name, schema in definitions.items() if name != model.__name__}
        made[_title(model)] = definitions[model.__name__]
    return made


def _title(model: type[BaseModel]) -> str:
    return "Empty" if model.__name__ == "Strict" else model.__name__


def _name(call: Call) -> str:
    words = call.path.strip("/").replace("{", "").replace("}", "").replace("/", "_")
    return f"{call.verb.lower()}_{words}"


def _tag(call: Call) -> str:
    first = call.path.split("/")[1]
    return {"webhooks": "Webhooks", "changes": "Changes"}.get(first, AREAS[call.area])
