"""Orders that a shop sends by itself, by a signed call or in a file: taken in as read ones are, unless older."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import peewee as pw

from webapp.actions import channels, order_content, orders, record
from webapp.actions.orders import ImportResult
from webapp.db import now
from webapp.domain.channel import IncomingOrder
from webapp.domain.errors import Conflict
from webapp.domain.viewer import Viewer
from webapp.models import Channel, SyncRun

PAGE = 100
"""Orders that are taken in together."""


@dataclass(frozen=True)
class Preview:
    """What taking orders in would do."""

    outcomes: Counter[str]
    """How many orders are `created`, `updated` and `unchanged`."""
    lines: int
    unknown_skus: list[str]


def take_in(channel: Channel, sent: Sequence[IncomingOrder], trigger: str) -> list[ImportResult]:
    """Take the orders in and return what became of each, in their order; safe to repeat.

    What changes something is noted among the channel's readings, with `trigger` for how it came.
    """
    began, results = now(), []
    for start in range(0, len(sent), PAGE):
        results += _take_page_in(channel, sent[start : start + PAGE])
    counts = Counter(result.outcome for result in results)
    if counts["created"] + counts["updated"]:
        SyncRun.create(
            store=channel.store_id,
            channel=channel.id,
            trigger=trigger,
            status="done",
            seen=len(results),
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"] + counts["outdated"],
            started_at=began,
            finished_at=now(),
        )
    return results


def take_file_in(viewer: Viewer, channel_id: int, sent: Sequence[IncomingOrder]) -> Counter[str]:
    """Take in the orders of a file that somebody of the store uploaded; return how many had which outcome."""
    channel = find(viewer, channel_id)
    if not channel.enabled:
        raise Conflict("channel_paused", f"{channel.name} is paused. Resume it first.")
    counts = Counter(result.outcome for result in take_in(channel, sent, "file"))
    told = f"File with {len(sent)} {'order' if len(sent) == 1 else 'orders'} for channel {channel.name} taken in"
    record.event(viewer, "channel.file_taken", told, subject="channel", subject_id=channel.id)
    return counts


def preview(viewer: Viewer, channel_id: int, sent: Sequence[IncomingOrder]) -> Preview:
    """Return what taking these orders in would do now."""
    channel, outcomes = find(viewer, channel_id), Counter[str]()
    for start in range(0, len(sent), PAGE):
        outcomes += Counter(orders.foresee(channel, sent[start : start + PAGE]).values())
    lines = [line for order in sent for line in order.lines]
    known = order_content.products_of(channel.store_id, lines)
    return Preview(outcomes, len(lines), sorted({line.sku for line in lines} - known.keys()))


def find(viewer: Viewer, channel_id: int) -> Channel:
    """Return a channel of the viewer's store whose shop sends its orders by itself."""
    channel = channels.find(viewer, channel_id)
    if channel.read_every_seconds:
        raise Conflict("is_read", f"The orders of {channel.name} are read there, so none can be sent in.")
    return channel


def _take_page_in(channel: Channel, page: Sequence[IncomingOrder]) -> list[ImportResult]:
    """Take in what is new together, and the rest one by one, each only where it isn't older than ours."""
    try:
        made = orders.import_page(channel, page, newest=True)
    except (Conflict, pw.IntegrityError):
        made = {}  # Something else came between: each order meets it, or not, by itself.
    return [made.get(one.external_id) or orders.import_order(channel, one, newest=True) for one in page]
