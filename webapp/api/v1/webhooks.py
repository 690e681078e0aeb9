"""Webhooks of the key: register, change, rotate, pause, test, and send again what was missed."""

from typing import Annotated, Any

from flask import Blueprint, Response, g, make_response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from webapp.actions import deliveries, webhooks
from webapp.actions.api_keys import OVERLAPS
from webapp.actions.webhooks import WebhookDraft
from webapp.api import auth, bodies, idempotency, paging
from webapp.api.answers import check_match, many, one
from webapp.api.bodies import SOMETHING
from webapp.connectors import http
from webapp.domain.errors import Invalid
from webapp.domain.viewer import Viewer
from webapp.domain.webhook_events import EVENTS
from webapp.models import Delivery, DeliveryAttempt, Webhook
from webapp.wire import events
from webapp.wire.values import when

blueprint = Blueprint("api_webhooks", __name__)
auth.guard(blueprint)

STATUSES = ("waiting", "sending", "sent", "failed", "dropped")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


Event = Annotated[str, WithJsonSchema({"type": "string", "enum": list(dict(EVENTS))})]


class WebhookBody(Strict):
    url: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=SOMETHING, strip_whitespace=True)]
    events: Annotated[list[Event], Field(max_length=50)] = []
    description: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""

    def draft(self) -> WebhookDraft:
        """Return the draft, its address vetted; Invalid for one that must not be called."""
        try:
            http.vet_target(self.url)
        except http.BlockedError as blocked:
            raise Invalid({"url": [str(blocked)]}) from None
        return WebhookDraft(self.url, self.events, self.description)


class RotateBody(Strict):
    overlap_hours: Annotated[
        int, Field(strict=True), WithJsonSchema({"type": "integer", "enum": list(dict(OVERLAPS))})
    ] = 24


RANGE = ("first", "last")


