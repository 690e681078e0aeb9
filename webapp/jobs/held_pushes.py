"""What one worker holds of the outbox, renewed while it lives: leases can be short although calls may be long."""

import datetime as dt
import threading

from webapp.db import db, now
from webapp.jobs import outbox
from webapp.models import Push


class HeldPushes:
    """The claims whose pushes are being sent here. Safe to use from several threads."""

    def __init__(self, lease: dt.timedelta = outbox.LEASE) -> None:
        self.lease = lease
        self._until: dict[str, dt.datetime] = {}
        """Token of the claim -> the moment until which nobody else can have taken its pushes."""
        self._lock = threading.Lock()

    def claim(self, channel_id: int) -> list[Push]:
        """Claim some of what is ready for a channel; it stays ours until `end`."""
        batch = outbox.claim(channel_id, lease=self.lease)
        if batch:
            with self._lock:
                self._until[batch[0].lease_token] = batch[0].lease_until
        return batch

    def end(self, token: str) -> None:
        """Renew this claim no more."""
        with self._lock:
            self._until.pop(token, None)

    def renew(self) -> None:
        """Prolong all that is held; to be called several times within a lease."""
        with self._lock:
            tokens = list(self._until)
        if not tokens:
            return
        moment = now()
        with db.connection_context():
            outbox.renew(tokens, moment + self.lease)
        with self._lock:
            for token in tokens:
                # A lease that was over may have passed to another worker, so each of its pushes is asked for.
                if self._until.get(token, moment) > moment:
                    self._until[token] = moment + self.lease

    def still_hold(self, push: Push) -> bool:
        """Tell whether the push is still ours: a worker that was stopped for a while may have lost it."""
        with self._lock:
            until = self._until[push.lease_token]
        moment = now()
        return moment < until - self.lease / 2 or outbox.keep(push, moment + self.lease)
