"""Orders that a shop sends by itself: signed as Standard Webhooks has it, with the channel's own secret."""

from flask import Blueprint, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from webapp.actions import channel_secrets, sent_orders
from webapp.api import errors
from webapp.api.inbound.reading import Faults, orders_of
from webapp.api.rates import Rates
from webapp.db import now
from webapp.domain import signing
from webapp.extensions import limiter
from webapp.models import Channel

blueprint = Blueprint("api_inbound_orders", __name__)

COUNTS = "inbound_order_counts"
"""The app's extension that counts each channel's calls."""

CALLS_A_MINUTE = 600

NOBODY = signing.new_secret()
"""Signs for a channel that isn't there, so that an answer takes as long as for one that is."""

REFUSED = "The signature isn't that of this channel, or is older than five minutes."


@blueprint.record_once
def _count_per_app(state: BlueprintSetupState) -> None:
    state.app.extensions[COUNTS] = Rates()


@blueprint.post("/channels/<id:channel_id>/orders")
@limiter.limit("1200 per minute")
def create(channel_id: int) -> Response:
    raw = request.get_data()
    channel = _channel(channel_id)
    try:
        keys = channel_secrets.current(channel) if channel else []
    except ValueError:  # The operator's key is missing: the shop should keep the order and try again.
        return errors.problem(503, "unavailable", "The signature can't be checked now. Try again.", retry_after=300)
    # Whoever can't sign learns nothing: an unknown, a foreign and a disconnected channel read as a wrong signature.
    if not signing.is_genuine(keys or [NOBODY], _headers(), raw, now()) or channel is None:
        response = errors.problem(401, "invalid_signature", REFUSED)
        response.headers["WWW-Authenticate"] = "StandardWebhooks"
        return response
    if not channel.enabled:
        told = "This channel is paused in Crossdock. Send it again once it is resumed."
        return errors.problem(503, "channel_paused", told, retry_after=300)
    rate = current_app.extensions[COUNTS].count(channel.id, CALLS_A_MINUTE)
    if not rate.allowed:
        told = f"A channel may make {CALLS_A_MINUTE} calls a minute. Wait {rate.reset} s."
        return errors.problem(429, "too_many_requests", told, retry_after=rate.reset)
    return _take_in(channel, raw)


def _take_in(channel: Channel, raw: bytes) -> Response:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        sent = orders_of(current_app.json.loads(raw))
    except Faults as faults:
        told = "Nothing was taken in: some of what was sent can't be, and each fault says where and why."
        return errors.problem(422, "invalid", told, faults.told())
    except ValueError:
        raise BadRequest from None
    results = sent_orders.take_in(channel, sent, "call")
    told_back = [
        {"id": order.external_id, "order_id": result.order_id, "outcome": result.outcome}
        for order, result in zip(sent, results, strict=True)
    ]
    return make_response({"success": True, "orders": told_back})


def _channel(channel_id: int) -> Channel | None:
    """Return a connected channel whose shop sends its orders by itself."""
    query = Channel.select().where(Channel.id == channel_id, Channel.read_every_seconds == 0)
    found: Channel | None = query.where(Channel.archived_at.is_null()).first()
    return found


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
