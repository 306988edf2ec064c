"""The table: every act besides a step, and by what relation whom it is open to.

What is not granted here is nobody's. Steps are not listed: who takes them stands in the procedure of each practice
(``by``), and :mod:`tongban.kernel.authority` decides it. Where an act is about a case, ``REQUESTER``, ``INVOLVED``,
``WORKS`` and ``STEP`` say by what relation to that case; the use case compares the case itself.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from tongban.kernel.county import OVERSEERS


class By(StrEnum):
    """How somebody has to stand to what an act is about."""

    ANYBODY = "anybody"
    """no sign-in is asked"""
    REQUESTER = "requester"
    """who brought the case and has proved it, with number and telephone or by a code"""
    INVOLVED = "involved"
    """a post at a unit that has to do with the case (holder, receiver, co-holder, by mandate) or above such a unit"""
    WORKS = "works"
    """a post that takes steps on such cases, at the unit that holds the case or received it"""
    STEP = "step"
    """whoever a procedure lets take that step; for an act about a unit, whoever it lets oversee everywhere"""
    SELF = "self"
    """whoever is signed in, for their own account and nobody else's"""
    POST = "post"
    """any post in force, for what concerns the reader's own units"""
    UNIT = "unit"
    """a post at the unit that it is about, or at one above"""
    OFFICE = "office"
    """a post at an office of the county itself that is no department"""
    TOP = "top"
    """a post at the unit above which no other stands"""
    DISPATCHES = "dispatches"
    """a post at a unit where matters are dispatched by precedents"""
    ANYWHERE = "anywhere"
    """a post in the role, wherever it is"""
    PROGRAM = "program"
    """a program that signs as another county does"""
    SYSTEM = "system"
    """the machine itself, and whoever has its shell"""


class Grant(Struct, frozen=True):
    """``role`` "" is any role."""

    by: By
    role: str = ""


class Lends(StrEnum):
    """Whether a post in which somebody stands in for a colleague is enough."""

    NEVER = "never"
    WHOLE = "whole"
    """where it was given for every practice"""
    EVEN_PART = "even_part"
    """also where it was given for some practices: what is done is asked for case by case"""


class Act(Struct, frozen=True):
    """``about`` is what it concerns: a case, a unit, or the whole county. ``two``: one person proposes, another releases;
    ``second`` may release besides whoever may propose. ``lends``: whether whoever stands in for a colleague does it, too."""

    id: str
    about: str
    grants: tuple[Grant, ...]
    two: bool = False
    second: tuple[Grant, ...] = ()
    lends: Lends = Lends.NEVER


def _act(
    id: str,
    about: str,
    *grants: Grant | By,
    two: bool = False,
    second: tuple[Grant, ...] = (),
    lends: Lends = Lends.NEVER,
) -> Act:
    granted = tuple(each if isinstance(each, Grant) else Grant(each) for each in grants)
    return Act(id, about, granted, two, second, lends)


ADMINISTRATOR = "administrator"
GUARDED = frozenset({"leader", "publisher"})
"""Roles that nobody gives alone, besides those that confirm: leaders decide for an office, publishers speak to the public."""
_OVERSEERS = tuple(Grant(By.OFFICE, role) for role in sorted(OVERSEERS))
_ADMINISTRATOR = (Grant(By.ANYWHERE, ADMINISTRATOR), Grant(By.SYSTEM))
_SUPERVISOR = Grant(By.OFFICE, "supervisor")

ACTS: dict[str, Act] = {
    act.id: act
    for act in (
        # For everybody.
        _act("read_public", "county", By.ANYBODY),
        _act("sign_in", "county", By.ANYBODY),
        _act("own_account", "account", By.SELF),
        _act("report", "county", By.ANYBODY),
        _act("prove_case", "case", By.ANYBODY),
        _act("tell_county", "county", By.PROGRAM),
        # One case.
        _act("follow_case", "case", By.REQUESTER),
        _act("see_case", "case", By.REQUESTER, By.INVOLVED, *_OVERSEERS, lends=Lends.EVEN_PART),
        _act("work_on_case", "case", By.INVOLVED, *_OVERSEERS, lends=Lends.EVEN_PART),
        _act("take_step", "case", By.STEP, lends=Lends.EVEN_PART),
        _act("see_identity", "case", By.WORKS, lends=Lends.EVEN_PART),
        # One's own units, and what lies below them.
        _act("work_at_unit", "unit", By.POST, lends=Lends.EVEN_PART),
        _act("register_case", "unit", By.STEP, lends=Lends.EVEN_PART),
        _act("oversee_below", "unit", *(Grant(By.UNIT, role) for role in sorted(OVERSEERS)), lends=Lends.WHOLE),
        _act("see_signs", "unit", By.UNIT, *_OVERSEERS, lends=Lends.WHOLE),
        _act("set_target", "unit", Grant(By.UNIT, "leader"), Grant(By.TOP, "leader")),
        _act(
            "declare_miss", "unit",
            *(Grant(by, role) for role in ("leader", "supervisor") for by in (By.UNIT, By.TOP)),
            Grant(By.STEP, "supervisor"),
        ),
        # The whole county.
        _act("see_all_cases", "county", *_OVERSEERS, By.SYSTEM, lends=Lends.WHOLE),
        _act("see_clusters", "county", *_OVERSEERS, lends=Lends.WHOLE),
        _act("publish_figures", "county", *_OVERSEERS, two=True),
        _act("set_colours", "county", Grant(By.ANYWHERE, ADMINISTRATOR), Grant(By.TOP, "leader")),
        _act("read_precedents", "county", By.DISPATCHES, *_OVERSEERS, *_ADMINISTRATOR, lends=Lends.WHOLE),
        _act("read_practices", "county", By.POST, lends=Lends.EVEN_PART),
        _act("adopt_practices", "county", *_ADMINISTRATOR),
        _act("load_registers", "county", *_ADMINISTRATOR),
        _act("look_after_models", "county", *_ADMINISTRATOR),
        _act("look_after_exchange", "county", *_ADMINISTRATOR),
        _act("look_after_jobs", "county", *_ADMINISTRATOR),
        _act("look_after_webhooks", "county", *_ADMINISTRATOR),
        _act("look_after_tokens", "county", *_ADMINISTRATOR),
        _act("offer_to_programs", "county", *_ADMINISTRATOR),
        _act("draw_lots", "county", By.SYSTEM),
        _act("give_accounts", "county", *_ADMINISTRATOR),
        # What one person asks for and another confirms; the shell of the machine does it alone.
        _act("confirm_acts", "county", Grant(By.ANYWHERE, ADMINISTRATOR), _SUPERVISOR),
        _act("erase_person", "case", *_ADMINISTRATOR, two=True, second=(_SUPERVISOR,)),
        _act("adopt_guarded_practices", "county", *_ADMINISTRATOR, two=True),
        _act("give_guarded_posts", "county", *_ADMINISTRATOR, two=True),
        _act("reset_guarded_accounts", "county", *_ADMINISTRATOR, two=True),
        _act("rule_second_factors", "county", *_ADMINISTRATOR, two=True),
        _act("issue_identity_tokens", "county", *_ADMINISTRATOR, two=True),
    )
}  # fmt: skip
"""By its id."""
