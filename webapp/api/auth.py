"""Let programs in: a token for a key pair, and the viewer behind a token."""

from typing import Annotated

from flask import Blueprint, Response, current_app, g, make_response, request
from flask.blueprints import BlueprintSetupState
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from pydantic import BaseModel, ConfigDict, WithJsonSchema

from webapp.actions import key_admission
from webapp.actions.key_admission import Denied
from webapp.api import errors, request_log
from webapp.api.bodies import body, refuse_nul
from webapp.api.rates import Rates
from webapp.domain import permissions
from webapp.domain.errors import Forbidden, Refusal
from webapp.domain.viewer import Level, Viewer
from webapp.extensions import limiter
from webapp.models import ApiKey

blueprint = Blueprint("api_auth", __name__)

PREFIX = "xd_at_"

COUNTS = "api_request_counts"
"""The app's extension that counts each key's requests."""


class TooMany(Refusal):
    """The key has used up its requests of this minute."""

    status = 429


Grant = Annotated[str, WithJsonSchema({"type": "string", "enum": ["client_credentials"]})]
"""What else is sent is refused in RFC 6749's words."""


class Credentials(BaseModel):
    """What a token is asked with: Poleepo's `grant` or RFC 6749's `grant_type`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"anyOf": [{"required": ["grant_type"]}, {"required": ["grant"]}]}
    )
    client_id: str = ""
    client_secret: str = ""
    grant: Grant = ""
    grant_type: Grant = ""
    scope: str = ""


@blueprint.record_once
def _count_per_app(state: BlueprintSetupState) -> None:
    state.app.extensions[COUNTS] = Rates()


@blueprint.post("/oauth/access_token")
@limiter.limit("60 per minute")
def access_token() -> Response:
    """Give a token for a key pair, sent as JSON, as a form, or as HTTP Basic."""
    asked = _credentials()
    if {asked.grant_type, asked.grant} - {""} != {"client_credentials"}:
        told = "Send grant_type (or grant) with the value client_credentials."
        return errors.problem(400, "unsupported_grant_type", told, error="unsupported_grant_type")
    if not asked.client_id or not asked.client_secret:
        told = "Send client_id and client_secret, the key's public and secret part."
        return errors.problem(401, "no_credentials", told, error="invalid_client")
    try:
        key, version = key_admission.authenticate(asked.client_id, asked.client_secret, request.remote_addr or "")
    except Denied as denied:
        return errors.problem(401, denied.code, denied.message, error="invalid_client")
    seconds = current_app.config["CROSSDOCK"].token_minutes * 60
    token = PREFIX + _serializer().dumps([key.id, version])
    data = {"access_token": token, "duration": seconds}
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
    response = make_response({"success": True, "message": None, "data": data, **answer})
    response.headers["Cache-Control"] = "no-store"
    return response


def require_key() -> None:
    """Find the key behind the token and keep the viewer; the key's row is read anew for each request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        raise Denied("no_credentials", "Send the header Authorization: Bearer with an access token.")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        raise Denied("invalid_token", "This isn't an access token of ours.")
    try:
        key_id, version = _serializer().loads(
            token.removeprefix(PREFIX), max_age=current_app.config["CROSSDOCK"].token_minutes * 60
        )
    except SignatureExpired:
        raise Denied("token_expired", "The access token has expired. Get another one.") from None
    except BadSignature:
        raise Denied("invalid_token", "This isn't an access token of ours.") from None
    key = key_admission.find(key_id)
    if key is None:
        raise Denied("invalid_token", "This isn't an access token of ours.")
    try:
        key_admission.admit(key, version, request.remote_addr or "")
    except Denied as denied:
        key_admission.note_refusal(key, denied, request.remote_addr or "")
        raise
    g.api_key, g.viewer = key, key_admission.viewer_for(key)
    _count(key)


def viewer() -> Viewer:
    """Return the viewer behind the request's token."""
    found: Viewer = g.viewer
    return found


def need(area: str, level: Level) -> Viewer:
    """Return the viewer if its key reaches the level in the area; raise Forbidden `scope_missing` otherwise."""
    g.area = area
    if not permissions.allows(viewer(), area, level):
        told = f"This key may not {level.name.lower()} {area}."
        raise Forbidden("scope_missing", told, required=f"{area}:{level.name.lower()}")
    return viewer()


def guard(resource: Blueprint) -> None:
    """Put a resource behind the token, and tell the key's limit in each of its answers."""
    resource.before_request(request_log.begin)
    resource.before_request(require_key)
    resource.after_request(request_log.end)

    @resource.after_request
    def tell_limit(response: Response) -> Response:
        if "rate" in g:
            response.headers["RateLimit-Limit"] = str(g.rate.limit)
            response.headers["RateLimit-Remaining"] = str(g.rate.remaining)
            response.headers["RateLimit-Reset"] = str(g.rate.reset)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _count(key: ApiKey) -> None:
    """Count the request against the key's limit of this minute."""
    counts: Rates = current_app.extensions[COUNTS]
    g.rate = counts.count(key.id, key.requests_per_minute)
    if not g.rate.allowed:
        told = f"This key may make {key.requests_per_minute} requests a minute. Wait {g.rate.reset} s."
        raise TooMany("too_many_requests", told, retry_after=g.rate.reset)


def _credentials() -> Credentials:
    """Read what a token is asked with; fields of a form that mean nothing here are ignored, as RFC 6749 has it."""
    basic = request.authorization
    if request.mimetype == "application/x-www-form-urlencoded":
        known = Credentials.model_fields
        asked = Credentials(**{name: value for name, value in request.form.items() if name in known})
    elif request.get_data():
        asked = body(Credentials)
    else:
        asked = Credentials(grant_type="client_credentials")
    if basic is not None and basic.type == "basic":
        asked.client_id, asked.client_secret = basic.username or "", basic.password or ""
    refuse_nul(asked.model_dump(include={"client_id", "client_secret"}))
    return asked


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="api-access-token")
