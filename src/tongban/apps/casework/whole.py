"""All that is stored of one case, read once for everything that is made of it, for somebody who may see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.story import Contents
from tongban.apps.office import Office
from tongban.apps.sight import kept_apart, led_from_above, lent, unseen
from tongban.apps.sight import visible as visible_among
from tongban.apps.titles import TITLE, untitled
from tongban.apps.wording import Wording
from tongban.kernel.case import Case
from tongban.kernel.events import Event
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.batch import STEP, Loaded
from tongban.store.wire import array

Relative = tuple[str, str, str, str, str, str, bool, str, str]
"""id, relation, number, title, stage, outcome, settled, adoption, holder: the case itself first of all, and those beside it."""


class Whole(Struct, frozen=True):
    """A case with its relatives, the events of its chain and the answers that were not erased."""

    loaded: Loaded
    relatives: tuple[Relative, ...]
    events: tuple[Event, ...]
    contents: Contents
    recorded: Mapping[int, datetime]
    """when each of these events came into the ledger, by its number"""
    top: Whole | None = None
    """the case at the top of its tree, where it is a part of one: what that says is what it is about"""

    @property
    def case(self) -> Case:
        return self.loaded.case

    @property
    def title(self) -> str:
        """The title under which it is listed; "" for a case without one."""
        return _own_title(self.relatives)


def called(case: Case, relatives: tuple[Relative, ...], wording: Wording) -> str:
    """What a case is called at the head of its pages."""
    return _own_title(relatives) or untitled(wording, case.stage, case.kind)


def _own_title(relatives: tuple[Relative, ...]) -> str:
    return next((title for _, relation, _, title, *_ in relatives if relation == "self"), "")


def whole(number: str, acting: Acting, here: Office, loaded: Loaded | None = None) -> Whole | Refused:
    """Refuses an unknown number, and a reader who may not see the case in the same way: not even that it exists
    is told to whoever has nothing to do with it. ``loaded`` is the case, where it was just read."""
    seen = visible(number, acting, here, loaded)
    if isinstance(seen, Refused):
        return seen
    loaded, relatives = seen
    top = here.journal.load(ids=[loaded.case.root]) if loaded.case.root else ()
    if top and kept_apart(here, top[0].case) and not visible_among(here, acting, [loaded.case.root]):
        top = ()
    return _whole(here, loaded, relatives, _whole(here, top[0]) if top else None)


def unasked(here: Office, loaded: Loaded) -> Whole:
    """The same where nobody asks: what the office itself writes of a case."""
    return _whole(here, loaded)


def _whole(
    here: Office, loaded: Loaded, relatives: tuple[Relative, ...] = (), top: Whole | None = None
) -> Whole:
    entries = [each for each in here.journal.events(loaded.case.id) if each.kind == STEP]
    events, recorded = tuple(each.event() for each in entries), {each.seq: each.recorded for each in entries}
    return Whole(loaded, relatives, events, _contents(here, loaded.case.id), recorded, top)


def visible(
    number: str, acting: Acting, here: Office, loaded: Loaded | None = None
) -> tuple[Loaded, tuple[Relative, ...]] | Refused:
    """A case and those beside it, for whoever may see it; refused like a whole one."""
    found = loaded or here.find(number)
    if isinstance(found, Refused):
        return found
    loaded = found
    relatives = _relatives(here, loaded.case)
    alone = kept_apart(here, loaded.case)
    helpers = [
        each[-1] for each in relatives if _opens(each, loaded, acting) and not (alone and each[1] == SUBCASE)
    ]
    hidden = unseen(
        loaded.case, acting, here.county, [*helpers, *lent(loaded, here.county, acting.now)], number
    )
    return hidden or (loaded, _readable(here, acting, relatives, loaded.case))


def _opens(relative: Relative, loaded: Loaded, acting: Acting) -> bool:
    """Whether whoever holds this one may see the case for that reason."""
    relation, settled = relative[1], relative[6]
    if relation == UNDER:
        return led_from_above(loaded, acting.now, settled=settled)
    return relation not in BESIDE


def _readable(
    here: Office, acting: Acting, relatives: tuple[Relative, ...], case: Case
) -> tuple[Relative, ...]:
    """Without those placed under the case that are the reader's to see no longer, nor to know of, without what it
    is a part of where parts are kept apart from that, and without what is guarded."""
    kinds = here.procedure(case.adoption).kinds.values()
    doubtful = {PLACED, PARENT} if any(kind.apart for kind in kinds) else {PLACED}
    guarded = here.county.guarded
    asked = [
        each[0]
        for each in relatives
        if each[1] in doubtful or (guarded and here.procedure(each[7]).practice in guarded)
    ]
    if not asked:
        return relatives
    open_to = visible_among(here, acting, asked)
    return tuple(each for each in relatives if each[0] not in asked or each[0] in open_to)


FOLLOWER, PLACED, UNDER, PARENT, SUBCASE = "follower", "placed", "under", "parent", "subcase"
BESIDE = frozenset({FOLLOWER, PLACED})
"""Cases that follow this one or were placed under it: whoever has one of them gets no right here, while whoever has this
one may see it."""


def _relatives(here: Office, case: Case) -> tuple[Relative, ...]:
    """The case itself, what it stands under or follows, its subcases, what follows it or was placed under it, in one
    query."""
    known = {case.under: UNDER, case.joined: "joined", case.parent: PARENT, case.id: "self"}
    rows = here.journal.often(  # constants and bound values only
        f"""SELECT id::text, number, {TITLE}, stage, outcome, standing <> 'open', adoption, holder, parent::text, joined::text
           FROM store_case WHERE county = %s
           AND (parent = %s::uuid OR joined = %s::uuid OR under = %s::uuid OR id = ANY(%s::uuid[])) ORDER BY number""",  # noqa: S608
        (here.county.code, case.id, case.id, case.id, array(each for each in known if each)),
    )
    found = []
    for id_, number, title, stage, outcome, settled, adoption, holder, parent, joined in rows:
        other = SUBCASE if parent == case.id else FOLLOWER if joined == case.id else PLACED
        relation = known.get(str(id_), other)
        words = (str(number), str(title), str(stage), str(outcome))
        found.append((str(id_), relation, *words, bool(settled), str(adoption), str(holder)))
    return tuple(found)


def _contents(here: Office, case: str) -> Contents:
    """Erasable answers of a case that still exist, by event and field."""
    rows = here.journal.often(
        "SELECT seq, field, value FROM store_content WHERE county = %s AND chain = %s::uuid",
        (here.county.code, case),
    )
    return {(seq, field): _read(text) for seq, field, text in cast("list[tuple[int, str, str]]", rows)}


def _read(text: str) -> Value:
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value
