"""Every recurring job and its interval. APScheduler holds times alone: what must last is in the tables."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

import peewee as pw
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from webapp.jobs import reconcile, upkeep
from webapp.jobs.batches import BatchWorker
from webapp.jobs.deliver import Deliverer
from webapp.jobs.import_orders import Importer
from webapp.jobs.mails import Postman
from webapp.jobs.notices import Notifier
from webapp.jobs.push_to_channels import Pusher
from webapp.jobs.reconcile import Reconciler
from webapp.jobs.stock_levels import StockTeller

log = structlog.get_logger()


def build(
    pusher: Pusher,
    deliverer: Deliverer,
    importer: Importer,
    push_tick: float,
    reconciler: Reconciler,
    teller: StockTeller,
    batcher: BatchWorker,
    postman: Postman,
    notifier: Notifier,
) -> BackgroundScheduler:
    """Return the scheduler, not yet started; `push_tick` are the seconds between two looks into the outbox."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    def every(seconds: float, job: Callable[[], None]) -> None:
        at_once = dt.datetime.now(dt.UTC)
        scheduler.add_job(_patient(job), "interval", seconds=seconds, misfire_grace_time=None, next_run_time=at_once)

    every(10, upkeep.beat)
    every(push_tick, pusher.tick)
    every(push_tick, deliverer.tick)
    every(pusher.held.lease.total_seconds() / 4, pusher.held.renew)
    every(1, importer.tick)
    every(2, teller.tick)
    every(1, batcher.tick)
    every(5, postman.tick)
    every(60, notifier.tick)
    every(60, upkeep.allocate_waiting)
    every(60, upkeep.release_holds)
    every(3600, upkeep.forget_old)
    every(5, reconciler.tick)
    # Not at once: a worker that is started at night, or again and again, has more urgent things to do first.
    scheduler.add_job(_patient(reconcile.plan_nights), "interval", minutes=15, misfire_grace_time=None)
    return scheduler


def _patient(job: Callable[[], None]) -> Callable[[], None]:
    """Let a job pass over a database that can't be reached now: the next time it may be back."""

    @wraps(job)
    def run() -> None:
        try:
            job()
        except (pw.OperationalError, pw.InterfaceError) as error:
            log.warning("worker.database_away", job=job.__qualname__, reason=str(error).partition("\n")[0])

    return run