class ReplayBody(Strict):
    """A range of numbers, both ends included, or all that failed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"required": ["failed"], "properties": {"failed": {"const": True}}},
                {"required": list(RANGE), "properties": {name: {"type": "integer"} for name in RANGE}},
            ]
        },
    )
    failed: Annotated[bool, Field(strict=True)] = False
    first: Annotated[int, Field(strict=True, gt=0, lt=10**18)] | None = None
    last: Annotated[int, Field(strict=True, gt=0, lt=10**18)] | None = None


@blueprint.get("/webhooks")
def index() -> Response:
    found = list(Webhook.visible_to(auth.viewer()).order_by(Webhook.id))
    bodies.query(set())
    return many([shown(row) for row in found], len(found), None)


@blueprint.post("/webhooks")
def create() -> Response:
    """Not replayable under an Idempotency-Key: a stored answer would hold the secret."""
    made = webhooks.create(auth.viewer(), g.api_key.id, bodies.body(WebhookBody).draft())
    response = _secret_once({**shown(made.webhook), "secret": made.secret}, 201)
    response.headers["Location"] = f"/api/v1/webhooks/{made.webhook.id}"
    return response


@blueprint.get("/webhooks/<id:webhook_id>")
def show(webhook_id: int) -> Response:
    return one(shown(webhooks.find(auth.viewer(), webhook_id)))


@blueprint.put("/webhooks/<id:webhook_id>")
def update(webhook_id: int) -> Response:
    viewer = auth.viewer()
    check_match(shown(webhooks.find(viewer, webhook_id)))
    return one(shown(webhooks.edit(viewer, webhook_id, bodies.body(WebhookBody).draft())))


@blueprint.delete("/webhooks/<id:webhook_id>")
def destroy(webhook_id: int) -> Response:
    webhooks.remove(auth.viewer(), webhook_id)
    return one({"id": webhook_id, "removed": True})


@blueprint.post("/webhooks/<id:webhook_id>/rotate")
def rotate(webhook_id: int) -> Response:
    """Not replayable under an Idempotency-Key: a stored answer would hold the secret."""
    made = webhooks.rotate(auth.viewer(), webhook_id, bodies.body(RotateBody).overlap_hours)
    return _secret_once({**shown(made.webhook), "secret": made.secret})


@blueprint.post("/webhooks/<id:webhook_id>/pause")
@idempotency.once
def pause(webhook_id: int) -> Response:
    bodies.body(Strict)
    return one(shown(webhooks.pause(auth.viewer(), webhook_id)))


@blueprint.post("/webhooks/<id:webhook_id>/resume")
@idempotency.once
def resume(webhook_id: int) -> Response:
    bodies.body(Strict)
    return one(shown(webhooks.resume(auth.viewer(), webhook_id)))


@blueprint.post("/webhooks/<id:webhook_id>/test")
@idempotency.once
def test(webhook_id: int) -> Response:
    bodies.body(Strict)
    return one(_delivery(deliveries.send_test(auth.viewer(), webhook_id, events.test_body())), 202)


@blueprint.post("/webhooks/<id:webhook_id>/replay")
@idempotency.once
def replay(webhook_id: int) -> Response:
    asked = bodies.body(ReplayBody)
    count = deliveries.replay(auth.viewer(), webhook_id, asked.first, asked.last, asked.failed)
    return one({"replayed": count}, 202)


@blueprint.get("/webhooks/<id:webhook_id>/deliveries")
def deliveries_index(webhook_id: int) -> Response:
    webhook = webhooks.find(auth.viewer(), webhook_id)
    values = bodies.query({"status"} | paging.PARAMETERS)
    query = Delivery.select().where(Delivery.store == webhook.store_id, Delivery.webhook == webhook.id)
    if "status" in values:
        if values["status"] not in STATUSES:
            raise Invalid({"status": [f"There is no such status. Known are: {', '.join(STATUSES)}."]})
        query = query.where(Delivery.status == values["status"])
    asked = paging.asked(values)
    page, following = paging.cut(query, asked, Delivery.id)
    return many([_delivery(row) for row in page], query.count() if asked.after is None else None, following)


@blueprint.get("/webhooks/<id:webhook_id>/deliveries/<id:delivery_id>")
def deliveries_show(webhook_id: int, delivery_id: int) -> Response:
    delivery = deliveries.find(auth.viewer(), webhook_id, delivery_id)
    tries = DeliveryAttempt.select().where(
        DeliveryAttempt.store == delivery.store_id, DeliveryAttempt.delivery == delivery.id
    )
    attempts = [
        {
            "date": when(row.created_at),
            "status_code": row.status_code,
            "error": row.error or None,
            "answer": row.answer,
            "milliseconds": row.milliseconds,
        }
        for row in tries.order_by(DeliveryAttempt.id)
    ]
    return one({**_delivery(delivery), "body": delivery.body, "tries": attempts})


@blueprint.post("/webhooks/<id:webhook_id>/deliveries/<id:delivery_id>/resend")
@idempotency.once
def deliveries_resend(webhook_id: int, delivery_id: int) -> Response:
    bodies.body(Strict)
    return one(_delivery(deliveries.resend(auth.viewer(), webhook_id, delivery_id)), 202)


def shown(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook without its secrets."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events,
        "enabled": webhook.enabled,
        "pause_reason": webhook.pause_reason or None,
        "paused_date": when(webhook.paused_at),
        "failing_since": when(webhook.failing_since),
        "last_success_date": when(webhook.last_success_at),
        "previous_secret_until": when(webhook.previous_secret_until),
        "last_change": webhook.last_change,
        "creation_date": when(webhook.created_at),
        "update_date": when(webhook.updated_at),
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "message_id": delivery.message_id,
        "event": delivery.event,
        "number": delivery.number,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_try_date": when(delivery.next_try_at) if delivery.status == "waiting" else None,
        "last_status_code": delivery.last_status_code,
        "last_error": delivery.last_error or None,
        "creation_date": when(delivery.created_at),
        "sent_date": when(delivery.sent_at),
    }


def _secret_once(data: dict[str, Any], status: int = 200) -> Response:
    response = make_response({"success": True, "message": None, "data": data}, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def health(viewer: Viewer) -> list[dict[str, Any]]:
    """Return how each webhook of the key does, for `/me`."""
    return [
        {"id": row.id, "url": row.url, "enabled": row.enabled, "failing_since": when(row.failing_since)}
        for row in Webhook.visible_to(viewer).order_by(Webhook.id)
    ]
