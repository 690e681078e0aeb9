"""The outbox to the channels: what must still reach a shop, and how each try went."""

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.channel import Channel
from webapp.models.order import Order
from webapp.models.shipment import Shipment
from webapp.models.store import Store


class Push(BaseModel):
    """One thing to tell a channel. Pushes of one order leave in the order of their ids."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, on_delete="CASCADE")
    order = pw.ForeignKeyField(Order, backref="pushes", on_delete="CASCADE")
    shipment = pw.ForeignKeyField(Shipment, null=True, backref="pushes", on_delete="CASCADE")
    kind = pw.CharField(max_length=16)
    """`shipment` confirms one with its tracking, `tracking` corrects that, `delivery` tells that it arrived, `status`
    the order's new status."""
    payload = JsonField(default=dict)
    """`status` of a status; `tried`, the tracking codes under which the channel may hold the shipment since before;
    `overwrite`, where a person wants what the channel shows to be overwritten."""
    status = pw.CharField(max_length=16, default="waiting")
    attempts = pw.IntegerField(default=0)
    next_try_at = UtcDateTimeField(default=now)
    lease_until = UtcDateTimeField(null=True)
    lease_token = pw.CharField(max_length=32, default="")
    last_error = pw.CharField(max_length=1000, default="")
    reason = pw.CharField(max_length=24, default="")
    """Why it failed, one of `push_reason.REASONS`; empty where it hasn't."""
    remote_id = pw.CharField(max_length=200, default="")
    """What the channel calls the confirmation, once it has one; after a conflict, that which stands in the way."""
    created_at = UtcDateTimeField(default=now)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "order", "id"), False),
            (("status", "next_try_at"), False),
            (("store", "channel", "status"), False),
        )
        constraints = [
            pw.Check("kind IN ('shipment', 'tracking', 'delivery', 'status')"),
            pw.Check("status IN ('waiting', 'sending', 'sent', 'failed', 'dropped')"),
        ]


class PushAttempt(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    push = pw.ForeignKeyField(Push, backref="tries", on_delete="CASCADE")
    outcome = pw.CharField(max_length=16)
    """`sent`, `found` (the channel had it already), `left_out` (its policy wants another parcel), `uncorrected` (it
    can't change what it shows), `unknown` (no clear answer), `refused`, `unmapped` (nothing was sent: the courier has
    no name there), `elsewhere` (a person told the channel) or
    `by_hand` (a person did so before, so this is told by hand too)."""
    detail = pw.CharField(max_length=1000, default="")
    milliseconds = pw.IntegerField(default=0)
    exchanges = JsonField(default=list)
    """The calls that were made, as `webapp/domain/exchange.py` gives them: without secrets, for some weeks."""
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "push", "id"), False),)


PushAttempt.add_index(
    PushAttempt.index(PushAttempt.created_at, name="push_attempt_readable", where=pw.SQL("\"exchanges\" <> '[]'"))
)  # Few rows beside all: those whose exchanges must be forgotten one day.

Push.add_index(
    Push.index(Push.channel, Push.id, name="push_under_way", where=pw.SQL("\"status\" IN ('waiting', 'sending')"))
)  # What a worker claims from, in the order of the ids, however many have been told.
