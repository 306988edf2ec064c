"""Whom a session stands for: asked for with every page, so by one short question. Passwords are looked at elsewhere."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User

from tongban.store.line.asking import often

FIELDS = (
    "id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active",
    "date_joined",
)  # fmt: skip
ACCOUNT = f"SELECT {', '.join(FIELDS)} FROM auth_user WHERE id = %s AND is_active"  # noqa: S608 - constants


class Remembered(BaseBackend):
    """Finds an account; lets nobody in by itself."""

    def get_user(self, user_id: int) -> User | None:
        """None for a closed account."""
        for row in often(ACCOUNT, (user_id,)):
            return User.from_db("default", FIELDS, row)
        return None
