"""Practices for who looks after them: the shelf, what adopting one would change, adopting, retiring."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from tongban.api.v1.describing import plain
from tongban.api.v1.problems import fault_out
from tongban.api.v1.route import Answer, Asked, Given, Raw
from tongban.api.v1.shapes import adoption as shapes
from tongban.apps.adoption.adopting import Adopted, retire
from tongban.apps.adoption.at_hand import Opened, opened, shelf, take_on, unfit
from tongban.apps.adoption.preview import Preview, preview
from tongban.apps.adoption.shelf import described, said, tell_practice
from tongban.apps.dispatch.rerouting import Rerouted
from tongban.apps.formats import bpmn
from tongban.apps.supervision.adoptions import adoption_lines
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.practice import Practice

MOST_SENT = 3000
"""Past cases that are sent by the draft, the newest: an answer within seconds."""


def list_shelf(asked: Asked) -> Answer:
    """Every practice at hand, adopted or not; then those whose folder is gone."""
    language = asked.acting.language
    return shapes.ShelvedList(practices=tuple(_shelved(each, language) for each in shelf()))


def _shelved(found: Opened, language: str) -> shapes.Shelved:
    practice = found.practice
    return shapes.Shelved(
        id=found.id,
        title=said(practice, "practice.title", language) if practice is not None else found.id,
        version=practice.version if practice is not None else "",
        purpose=said(practice, "practice.purpose", language) if practice is not None else "",
        adopted=found.held.practice.version if found.held is not None else "",
        newer=found.newer,
        faults=len(found.faults),
    )


def get_shelved(asked: Asked, practice: str, query: shapes.OfQuery) -> Answer:
    """One practice at hand: what it asks of the county, its settings with their ranges, and all that is wrong with it."""
    found = opened(practice, query.of)
    if isinstance(found, Refused):
        return found
    language = asked.acting.language
    faults = tuple(fault_out(each, language) for each in found.faults)
    since, held = (found.held.since, found.held) if found.held is not None else (None, None)
    state = {
        "adoption": held.id if held is not None else "",
        "since": since,
        "homes": held.homes if held is not None else (),
        "retired": found.retired.until if found.retired is not None else None,
        "newer": found.newer,
        "faults": faults,
    }
    if found.practice is None:
        empty = dict.fromkeys(("version", "digest", "title", "purpose", "preconditions"), "")
        none = dict.fromkeys(("needs", "roles", "settings", "scenarios"), ())
        return shapes.ShelvedOut.model_validate({"id": found.id, **empty, **none, **state})
    return shapes.ShelvedOut.model_validate({**_told(found, found.practice, language), **state})


def _told(found: Opened, practice: Practice, language: str) -> dict[str, object]:
    values = found.procedure.settings if found.procedure is not None else {}
    shown = described(practice, language, values)
    settings = tuple(
        shapes.SettingOut(
            id=each.id,
            type=each.type,
            title=each.title[language],
            why=each.why[language],
            default=_plain(each.default),
            value=_plain(shown.values[each.id]),
            least=_plain(each.least),
            most=_plain(each.most),
            choices=each.choices,
        )
        for each in shown.settings
    )
    return {
        "id": found.id,
        "version": practice.version,
        "digest": practice.digest,
        "title": shown.title,
        "purpose": shown.purpose,
        "preconditions": shown.preconditions,
        "needs": tuple(practice.manifest.needs),
        "roles": tuple(practice.manifest.roles),
        "settings": settings,
        "scenarios": shown.scenarios,
    }


def preview_practice(asked: Asked, practice: str, body: shapes.Wished) -> Answer:
    """What adopting it with these settings would change: content, settings, promises of the last year, where its cases would go."""
    found = _sound(opened(practice, body.of))
    if isinstance(found, Refused):
        return found
    own, folder = _wished(found, body)[0], found.folder
    assert folder is not None
    wrong = unfit(found, folder, own, asked.acting)
    if wrong is not None:
        return wrong
    if found.held is None:
        return _first(own)
    newer = folder if found.newer else None
    seen = preview(practice, own, asked.acting.now, folder=newer, sent_at_most=MOST_SENT)
    return seen if isinstance(seen, Refused) else _preview(seen)


def _sound(found: Opened | Refused) -> Opened | Refused:
    """What can be adopted at all."""
    if isinstance(found, Refused) or found.folder is not None:
        return found
    return found.unreadable


def _first(own: Mapping[str, object]) -> shapes.PreviewOut:
    changes = (
        shapes.SettingChange.model_validate({"name": name, "before": None, "after": value})
        for name, value in own.items()
    )
    counted = ("cases", "left_out", "laps", "late_before", "late_after", "newly_late", "newly_kept")
    return shapes.PreviewOut(
        first=True,
        settings=tuple(changes),
        changes=(),
        since=None,
        units=(),
        routing=None,
        **dict.fromkeys(counted, 0),
    )


def _preview(seen: Preview) -> shapes.PreviewOut:
    return shapes.PreviewOut(
        first=False,
        settings=tuple(
            shapes.SettingChange(name=each.name, before=_plain(each.before), after=_plain(each.after))
            for each in seen.settings
        ),
        changes=tuple(shapes.ContentChange.model_validate(each) for each in seen.changes),
        since=seen.since,
        cases=seen.cases,
        left_out=seen.left_out,
        laps=seen.laps,
        late_before=seen.late_before,
        late_after=seen.late_after,
        newly_late=seen.newly_late,
        newly_kept=seen.newly_kept,
        units=tuple(shapes.UnitPreview.model_validate(each) for each in seen.units),
        routing=_routing(seen.routing),
    )


def _routing(found: Rerouted) -> shapes.ReroutedOut:
    """Counts alone: which cases these are, not everybody who may read practices may see."""
    moves = (
        shapes.MoveOut(before=each.before.unit, after=each.after.unit, cases=each.cases)
        for each in found.moves
    )
    return shapes.ReroutedOut(
        same=found.same,
        cases=found.cases,
        compared=found.compared,
        moved=found.moved,
        better=found.better,
        worse=found.worse,
        moves=tuple(moves),
    )


def tell_stories(asked: Asked, practice: str, query: shapes.OfQuery) -> Answer:
    """Tell every scenario of it on the kernel alone; what was not as expected stands beside it."""
    found = opened(practice, query.of)
    if isinstance(found, Refused):
        return found
    if found.practice is None:
        return found.unreadable
    report = tell_practice(found.practice)
    if isinstance(report, Refused):
        return report
    language = asked.acting.language
    told = tuple(
        shapes.StoryTold(
            path=each.path,
            title=each.title.get(language, each.path),
            failures=tuple(fault_out(fault, language) for fault in each.failures),
        )
        for each in report.stories
    )
    return shapes.StoryList(failed=sum(bool(each.failures) for each in told), stories=told)


def get_bpmn(asked: Asked, practice: str, query: shapes.OfQuery) -> Answer:
    """Its procedure as BPMN 2.0, with a picture."""
    found = opened(practice, query.of)
    if isinstance(found, Refused):
        return found
    if found.practice is None:
        return found.unreadable
    made = bpmn.bpmn(found.practice, asked.acting.language)
    return made if isinstance(made, Refused) else Raw(_bytes(made), bpmn.MEDIA)


def list_adoptions(asked: Asked, practice: str) -> Answer:
    """When the county took it on, with which settings, and how many open cases still go by each; the latest first."""
    lines = (
        shapes.AdoptionOut(
            id=each.id,
            version=each.version,
            digest=each.digest,
            settings=plain(each.settings),
            homes=each.homes,
            since=each.since,
            until=each.until,
            by=each.by,
            running=each.running,
        )
        for each in adoption_lines(practice, asked.acting)
    )
    return shapes.AdoptionList(adoptions=tuple(lines))


def adopt_practice(asked: Asked, practice: str, body: shapes.Adopt) -> Answer:
    """Adopt a practice, adopt another version of it, or change its settings. Open cases stay on what they began under.

    Answers 201, or 200 where exactly this is in force already. Refuses all that the check finds, settings out of range, a need that is not met,
    a duty that another one has, until ``first`` says which goes before (``adoption.same_duty``), another practice under the name of one that
    the county has (``adoption.another``), and what is no newer version unless ``even_not_newer`` (``adoption.older``, ``adoption.same_version``).
    """
    found = opened(practice, body.of)
    if isinstance(found, Refused):
        return found
    own, homes = _wished(found, body)
    acting, knowing = asked.acting, body.even_not_newer
    made = take_on(found, own, homes, acting, body.since, first=body.first, even_not_newer=knowing)
    return _adopted(made, 201)


def _wished(found: Opened, body: shapes.Wished) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """Settings and receiving units; what is not said stays as it is in force, or was last."""
    begins = found.begins
    own, homes = (begins.own, begins.homes) if begins is not None else ({}, ())
    return own if body.settings is None else body.settings, homes if body.homes is None else body.homes


def retire_practice(asked: Asked, practice: str) -> Answer:
    """Open no more cases by it. Open ones go on, and it may be adopted again."""
    return _adopted(retire(practice, asked.acting), 200)


def _adopted(done: Adopted | Refused, status: int) -> Answer:
    if isinstance(done, Refused):
        return done
    return Given(shapes.AdoptedOut.model_validate(done), 200 if done.again else status)


def _plain(value: Value) -> JsonValue:
    return plain({"": value})[""]


def _bytes(made: str | bytes) -> bytes:
    return made.encode() if isinstance(made, str) else made
