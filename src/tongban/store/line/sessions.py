"""Sessions in the database, as Django keeps them, read by one short question."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tongban.store.line.asking import often

READ = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
SHORTEST = 8
"""Characters of a key, as Django has it."""
FIELDS = ("session_key", "session_data", "expire_date")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Keys that were given out are letters and digits; a cookie with anything else (NUL, which no database takes) is none."""
        return key is not None and len(key) >= SHORTEST and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        for row in often(READ, (self.session_key, timezone.now())):
            return Session.from_db("default", FIELDS, row)
        self._session_key = None
        return None
