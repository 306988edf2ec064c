"""Django's connection to PostgreSQL, which does not ask before every request whether the line still stands.

A server that ends or is killed closes its lines, and a closed line can be read from: that is seen without asking. Only on a line that
was at rest for longer than a second is the server asked, for what closes nothing (a cable, a firewall).
"""

from __future__ import annotations

from select import POLLIN, poll
from time import monotonic

from django.db.backends.postgresql import base

AT_REST = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    used = 0.0
    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or not self.asks or self.health_check_done:
            return
        now = monotonic()
        rested, self.used = now - self.used, now
        if rested < AT_REST and self._quiet():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()

    @property
    def asks(self) -> bool:
        """Whether Django was told to look (``CONN_HEALTH_CHECKS``)."""
        return bool(getattr(self, "health_check_enabled", False))

    def _quiet(self) -> bool:
        """Whether nothing has come on the line: neither its end nor words that nobody asked for."""
        raw = self.connection.pgconn
        if raw.socket < 0:
            return False
        watched = poll()
        watched.register(raw.socket, POLLIN)
        return not watched.poll(0)
