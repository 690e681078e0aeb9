"""One process of the web server: gunicorn's worker with threads, which shares connections evenly with its siblings."""

import time
from socket import socket

from gunicorn.workers.gthread import ThreadWorker

STEP = 0.0005
"""Seconds that a new connection is left to others for each one that is here already."""

MOST = 8
"""Connections beyond which it isn't left to them any longer: whoever accepts answers nobody meanwhile."""


class EvenWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn says no types.
    """Leaves a new connection to a process that has fewer.

    Browsers and programs keep their connections, so one that falls to a busy process stays there while others idle.
    """

    def accept(self, listener: socket) -> None:
        """Accept a connection; where a sibling was quicker there is none any more, which gunicorn takes well."""
        time.sleep(STEP * min(self.nr_conns, MOST))
        super().accept(listener)
