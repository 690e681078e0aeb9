"""The secret that a channel and its shop sign their messages with: made by us, shown once, rotated with an overlap."""

import datetime as dt

from webapp.actions import channels, credentials, record
from webapp.actions.webhooks import OVERLAPS
from webapp.db import now, transaction
from webapp.domain import signing
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.viewer import Viewer
from webapp.models import Channel


def current(channel: Channel) -> list[str]:
    """Return the secrets that sign now, the new one first; raise ValueError where no encryption key fits."""
    return signing.current(credentials.opened(channel), now())


def rotate(viewer: Viewer, channel_id: int, overlap_hours: int) -> str:
    """Give the channel a new secret and return it; until the overlap ends both are good, in both directions."""
    if overlap_hours not in dict(OVERLAPS):
        raise Invalid({"overlap": ["Choose one of the offered times."]})
    channel, secret, moment = channels.find(viewer, channel_id), signing.new_secret(), now()
    if channel.read_every_seconds:
        raise Conflict("no_secret", f"{channel.name} has no signing secret of ours.")
    kept = _kept(channel)
    fresh = {name: value for name, value in kept.items() if name not in signing.OURS} | {signing.SECRET: secret}
    if overlap_hours and signing.SECRET in kept:
        until = (moment + dt.timedelta(hours=overlap_hours)).isoformat()
        fresh |= {signing.PREVIOUS: kept[signing.SECRET], signing.UNTIL: until}
    with transaction():
        changed = (
            Channel.update(credentials=credentials.seal(fresh), updated_at=moment)
            .where(Channel.id == channel.id, Channel.credentials == channel.credentials)
            .execute()
        )
        if not changed:
            raise Conflict("changed_meanwhile", "Somebody else changed this channel a moment ago.")
        told = f"Signing secret of channel {channel.name} rotated"
        record.event(viewer, "channel.rotated", told, subject="channel", subject_id=channel.id)
    return secret


def _kept(channel: Channel) -> dict[str, str]:
    try:
        return credentials.opened(channel)
    except ValueError:
        return {}  # Nobody can read what is stored: the new secret replaces it.
