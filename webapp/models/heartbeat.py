"""When each worker was last alive."""

import peewee as pw

from webapp.db import BaseModel, UtcDateTimeField, now


class Heartbeat(BaseModel):
    """One row a worker process; about the installation, so it has no store."""

    worker = pw.CharField(max_length=120, unique=True)
    beaten_at = UtcDateTimeField(default=now)
