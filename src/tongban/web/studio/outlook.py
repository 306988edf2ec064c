"""What a draft would change, in words: settings, content, last year's promises kept under it, and where its cases would go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.at_hand import Opened, unfit
from tongban.apps.adoption.preview import Preview, preview
from tongban.apps.dispatch.rerouted_words import Told, Way, worded
from tongban.apps.office import office
from tongban.apps.supervision.adoptions import unit_names
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.difference import Change, diff
from tongban.library.practice import Practice
from tongban.web.studio.changed import COUNTED, ChangeLine, change_line
from tongban.web.studio.saying import Saying

MOST = 40
"""Changes of content that are told one by one; the rest is counted."""


MOST_SENT = 3000
"""Past cases that a page sends by the draft, the newest: as many as promises are counted of. The shell asks all."""


class SettingLine(Struct, frozen=True):
    title: str
    before: str
    after: str


class UnitLine(Struct, frozen=True):
    name: str
    laps: int
    before: int
    after: int


class Outlook(Struct, frozen=True):
    """``first``: the county has not adopted the practice yet, so there is no past to ask.

    ``same``: exactly this is in force already. Numbers are promises of the last twelve months.
    """

    first: bool
    same: bool
    settings: tuple[SettingLine, ...]
    changes: tuple[ChangeLine, ...]
    more: int
    areas: tuple[tuple[str, int], ...]
    homes: tuple[str, ...]
    since: str = ""
    cases: int = 0
    left_out: int = 0
    laps: int = 0
    late_before: int = 0
    late_after: int = 0
    newly_late: int = 0
    newly_kept: int = 0
    units: tuple[UnitLine, ...] = ()
    routing: Told | None = None


def outlook(
    found: Opened,
    practice: Practice,
    own: Mapping[str, Value],
    homes: tuple[str, ...],
    acting: Acting,
    saying: Saying,
) -> Outlook | Refused:
    """What the draft would change. Refuses settings out of range, a draft that is not sound, one that rests on a document that has
    ended, and, of what is being written or came as a parcel, one whose scenarios do not hold."""
    wrong = unfit(found, practice, own, acting)
    if wrong is not None:
        return wrong
    names = unit_names(acting.language)
    held = found.held
    if held is None:
        first = tuple(SettingLine(saying.setting(n), "", saying_of(saying, n, v)) for n, v in own.items())
        return Outlook(True, False, first, (), 0, (), tuple(names.get(each, each) for each in homes))
    newer = practice if found.newer else None
    seen = preview(practice.id, own, acting.now, folder=newer, sent_at_most=MOST_SENT)
    if isinstance(seen, Refused):
        return seen
    changes = diff(held.practice, practice) if newer is not None else ()
    same_homes = set(homes) == set(held.homes)
    return _told(seen, changes, saying, acting, names, () if same_homes else homes)


def _told(
    seen: Preview,
    changes: tuple[Change, ...],
    saying: Saying,
    acting: Acting,
    names: Mapping[str, str],
    homes: tuple[str, ...],
) -> Outlook:
    weighty = [each for each in changes if each.area not in COUNTED]
    here = office()
    before, after = (Way(each, here.names) for each in seen.ways)
    return Outlook(
        first=False,
        same=not seen.settings and not changes and not homes,
        settings=tuple(
            SettingLine(
                saying.setting(each.name),
                saying_of(saying, each.name, each.before),
                saying_of(saying, each.name, each.after),
            )
            for each in seen.settings
        ),
        changes=tuple(change_line(saying, each) for each in weighty[:MOST]),
        more=max(0, len(weighty) - MOST),
        areas=tuple(
            (saying.own(f"studio.area.{area}"), n) for area, n in Counter(c.area for c in changes).items()
        ),
        homes=tuple(names.get(each, each) for each in homes),
        since=moment(seen.since, acting.language),
        cases=seen.cases,
        left_out=seen.left_out,
        laps=seen.laps,
        late_before=seen.late_before,
        late_after=seen.late_after,
        newly_late=seen.newly_late,
        newly_kept=seen.newly_kept,
        units=tuple(
            UnitLine(names.get(each.unit, each.unit), each.laps, each.late_before, each.late_after)
            for each in seen.units
            if each.late_before or each.late_after
        ),
        routing=worded(here, seen.routing, before, after, acting),
    )


def saying_of(saying: Saying, name: str, value: Value) -> str:
    """A setting's value in words; "" where the version before had no such setting."""
    setting = saying.practice.manifest.settings.get(name)
    return saying.value(setting.type if setting is not None else "", value) if value is not None else ""
