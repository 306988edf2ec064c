"""``catalogue.yaml``: which brought register is shown to everybody as a searchable catalogue, with a guide page for each row."""

from __future__ import annotations

from pydantic import Field

from tongban.library.shape.written import Id, Many, Shape


class WayIn(Shape):
    """An opening step, and the field of its form that says which entry it is about."""

    kind: Id
    step: Id
    field: Id


class AppliesSpec(WayIn):
    """The practice by which an entry is applied for. It may be one that this county has not adopted: then nobody can apply here."""

    practice: Id


class CatalogueSpec(Shape):
    """Each key names a column of the register, or of the register to which its entries lead; of ``exceptions`` a register.

    ``papers`` lead to rows that say in ``source`` who has them (own, shared or waived) and in ``taken_from`` where offices
    get them. ``asks`` lead to questions: the answer that is expected (``expects``) and what there is otherwise.
    """

    register_: Id = Field(alias="register")
    title: Id
    plain: Id | None = None
    groups: Id
    level: Id | None = None
    unit: Id | None = None
    situations: Id | None = None
    who: Id | None = None
    papers: Id | None = None
    source: Id | None = None
    taken_from: Id | None = None
    later: Id | None = None
    promised: Id | None = None
    days_by_law: Id | None = None
    days: Id | None = None
    at_once: Id | None = None
    silence: Id | None = None
    visits: Id | None = None
    exceptions: Id | None = None
    online: Id | None = None
    delivery: Id | None = None
    place: Id | None = None
    fee: Id | None = None
    basis: Id | None = None
    asks: Id | None = None
    expects: Id | None = None
    otherwise: Id | None = None
    withdrawn: Id | None = None
    instead: Id | None = None
    applies: Many[AppliesSpec] = ()
    remarks: WayIn | None = None
    changes: WayIn | None = None
