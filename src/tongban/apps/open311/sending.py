"""What a program sends becomes a case by the same way as a resident's own words: the same checks, the same clocks, the same place.

Beside them stand a key with its bound, a bound for each person behind it, and one for everybody together. The standard has no
idempotency key: the same words under the same key on the same day are one case, so that a program that lost an answer may
ask again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps import patience
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.apps.dispatch.gazetteer import division_named
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.open311.catalogue import Chosen, name_of
from tongban.apps.open311.keys import Known
from tongban.apps.open311.offers import Offer
from tongban.apps.open311.places import Point, reach, township_at
from tongban.apps.patience import Bound, Tried
from tongban.apps.wording import due_moment, say
from tongban.kernel.clock import local_date
from tongban.kernel.form import AskedOf, Field, FieldKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.models import Open311Sent

CHANNEL = "open311"
OFFICE = "zh-Hans"
"""The language in which those who handle the case read what is told beside the words that were sent."""
LONGEST = 4_000
"""Characters of a description, as the standard says."""
LONGEST_URL = 500
WINDOW = 600
PLACE = frozenset({"lat", "address", "address_string", "address_id"})
"""Arguments that say where: one fault of them is enough."""
PER_PERSON = Bound("open311:person", 8, WINDOW)
"""Cases of one person behind a key (``account_id``, else ``device_id``): as many as a page takes before it asks back."""
EVERYBODY = Bound("open311:everybody", 3_000, WINDOW)


class Sent(Struct, frozen=True):
    """What came in: empty text is what was not said. ``attributes`` by field, several values of one in their order."""

    description: str = ""
    address: str = ""
    address_id: str = ""
    point: Point | None = None
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    person: str = ""
    """What the program calls whoever sends it (``account_id``, else ``device_id``): counted by, never kept"""
    media_url: str = ""
    attributes: Mapping[str, Sequence[str]] = {}


class Made(Struct, frozen=True):
    """``id`` is how the standard knows the request; ``notice`` says the number and by when there is an answer."""

    id: str
    notice: str
    again: bool


def send(
    sent: Sent, found: Chosen, key: Known, acting: Acting, now: float, unread: Sequence[Refused] = ()
) -> Made | Refused:
    """Open a case of the service. ``now`` is the machine's clock, by which bounds run; ``unread`` is what could not be read of it.

    Refuses what the form refuses, a place that is none or not here, and too much at once (``open311.many``), but for
    words that were a case before: every fault at once.
    """
    here = office()
    wrong = list(unread)
    answers = _answers(here, sent, found, wrong)
    offer = found.offer
    if wrong:
        return Refused.of([*wrong, *_also(offer, answers, acting, wrong)])
    counted = _counted(key, sent.person)
    wait = patience.trying(counted, now)
    over = Refused("open311.many", "", {"seconds": wait}) if wait else None
    keyed = replace(acting, key=acting.key or _same(sent, found, key, acting))
    keyed = replace(keyed, key=f"{CHANNEL}-{key.id}-{keyed.key}")
    taken = open_case(
        offer.practice, answers, keyed, step=offer.step, kind=offer.kind, channel=CHANNEL, over=over
    )
    if over is None and (isinstance(taken, Refused) or taken.again):
        patience.untried(counted)
    if isinstance(taken, Refused):
        return taken
    Open311Sent.objects.get_or_create(
        county=here.county.code,
        case=taken.case_id,
        defaults={"key": key.id, "service": found.code, "at": acting.now},
    )
    return Made(here.journal.lookup.name(taken.case_id), _notice(taken, acting), taken.again)


def argument_of(offer: Offer, field: str) -> str:
    """The argument by which a field is answered; the attribute of that name where there is none."""
    taken = {each.id: argument for argument, each in offer.fields.items()}
    return taken.get(field) or (f"attribute[{field}]" if field else "")


def _also(
    offer: Offer, answers: Mapping[str, object], acting: Acting, wrong: Sequence[Refused]
) -> Sequence[Refused]:
    """What the form would say of the rest: nothing is opened, and what was said of an argument is not said again of its field."""
    tried = open_case(
        offer.practice, answers, acting, step=offer.step, kind=offer.kind, channel=CHANNEL, rehearse=True
    )
    if not isinstance(tried, Refused):
        return ()
    named = {each.where for each in wrong}
    if named & PLACE:
        named |= PLACE
    return [each for each in tried.all() if argument_of(offer, each.where) not in named]


def _counted(key: Known, person: str) -> Tried:
    """The bounds of new cases. What is refused, or sent again, makes none; how often a program may ask at all is bounded at the door."""
    whose = [(PER_PERSON, f"{key.id}:{person}")] if person else []
    return [(Bound("open311:key", key.most, WINDOW), key.id), *whose, (EVERYBODY, "everybody")]


def _same(sent: Sent, found: Chosen, key: Known, acting: Acting) -> str:
    """What the same words of the same person under the same key have in common on one day."""
    told = repr((key.id, found.code, sent, local_date(acting.now).isoformat()))
    return sha256(told.encode()).hexdigest()[:40]


def _answers(here: Office, sent: Sent, found: Chosen, wrong: list[Refused]) -> dict[str, object]:
    """What the form is answered with; what is wrong goes to ``wrong``."""
    offer = found.offer
    answers = _asked(sent, offer, wrong)
    if len(sent.description) > LONGEST:
        wrong.append(Refused("open311.too_long", "description", {"most": LONGEST}))
    beside: list[str] = []
    if sent.point is not None and not (box := reach(here)).holds(sent.point):
        edges = {name: f"{getattr(box, name):.2f}" for name in box.__struct_fields__}
        wrong.append(Refused("open311.far", "lat", edges))
    elif sent.address_id and sent.address_id not in here.county.divisions:
        wrong.append(Refused("open311.address_id", "address_id"))
    else:
        _place(here, sent, offer, answers, beside)
    _service(here, found, answers, beside)
    _media(sent, offer, answers, beside, wrong)
    for argument, value in (("phone", sent.phone), ("name", _name(sent)), ("email", sent.email)):
        field = offer.takes(argument)
        if field is not None and value:
            answers[field.id] = value
    matter = offer.takes("description")
    if matter is not None and (sent.description or beside):
        # Without a word of the matter itself what stands beside it says nothing: the form then asks for it.
        answers[matter.id] = "\n".join((sent.description, *beside)) if sent.description else ""
    return answers


def _asked(sent: Sent, offer: Offer, wrong: list[Refused]) -> dict[str, object]:
    """The attributes as the form takes them; one that the service does not ask is wrong."""
    asked = {each.id: each for each in (*offer.asked, *offer.fields.values())}
    answers: dict[str, object] = {}
    for name, values in sent.attributes.items():
        field = asked.get(name)
        if field is None or field.asked_of is not AskedOf.everybody:
            wrong.append(Refused("open311.attribute", "attribute", {"name": name[:60]}))
        elif len(values) > 1 and field.kind is not FieldKind.choices:
            wrong.append(Refused("open311.several", f"attribute[{name}]", {"name": name[:60]}))
        else:
            answers[name] = list(values) if field.kind is FieldKind.choices else _read(field, values[0])
    return answers


def _read(field: Field, value: str) -> Value:
    """A datetime of the standard has an hour; where only a day is asked, it is dropped."""
    return value[:10] if field.kind is FieldKind.date and value[10:11] == "T" else value


def _place(here: Office, sent: Sent, offer: Offer, answers: dict[str, object], beside: list[str]) -> None:
    """The division by its code, else by the point, else by the words; the words and the point to those who go there."""
    field = offer.takes("address_id")
    named = division_named(sent.address) if sent.address else None
    by_point = township_at(here, sent.point) if sent.point is not None else ""
    division = sent.address_id or by_point or (named.code if named is not None else "")
    if named is not None and by_point and named.code.startswith(by_point):
        division = sent.address_id or named.code
    if field is not None and division:
        answers.setdefault(field.id, division)
    words = " ".join(sent.address.split())
    if sent.point is not None:
        degrees = say(
            "open311.told.point", OFFICE, lat=f"{sent.point.north:.6f}", long=f"{sent.point.east:.6f}"
        )
        words = f"{words} {degrees}".strip()
    line = offer.takes("address")
    if not words:
        return
    if line is not None and len(words) <= line.most:
        answers.setdefault(line.id, words)
    else:
        beside.append(say("open311.told.address", OFFICE, words=words))


def _service(here: Office, found: Chosen, answers: dict[str, object], beside: list[str]) -> None:
    """The service as an answer, or in words where the office decides it."""
    field = found.offer.takes("service")
    if field is None or not found.value:
        return
    if field.asked_of is AskedOf.everybody:
        answers[field.id] = found.value
    else:
        name = name_of(here, found.offer.adoption, found.value, OFFICE)
        beside.append(say("open311.told.service", OFFICE, name=name))


def _media(
    sent: Sent, offer: Offer, answers: dict[str, object], beside: list[str], wrong: list[Refused]
) -> None:
    """An address is told and never fetched: whoever handles the case decides whether to look."""
    if not sent.media_url:
        return
    try:
        parts = urlsplit(sent.media_url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        known = False
    printable = sent.media_url.isprintable() and " " not in sent.media_url
    if not (known and printable) or len(sent.media_url) > LONGEST_URL:
        wrong.append(Refused("open311.media_url", "media_url", {"most": LONGEST_URL}))
        return
    field = offer.takes("media_url")
    if field is not None:
        answers[field.id] = sent.media_url
    else:
        beside.append(say("open311.told.media", OFFICE, url=sent.media_url))


def _name(sent: Sent) -> str:
    """The family name first where it is written in Chinese."""
    first, last = sent.first_name.strip(), sent.last_name.strip()
    if first and last and not (first + last).isascii():
        return last + first
    return f"{first} {last}".strip()


def _notice(taken: Taken, acting: Acting) -> str:
    number = written(taken.number)
    if taken.due is None:
        return say("open311.notice", acting.language, number=number)
    due = due_moment(taken.due, acting.language)
    return say("open311.notice_due", acting.language, number=number, due=due)
