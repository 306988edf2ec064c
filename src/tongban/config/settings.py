"""Settings: few, typed, read from the environment once. What a county may want to change is in a practice.

``TONGBAN_HOME``        where everything is kept that is written (default ``var``)
``DATABASE_URL``        a served PostgreSQL; without it the embedded one of the home
``TONGBAN_COUNTY``      the county that is served, where a database holds several (six digits)
``TONGBAN_HOSTS``       names under which the pages are served, separated by commas
``TONGBAN_PROXIES``     addresses of the proxies before it, separated by commas, whose X-Forwarded headers count
``TONGBAN_OFFICE_NETWORKS``  the office's own networks, separated by commas (``10.8.0.0/16``): who rates from there is not counted
``TONGBAN_SECRET_KEY``  signs sessions; without it a key is made and kept in the home
``TONGBAN_KEPT_DAYS``   days for which an unfinished form stays under its code (default 30)
``TONGBAN_NOTICE_DAYS``  days for which the text of a message without legal weight stays after it was sent (default 183)
``TONGBAN_EXCHANGE_HTTP``  ``1`` where messages to other counties may go unencrypted, over a line that is safe by itself
``TONGBAN_OUTGOING``    hosts and networks inside to which requests may go out, separated by commas; ``http://host`` unencrypted, too
``TONGBAN_OUTGOING_ONLY``  hosts and networks to which requests may go out at all, separated by commas; without it any of the open internet
``TONGBAN_CLAMAV``      where a ClamAV daemon listens that scans every file: ``host:port``, or the path of its socket
``TONGBAN_OBJECTS``     a bucket for attachments: ``https://KEY:SECRET@host:port/bucket``, with ``?region=`` where one is wanted
``TONGBAN_SPARK``       the master of a Spark cluster that counts figures: ``spark://host:7077``; without it Spark runs here
``TONGBAN_ADDRESS``     where people find the pages, for links in messages: ``https://12345.example.gov.cn``
``TONGBAN_DIGESTS``     when what is no hurry goes out together, by the clock of a working day (default ``09:00,13:30,16:30``)
``TONGBAN_CHANNEL_…``   a way by which messages leave, as Apprise writes it: ``TONGBAN_CHANNEL_SMS``, ``…_MAIL``, ``…_DINGTALK`` and so on
``TONGBAN_API_LIMITS``  multiplies how much one caller of the API may ask (default 1; 0 counts nobody: for a test under load)
``TONGBAN_PUBLIC_SECONDS``  seconds for which a public page is kept in memory at most (default 60; 0 makes each anew)
``TONGBAN_LOG``         ``json`` for one JSON line each on standard error, without personal data
``TONGBAN_METRICS_TOKEN``     with which Prometheus may read ``/metrics`` (at least 16 characters)
``TONGBAN_METRICS_NETWORKS``  networks from which it may, separated by commas; without either there is no such page
``TONGBAN_SIGN_IN``     a TOML file with the platforms by which people may sign in, readable by its owner alone
``TONGBAN_CIPHER``      what new keys of the identity vault seal with: ``aes`` (default) or ``sm`` (SM4 and SM3)
``TONGBAN_SECURITY_CONTACT``  whom to tell of a weakness, for ``/.well-known/security.txt``: ``mailto:…`` or ``https://…``, separated by commas
``TONGBAN_SECURITY_UNTIL``    the last day on which that holds: ``2027-06-30``; after it there is no such page
``TONGBAN_DEBUG``       ``1`` on a developer's machine only
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from psycopg.conninfo import conninfo_to_dict

from tongban.config.web import *  # noqa: F403
from tongban.config.web import WEB_APPS
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.bucket import parts_of
from tongban.store.postgres import resolve
from tongban.store.suites import SUITES

T = TypeVar("T")


class WrongSettingError(RefusedError, ValueError):
    """A setting that does not say what it must. Whoever started the program is told which one, in words."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says, read once."""

    home: Path
    database: str = field(repr=False)
    hosts: tuple[str, ...]
    proxies: tuple[str, ...]
    secret: str = field(repr=False)
    debug: bool
    kept_days: int
    notice_days: int = 183
    county: str = ""
    networks: tuple[str, ...] = ()
    exchange_http: bool = False
    clamav: str = ""
    outgoing: tuple[str, ...] = ()
    outgoing_only: tuple[str, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict, repr=False)
    api_limits: int = 1
    address: str = ""
    digests: tuple[int, ...] = ()
    public_seconds: int = 60
    log: str = ""
    metrics_token: str = field(default="", repr=False)
    metrics_networks: tuple[str, ...] = ()
    sign_in: str = ""
    cipher: str = "aes"
    objects: str = field(default="", repr=False)
    spark: str = ""
    security_contact: tuple[str, ...] = ()
    security_until: str = ""

    @staticmethod
    def of(environ: Mapping[str, str]) -> Environment:
        home = Path(environ.get("TONGBAN_HOME") or "var").absolute()
        hosts = environ.get("TONGBAN_HOSTS") or "localhost,127.0.0.1,[::1]"
        return Environment(
            home=home,
            database=resolve(home, environ).url,
            hosts=_listed(hosts),
            proxies=_listed(environ.get("TONGBAN_PROXIES", "")),
            secret=environ.get("TONGBAN_SECRET_KEY") or _kept_secret(home / "keys" / "django"),
            debug=environ.get("TONGBAN_DEBUG") == "1",
            kept_days=_read(environ, "TONGBAN_KEPT_DAYS", _days),
            notice_days=_read(environ, "TONGBAN_NOTICE_DAYS", _notice_days),
            county=_read(environ, "TONGBAN_COUNTY", _one),
            networks=_read(environ, "TONGBAN_OFFICE_NETWORKS", _networks),
            exchange_http=environ.get("TONGBAN_EXCHANGE_HTTP") == "1",
            clamav=_read(environ, "TONGBAN_CLAMAV", _scanner),
            public_seconds=_read(environ, "TONGBAN_PUBLIC_SECONDS", _seconds),
            log=_read(environ, "TONGBAN_LOG", _log),
            metrics_token=_read(environ, "TONGBAN_METRICS_TOKEN", _token),
            metrics_networks=_read(environ, "TONGBAN_METRICS_NETWORKS", _networks),
            outgoing=_read(environ, "TONGBAN_OUTGOING", _reachable),
            outgoing_only=_read(environ, "TONGBAN_OUTGOING_ONLY", _reachable),
            channels=_channels(environ),
            api_limits=_read(environ, "TONGBAN_API_LIMITS", _limits),
            sign_in=environ.get("TONGBAN_SIGN_IN", "").strip(),
            cipher=_read(environ, "TONGBAN_CIPHER", _cipher),
            objects=_read(environ, "TONGBAN_OBJECTS", _objects),
            spark=environ.get("TONGBAN_SPARK", "").strip(),
            security_contact=_read(environ, "TONGBAN_SECURITY_CONTACT", _contacts),
            security_until=_read(environ, "TONGBAN_SECURITY_UNTIL", _day),
            address=environ.get("TONGBAN_ADDRESS", "").strip().rstrip("/"),
            digests=_read(environ, "TONGBAN_DIGESTS", _minutes, "09:00,13:30,16:30"),
        )


