"""One import of a channel's catalogue: read all that it sells, take each thing in by SKU, record the run."""

from collections import Counter
from collections.abc import Callable, Iterable

import structlog

from webapp.actions import catalogue
from webapp.domain.channel import IncomingProduct
from webapp.domain.errors import Invalid
from webapp.jobs import reading
from webapp.jobs.connections import connector_for
from webapp.models import Channel, SyncRun

log = structlog.get_logger()

BATCH = 100


def read_catalogue(channel: Channel, asked: list[SyncRun], hold: Callable[[], None]) -> SyncRun:
    """Import the catalogue for the runs that asked for it; `hold` renews the lease, as in `reading.read`."""
    run, tally = reading.begin(channel, asked), reading.Tally()
    failure = reading.failure_of(channel, lambda: _import(channel, tally, hold))
    return reading.end(run, asked, tally, failure)


def _import(channel: Channel, tally: reading.Tally, hold: Callable[[], None]) -> None:
    """Take in whatever has a SKU of its own. All is read first: a SKU's second owner may stand on the last page."""
    found: list[IncomingProduct] = []
    for page in connector_for(channel).read_products():
        found += page
        hold()
    good = list(_without_doubts(found, tally))
    for begin in range(0, len(good), BATCH):
        batch = good[begin : begin + BATCH]
        skus = [incoming.sku for incoming in batch]
        held = catalogue.held(channel, skus)
        for incoming in batch:
            _take_in(channel, incoming, held.get(incoming.sku), tally)
        catalogue.link_waiting(channel, skus)
        hold()


def _without_doubts(found: list[IncomingProduct], tally: reading.Tally) -> Iterable[IncomingProduct]:
    """Yield what has a SKU that nothing else there has; tell of the others, for nobody can guess which is meant."""
    owners = Counter(incoming.sku for incoming in found)
    for incoming in found:
        if not incoming.sku:
            tally.errors[f"{incoming.title} ({incoming.external_id})"] = "It has no SKU in the shop."
        elif owners[incoming.sku] > 1:
            told = f"{owners[incoming.sku]} things in the shop have this SKU, so none was taken in."
            tally.errors[incoming.sku] = told
        else:
            yield incoming


def _take_in(channel: Channel, incoming: IncomingProduct, held: catalogue.Held | None, tally: reading.Tally) -> None:
    try:
        tally.counts[catalogue.take_in(channel, incoming, held)] += 1
    except Invalid as invalid:
        tally.errors[incoming.sku] = " ".join(word for words in invalid.errors.values() for word in words)
    except Exception as error:  # One odd product must not keep the others out.
        log.exception("catalogue.product_failed", channel=channel.id, sku=incoming.sku)
        tally.errors[incoming.sku] = f"It couldn't be taken in ({type(error).__name__})."
