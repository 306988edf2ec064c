"""Open matters that many meet alike, told to whoever brings one too, who may have theirs handled with it.

Somebody who tries out texts must learn nothing of another's case beyond what is shown of it. So nothing is compared but
what is shown: the category that the model reads out of the new text and the township it names, with the category and the
township of open cases. Not one word of another's case is looked at. See decision 35.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.utils.crypto import salted_hmac
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure.publishing import place_of, unit_of
from tongban.apps.dispatch.characters import joined as as_read
from tongban.apps.dispatch.classifier import looked
from tongban.apps.dispatch.gazetteer import gazetteer_of
from tongban.apps.dispatch.offering import registers_of
from tongban.apps.dispatch.suggest import kind_at
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording, day, due_day
from tongban.kernel.case import Case
from tongban.kernel.county import Level
from tongban.kernel.procedure.model import Join, Kind, Relation
from tongban.kernel.procedure.shared import shared
from tongban.kernel.refusal import Refused
from tongban.store.identity import requesters
from tongban.store.nearby import following, open_in

RECENT = timedelta(days=90)
SHOWN = 3
LOOKED_AT = 60
LIKELY = 0.2
"""From here on a category that the text may be about is looked for too."""
GUESSES = 3
READ = 400
"""Characters of a text from which its category is read."""


class OpenMatter(Struct, frozen=True):
    """An open case as far as others are told of it. ``ref`` names it to whoever joins it and says nothing.

    ``place`` is a township; ``opened`` and ``due`` are days ("" for none); ``people`` have told of it.
    """

    ref: str
    category: str
    place: str
    unit: str
    opened: str
    people: int
    stands: str
    due: str


class _Found(Struct, frozen=True):
    case: Case
    people: int


def open_matters(practice: str, words: str, division: str, acting: Acting) -> tuple[OpenMatter, ...]:
    """What is open of the kind that the words tell of, in the township where they say it is; the likeliest first.

    None without a township, without a model, or for a practice whose requesters cannot join.
    """
    here = office()
    return tuple(_told(here, each, acting) for each in _found(here, practice, words, division, acting))


def join(number: str, ref: str, words: str, acting: Acting) -> Taken | Refused:
    """Have the actor's own case, just opened with these words, handled with the one that ``ref`` names.

    Only what its words and place bring up can be joined. Refuses what is open or shared no longer (``step.join_gone``).
    """
    here = office()
    own = here.find(number)
    if isinstance(own, Refused):
        return own
    division = "" if own.case.division == here.county.code else own.case.division
    near = _found(here, own.case.practice, words, division, acting)
    found = next((each.case for each in near if _ref(each.case) == ref), None)
    way = _way(here, own.case.practice, acting)
    if found is None or way is None:
        return Refused("step.join_gone")
    step, field = way
    keyed = replace(acting, key=f"{acting.key}-joined" if acting.key else "")
    taken = take(number, step, {field: found.number}, keyed)
    return Refused("step.join_gone") if isinstance(taken, Refused) else taken


def _found(here: Office, practice: str, words: str, division: str, acting: Acting) -> tuple[_Found, ...]:
    if _way(here, practice, acting) is None or not here.county.shared:
        return ()
    named = None if division else gazetteer_of(here).find(words[:READ])
    township = place_of(here, named.code if named is not None else division)
    if here.county.divisions[township].level is not Level.TOWNSHIP:
        return ()
    near = open_in(
        here.journal, practice, township, sorted(here.county.shared), acting.now - RECENT, LOOKED_AT
    )
    registers = registers_of(acting) if near else None
    if registers is None or isinstance(registers, Refused):
        return ()
    kind = kind_at(named.code if named is not None else division, registers)
    look = looked(registers.classifier, as_read("", words[:READ])).at(kind)
    likely = [each.category for each in look.suggest(GUESSES, 0.0) if each.confidence >= LIKELY]
    asked = list(dict.fromkeys((*(each.category for each in look.suggest(1)), *likely)))
    ranked = {case: rank for case, category in near if (rank := _rank(category, asked)) is not None}
    return _several(here, ranked, acting)


def _rank(category: str, asked: list[str]) -> int | None:
    """Which of the likely categories a case is of, or lies within; a whole first level is too wide to say anything."""
    fits = (n for n, each in enumerate(asked) if "." in each and f"{category}.".startswith(f"{each}."))
    return next(fits, None)


def _several(here: Office, ranked: dict[str, int], acting: Acting) -> tuple[_Found, ...]:
    """Those that are shared, with how many told of each: of the likeliest category first, then what most told of."""
    loaded = [each.case for each in here.journal.load(ids=list(ranked))]
    open_ones = [
        case
        for case in loaded
        if shared(here.procedure(case.adoption), case, here.county, acting.now)
        and case.id not in acting.actor.owns
    ]
    people = _people(here, [case.id for case in open_ones])
    found = sorted(
        (_Found(case, people[case.id]) for case in open_ones),
        key=lambda each: (ranked[each.case.id], -each.people, -each.case.opened_at.timestamp()),
    )
    return tuple(found[:SHOWN])


def _people(here: Office, cases: list[str]) -> dict[str, int]:
    """How many requesters told of each case: its own and those of the cases that follow it."""
    told = defaultdict(list, {case: [case] for case in cases})
    for follower, lead in following(here.journal, cases):
        told[lead].append(follower)
    who = requesters(here.journal, [each for group in told.values() for each in group])
    return {lead: len({who[each] for each in group}) for lead, group in told.items()}


def _way(here: Office, practice: str, acting: Acting) -> tuple[str, str] | None:
    """The step by which a requester joins a case just opened, and its field; None where the practice has none."""
    adoption = here.adopted(practice, acting.now)
    if adoption is None:
        return None
    return next(_ways(here.procedure(adoption).kinds[here.practice(adoption).opens]), None)


def _ways(kind: Kind) -> Iterator[tuple[str, str]]:
    if kind.shared is None:
        return
    for step in kind.steps.values():
        if any(who.relation is Relation.REQUESTER for who in step.by):
            yield from ((step.id, each.field) for each in step.may_follow if isinstance(each, Join))


def _ref(case: Case) -> str:
    """A name for a case that leads nowhere else."""
    return salted_hmac("tongban.together", case.id, algorithm="sha256").hexdigest()[:24]


def _told(here: Office, found: _Found, acting: Acting) -> OpenMatter:
    case, language = found.case, acting.language
    wording = here.wording(case.adoption, language)
    unit = unit_of(here, case)
    return OpenMatter(
        ref=_ref(case),
        category=here.names.category(str(case.facts["category"]), language),
        place=here.names.division(place_of(here, case.division), language),
        unit=here.names.unit(unit, language) if unit else "",
        opened=day(case.opened_at, language),
        people=found.people,
        stands=wording.phase(wording.procedure.kinds[case.kind].stages[case.stage].phase),
        due=_promised(case, wording),
    )


def _promised(case: Case, wording: Wording) -> str:
    """The day until which an answer is promised; "" while the clock is stopped."""
    clocks = wording.procedure.kinds[case.kind].clocks
    due = (each.due for each in case.running() if each.due is not None and clocks[each.clock].promise)
    last = max(due, default=None)
    return due_day(last, wording.language) if last is not None else ""