def _read(environ: Mapping[str, str], name: str, read: Callable[[str], T], otherwise: str = "") -> T:
    """A setting as its reader has it. Raises ``WrongSettingError`` with its name, where the reader raises ``ValueError``."""
    try:
        return read(environ.get(name, "").strip() or otherwise)
    except ValueError as fault:
        raise WrongSettingError(Refused("cli.setting", name, {"said": str(fault)})) from fault


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _one(text: str) -> str:
    """Six digits or "". Raises ``ValueError`` for anything else: a slip must not show another county's pages."""
    if text and not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f"TONGBAN_COUNTY is a code of six digits, not {text}")
    return text


def _days(text: str) -> int:
    """From 1 to 365. Raises ``ValueError`` for anything else."""
    days = int(text or "30")
    if not 1 <= days <= 365:
        raise ValueError(f"TONGBAN_KEPT_DAYS is a number of days from 1 to 365, not {text}")
    return days


def _notice_days(text: str) -> int:
    """From 30 to 3650. Raises ``ValueError`` for anything else: words must neither go by a slip nor stay for ever."""
    days = int(text or "183")
    if not 30 <= days <= 3650:
        raise ValueError(f"TONGBAN_NOTICE_DAYS is a number of days from 30 to 3650, not {text}")
    return days


def _seconds(text: str) -> int:
    """From 0 to 3600. Raises ``ValueError`` for anything else."""
    seconds = int(text or "60")
    if not 0 <= seconds <= 3600:
        raise ValueError(f"TONGBAN_PUBLIC_SECONDS is a number of seconds from 0 to 3600, not {text}")
    return seconds


def _limits(text: str) -> int:
    """From 0 to 10,000. Raises ``ValueError`` for anything else."""
    times = int(text or "1")
    if not 0 <= times <= 10_000:
        raise ValueError(f"TONGBAN_API_LIMITS is a whole number from 0 to 10000, not {text}")
    return times


def _contacts(text: str) -> tuple[str, ...]:
    """Addresses as RFC 9116 wants them. Raises ``ValueError`` for anything else: a report would go nowhere."""
    for entry in _listed(text):
        if re.fullmatch(r"(mailto:[^\s@:]+@[^\s@]+|https://\S+|tel:\+?[0-9-]+)", entry) is None:
            raise ValueError(f"TONGBAN_SECURITY_CONTACT names mailto:, https: or tel: addresses, not {entry}")
    return _listed(text)


def _day(text: str) -> str:
    """A day or "". Raises ``ValueError`` for anything else."""
    return date.fromisoformat(text).isoformat() if text else ""


def _networks(text: str) -> tuple[str, ...]:
    """Networks as written. Raises ``ValueError`` for what is none: a mistake here must not pass unseen."""
    return tuple(str(ip_network(each, strict=False)) for each in _listed(text))


