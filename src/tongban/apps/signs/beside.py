"""The cases of one sign at one unit, laid side by side: what they say, what they share, when each was, and what somebody ruled.

Replies that are alike stand under each other with the passage that all of them have. Who asked is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.opening import openings
from tongban.apps.disclosure.counting import cases_counted
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import may_see, sees_all
from tongban.apps.signs.alike import shared
from tongban.apps.signs.gathering import said_in
from tongban.apps.signs.overview import (
    Cell,
    SignName,
    added,
    cell_of,
    months_back,
    own,
    sign_indicators,
    tells_draws,
)
from tongban.apps.wording import Wording, day, moment
from tongban.kernel.case import Case
from tongban.kernel.indicator import Tally
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator
from tongban.library.signs import ALIKE, SIGNS, WITH
from tongban.store.signs import cases_in
from tongban.store.values import contents

MOST = 200
"""Cases that are listed."""
ASKED = ("of_practice", "of_indicator", "of_unit", "of_month", "of_number")
"""The fields that say what is questioned, where a practice opens a case for that: an address fills them in."""
RULING = "_ruling"
"""After the name of a sign: the field for what somebody ruled on it."""


class SideCase(Struct, frozen=True):
    """One case. ``reply`` is what was answered, as far as it was not erased, in pieces: (passage, whether all have it). ``ruling`` is in words."""

    number: str
    title: str
    category: str
    opened: str
    settled: str
    rating: int
    beside: str
    ruling: str
    reply: tuple[tuple[str, bool], ...]


class Group(Struct, frozen=True):
    """Cases that were found with each other; ``shared`` is the passage that all replies have."""

    cases: tuple[SideCase, ...]
    shared: str


class SidePage(Struct, frozen=True):
    """``question`` is where the unit or anybody of the office asks for a check of the data, as the query of an address; "" where no practice
    in force does that. ``unseen`` are cases that the reader may not look at."""

    practice: str
    practice_title: str
    sign: SignName
    unit: str
    unit_name: str
    cell: Cell
    groups: tuple[Group, ...]
    unseen: int
    more: bool
    question: str
    span: int


def side_by_side(practice: str, sign: str, unit: str, span: int, acting: Acting) -> SidePage | Refused:
    """The cases of a unit in which a sign is found. Refuses whoever oversees neither the county nor that unit, and what is no sign; a unit
    is not told whom chance chose (domain rules 1.5)."""
    here = office()
    adoption = here.adopted(practice, acting.now)
    indicator = sign_indicators(here, adoption).get(sign) if adoption is not None else None
    if adoption is None or indicator is None or unit not in here.names.units:
        return Refused("signs.unknown", "sign", {"sign": sign})
    mine = own(unit, acting, here.county) and not tells_draws(indicator)
    if not mine and not sees_all(acting.actor, here.county):
        return Refused("signs.not_yours")
    wording = here.wording(adoption, acting.language)
    names = months_back(acting.now, span)
    first, last = month_bounds(names[-1]), month_bounds(names[0])
    assert not isinstance(first, Refused) and not isinstance(last, Refused)
    found = [
        case
        for case, tally in cases_counted(here, practice, adoption, sign, (unit,), first[0], last[1])
        if tally.numerator
    ]
    seen = [case for case in found if may_see(case, acting.actor, here.county)]
    title = SignName(
        sign, wording.of(f"indicators.{sign}.title", sign), wording.of(f"indicators.{sign}.says")
    )
    told = added(here, practice, adoption, names)[sign]
    month = _newest(here, practice, adoption, sign, unit, names)
    return SidePage(
        practice=practice,
        practice_title=wording.title(),
        sign=title,
        unit=unit,
        unit_name=here.names.unit(unit, acting.language),
        cell=cell_of(title, told, unit, marked=False),
        groups=tuple(_groups(here, seen[:MOST], indicator, wording, acting)),
        unseen=len(found) - len(seen),
        more=len(seen) > MOST,
        question=question(acting, of_practice=practice, of_indicator=sign, of_unit=unit, of_month=month),
        span=span,
    )


def _newest(here: Office, practice: str, adoption: str, sign: str, unit: str, names: tuple[str, ...]) -> str:
    """The newest of the months that has anything to question; the newest of all where none has."""
    for name in names:
        if added(here, practice, adoption, (name,))[sign].get(unit, Tally()).numerator:
            return name
    return names[0]


def question(acting: Acting, **about: str) -> str:
    """The address's query with which somebody questions a figure or a sign, with all that is known filled in; "" where this person
    has no way to: a way is an opening step whose form asks for the indicator that is questioned."""
    here = office()
    for each in openings(acting):
        step = here.procedure(each.adoption).kinds[each.kind].steps[each.step]
        form = here.procedure(each.adoption).forms.get(step.form)
        asked = {field.id for field in form.fields} if form is not None else set()
        if "of_indicator" in asked:
            said = {"practice": each.practice, "kind": each.kind, "step": each.step}
            known = {name: about[name] for name in ASKED if about.get(name) and name in asked}
            return urlencode(said | known)
    return ""


def flag_of(indicator: Indicator) -> str:
    """The sign that the job found, of an indicator that counts one; "" for what one case says alone."""
    return next((sign for sign in SIGNS if f"facts.{sign}" in indicator.names), "")


def _groups(
    here: Office, cases: list[Case], indicator: Indicator, wording: Wording, acting: Acting
) -> Iterator[Group]:
    """Cases by what they were found with, the latest group first; those that stand for themselves in one."""
    flag = flag_of(indicator)
    titles = {id_: title for id_, (_, title) in cases_in(here.journal, [each.id for each in cases]).items()}
    given = contents(here.journal, [each.id for each in cases]) if flag == ALIKE and cases else {}
    replies = {each.id: said_in(here, each, given.get(each.id, {})) for each in cases if given}
    by_number = {each.number: each for each in cases}
    above: dict[str, str] = {each.id: each.id for each in cases}

    def root(id_: str) -> str:
        while above[id_] != id_:
            id_ = above[id_]
        return id_

    alone = next((each.id for each in cases if not flag or not each.facts.get(flag + WITH)), "")
    for each in cases:
        other = by_number.get(str(each.facts.get(flag + WITH, ""))) if flag else None
        if other is not None:
            above[root(each.id)] = root(other.id)
        elif not flag or not each.facts.get(flag + WITH):  # it stands for itself
            above[root(each.id)] = root(alone)
    joined: dict[str, list[Case]] = {}
    for each in sorted(cases, key=lambda case: (case.settled_at or case.opened_at, case.number)):
        joined.setdefault(root(each.id), []).append(each)
    for group in sorted(
        joined.values(), key=lambda own: own[-1].settled_at or own[-1].opened_at, reverse=True
    ):
        passage = shared([replies.get(each.id, "") for each in group]) if len(group) > 1 else ""
        yield Group(
            tuple(
                _case(each, flag, titles.get(each.id, ""), replies.get(each.id, ""), passage, wording, acting)
                for each in group
            ),
            passage,
        )


def _case(
    case: Case, flag: str, title: str, reply: str, passage: str, wording: Wording, acting: Acting
) -> SideCase:
    category = case.facts.get("category")
    rating = case.facts.get("rating")
    ruled = case.facts.get(flag + RULING) if flag else None
    other = str(case.facts.get(flag + WITH, "")) if flag else ""
    return SideCase(
        number=written(case.number),
        title=title,
        category=wording.names.category(category, acting.language) if isinstance(category, str) else "",
        opened=moment(case.opened_at, acting.language, acting.now),
        settled=day(case.settled_at, acting.language) if case.settled_at is not None else "",
        rating=rating if isinstance(rating, int) else 0,
        beside=written(other) if other else "",
        ruling=wording.of(f"choices.{flag}{RULING}.{ruled}", str(ruled)) if ruled else "",
        reply=tuple(_pieces(reply, passage)),
    )


def _pieces(reply: str, passage: str) -> Iterator[tuple[str, bool]]:
    before, found, after = reply.partition(passage) if passage else (reply, "", "")
    yield from ((text, same) for text, same in ((before, False), (found, True), (after, False)) if text)
