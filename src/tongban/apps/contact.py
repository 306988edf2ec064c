"""Whom to write to about a weakness of this installation, as RFC 9116 has it: for people who look, and for their programs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings

from tongban.kernel.clock import LOCAL

PLACE = "/.well-known/security.txt"


def lasts_until() -> datetime | None:
    """When what the operator said stops to hold: the end of the day that was named; None where nothing was said."""
    if not settings.TONGBAN_SECURITY_CONTACT or not settings.TONGBAN_SECURITY_UNTIL:
        return None
    after = date.fromisoformat(settings.TONGBAN_SECURITY_UNTIL) + timedelta(days=1)
    return datetime.combine(after, time(), LOCAL).astimezone(UTC)


def security_text(now: datetime) -> str:
    """The file, or "" where nothing was said or its time is over: an old address is worse than none."""
    until = lasts_until()
    if until is None or until <= now:
        return ""
    lines = [f"Contact: {each}" for each in settings.TONGBAN_SECURITY_CONTACT]
    lines += [f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: zh, en"]
    if settings.TONGBAN_ADDRESS:
        lines.append(f"Canonical: {settings.TONGBAN_ADDRESS}{PLACE}")
    return "".join(f"{line}\n" for line in lines)
