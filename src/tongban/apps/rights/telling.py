"""The table of rights in words: the acts as they are declared, the steps as the adopted procedures have them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.rights.table import ACTS, Act, Grant, Lends
from tongban.apps.sheets import harmless
from tongban.apps.wording import Wording, say_or
from tongban.kernel.procedure.model import Step, Who
from tongban.library.texts import product_texts


class ActLine(Struct, frozen=True):
    """An act besides steps. ``who`` are its grants in words; ``roles`` the roles that it names."""

    id: str
    title: str
    about: str
    who: tuple[str, ...]
    roles: frozenset[str]
    two: bool


class StepLine(Struct, frozen=True):
    """A step of a kind of case. ``not_by`` are the steps whose doers may not take this one; ``lent`` whether a mandate lends it."""

    practice: str
    practice_title: str
    kind: str
    kind_title: str
    step: str
    title: str
    who: tuple[str, ...]
    roles: frozenset[str]
    not_by: tuple[str, ...]


class Table(Struct, frozen=True):
    """What was asked for. ``roles`` and ``practices`` are all that can be asked for, with their titles."""

    acts: tuple[ActLine, ...]
    steps: tuple[StepLine, ...]
    roles: tuple[tuple[str, str], ...]
    practices: tuple[tuple[str, str], ...]


def rights_table(acting: Acting, practice: str = "", role: str = "", words: str = "") -> Table:
    """Everything that may be done and by whom; ``practice`` and ``role`` narrow it, ``words`` are looked for in what is done.

    A narrowed practice leaves the acts out, for they hold for all practices alike.
    """
    here = office()
    names = _roles(here, acting)
    acts = [] if practice else [_act_line(each, acting.language, names) for each in ACTS.values()]
    steps = list(_step_lines(here, acting, practice))
    sought = words.strip().casefold()
    return Table(
        tuple(a for a in acts if (not role or role in a.roles) and _has(sought, a.title, a.id)),
        tuple(s for s in steps if (not role or role in s.roles) and _has(sought, s.title, s.step)),
        tuple(sorted(names.items())),
        tuple(
            (each, here.wording(adoption, acting.language).title())
            for each, adoption in here.all_practices(acting.now)
        ),
    )


COLUMNS = ("practice", "kind", "what", "code", "about", "who", "not_by")


def rights_sheet(acting: Acting, practice: str = "", role: str = "", words: str = "") -> str:
    """The same as CSV, a row for each act and each step; with the mark by which spreadsheets know UTF-8."""
    table, say = rights_table(acting, practice, role, words), product_texts().say
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([say(f"rights.column.{each}", acting.language) for each in COLUMNS])
    case = say("rights.about.case", acting.language)
    for act in table.acts:
        rows.writerow(
            [harmless(each) for each in ("", "", act.title, act.id, act.about, " | ".join(act.who), "")]
        )
    for step in table.steps:
        cells = (
            step.practice_title,
            step.kind_title,
            step.title,
            step.step,
            case,
            " | ".join(step.who),
            " | ".join(step.not_by),
        )
        rows.writerow([harmless(each) for each in cells])
    return "\ufeff" + out.getvalue()


def _has(sought: str, *texts: str) -> bool:
    return not sought or any(sought in text.casefold() for text in texts)


def _roles(here: Office, acting: Acting) -> dict[str, str]:
    """Every role that the acts or an adopted practice names, as the first practice that has words for it calls it."""
    found = {
        grant.role: say_or(f"rights.role.{grant.role}", acting.language, grant.role)
        for act in ACTS.values()
        for grant in act.grants
        if grant.role
    }
    for _, adoption in here.all_practices(acting.now):
        wording = here.wording(adoption, acting.language)
        for kind in wording.procedure.kinds.values():
            for who in (each for step in kind.steps.values() for each in step.by if each.role):
                found.setdefault(who.role, wording.role(who.role))
    return found


def _act_line(act: Act, language: str, names: dict[str, str]) -> ActLine:
    say = product_texts().say
    return ActLine(
        act.id,
        say(f"rights.act.{act.id}", language),
        say(f"rights.about.{act.about}", language),
        (
            *(_granted(each, language, names) for each in act.grants),
            *(say("rights.confirms", language, who=_granted(each, language, names)) for each in act.second),
            *(() if act.lends is Lends.NEVER else (say(f"rights.lends.{act.lends.value}", language),)),
        ),
        frozenset(each.role for each in (*act.grants, *act.second) if each.role),
        act.two,
    )


def _granted(grant: Grant, language: str, names: dict[str, str]) -> str:
    say = product_texts().say
    if not grant.role:
        return say(f"rights.by.{grant.by.value}", language)
    return say(f"rights.role_by.{grant.by.value}", language, role=names[grant.role])


def _step_lines(here: Office, acting: Acting, only: str) -> Iterator[StepLine]:
    for practice, adoption in here.all_practices(acting.now):
        if only and practice != only:
            continue
        wording = here.wording(adoption, acting.language)
        for kind in wording.procedure.kinds.values():
            for step in kind.steps.values():
                yield _step_line(practice, kind.id, step, wording)


def _step_line(practice: str, kind: str, step: Step, wording: Wording) -> StepLine:
    by: tuple[Who, ...] = tuple(step.by)
    return StepLine(
        practice,
        wording.title(),
        kind,
        wording.of(f"kinds.{kind}", kind),
        step.id,
        wording.step(step.id),
        tuple(dict.fromkeys(wording.role_at(each, kind) for each in by)),
        frozenset(each.role for each in by if each.role),
        tuple(wording.step(each) for each in sorted(step.judges)),
    )
