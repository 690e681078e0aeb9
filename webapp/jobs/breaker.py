"""Leave a channel alone that gives no clear answers, or that asks for it: kept in its row, so that all workers do."""

import datetime as dt
from typing import Any

import peewee as pw
import structlog

from webapp.actions import record
from webapp.db import now, transaction
from webapp.domain import breaker
from webapp.domain.viewer import system
from webapp.models import Channel
from webapp.models.prepared import prepared, slot

log = structlog.get_logger()


def awake(moment: Any) -> pw.Expression:
    """Match the channels that may be told something at this moment, which may be a slot."""
    live = Channel.enabled & Channel.archived_at.is_null()
    return live & (Channel.rest_until.is_null() | (Channel.rest_until <= moment))


def admit(channel_id: int, most: int, moment: dt.datetime, lease: dt.timedelta) -> int:
    """Return how many calls may be claimed now: none while the channel rests, one where it is tried again.

    Whoever gets the trial has it to itself for the length of the lease; call it inside the claim's transaction.
    """
    found = _awake_calls().rows(id=channel_id, moment=Channel.rest_until.db_value(moment))
    if not found:
        return 0
    if not breaker.is_trying(int(found[0][0])):
        return most
    mine = (Channel.id == channel_id) & awake(moment)
    return int(Channel.update(rest_until=moment + lease).where(mine).execute())


@prepared
def _awake_calls() -> pw.Query:
    return Channel.select(Channel.silent_calls).where(Channel.id == slot("id"), awake(slot("moment")))


def answered(channel_id: int) -> None:
    """Note that the channel gave a clear answer, be it a refusal: it is told everything again."""
    found = _silent_calls().rows(id=channel_id)
    rested = int(found[0][0]) if found else 0
    if not rested:
        return  # As nearly always, so nothing is written.
    mine = (Channel.id == channel_id) & (Channel.silent_calls > 0)
    with transaction():
        woken = Channel.update(silent_calls=0, rest_until=None).where(mine).execute()
        if woken and breaker.is_trying(rested):
            _tell(channel_id, "channel.answers", "{} answers again")


@prepared
def _silent_calls() -> pw.Query:
    return Channel.select(Channel.silent_calls).where(Channel.id == slot("id"))


def silent(channel_id: int) -> dt.timedelta:
    """Note a call without a clear answer; return how long the channel rests from now on."""
    mine = Channel.id == channel_id
    with transaction():
        Channel.update(silent_calls=Channel.silent_calls + 1).where(mine).execute()
        calls = Channel.select(Channel.silent_calls).where(mine).scalar()
        pause = breaker.rest(calls)
        if pause:
            Channel.update(rest_until=now() + pause).where(mine).execute()
            log.warning("channel.rests", channel=channel_id, seconds=pause.total_seconds())
        if calls == breaker.TOLERATED:
            told = f"{{}} gave no clear answer {calls} times in a row and is left alone a while"
            _tell(channel_id, "channel.silent", told)
    return pause


def rest(channel_id: int, until: dt.datetime) -> None:
    """Tell the channel nothing before this moment: it has asked for that itself."""
    later = Channel.rest_until.is_null() | (Channel.rest_until < until)
    Channel.update(rest_until=until).where(Channel.id == channel_id, later).execute()


def _tell(channel_id: int, kind: str, message: str) -> None:
    channel = Channel.get_by_id(channel_id)
    told = message.format(channel.name)
    record.event(system(channel.store_id, "Worker"), kind, told, subject="channel", subject_id=channel.id)
