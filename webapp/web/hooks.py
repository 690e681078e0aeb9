"""Where shops send their webhooks: an open door, at which the signature alone counts."""

from flask import Blueprint, Response, request

from webapp.actions import credentials, hooks
from webapp.connectors.channels import verdict_on_webhook
from webapp.extensions import csrf, limiter

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
csrf.exempt(blueprint)

LONGEST = 2_000_000
"""Bytes of a message; an order of a thousand lines has fewer."""

REFUSALS = "60 per minute"
"""For one sender. What is genuine doesn't count: many shops send from one address, and most never try again."""


@blueprint.post("/<token>")
@limiter.limit(REFUSALS, deduct_when=lambda answer: answer.status_code != 200)
def receive(token: str) -> Response:
    """Answer at once, without any call to the shop: those who wait five seconds count it as failed."""
    request.max_content_length = LONGEST
    channel = hooks.find(token)
    if channel is None:
        return _answer(404, "No channel has this address.")
    if channel.archived_at is not None:
        return _answer(410, "This channel was disconnected: delete the webhook.")
    body = request.get_data(cache=False)
    try:
        verdict = verdict_on_webhook(channel.kind, request.headers, body, credentials.opened(channel))
    except KeyError:
        return _answer(404, "Shops of this kind send no webhooks.")
    except ValueError:
        return _answer(503, "The webhook can't be checked now.")
    if verdict == "forged":
        hooks.refuse(channel.id)
        return _answer(401, "The signature doesn't fit the webhook secret of this channel.")
    if verdict == "genuine":
        hooks.wake(channel.id)
    return _answer(200, "Thanks.")


def _answer(status: int, told: str) -> Response:
    return Response(told + "\n", status, mimetype="text/plain")
