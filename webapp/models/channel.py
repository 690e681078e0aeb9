"""A sales channel that a store has connected, and the history of what was read from it."""

import secrets

import peewee as pw

from webapp.db import BaseModel, JsonField, UtcDateTimeField, now
from webapp.models.store import Store


class Channel(BaseModel):
    store = pw.ForeignKeyField(Store, backref="channels", on_delete="CASCADE", index=False)
    name = pw.CharField(max_length=120)
    name_key = pw.CharField(max_length=120)
    kind = pw.CharField(max_length=24)
    """The folder's name under `webapp/connectors/channels/`."""
    base_url = pw.CharField(max_length=500)
    settings = JsonField(default=dict)
    """What isn't secret: the kind's own options."""
    credentials = pw.TextField(default="")
    """The kind's secrets as encrypted JSON; see `webapp/domain/secrets_box.py`."""
    enabled = pw.BooleanField(default=True)
    holds_unmapped = pw.BooleanField(default=False)
    """Whether a courier without a name there keeps its shipments from being told, also where any name would do."""
    read_cursor = JsonField(null=True)
    """How far orders were read: moves only after a complete set of pages."""
    read_every_seconds = pw.IntegerField(default=60)
    """0 where nothing is read: the shop sends its orders by itself."""
    next_read_at = UtcDateTimeField(default=now)
    lease_until = UtcDateTimeField(null=True)
    silent_calls = pw.IntegerField(default=0)
    """Confirmations in a row that had no clear answer; see `webapp/domain/breaker.py`."""
    rest_until = UtcDateTimeField(null=True)
    """No worker tells the channel anything before this moment."""
    calls_per_minute = pw.IntegerField(null=True)
    """What all workers together may call; empty where the kind's own number holds."""
    calls_spent_until = pw.BigIntegerField(default=0)
    """The moment, in microseconds since 1970, to which the calls that were made use up the limit."""
    tells_stock = pw.BooleanField(default=False)
    """Whether the channel is told how much of its products is in stock."""
    stock_next_at = UtcDateTimeField(default=now)
    stock_lease_until = UtcDateTimeField(null=True)
    stock_failing_since = UtcDateTimeField(null=True)
    stock_error = pw.CharField(max_length=300, default="")
    """Why the channel couldn't be told the last time."""
    hook_token = pw.CharField(max_length=32, unique=True, default=lambda: secrets.token_hex(16))
    """Names the channel in the address to which the shop's webhooks go; it proves nothing, their signature does."""
    hook_at = UtcDateTimeField(null=True)
    """When the last webhook came that proved where it came from."""
    hook_refused_at = UtcDateTimeField(null=True)
    hooks_refused = pw.IntegerField(default=0)
    archived_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("next_read_at",), False),)


# Partial, so that PostgreSQL takes a name for no key, whose change would wait for imports: see `channels.disconnect`.
_connected = Channel.archived_at.is_null()
Channel.add_index(Channel.index(Channel.store, Channel.name_key, name="channel_name", unique=True, where=_connected))


class SyncRun(BaseModel):
    """One reading of a channel: who asked, what it found, how it ended."""

    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, backref="runs", on_delete="CASCADE")
    trigger = pw.CharField(max_length=16, default="schedule")
    """`schedule`, `manual` ("Sync now"), `backfill`, `order` ("Synchronize order") or `catalogue` (products); `call` or
    `file` where the shop sent it."""
    external_id = pw.CharField(max_length=120, default="")
    """The one order that was asked for; empty where all changed ones are read."""
    status = pw.CharField(max_length=16, default="running")
    seen = pw.IntegerField(default=0)
    created = pw.IntegerField(default=0)
    updated = pw.IntegerField(default=0)
    unchanged = pw.IntegerField(default=0)
    failed = pw.IntegerField(default=0)
    errors = JsonField(default=list)
    """At most 20 entries `{reference, message}`; `failed` counts all."""
    started_at = UtcDateTimeField(default=now)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "channel", "started_at"), False), (("status",), False))
        constraints = [pw.Check("status IN ('waiting', 'running', 'done', 'failed')")]
