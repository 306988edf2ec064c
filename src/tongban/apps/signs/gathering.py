"""What the job reads before it looks: the cases that were touched, those of their kind settled before them, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.signs.finding import Beside, Known
from tongban.kernel.case import Case
from tongban.kernel.form import FieldKind, Says, Told
from tongban.kernel.procedure.answering import matter_fields, reply_fields
from tongban.kernel.procedure.model import Kind, Procedure
from tongban.library.triggers import WORKER
from tongban.store.identity import from_one_place
from tongban.store.signs import cases_in, same_requesters, settled_lately, with_own_number
from tongban.store.values import Given, contents

LATELY = 10_000
"""Cases of a kind that a new one is compared with: those settled last."""
OF_UNIT = 400
"""Replies of one unit that are compared with each other, the latest."""
PLACES = timedelta(days=2)
"""How long before a touched case ratings from one place are looked for: a place is another one every day."""

Stock = dict[str, tuple[Case, str]]
"""Cases with their titles, by id."""


class Gathered(Struct, frozen=True):
    """The cases of one kind, and what lies beside them."""

    known: Mapping[str, Known]
    beside: Beside
    numbers: Mapping[str, str]
    """of each case, by id"""


def gathered(
    here: Office, procedure: Procedure, kind: Kind, touched: Sequence[str], now: datetime
) -> Gathered:
    """What there is to know about the touched cases of a kind, and of those that they may be found with."""
    own = {
        id_: case for id_, case in cases_in(here.journal, touched).items() if _is_of(case[0], procedure, kind)
    }
    settled = [case.settled_at for case, _ in own.values() if case.settled_at is not None]
    stock: Stock = (
        settled_lately(here.journal, procedure.practice, kind.id, max(settled), LATELY) if settled else {}
    )
    pairs = same_requesters(here.journal, list(own)) if own else ()
    others = {second for _, second in pairs} - set(stock) - set(own)
    every = own | stock | _of_kind(cases_in(here.journal, sorted(others)), procedure, kind)
    places = _places(here, procedure, min((case.opened_at for case, _ in own.values()), default=now))
    units = {_unit(case) for case, _ in own.values() if case.settled_at is not None}
    read = _texts(here, every, sorted(_compared(every, units)))
    opens = [step.id for step in kind.openings()]
    known = {id_: _known(case, opens, read.get(id_, ("", ""))) for id_, (case, _) in every.items()}
    beside = Beside(
        same_requester=tuple(sorted({pair for one, other in pairs for pair in ((one, other), (other, one))})),
        own_number=with_own_number(here.journal, list(own)),
        places=places,
        one_unit=lambda one, other: here.county.within(one, (other,)) or here.county.within(other, (one,)),
    )
    return Gathered(known, beside, {id_: case.number for id_, (case, _) in every.items()})


def _is_of(case: Case, procedure: Procedure, kind: Kind) -> bool:
    return case.practice == procedure.practice and case.kind == kind.id


def _of_kind(cases: Stock, procedure: Procedure, kind: Kind) -> Stock:
    return {id_: case for id_, case in cases.items() if _is_of(case[0], procedure, kind)}


def _unit(case: Case) -> str:
    """The unit whose work it was: the one that is named, or else that did it."""
    return str(case.facts.get(WORKER) or case.worker)


def _known(case: Case, opens: Sequence[str], texts: tuple[str, str]) -> Known:
    category = case.facts.get("category")
    return Known(
        id=case.id,
        unit=_unit(case),
        category=category if isinstance(category, str) else "",
        division=case.division,
        opened=case.opened_at,
        settled=case.settled_at,
        rating=_rating(case),
        by_office=any(case.doers.get(step) for step in opens),
        joined=bool(case.joined),
        reply=texts[0],
        matter=texts[1],
    )


def _rating(case: Case) -> int:
    level = case.facts.get("rating")
    return level if isinstance(level, int) and not isinstance(level, bool) else 0


def _compared(every: Stock, units: set[str]) -> Iterator[str]:
    """The cases whose words are read: the last of each unit that has a new one."""
    n: dict[str, int] = {}
    for id_, (case, _) in sorted(
        every.items(), key=lambda each: (each[1][0].settled_at or each[1][0].opened_at, each[0]), reverse=True
    ):
        unit = _unit(case)
        if case.settled_at is not None and unit in units and n.get(unit, 0) < OF_UNIT:
            n[unit] = n.get(unit, 0) + 1
            yield id_


def _texts(here: Office, every: Stock, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The reply and the matter of each case, as far as they were not erased."""
    found = {}
    given = contents(here.journal, ids) if ids else {}
    for id_ in ids:
        case, title = every[id_]
        procedure = here.procedure(case.adoption)
        found[id_] = _said(procedure, procedure.kinds[case.kind], title, given.get(id_, {}))
    return found


def said_in(here: Office, case: Case, given: Given) -> str:
    """The reply of a case."""
    procedure = here.procedure(case.adoption)
    return _said(procedure, procedure.kinds[case.kind], "", given)[0]


def _said(procedure: Procedure, kind: Kind, title: str, given: Given) -> tuple[str, str]:
    forms = procedure.forms
    working = [step.form for step in kind.steps.values() if step.work and step.form in forms]
    opening = [step.form for step in kind.openings() if step.form in forms]
    replying = {field.id for form in working for field in reply_fields(forms[form])}
    deeds = {
        field.id for form in working for field in reply_fields(forms[form]) if field.says is Says.deed
    }  # on what it rests is rightly the same in many
    telling = {field.id for form in opening for field in matter_fields(forms[form])} - replying
    last = max((seq for seq, texts in given.items() if replying & set(texts)), default=0)
    reply = (
        str(each.value) for name, each in sorted(given.get(last, {}).items()) if name in (deeds or replying)
    )
    matter = (
        str(each.value)
        for seq in sorted(given)
        for name, each in sorted(given[seq].items())
        if name in telling
    )
    return "\n".join(reply), "\n".join((title, *matter))


def _places(here: Office, procedure: Procedure, since: datetime) -> tuple[tuple[str, datetime, int], ...]:
    fields = sorted(
        {
            field.id
            for form in procedure.forms.values()
            for field in form.fields
            if field.door is Told.source and field.kind is FieldKind.code
        }
    )
    return from_one_place(here.journal, fields, since - PLACES) if fields else ()
