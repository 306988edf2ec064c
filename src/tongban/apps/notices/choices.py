"""How people want to be told: who works here says it on a page of their own, who asks for something when they ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.keyring import cipher_of
from tongban.apps.notices.channels import MAIL, channels
from tongban.apps.notices.proving import AGREED, note
from tongban.apps.notices.windows import PACES, WINDOWS
from tongban.apps.office import Office, office
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.store.models import RequesterChoice, StaffChoice

_PHONE = re.compile(r"1[0-9]{10}")
_MAIL = re.compile(r"[^@\s,;<>\x00-\x1f]{1,64}@[A-Za-z0-9.-]{1,190}")


class Choice(Struct, frozen=True):
    """How somebody who works here is told. ``channel`` is "" for the desk alone."""

    channel: str = ""
    pace: str = WINDOWS
    language: str = LANGUAGES[0]


class Asked(Struct, frozen=True):
    """What the requester of a case said; ``told`` is None where nobody asked them. ``served``: electronic service is agreed to."""

    code: str
    told: bool | None = None
    served: bool = False
    language: str = LANGUAGES[0]


def chosen(here: Office, persons: Iterable[str]) -> Mapping[str, Choice]:
    """The choices of those who made one."""
    rows = StaffChoice.objects.filter(county=here.county.code, person__in=set(persons))
    return {row.person: Choice(row.channel, row.pace, row.language) for row in rows}


def own(acting: Acting) -> tuple[Choice, str, str]:
    """What the reader chose, with their own number and mail address in the clear: nobody else's page has these."""
    here = office()
    row = StaffChoice.objects.filter(county=here.county.code, person=acting.actor.person).first()
    if row is None:
        return Choice(language=acting.language), "", ""
    numbers = (address(here, row.person, "phone"), address(here, row.person, MAIL))
    return Choice(row.channel, row.pace, row.language), *numbers


def address(here: Office, person: str, kind: str) -> str:
    """The number (``phone``) or mail address of somebody who works here; "" for none."""
    row = StaffChoice.objects.filter(county=here.county.code, person=person).first()
    sealed = None if row is None else row.mail if kind == MAIL else row.phone
    plain = cipher_of(here.county.code).open(bytes(sealed), f"{person}/{kind}") if sealed else None
    return plain.decode() if plain is not None else ""


def choose(channel: str, pace: str, phone: str, mail: str, acting: Acting) -> Refused | None:
    """Be told like this from now on. Refuses a channel or pace that there is not, a number or mail address that is none, and a
    channel without the address that it needs."""
    here, person = office(), acting.actor.person
    known = [name for name, way in channels(here).items() if way.personal]
    if (channel and channel not in known) or pace not in PACES or not person:
        return Refused("notices.choice", "channel", {"known": tuple(known)})
    if phone and not _PHONE.fullmatch(phone):
        return Refused("notices.phone", "phone")
    if mail and not _MAIL.fullmatch(mail):
        return Refused("notices.mail", "mail")
    if channel and not (mail if channel == MAIL else phone):
        return Refused("notices.address_missing", MAIL if channel == MAIL else "phone")
    cipher = cipher_of(here.county.code)
    StaffChoice.objects.update_or_create(
        county=here.county.code,
        person=person,
        defaults={
            "channel": channel,
            "pace": pace,
            "language": acting.language,
            "phone": cipher.seal(phone.encode(), f"{person}/phone") if phone else None,
            "mail": cipher.seal(mail.encode(), f"{person}/{MAIL}") if mail else None,
        },
    )
    return None


def asked(here: Office, chains: Iterable[str]) -> Mapping[str, Asked]:
    """What the requesters of these cases said; for those of whom nobody asked, a code is made by which they can stop it."""
    wanted = set(chains)
    found = _asked(here, wanted)
    missing = [
        RequesterChoice(
            county=here.county.code, chain=chain, code=_code(here, chain), language=LANGUAGES[0], at=datetime.now(UTC)
        )
        for chain in sorted(wanted - found.keys())
    ]  # fmt: skip
    if missing:
        RequesterChoice.objects.bulk_create(missing, ignore_conflicts=True)
        found |= {str(row.chain): Asked(row.code) for row in missing}
    return found


def say_how(number: str, told: bool, served: bool, acting: Acting) -> Refused | None:
    """What the requester of a case says of themselves: whether messages come, and whether notices with legal weight may be served
    electronically. That they agreed to this, or do so no more, is an entry of the ledger: what is served rests on it. Refuses an
    unknown case and one of somebody else."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return loaded
    if loaded.case.id not in acting.actor.owns:
        return Refused("case.unknown", "number", {"number": number})
    case = loaded.case.id
    with transaction.atomic():
        before = of_case(here, case)
        _set(here, case, told=told, served=served, language=acting.language, now=acting.now)
        if served != (before is not None and before.served):
            note(here, case, AGREED, {"case": case, "agreed": served}, acting.now)
    return None


def of_case(here: Office, chain: str) -> Asked | None:
    """What the requester of one case said; None where nothing was asked yet."""
    return _asked(here, {chain}).get(chain)


def stop(code: str) -> None:
    """Whoever brings the code of a case wants no more messages about it. Nothing tells whether there was such a code."""
    rows = RequesterChoice.objects.filter(county=office().county.code, code=code.casefold())
    rows.update(told=False)


def _set(here: Office, chain: str, *, told: bool, served: bool, language: str, now: datetime) -> None:
    RequesterChoice.objects.update_or_create(
        county=here.county.code,
        chain=chain,
        defaults={"told": told, "served": served, "language": language, "at": now},
        create_defaults={
            "code": _code(here, chain), "told": told, "served": served, "language": language, "at": now,
        },
    )  # fmt: skip


def _asked(here: Office, chains: set[str]) -> dict[str, Asked]:
    rows = RequesterChoice.objects.filter(county=here.county.code, chain__in=chains)
    return {str(row.chain): Asked(row.code, row.told, row.served, row.language) for row in rows}


def _code(here: Office, chain: str) -> str:
    return here.journal.lookup.code(f"stop/{chain}")
