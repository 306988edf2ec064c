"""Takes many steps at once, in sets: loaded together, decided in memory, stored in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from multiprocessing import get_context, util

from django.db import connections, transaction
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import pointed
from tongban.apps.casework.many.deciding import Fold, asked
from tongban.apps.casework.many.finding import Together, named, sets
from tongban.apps.casework.many.rows import Done, RowDone, StepRow
from tongban.apps.casework.scenes import form_of
from tongban.apps.casework.whole import visible
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.apps.sight import visible as visible_among
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded
from tongban.store.many import acted_on, append_many

TRIES = 3
"""How often a case is looked at anew that somebody else moved on meanwhile."""


def take_rows(
    rows: Sequence[StepRow],
    acting: Acting,
    *,
    under: str = "",
    all_or_none: bool = False,
    processors: int = 1,
    say: Say = silent,
) -> Done | Refused:
    """Take one step a row, each decided exactly as on the page of its case, in the order of the rows.

    A row that cannot be taken is refused by itself, with the later rows of its case (``rows.held_back``): mended and sent
    again, the whole sheet does what is missing and nothing twice. ``all_or_none``: one refused row, and nothing is
    written. ``under`` is the case below which rows may name theirs by facts. ``processors``: how many copies of this process may work side by side
    (a shell has them to itself, a server has not); one where all or none is asked, which is one transaction. Refuses the whole
    only where ``under`` is not there for this reader.
    """
    here = office()
    top: Loaded | None = None
    if under:
        seen = visible(under, acting, here)
        if isinstance(seen, Refused):
            return seen
        top = seen[0]
    if not all_or_none:
        return Done(_all(here, rows, top, acting, say, processors))
    with transaction.atomic():
        done = Done(_all(here, rows, top, acting, say, 1))
        if done.refused:
            transaction.set_rollback(True)
            return replace(done, kept=False)
    return done


def _all(
    here: Office, rows: Sequence[StepRow], top: Loaded | None, acting: Acting, say: Say, processors: int
) -> tuple[RowDone, ...]:
    found, told = named(here, rows, top.case if top is not None else None)
    total = len(rows)
    say("steps.taking", len(told), total)
    for several in sets(here, found):
        for done in _several(here, several, acting, min(processors, len(several))):
            told += done
            say("steps.taking", len(told), total)
    return tuple(sorted(told, key=lambda each: each.number))


def _several(
    here: Office, several: tuple[Together, ...], acting: Acting, processors: int
) -> Iterator[list[RowDone]]:
    """Sets that do not depend on each other, by so many processes. Each copy opens a connection of its own."""
    if processors < 2:
        for together in several:
            yield _set(here, together, acting)
        return
    _work.append((here, several, acting))
    try:
        with get_context("fork").Pool(processors, initializer=_apart) as pool:
            yield from pool.imap_unordered(_at_work, range(len(several)))
            pool.close()
            pool.join()
    finally:
        _work.pop()


_work: list[tuple[Office, tuple[Together, ...], Acting]] = []
"""What the copies of a process are to do: found where they were copied, so it need not be sent."""


def _apart() -> None:
    """In a copy: the connection is the first process's, and stays open there."""
    for connection in connections.all(initialized_only=True):
        connection.connection = None
    util.Finalize(None, connections.close_all, exitpriority=10)


def _at_work(n: int) -> list[RowDone]:
    here, several, acting = _work[-1]
    return _set(here, several[n], acting)


def _set(here: Office, together: Together, acting: Acting) -> list[RowDone]:
    """Some cases with their rows, until none of them moved under our hands or it happened too often."""
    told: list[RowDone] = []
    for _ in range(TRIES):
        done, together = _once(here, together, acting)
        told += done
        if not together:
            return told
    for rows in together.values():
        told += [
            RowDone(row.number, "refused", row.case, row.step, refused=Refused("step.conflict"))
            for row in rows
        ]
    return told


def _once(here: Office, together: Together, acting: Acting) -> tuple[list[RowDone], Together]:
    """What was stored or refused, and the rows of the cases that somebody else moved on."""
    loaded = {each.case.number: each for each in here.journal.load(numbers=list(together))}
    told = [
        RowDone(row.number, "refused", row.case or number, row.step, refused=_nobodys(number))
        for number, rows in together.items()
        if number not in loaded
        for row in rows
    ]
    wanted = {number: [asked(here, loaded[number], row) for row in together[number]] for number in loaded}
    known = acted_on(here.journal, [each.request.key for rows in wanted.values() for each in rows])
    folds = {number: Fold(here, loaded[number], acting) for number in loaded}
    done = {number: [folds[number].take(each, known) for each in rows] for number, rows in wanted.items()}
    given = {number: made for number, fold in folds.items() if (made := fold.given()) is not None}
    results = append_many(here.journal, list(given.values()), datetime.now(UTC)) if given else ()
    moved = {
        number: together[number]
        for number, result in zip(given, results, strict=True)
        if isinstance(result, Refused) and result.code == "step.conflict"
    }
    unsealed = {n: result for n, result in zip(given, results, strict=True) if isinstance(result, Refused)}
    kept = [
        replace(each, came="refused", refused=unsealed[number])
        if number in unsealed and each.came == "taken"
        else each
        for number, rows in done.items()
        if number not in moved
        for each in rows
    ]
    return told + _hidden(here, loaded, kept, acting), moved


def _hidden(here: Office, loaded: dict[str, Loaded], done: list[RowDone], acting: Acting) -> list[RowDone]:
    """To somebody who may not see a case it is refused like one that is not there."""
    doubtful = {each.case for each in done if each.came != "taken"}
    seen = visible_among(here, acting, [loaded[number].case.id for number in doubtful]) if doubtful else set()
    hidden = {number for number in doubtful if loaded[number].case.id not in seen}
    told = []
    for each in done:
        if each.case in hidden and each.came != "taken":
            each = RowDone(each.number, "refused", each.case, each.step, refused=_nobodys(each.case))
        elif each.refused is not None:
            each = replace(each, refused=_pointed(here, loaded[each.case], each, acting))
        told.append(each)
    return told


def _nobodys(number: str) -> Refused:
    return Refused("case.unknown", "case", {"number": number})


def _pointed(here: Office, loaded: Loaded, done: RowDone, acting: Acting) -> Refused:
    """With the choices that come nearest, as on the page."""
    assert done.refused is not None
    procedure = here.procedure(loaded.case.adoption)
    rule = procedure.kinds[loaded.case.kind].steps.get(done.step)
    return pointed(done.refused, form_of(procedure, rule), here, acting.language)
