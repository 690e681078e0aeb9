"""Under which name a channel knows a courier, where the merchant has chosen one."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now
from webapp.models.channel import Channel
from webapp.models.store import Store


class ChannelCarrier(BaseModel):
    store = pw.ForeignKeyField(Store, on_delete="CASCADE", index=False)
    channel = pw.ForeignKeyField(Channel, on_delete="CASCADE", index=False)
    name_key = pw.CharField(max_length=80)
    """The courier's name here, folded by `tracking.key`."""
    code = pw.CharField(max_length=120)
    """What the channel is told in its place."""
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("store", "channel", "name_key"), True), (("channel",), False))
