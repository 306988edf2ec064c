"""The platforms by which people sign in: whether the file that names them can be used, and whether each is reached and is who it should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tongban.apps.doctor.finding import GRAVE, Finding, grave
from tongban.apps.outside import oidc
from tongban.apps.outside import platforms as others
from tongban.apps.outside.providers import OIDC, read_providers
from tongban.kernel.refusal import Refused


def platforms(now: datetime) -> Iterator[Finding]:
    found = read_providers()
    if isinstance(found, Refused):
        yield Finding(GRAVE, found)
        return
    for each in found.values():
        if each.kind != OIDC:
            if not others.answers(each):
                yield grave("platform_away", title=each.title)
            continue
        name = oidc.called(each, now)
        if isinstance(name, Refused):
            yield grave("platform_away", title=each.title)
        elif name != each.issuer:
            yield grave("platform_otherwise", title=each.title, name=name, issuer=each.issuer)
