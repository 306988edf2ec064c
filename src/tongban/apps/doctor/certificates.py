"""Whether the pages that others are served come over TLS, by a certificate that browsers believe, and for how long."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tongban.apps.doctor.finding import Finding, doubt, grave
from tongban.apps.doctor.machine import LOCAL
from tongban.kernel.clock import local_date

PORT = 443
SECONDS = 3.0
"""For connecting, and for the handshake."""
SOON = timedelta(days=21)
"""Who renews by themselves does so a month before the end."""


def certificates(hosts: Sequence[str], now: datetime, port: int = PORT) -> Iterator[Finding]:
    """Asked of every name that is served, as a browser on this machine would; names of many (``.example.cn``, ``*``) are passed over."""
    for host in hosts:
        if host in LOCAL or host.startswith((".", "*")):
            continue
        try:
            ends = _ends(host, port)
        except ssl.SSLError as fault:
            yield grave("tls_wrong", host=host, said=getattr(fault, "verify_message", "") or str(fault))
        except OSError as fault:
            yield doubt("tls_away", host=host, said=fault.strerror or str(fault))
        else:
            if ends - now < SOON:
                yield doubt("tls_ends", host=host, day=local_date(ends).isoformat())


def _ends(host: str, port: int) -> datetime:
    """Until when the certificate holds. Raises ``OSError`` where nobody answers and ``ssl.SSLError`` where it is not believed."""
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) as sealed,
    ):
        shown = sealed.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
