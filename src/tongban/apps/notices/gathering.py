"""From deliveries to messages: what is due for one person goes out as one, however much it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from tongban.apps.notices.bodies import Key, short
from tongban.apps.notices.channels import SMS
from tongban.apps.notices.choices import Asked, asked, chosen
from tongban.apps.notices.planning import PERSON, REQUESTER
from tongban.apps.notices.words import to_requester, to_staff
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.library.folder import LANGUAGES
from tongban.store import deliveries as store
from tongban.store.deliveries import Delivery
from tongban.store.notices import Sending

MOST = 20_000
ONE, DIGEST, SERVED = "one", "digest", "served"


def gather_due(here: Office, now: datetime) -> int:
    """Make the messages that are due by now; how many."""
    with transaction.atomic():
        due = store.waiting(here.journal, now, MOST)
        groups: dict[tuple[object, ...], list[Delivery]] = {}
        for each in due:
            groups.setdefault(_together(each), []).append(each)
        alone = {group[0].chain for group in groups.values() if group[0].whom == REQUESTER or len(group) == 1}
        cases = {each.case.id: each.case for each in here.journal.load(ids=alone)}
        said = asked(here, {group[0].chain for group in groups.values() if group[0].whom == REQUESTER})
        choices = chosen(
            here, {each.whom.removeprefix(PERSON) for each in due if each.whom.startswith(PERSON)}
        )
        languages = {f"{PERSON}{person}": choice.language for person, choice in choices.items()}
        bodies = _bodies(here, groups.values(), languages, now)
        store.gathered(
            here.journal,
            [
                (_message(here, group, cases.get(group[0].chain), said, languages, bodies, now), group)
                for group in groups.values()
            ],
        )
    return len(groups)


def _together(each: Delivery) -> tuple[object, ...]:
    """What goes out as one: all for one person; of a requester what is about one case; what has legal weight by itself."""
    alone = (each.chain, each.seq, each.n) if each.served else ()
    case = each.chain if each.whom == REQUESTER else ""
    return each.whom, case, each.channel, each.urgent, alone


def _bodies(
    here: Office, groups: Iterable[Sequence[Delivery]], languages: Mapping[str, str], now: datetime
) -> Mapping[tuple[Key, str], str]:
    """What the single notices for people who work here say beneath their line, by notice and language, where a channel takes so much."""
    keys: dict[str, set[Key]] = {}
    for group in groups:
        first = group[0]
        if len(group) == 1 and first.whom != REQUESTER and first.channel != SMS:
            keys.setdefault(languages.get(first.whom, LANGUAGES[0]), set()).add(
                (first.chain, first.seq, first.n)
            )
    return {
        (key, language): text
        for language, several in keys.items()
        for key, text in short(here, several, language, now).items()
    }


def _message(
    here: Office,
    group: Sequence[Delivery],
    case: Case | None,
    said: Mapping[str, Asked],
    languages: Mapping[str, str],
    bodies: Mapping[tuple[Key, str], str],
    now: datetime,
) -> Sending:
    first = group[0]
    kind = SERVED if first.served else ONE if len(group) == 1 else DIGEST
    if first.whom == REQUESTER and case is not None:
        mine = said[first.chain]
        language = mine.language
        text = to_requester(here, group, case, mine.code, language)
    else:
        language = languages.get(first.whom, LANGUAGES[0])
        number = case.number if case is not None else ""
        body = bodies.get(((first.chain, first.seq, first.n), language), "") if len(group) == 1 else ""
        text = to_staff(here, group, number, language, body, long=first.channel != SMS)
    return Sending(
        id=str(uuid4()),
        whom=first.whom,
        kind=kind,
        channel=first.channel,
        language=language,
        made=now,
        text=text,
        chain=first.chain if len(group) == 1 or first.whom == REQUESTER else None,
        n=len(group),
        urgent=first.urgent,
    )
