"""``tongban practice``: what stands on the shelf, whether it is sound, adopting it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import django_ready, open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused, RefusedError

if TYPE_CHECKING:
    from tongban.apps.adoption.adopting import Adopted
    from tongban.apps.adoption.preview import Preview
    from tongban.apps.adoption.shelf import OnShelf, Shown
    from tongban.library.practice import Practice

PRACTICE = "practice.yaml"
"""The file that makes a folder a practice."""


def list_all(voice: Voice, _: argparse.Namespace) -> int:
    """The shelf, with what is adopted where a database runs; without one, the shelf alone."""
    from tongban.apps.adoption.shelf import list_practices, standing

    found = _with_database(voice) or list_practices(voice.language, {})
    if not found:
        voice.say("practice.none")
    for each in found:
        if each.faults:
            voice.say("practice.line_faulty", id=each.id, faults=each.faults)
            continue
        state = "adopted" if each.current else "not_adopted"
        if each.adopted and not each.current:
            state = standing(each.version, each.adopted_version)
        words = voice.words(f"practice.{state}", version=each.adopted_version)
        voice.write(f"{each.id}  {each.version}  {words}\n    {each.title}")
    return 1 if any(each.faults for each in found) else 0


def _with_database(voice: Voice) -> tuple[OnShelf, ...]:
    from tongban.cli.machine import home

    if not (home() / "keys").is_dir():  # nothing was ever set up here
        return ()
    django_ready()
    from django.db import Error

    from tongban.apps.adoption.adopting import practices

    try:
        return practices(voice.language)
    except (Error, RefusedError):
        return ()


def check(voice: Voice, options: argparse.Namespace) -> int:
    return _each(voice, options.path, _check)


def test(voice: Voice, options: argparse.Namespace) -> int:
    return _each(voice, options.path, _test)


def _each(voice: Voice, paths: Sequence[str], judge: Callable[[Voice, Path], int]) -> int:
    """Of one practice after another; of several it is said at the end how many are good."""
    judged = [judge(voice, each) for path in paths for each in _folders(Path(path))]
    if len(judged) > 1:
        voice.say("practice.good", good=judged.count(0), total=len(judged))
    return max(judged)


def _folders(path: Path) -> Iterator[Path]:
    """The practices in a folder that is none itself but holds some, as a shelf does; else the folder itself."""
    held = [] if (path / PRACTICE).is_file() else sorted(each.parent for each in path.glob(f"*/{PRACTICE}"))
    yield from held or [path]


def _check(voice: Voice, path: Path) -> int:
    from tongban.apps.adoption.shelf import check as check_folder

    practice, faults = check_folder(path)
    if faults:
        voice.refuse(Refused.of(list(faults)))
        voice.warn("practice.faulty", path=str(path), faults=len(faults))
        return 1
    assert practice is not None
    voice.say("practice.sound", id=practice.id, version=practice.version, digest=practice.digest)
    _tell_basis(voice, practice)
    return 0


def _tell_basis(voice: Voice, practice: Practice) -> None:
    """Which documents it cannot be adopted on today: of the day, and so no fault of the folder."""
    from tongban.apps.adoption.basis import unfounded

    for each in unfounded(practice, local_date(datetime.now(UTC))):
        voice.find(each)


def _test(voice: Voice, path: Path) -> int:
    from tongban.apps.adoption.shelf import tell

    report = tell(path)
    if isinstance(report, Refused):
        return voice.refuse(report)
    for told in report.stories:
        mark = "✗" if told.failures else "✓"
        voice.write(f"{mark} {told.title.get(voice.language, told.path)}  ({told.path})")
        if told.failures:
            voice.refuse(Refused.of(list(told.failures)), report.naming(voice.language))
    good = sum(not told.failures for told in report.stories)
    voice.say("practice.told", good=good, total=len(report.stories))
    return 0 if good == len(report.stories) and report.stories else 1


def show(voice: Voice, options: argparse.Namespace) -> int:
    from tongban.apps.adoption.shelf import show_folder

    shown: Shown | Refused
    try:
        open_up()
        from tongban.apps.adoption.adopting import show as shown_as_adopted

        shown = shown_as_adopted(options.id, voice.language)
    except RefusedError:  # no database, no county: the shelf will do
        shown = show_folder(options.id, voice.language)
    if isinstance(shown, Refused):
        return voice.refuse(shown)
    written(voice, shown)
    return 0


def written(voice: Voice, shown: Shown) -> None:
    voice.write(f"{shown.title}  ({shown.id} {shown.version})\n{shown.purpose}")
    voice.say("practice.digest", digest=shown.digest)
    if shown.adopted:
        since = local_date(shown.since) if shown.since is not None else ""
        voice.say("practice.in_force", id=shown.adopted, since=since, homes=_many(shown.homes))
    else:
        voice.say("practice.not_in_force")
    voice.say("practice.needs_first", words=shown.preconditions)
    for kind, title, stages, steps in shown.kinds:
        voice.say("practice.kind", id=kind, title=title, stages=stages, steps=steps)
    voice.say("practice.roles", words=_many(f"{title} ({role})" for role, title in shown.roles))
    voice.say("practice.settings")
    for each in shown.settings:
        value = shown.values[each.id]
        least = f"{each.least}–{each.most}" if each.least is not None else _many(each.choices)
        words = voice.words("practice.range", least=least) if least else ""
        voice.write(f"  {each.id} = {value}  {words}\n      {each.title.get(voice.language, '')}")
    voice.say("practice.legal_basis")
    for title, document in shown.legal_basis:
        voice.write(f"  {title}  {document}")
    voice.say("practice.scenarios", n=len(shown.scenarios))


def adopt(voice: Voice, options: argparse.Namespace) -> int:
    settings = _settings(options.set)
    if isinstance(settings, Refused):
        return voice.refuse(settings)
    from tongban.cli.register import since_of

    since = since_of(options.since)
    if isinstance(since, Refused):
        return voice.refuse(since)
    open_up()
    from tongban.apps.adoption.adopting import adopt as take_on

    found = _from(options, settings)
    if isinstance(found, Refused):
        return voice.refuse(found)
    practice, settings, homes = found
    made = take_on(
        practice,
        settings,
        homes,
        operator(voice.language),
        since=since,
        first=options.first,
        renews=not options.anew,
        even_not_newer=options.even_not_newer,
    )
    if isinstance(made, Refused):
        return voice.refuse(made)
    tell_adopted(voice, made)
    return 0


def _from(
    options: argparse.Namespace, settings: Mapping[str, object]
) -> tuple[str | Practice, Mapping[str, object], Sequence[str]] | Refused:
    """What is to be adopted, its settings and units: by its id or folder, or as ``--of`` says; an earlier adoption with what it had then."""
    if not options.of:
        return options.id, settings, options.home
    from tongban.apps.adoption.at_hand import opened, to_take_on

    found = opened(options.id, options.of)
    if isinstance(found, Refused):
        return found
    practice = to_take_on(found)
    if isinstance(practice, Refused):
        return practice
    if found.earlier is None or options.anew:
        return practice, settings, options.home
    return practice, {**found.earlier.own, **settings}, options.home or found.earlier.homes


def tell_adopted(voice: Voice, made: Adopted) -> None:
    key = "practice.again" if made.again else "practice.taken_on"
    voice.say(key, id=made.id, version=made.version, homes=_many(made.homes))
    if made.unstaffed:
        voice.say("practice.unstaffed", roles=_many(made.unstaffed))
    for each in made.alike:
        names = {"own": each.own, "theirs": each.theirs, "title": each.title}
        voice.say("practice.alike", id=made.practice, other=each.practice, **names)


def preview(voice: Voice, options: argparse.Namespace) -> int:
    settings = _settings(options.set)
    draft = _draft(options.id)
    for each in (settings, draft):
        if isinstance(each, Refused):
            return voice.refuse(each)
    assert not isinstance(settings, Refused) and not isinstance(draft, Refused)
    open_up()
    from tongban.apps.adoption.preview import preview as replay
    from tongban.apps.dispatch.rerouted_lines import lines
    from tongban.apps.dispatch.rerouted_words import Way, worded
    from tongban.apps.office import office

    acting = operator(voice.language)
    with progress(voice) as say:
        found = replay(draft.id if draft else options.id, settings, acting.now, folder=draft, say=say)
    if isinstance(found, Refused):
        return voice.refuse(found)
    _write_promises(voice, found)
    here = office()
    before, after = (Way(practice, here.names) for practice in found.ways)
    for line in lines(worded(here, found.routing, before, after, acting), voice.language):
        voice.write(line)
    return 0


def _draft(named: str) -> Practice | Refused | None:
    """The changed practice in a folder; None where an adopted one is named, of which only settings change."""
    from tongban.apps.adoption.shelf import MANIFEST
    from tongban.apps.adoption.shelf import check as check_folder

    path = Path(named)
    if not (path / MANIFEST).is_file():
        return None
    practice, faults = check_folder(path)
    return practice if practice is not None and not faults else Refused.of(list(faults))


def _write_promises(voice: Voice, found: Preview) -> None:
    from tongban.apps.office import office
    from tongban.apps.wording import moment

    for change in found.settings:
        voice.write(f"{change.name}: {change.before} → {change.after}")
    voice.say(
        "preview.sum",
        since=moment(found.since, voice.language),
        cases=found.cases,
        laps=found.laps,
        before=found.late_before,
        after=found.late_after,
    )
    voice.say("preview.turned", late=found.newly_late, kept=found.newly_kept)
    names = office().names
    for unit in found.units:
        if unit.late_before != unit.late_after:
            name = names.unit(unit.unit, voice.language)
            voice.say(
                "preview.unit", unit=name, before=unit.late_before, after=unit.late_after, laps=unit.laps
            )


def _settings(pairs: list[str]) -> Mapping[str, object] | Refused:
    """``name=value`` as settings; true and false are flags."""
    found: dict[str, object] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            return Refused("cli.not_a_pair", pair)
        found[name] = {"true": True, "false": False}.get(value, value)
    return found


def _many(parts: object) -> str:
    return ", ".join(str(part) for part in parts)  # type: ignore[attr-defined]
