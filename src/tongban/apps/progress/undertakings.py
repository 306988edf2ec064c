"""The trees that a reader's units hold or received: how much is stuck in each, what waits for the unit, how much is done."""

from __future__ import annotations

from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.turns import turn_of
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.titles import untitled
from tongban.kernel.procedure.answering import reaches_requester
from tongban.store.below import Counts, below

SHOWN = 8


class Undertaking(Struct, frozen=True):
    number: str
    title: str
    unit: str
    stuck: int
    waiting: int
    done: int
    total: int


def undertakings(acting: Acting, here: Office | None = None) -> tuple[Undertaking, ...]:
    """The latest ones first. What a requester brought is a matter, no undertaking, however many help with it. Four queries."""
    here = here or office()
    rows = _tops(here, acting)
    ids = [str(row[0]) for row in rows]
    counts = below(here.journal, ids) if ids else {}
    stands = _stands(here, acting, ids) if ids else {}
    found = []
    for id_, number, title, holder, adoption, stage, kind in rows:
        own = counts.get(str(id_), {})
        stuck, waiting = stands.get(str(id_), (0, 0))
        found.append(
            Undertaking(
                number=written(str(number)),
                title=str(title)
                or untitled(here.wording(str(adoption), acting.language), str(stage), str(kind)),
                unit=here.names.unit(str(holder), acting.language),
                stuck=stuck,
                waiting=waiting,
                done=_done(here, str(adoption), own),
                total=sum(own.values()),
            )
        )
    return tuple(found)


def _tops(here: Office, acting: Acting) -> list[tuple[object, ...]]:
    units = sorted({post.unit for post in acting.actor.posts})
    own = [
        (practice, kind)
        for practice, adoption in here.practices(acting.now)
        for kind in [here.practice(adoption).opens]
        if kind and not reaches_requester(here.procedure(adoption).kinds[kind])
    ]
    if not own or not units:
        return []
    practices, kinds = zip(*own, strict=True)
    sql = """SELECT id::text, number, title, holder, adoption, stage, kind FROM store_case
             WHERE county = %s AND standing = 'open' AND parent IS NULL AND (holder = ANY (%s) OR home = ANY (%s))
             AND (practice, kind) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
             AND EXISTS (SELECT FROM store_case part WHERE part.county = store_case.county AND part.parent = store_case.id)
             ORDER BY opened_at DESC, id LIMIT %s"""
    return here.rows(sql, [here.county.code, units, units, list(practices), list(kinds), SHOWN])


def _stands(here: Office, acting: Acting, ids: list[str]) -> dict[str, tuple[int, int]]:
    """Of each tree how many below are late and how many wait for the reader."""
    mine, bound = turn_of(here, acting.actor.posts)
    sql = f"""SELECT root::text, count(*) FILTER (WHERE next_due <= %s), count(*) FILTER (WHERE {mine})
             FROM store_case WHERE county = %s AND root = ANY (%s::uuid[]) AND standing = 'open' GROUP BY root"""  # noqa: S608
    rows = here.rows(sql, [acting.now, *bound, here.county.code, ids])
    return {root: (late, own) for root, late, own in cast("list[tuple[str, int, int]]", rows)}


def _done(here: Office, adoption: str, counts: Counts) -> int:
    kinds = here.procedure(adoption).kinds
    return sum(n for (kind, phase), n in counts.items() if kinds[kind].done_at(phase))
