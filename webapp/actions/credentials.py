"""The channels' secrets: sealed before they are stored, opened only to call the channel."""

from webapp.domain.secrets_box import Box
from webapp.domain.viewer import Viewer
from webapp.models import Channel

OWNER = "typed by"
"""Stands beside the secrets that a form carries; it has a blank, so no kind's field is called so."""

_boxes: list[Box] = []


def configure(keys: tuple[str, ...]) -> None:
    """Set the encryption keys of this process, newest first; called once by whoever starts it."""
    _boxes[:] = [Box(keys)]


def seal(secrets: dict[str, str]) -> str:
    """Return the text to store."""
    return _boxes[0].seal(secrets)


def opened(channel: Channel) -> dict[str, str]:
    """Return the channel's secrets; raise ValueError where no configured key fits."""
    return _boxes[0].open(channel.credentials)


def open_text(sealed: str) -> dict[str, str]:
    """Return what `seal` made of a few secrets; raise ValueError where no configured key fits."""
    return _boxes[0].open(sealed)


def lend(viewer: Viewer, secrets: dict[str, str]) -> str:
    """Return secrets as a text that the viewer's form can carry: sealed, so that no page ever shows them."""
    return seal({OWNER: _owner(viewer), **secrets}) if secrets else ""


def lent(viewer: Viewer, text: str) -> dict[str, str]:
    """Return what `lend` sealed for this viewer; nothing where the text is somebody else's, stored, or made up."""
    try:
        secrets = _boxes[0].open(text)
    except ValueError:
        return {}
    return secrets if secrets.pop(OWNER, None) == _owner(viewer) else {}


def _owner(viewer: Viewer) -> str:
    return f"{viewer.store_id} {viewer.actor.kind} {viewer.actor.id}"