def _reachable(text: str) -> tuple[str, ...]:
    """Hosts and networks as written. Raises ``ValueError`` for what is none: no wall is opened by a slip."""
    for entry in _listed(text):
        named = entry.removeprefix("http://")
        if "/" in named or ":" in named:
            ip_network(named)
        elif re.fullmatch(r"[a-z0-9._-]+", named) is None:
            raise ValueError(f"TONGBAN_OUTGOING names hosts and networks, not {entry}")
    return _listed(text)


def _minutes(text: str) -> tuple[int, ...]:
    """Minutes of the day, in order. Raises ``ValueError`` for what is no time of day."""
    return tuple(sorted(each.hour * 60 + each.minute for each in map(time.fromisoformat, _listed(text))))


def _channels(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Addresses of channels by their names, and the secrets of their receipts: ``sms``, ``sms.receipts``."""
    before = "TONGBAN_CHANNEL_"
    named = {
        name.removeprefix(before): value.strip() for name, value in environ.items() if name.startswith(before)
    }
    return {name.lower().replace("_receipts", ".receipts"): value for name, value in named.items() if value}


def _scanner(text: str) -> str:
    """``host:port``, the path of a socket, or "". Raises ``ValueError`` for anything else: nothing may go unscanned by a slip."""
    port = text.rpartition(":")[2]
    if text and not text.startswith("/"):
        whole = re.fullmatch(r"([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}", text)
        if whole is None or not 1 <= int(port) <= 65535:
            raise ValueError(f"TONGBAN_CLAMAV is host:port or the path of a socket, not {text}")
    return text


def _objects(text: str) -> str:
    """Raises ``ValueError`` for what is no address of a bucket: no photo may lie elsewhere than meant by a slip."""
    if text:
        parts_of(text)
    return text


def _log(text: str) -> str:
    """``json`` or "". Raises ``ValueError`` for anything else."""
    if text not in ("", "json"):
        raise ValueError(f"TONGBAN_LOG is json or nothing, not {text}")
    return text


def _cipher(text: str) -> str:
    """The id of a suite. Raises ``ValueError`` for one that there is not."""
    if text and text not in SUITES:
        raise ValueError(f"TONGBAN_CIPHER is {' or '.join(SUITES)}, not {text}")
    return text or "aes"


def _token(text: str) -> str:
    """Raises ``ValueError`` for one that could be guessed."""
    if text and len(text) < 16:
        raise ValueError("TONGBAN_METRICS_TOKEN has at least 16 characters")
    return text


def _kept_secret(path: Path) -> str:
    """The key in the file, made at the first start; two starters end with the same one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f".{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text()


def database(url: str) -> dict[str, object]:
    """Django's way of writing a PostgreSQL address."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "tongban.store.line",
        **{django: parts.pop(libpq, "") for django, libpq in names.items()},
        "OPTIONS": parts,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


ENVIRONMENT = Environment.of(os.environ)

TONGBAN_HOME = ENVIRONMENT.home
KEPT_DAYS = ENVIRONMENT.kept_days
NOTICE_DAYS = ENVIRONMENT.notice_days
TONGBAN_COUNTY = ENVIRONMENT.county
TONGBAN_OFFICE_NETWORKS = ENVIRONMENT.networks
DEBUG = ENVIRONMENT.debug
TONGBAN_EXCHANGE_HTTP = ENVIRONMENT.exchange_http
TONGBAN_CLAMAV = ENVIRONMENT.clamav
TONGBAN_OBJECTS = ENVIRONMENT.objects
TONGBAN_SPARK = ENVIRONMENT.spark
TONGBAN_SECURITY_CONTACT = ENVIRONMENT.security_contact
TONGBAN_SECURITY_UNTIL = ENVIRONMENT.security_until
TONGBAN_OUTGOING = ENVIRONMENT.outgoing
TONGBAN_OUTGOING_ONLY = ENVIRONMENT.outgoing_only
TONGBAN_SIGN_IN = ENVIRONMENT.sign_in
TONGBAN_CHANNELS = ENVIRONMENT.channels
TONGBAN_API_LIMITS = ENVIRONMENT.api_limits
TONGBAN_ADDRESS = ENVIRONMENT.address
TONGBAN_DIGESTS = ENVIRONMENT.digests
TONGBAN_PROXIES = ENVIRONMENT.proxies
TONGBAN_PUBLIC_SECONDS = ENVIRONMENT.public_seconds
TONGBAN_CIPHER = ENVIRONMENT.cipher
TONGBAN_LOG = ENVIRONMENT.log
TONGBAN_METRICS_TOKEN = ENVIRONMENT.metrics_token
TONGBAN_METRICS_NETWORKS = ENVIRONMENT.metrics_networks
SECRET_KEY = ENVIRONMENT.secret
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "tongban.store",
    *WEB_APPS,
]
DATABASES = {"default": database(ENVIRONMENT.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

if TONGBAN_LOG == "json":
    from tongban.apps.observing.lines import logging_as_json

    LOGGING = logging_as_json()
