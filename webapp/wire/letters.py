"""The mails' words, in the language that `flask_babel` is set to: subject and text, with links that work."""

import datetime as dt
import itertools
from collections.abc import Sequence

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.domain import order_status
from webapp.models import Told
from webapp.models.digest import Digest

SHOWN = 20
"""Rows of one sort that a mail names; more are counted."""

SORTS = {
    "pushes": _l("The shop wasn’t told"),
    "skus": _l("Unknown SKUs"),
    "stock": _l("Nothing in stock"),
    "changed": _l("Orders that changed on their channel"),
    "asked": _l("Asked to cancel"),
    "untold": _l("Channels that can’t be told of stock"),
    "unread": _l("Channels that can’t be read"),
    "rejected": _l("Given back by a logistics service"),
    "silent": _l("Silent logistics services"),
    "webhooks": _l("Paused webhooks"),
    "ending": _l("API keys that end"),
    "keys": _l("New API keys"),
}
"""The sorts of open questions, in the order in which a mail tells them."""

Letter = tuple[str, str]
"""Subject and text."""


def invitation(store: str, inviter: str, url: str) -> Letter:
    """Ask somebody to join a store; the link is theirs alone."""
    told = _("%(inviter)s invites you to work in the store %(store)s with Crossdock.", inviter=inviter, store=store)
    way = _("Open this link within seven days to choose your name and password, or to join with your account:")
    after = _("If you know nothing of this, do nothing: without the link nobody can join in your name.")
    return _("Invitation to %(store)s", store=store), _text(told, f"{way}\n{url}", after)


def new_password(name: str, url: str) -> Letter:
    """Send the link with which a forgotten password is replaced."""
    hello = _("Hello %(name)s,", name=name)
    way = _("open this link within an hour to choose a new password:")
    after = _("If you didn’t ask for it, do nothing: your password stays as it is.")
    return _("Choose a new password"), _text(hello, f"{way}\n{url}", after)


def open_questions(store: str, rows: Sequence[Told], *, base_url: str, for_clerk: bool = False) -> Letter:
    """Tell what is new and waits for the reader, sort by sort."""
    parts = []
    for kind, sort in itertools.groupby(
        sorted(rows, key=lambda row: list(SORTS).index(row.kind)), lambda row: row.kind
    ):
        texts = [row.text for row in sort]
        more = [_("and %(num)d more", num=len(texts) - SHOWN)] if len(texts) > SHOWN else []
        parts.append("\n".join([f"{SORTS[kind]}:", *(f"  {text}" for text in (*texts[:SHOWN], *more))]))
    subject = ngettext(
        "%(store)s: one thing needs action", "%(store)s: %(num)d things need action", len(rows), store=store
    )
    page = "/orders/" if for_clerk else "/tasks/"
    return subject, _text(*parts, f"{_('See what mends it:')}\n{base_url}{page}", _why(base_url))


def summary(store: str, day: str, counts: Digest, base_url: str) -> Letter:
    """Tell how the store, or a supplier's part of it, stands this morning."""
    shown = format_date(dt.date.fromisoformat(day), "full")
    lines = [(str(_status(status)), count) for status, count in counts.by_status.items()]
    stages = _table(lines) if lines else _("No order is open.")
    rest = [
        (_("Late"), counts.late),
        (_("New, for you to accept"), counts.to_accept),
        (_("Asked whether they can still be canceled"), counts.cancel_requests),
        (_("Needs action"), counts.needs_action),
    ]
    marked = _table([(label, count) for label, count in rest if count])
    title = _("%(store)s, %(day)s", store=store, day=shown)
    links = f"{_('Orders')}: {base_url}/orders/"
    if counts.needs_action:
        links += f"\n{_('Needs action')}: {base_url}/tasks/"
    return _("%(store)s: the day’s summary", store=store), _text(title, stages, marked, links, _why(base_url))


def _status(status: str) -> str:
    return str(_(dict(order_status.STATUSES)[status]))


def _table(lines: Sequence[tuple[str, int]]) -> str:
    return "\n".join(f"{count:>6}  {label}" for label, count in lines)


def _why(base_url: str) -> str:
    return f"{_('You chose these mails on your account page, and can stop them there:')}\n{base_url}/account"


def _text(*paragraphs: str) -> str:
    return "\n\n".join(part for part in paragraphs if part) + "\n"
