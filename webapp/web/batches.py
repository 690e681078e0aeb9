"""Long work: what runs, how far it is, what became of each row; stop it, take the results along as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from webapp.actions import batches
from webapp.domain.errors import Conflict
from webapp.models import Batch, BatchRow, tasks
from webapp.web import access, csv_files
from webapp.web.hypermedia import PAGE, after, page, page_of, see
from webapp.web.languages import language
from webapp.web.sayings import said

blueprint = Blueprint("batches", __name__, url_prefix="/batches")
blueprint.before_request(access.require_login)

ROW_STATUSES = ("refused", "done", "skipped", "waiting")

STATUS_WORDS = (lazy_gettext("Skipped"), lazy_gettext("Stopped"))
"""What the badges of work and rows say beside those of orders, for the catalogues."""

SUBJECT_PAGES: dict[str, tuple[str, str]] = {
    "orders": ("orders.show", "order_id"),
    "products": ("products.show", "product_id"),
    "supplies": ("products.show", "product_id"),
    "stock": ("products.show", "product_id"),
}
"""kind -> the page that shows a row's subject, and the name of the id in its address."""


@blueprint.get("/")
def index() -> Response:
    query = Batch.visible_to(access.viewer()).where(Batch.status != "draft")
    if after():
        query = query.where(Batch.id < after())
    found = page_of(query.order_by(Batch.id.desc()).limit(PAGE + 1))
    return page("batches/index.html", "batch_rows", page=found, pending=any(not batch.over for batch in found.rows))


@blueprint.get("/<id:batch_id>")
def show(batch_id: int) -> Response:
    batch = batches.find(access.viewer(), batch_id)
    wanted = request.args.get("status", "")
    wanted = wanted if wanted in ROW_STATUSES else ""
    rows = list(batches.rows_of(batch, wanted, after() or 0).limit(PAGE + 1))
    return page(
        "batches/show.html",
        "batch_progress",
        batch=batch,
        workerless=not batch.over and batch.status != "draft" and tasks.worker_is_silent(),
        rows=rows[:PAGE],
        next_after=rows[PAGE - 1].number if len(rows) > PAGE else None,
        wanted=wanted,
        statuses=_statuses(),
        label_of=label_of,
        subject_url=subject_url,
    )


@blueprint.get("/<id:batch_id>/results.csv")
def results(batch_id: int) -> Response:
    """Give all rows with what became of them, or those of one status, which can be mended and imported again."""
    batch = batches.find(access.viewer(), batch_id)
    wanted = request.args.get("status", "")
    wanted = wanted if wanted in ROW_STATUSES else ""
    name = f"{wanted or 'results'}-{batch.id}"
    rows = _results(batch, wanted, language())
    return csv_files.answer(name, [*(batch.headings or ["row"]), "status", "result"], rows)


@blueprint.post("/<id:batch_id>/stop")
def stop(batch_id: int) -> Response:
    home = url_for("batches.show", batch_id=batch_id)
    try:
        batches.stop(access.viewer(), batch_id)
    except Conflict as conflict:
        return see(home, conflict.message, "warning")
    return see(home, _("Stopped. What was done stays done; the other rows are left as they are."))


def label_of(row: BatchRow) -> str:
    """Return what a row is about in a few words: its `label`, or the first cells of its line in the file."""
    if isinstance(row.input, list):
        return " · ".join(cell for cell in row.input[:4] if cell)[:120]
    return str(row.input.get("label", ""))


def subject_url(batch: Batch, row: BatchRow) -> str | None:
    """Return the address of what a row is about; None where there is no page of it."""
    if row.subject_id is None or batch.kind not in SUBJECT_PAGES:
        return None
    endpoint, name = SUBJECT_PAGES[batch.kind]
    return url_for(endpoint, **{name: row.subject_id})


def _statuses() -> list[tuple[str, str]]:
    words = {"refused": _("Refused"), "done": _("Done"), "skipped": _("Skipped"), "waiting": _("Waiting")}
    return [(status, words[status]) for status in ROW_STATUSES]


def _results(batch: Batch, status: str, tongue: str) -> Iterator[Iterator[Sequence[Any]]]:
    for rows in batches.all_rows(batch, status):
        yield ([*_cells(batch, row), row.status, said(row.message, tongue)] for row in rows)


def _cells(batch: Batch, row: BatchRow) -> list[str]:
    if not isinstance(row.input, list):
        return [label_of(row)]
    return (row.input + [""] * len(batch.headings))[: len(batch.headings)]
