"""The five steps that connect a logistics service, each done once its row is there."""

import peewee as pw

from webapp.models.api_key import ApiKey
from webapp.models.channel import Channel, SyncRun
from webapp.models.push import Push
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply


def done(store_id: int) -> dict[str, bool]:
    """Return which of the steps to the first confirmed shipment are done: one statement."""
    steps = {
        "supplier": Supplier.select(pw.SQL("1")).where(Supplier.store == store_id, Supplier.archived_at.is_null()),
        "supply": Supply.select(pw.SQL("1")).where(Supply.store == store_id),
        "channel": _connected(store_id),
        "key": ApiKey.select(pw.SQL("1")).where(ApiKey.store == store_id, ApiKey.enabled, ApiKey.revoked_at.is_null()),
        "push": Push.select(pw.SQL("1")).where(Push.store == store_id, Push.status == "sent"),
    }
    columns = [pw.fn.EXISTS(query.limit(1)).alias(name) for name, query in steps.items()]
    row = Store.select(*columns).where(Store.id == store_id).tuples().get()
    return dict(zip(steps, map(bool, row), strict=True))


def _connected(store_id: int) -> pw.ModelSelect:
    """Select the channels that were read once, or that send by themselves: a refused key connects nothing."""
    read = (SyncRun.store == store_id) & (SyncRun.channel == Channel.id) & (SyncRun.status == "done")
    query = Channel.select(pw.SQL("1")).join(SyncRun, pw.JOIN.LEFT_OUTER, on=read)
    query = query.where(Channel.store == store_id, Channel.archived_at.is_null())
    return query.where((Channel.read_every_seconds == 0) | SyncRun.id.is_null(False))
