"""Who is logged in, in which store, and what the role allows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from babel.lists import format_list
from flask import abort, g, redirect, request, session, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_user
from flask_wtf.csrf import generate_csrf

from webapp.actions import viewers
from webapp.domain.viewer import Viewer
from webapp.extensions import login_manager
from webapp.models import Membership, Store, User

OPEN = ("account.enter", "setup.create", "joining.accept", "passwords.ask", "passwords.update")
"""What is sent by people who aren't logged in."""

ROLES = (("admin", lazy_gettext("Admin")), ("merchant", lazy_gettext("Merchant")), ("clerk", lazy_gettext("Clerk")))


class Person(UserMixin):
    """The logged-in user, for Flask-Login. Its id is the row's uniquifier, so that changing that ends all sessions."""

    def __init__(self, row: User) -> None:
        self.row = row

    def get_id(self) -> str:
        return str(self.row.fs_uniquifier)


@login_manager.user_loader
def load(uniquifier: str) -> Person | None:
    """Return the person of a session; None for one who was disabled or whose password changed meanwhile."""
    row = User.of_session(uniquifier)
    return Person(row) if row else None


def memberships() -> list[Membership]:
    """Return where the logged-in user works; read once a request."""
    if "memberships" not in g:
        g.memberships = Membership.of(current_user.row.id) if current_user.is_authenticated else []
    return list(g.memberships)


def membership() -> Membership:
    """Return the role in the store that was chosen in the header (the first one where none was); 403 without any."""
    mine = memberships()
    if not mine:
        abort(403, _("Your account belongs to no store any more. Ask an admin of the store to let you in again."))
    chosen = [row for row in mine if row.store_id == session.get("store_id")]
    found = (chosen or mine)[0]
    if not chosen:
        choose(found.store_id)
    return found


def begin(user: User) -> None:
    """Log a user in, in a session that keeps nothing of the one before."""
    session.clear()
    login_user(Person(user))
    _renew_token()


def choose(store_id: int) -> None:
    """Work in this store from now on; forms of pages that were made for another one count no more."""
    if "store_id" in session:
        _renew_token()
    session["store_id"] = store_id


def _renew_token() -> None:
    """Give the session another CSRF token, at once: of two pages that open together each would make its own."""
    for kept in (session, g):
        kept.pop("csrf_token", None)
    generate_csrf()


def store() -> Store:
    """Return the store that the request is about."""
    found: Store = membership().store
    return found


def viewer() -> Viewer:
    """Return the logged-in user as the viewer that scope and permissions are decided from."""
    if "viewer" not in g:
        g.viewer = viewers.of(membership(), current_user.row)
    found: Viewer = g.viewer
    return found


def page_of(store_id: int | None = None) -> str:
    """Return whom and which store (the chosen one) a page is made for; htmx sends it along from there, as `Page-Of`."""
    return f"{viewer().actor.id}.{store_id or viewer().store_id}"


@login_manager.unauthorized_handler
def require_login() -> Any:
    """Send whoever isn't logged in to the log-in page, or to the set-up while there is no store at all.

    What an open page asks for by itself, or sends, is answered by 401 instead, so that the page keeps what is typed on
    it; and by 412 once somebody else is logged in, or another store is chosen, than the page was made for. It names
    whom and which store there is now where the same person may choose the page's store again.
    """
    if current_user.is_authenticated:
        if "Page-Of" in request.headers and request.headers["Page-Of"] != page_of():
            return "", 412, {"Page-Of": page_of()} if _is_theirs(request.headers["Page-Of"]) else {}
        if request.method != "GET":
            _check_still_in_store()
        return None
    if not Store.select().exists():
        return redirect(url_for("setup.new"), code=303)
    if request.htmx.wants_fragment:  # type: ignore[attr-defined]
        return "", 401
    if request.method != "GET":
        abort(401)
    target = url_for("account.login", next=request.full_path.rstrip("?"))
    if request.htmx:  # type: ignore[attr-defined]
        return "", 204, {"HX-Redirect": target}
    return redirect(target, code=303)


def _is_theirs(made_for: str) -> bool:
    """Tell whether a page was made for who is logged in now, and for a store of theirs."""
    return made_for in {page_of(row.store_id) for row in memberships()}


def _check_still_in_store() -> None:
    """Refuse a form of a store that the user was shut out of meanwhile: it must not land in another one of theirs."""
    chosen, mine = session.get("store_id"), {row.store_id for row in memberships()}
    if chosen is not None and mine and chosen not in mine:
        told = _("You no longer work in the store that this was for, so nothing was done. Load the page anew.")
        abort(409, told)


def let_in(*roles: str, told: object) -> Callable[[], Any]:
    """Return a guard for a whole blueprint: whoever isn't logged in is sent to do so, other roles get the 403 page."""

    def guard() -> Any:
        answer = require_login()
        if answer is None and membership().role not in roles:
            abort(403, str(told))
        return answer

    return guard


def _other_role(roles: tuple[str, ...]) -> str:
    names = {role: str(name).lower() for role, name in ROLES}
    wanted = format_list([name for role, name in names.items() if role in roles], style="or", locale=get_locale())
    told = _(
        "This page is for the role %(names)s. Yours in this store is %(role)s.",
        names=wanted,
        role=names[membership().role],
    )
    return str(told)


def only(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only these roles in; the others get the 403 page, which says who can."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if membership().role not in roles:
                abort(403, _other_role(roles))
            return view(*args, **kwargs)

        return guarded

    return decorate
