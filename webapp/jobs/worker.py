"""The worker process: runs the schedule until it is told to stop."""

import datetime as dt
import signal

import structlog
from flask import current_app

from config import Config
from webapp.connectors.mail import MailSettings
from webapp.db import connect_to
from webapp.jobs import lanes, schedule, upkeep
from webapp.jobs.batches import BatchWorker
from webapp.jobs.deliver import Deliverer
from webapp.jobs.import_orders import Importer
from webapp.jobs.mails import Postman
from webapp.jobs.notices import Notifier
from webapp.jobs.push_to_channels import Pusher
from webapp.jobs.reconcile import Reconciler
from webapp.jobs.stock_levels import StockTeller
from webapp.jobs.wake import Waker

log = structlog.get_logger()

STOP = {signal.SIGTERM, signal.SIGINT}

PUSHING, DELIVERING, READING, COMPARING, STOCK, BATCHES, CHORES = 8, 12, 4, 2, 2, 3, 10
"""Threads for each; those that run the schedule itself are fewer than CHORES. Each may need a database connection."""


def run() -> None:
    """Work until SIGTERM or SIGINT; then let calls that are under way end, and return."""
    settings: Config = current_app.config["CROSSDOCK"]
    # Blocked, the signals wait for sigwait: nothing is torn down in the middle of a step. Threads inherit this.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    connect_to(
        settings.database_url, PUSHING + lanes.SPARE + DELIVERING + READING + COMPARING + STOCK + BATCHES + CHORES
    )
    pusher = Pusher(PUSHING, dt.timedelta(seconds=settings.push_lease_seconds))
    deliverer, importer, reconciler = Deliverer(DELIVERING), Importer(READING), Reconciler(COMPARING)
    teller, batcher = StockTeller(STOCK), BatchWorker(BATCHES)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # `current_app` is a proxy, which types hide.
    notifier = Notifier(app, settings.base_url)
    postman = Postman(MailSettings(settings.smtp_url, settings.mail_from, settings.mail_folder))
    doers = (reconciler, teller, batcher, postman, notifier)
    scheduler = schedule.build(pusher, deliverer, importer, settings.push_tick_seconds, *doers)
    waker = Waker([pusher.tick, deliverer.tick])
    scheduler.start()
    waker.start()
    log.info("worker.started", worker=upkeep.WORKER)
    signal.sigwait(STOP)
    log.info("worker.stopping", worker=upkeep.WORKER)
    scheduler.shutdown(wait=False)
    pusher.close()
    deliverer.close()
    importer.close()
    reconciler.close()
    teller.close()
    batcher.close()
    postman.close()
    waker.close()
    log.info("worker.stopped", worker=upkeep.WORKER)
