"""The mails' words, in the language that `flask_babel` is set to: subject and text, with links that work."""

from flask_babel import gettext as _

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


def _text(*paragraphs: str) -> str:
    return "\n\n".join(part for part in paragraphs if part) + "\n"
