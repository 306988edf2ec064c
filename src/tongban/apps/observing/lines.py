"""Log lines as JSON, one a line, without anything that somebody wrote.

A line holds the words of the program (the template of a message, never what was put in), and of a fault its kind and place in the
code. What is said of a request: its route as it stands in the program (no numbers), status, milliseconds, and who asked as a
short digest that changes every day and can be compared with nothing.
"""

from __future__ import annotations

import hmac
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from tongban.apps.jobs.faults import words_of

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that is being answered, which every line of it bears."""
REFUSED: ContextVar[str] = ContextVar("refused", default="")
"""The code of what this request was last refused for: what somebody tried who may not, or went too far with."""
FIELDS = ("route", "method", "status", "ms", "who", "job", "n", "fault", "wait", "cases", "steps", "received", "put_off", "given_up", "clean", "found", "left", "code", "way")  # fmt: skip
"""What a line may say beside its words: numbers, codes and names of the program."""


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        request = REQUEST.get()
        if request:
            line["request"] = request
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = words_of(record.exc_info[1])
        return msgspec.json.encode(line, enc_hook=str).decode()


WITH_DATA = ("django.security", "django.server")
"""Django's own that are told what a stranger sent: a host that is none, a line that is no HTTP."""


def written_here(name: str) -> bool:
    """Whether a logger's templates are known to hold no data: ours and most of Django's. Of others only the name is said."""
    return name.startswith(("tongban", "django")) and not name.startswith(WITH_DATA)


class OnlyOurs(logging.Filter):
    """Other libraries make their messages of data before they hand them over: of those only that there was one is said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not written_here(record.name):
            record.msg, record.args = "noted by a library", ()
        return not (record.name == "django.request" and record.levelno < logging.ERROR)


def who(person: str, secret: str, now: datetime) -> str:
    """Somebody as eight characters of a keyed digest that changes every day; "" for nobody."""
    return _digest(person, secret, now.date().isoformat()) if person else ""


@lru_cache(maxsize=4096)
def _digest(person: str, secret: str, day: str) -> str:
    key = hmac.new(secret.encode(), f"tongban.log/{day}".encode(), "sha256").digest()
    return hmac.new(key, person.encode(), "sha256").hexdigest()[:8]


def logging_as_json() -> dict[str, object]:
    """Django's ``LOGGING`` for one JSON line each on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "tongban.apps.observing.lines.JsonLines"}},
        "filters": {"ours": {"()": "tongban.apps.observing.lines.OnlyOurs"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["ours"]}},
        "root": {"handlers": ["lines"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
