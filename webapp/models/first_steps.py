"""The five steps that connect a logistics service, each done once its row is there."""

import peewee as pw

from webapp.models.api_key import ApiKey
from webapp.models.channel import Channel
from webapp.models.push import Push
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply


def done(store_id: int) -> dict[str, bool]:
    """Return which of the steps to the first confirmed shipment are done: one statement."""
    steps = {
        "supplier": Supplier.select(pw.SQL("1")).where(Supplier.store == store_id, Supplier.archived_at.is_null()),
        "supply": Supply.select(pw.SQL("1")).where(Supply.store == store_id),
        "channel": Channel.select(pw.SQL("1")).where(Channel.store == store_id, Channel.archived_at.is_null()),
        "key": ApiKey.select(pw.SQL("1")).where(ApiKey.store == store_id, ApiKey.enabled, ApiKey.revoked_at.is_null()),
        "push": Push.select(pw.SQL("1")).where(Push.store == store_id, Push.status == "sent"),
    }
    columns = [pw.fn.EXISTS(query.limit(1)).alias(name) for name, query in steps.items()]
    row = Store.select(*columns).where(Store.id == store_id).tuples().get()
    return dict(zip(steps, map(bool, row), strict=True))
