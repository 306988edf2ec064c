"""A hotspot taken on as one effort: a case that offices open for themselves is opened, or one of theirs breaks off subcases, and
the hotspot's cases are placed under it.

Nothing here knows a practice: what offices alone open are the main cases of practices that no requester has a part in, and
what places a case is its own step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.opening import asks, beyond, openings
from tongban.apps.casework.scenes import looking
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import FieldView, Opening, Taken
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.supervision.views import Watched
from tongban.kernel.events import SubcaseOpened
from tongban.kernel.procedure.answering import reaches_requester
from tongban.kernel.procedure.available import available
from tongban.kernel.procedure.model import Kind, OpenSubcases
from tongban.kernel.refusal import Refused
from tongban.library.texts import Words
from tongban.store.batch import STEP, Loaded

MOST = 10
"""Open cases of one's own that are offered, the newest."""
CHANNEL = "hotspot"


class Joint(Struct, frozen=True):
    """One way to take a hotspot on, by its step. ``number`` is the open case that is gone on with; "" where one is opened.

    ``of`` is what it belongs to in words: the practice, or the open case.
    """

    key: str
    step: str
    title: str
    of: str
    help: str
    number: str = ""
    opening: Opening | None = None


class Placeable(Struct, frozen=True):
    """A case that the reader may place under another one, by which step, and the field that asks for the other's number."""

    number: str
    title: str
    step: str
    field: str


class Begun(Struct, frozen=True):
    """The case that the others were placed under, and those that could not be."""

    number: str
    placed: tuple[str, ...]
    failed: tuple[tuple[str, Refused], ...]


def placeable(cases: Sequence[Watched]) -> tuple[Placeable, ...]:
    """The cases that the reader may place under another one now."""
    return tuple(
        Placeable(case.number, case.title, each.step, each.places)
        for case in cases
        for each in case.measures
        if each.places
    )


def _able(here: Office, loaded: Loaded, acting: Acting) -> list[str]:
    scene = looking(here, loaded, acting.now)
    found = available(here.procedure(loaded.case.adoption), loaded.case, acting.actor, scene)
    return [each.step_id for each in found if each.refusal is None]


def joint_ways(acting: Acting) -> tuple[Joint, ...]:
    """How the reader may take something on: new cases first, then open ones of theirs."""
    here = office()
    inner = {adoption for _, adoption in here.practices(acting.now) if _between_offices(here, adoption)}
    new = [
        Joint("-".join((way.practice, way.kind, way.step)), way.step, way.title, way.practice_title, way.help, opening=way)
        for way in openings(acting)
        if way.adoption in inner and here.practice(way.adoption).opens == way.kind
    ]  # fmt: skip
    return (*new, *_going_on(here, acting, inner))


def _between_offices(here: Office, adoption: str) -> bool:
    """Whether a practice is one of the offices among themselves: no requester has a part in its main cases."""
    main: Kind | None = here.procedure(adoption).kinds.get(here.practice(adoption).opens)
    return main is not None and not reaches_requester(main)


def _going_on(here: Office, acting: Acting, inner: set[str]) -> Iterator[Joint]:
    """The steps of the reader's open cases that give out subcases to units they name."""
    units = sorted({post.unit for post in acting.actor.posts})
    practices = sorted({here.practice(adoption).id for adoption in inner})
    if not practices or not units:
        return
    rows = here.rows(
        """SELECT id::text, title FROM store_case WHERE county = %s AND standing = 'open' AND parent IS NULL
           AND practice = ANY(%s) AND (holder = ANY(%s) OR home = ANY(%s)) ORDER BY opened_at DESC LIMIT %s""",
        [here.county.code, practices, units, units, MOST],
    )
    titles = {str(row[0]): str(row[1]) for row in rows}
    loaded = {each.case.id: each for each in here.journal.load(ids=titles)} if titles else {}
    for each in (loaded[one] for one in titles if one in loaded):
        wording = here.wording(each.case.adoption, acting.language)
        kind = here.procedure(each.case.adoption).kinds[each.case.kind]
        for able in _able(here, each, acting):
            step = kind.steps[able]
            if step.form and any(isinstance(one, OpenSubcases) and one.field for one in step.may_follow):
                yield Joint(
                    key=f"{each.case.number}-{able}",
                    step=able,
                    title=wording.step(able),
                    of=titles[each.case.id] or written(each.case.number),
                    help=wording.of(f"steps.{able}.help"),
                    number=each.case.number,
                )


def asked(
    way: Joint,
    acting: Acting,
    title: str,
    entered: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> tuple[tuple[FieldView, ...], list[Words]] | Refused:
    """The fields of the step and what a refusal says beyond them; the first line is ``title`` until something was entered."""
    if way.opening is not None:
        fields = asks(way.opening, acting, entered=entered, refused=refused)
        says = beyond(refused, fields, way.opening, acting)
    else:
        attempt = (way.step, entered or {}, refused) if refused is not None else None
        page = look(way.number, acting, entered=attempt)
        if isinstance(page, Refused):
            return page
        step = next((each for each in page.steps if each.id == way.step), None)
        if step is None:
            return Refused("step.not_from_here", way.step, {"stage": page.stage})
        fields, says = step.fields, list(step.says)
    first = next((each.id for each in fields if each.kind == "line"), "")
    if entered is None:
        fields = tuple(
            replace(each, value=title, shown=title) if each.id == first else each for each in fields
        )
    return fields, says


def begin(
    way: Joint, cases: Sequence[Placeable], answers: Mapping[str, object], acting: Acting
) -> Begun | Refused:
    """Take the step and place the cases under what it opened or belongs to, each under a key of its own.

    Refuses what the step refuses; then nothing was placed. Sent again under the same key it acts once.
    """
    taken: Taken | Refused
    if way.opening is not None:
        taken = open_case(
            way.opening.practice, answers, acting, step=way.step, kind=way.opening.kind, channel=CHANNEL
        )
    else:
        taken = take(way.number, way.step, answers, acting)
    if isinstance(taken, Refused):
        return taken
    under = taken.number if way.opening is not None else _given_out(office(), taken, way.step)
    placed: list[str] = []
    failed: list[tuple[str, Refused]] = []
    for each in cases:
        key = str(uuid5(UUID(acting.key), each.number)) if acting.key else ""
        done = take(each.number, each.step, {each.field: under}, replace(acting, key=key))
        if isinstance(done, Refused):
            failed.append((each.number, done))
        else:
            placed.append(each.number)
    return Begun(under, tuple(placed), tuple(failed))


def _given_out(here: Office, taken: Taken, step: str) -> str:
    """The number of the one subcase that the step gave out; that of the case itself where it gave out several."""
    events = [each.event() for each in here.journal.events(taken.case_id) if each.kind == STEP]
    last = next(event for event in reversed(events) if event.step == step)
    opened = [each.case for each in last.follows if isinstance(each, SubcaseOpened)]
    found = here.journal.load(ids=opened) if len(opened) == 1 else ()
    return found[0].case.number if found else taken.number
