"""Who may take a step, as it is told to somebody who may not."""

from __future__ import annotations

from typing import cast

import pytest

from scenario_ground import ROOT, practice_in
from tongban.apps.wording import Names, Wording
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure, Relation, Who
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh-Hans",
            "这一步由以下岗位办理：受理单位的负责人、持授权单位的负责人、系统到点自动。",
        ),
        (
            "en",
            "It is for: Head of unit at the receiving unit, Head of unit at a unit with a mandate, the system when time is up.",
        ),
    ],
    ids=["Chinese", "English"],
)
def test_a_refused_person_reads_whose_role_a_mandate_lends(language: str, told: str) -> None:
    practice = practice_in(ROOT / "practices" / "task_force")
    bound = bind(practice, {})
    assert isinstance(bound, Procedure)
    wording = Wording(practice, bound, cast(Names, None), language)  # no register is asked for a role
    roles = ("leader@home", "leader@mandate", "system")
    assert wording.refusal(Refused("authority.not_yours", "remind", {"roles": roles})).fix == told


def wording_of(name: str, language: str = "zh-Hans") -> Wording:
    practice = practice_in(ROOT / "practices" / name)
    bound = bind(practice, {})
    assert isinstance(bound, Procedure)
    return Wording(practice, bound, cast(Names, None), language)


def test_whoever_may_take_a_step_is_called_as_the_kind_of_the_case_calls_them() -> None:
    wording = wording_of("idle_house")
    requester = Who(Relation.REQUESTER)
    assert [wording.role_at(requester, kind) for kind in ("house", "tenancy")] == ["房主", "承租人"]
    assert wording_of("petition").role_at(requester, "petition") == "信访人"
    assert wording_of("hotline").role_at(requester, "appeal") == "诉求人本人"


def test_a_refusal_calls_the_requester_as_the_kind_of_the_refused_step_does() -> None:
    wording = wording_of("river_chief")
    step = next(
        step.id
        for step in wording.procedure.kinds["problem"].steps.values()
        if any(who.relation is Relation.REQUESTER for who in step.by)
    )
    refused = Refused("authority.not_yours", step, {"roles": ("requester",)})
    assert "反映人" in wording.refusal(refused).fix


def test_the_studio_and_the_exchanged_drawing_call_them_so_too() -> None:
    from tongban.apps.formats.bpmn import bpmn
    from tongban.web.studio import telling
    from tongban.web.studio.saying import Saying

    practice = practice_in(ROOT / "practices" / "service_item")
    told = {each.who for each in telling.steps(Saying(practice, "zh-Hans", {}), "application")}
    assert any("申请人" in each for each in told) and not any("诉求人" in each for each in told)
    told = {each.owner for each in telling.clocks(Saying(practice, "zh-Hans", {}), "application")}
    assert "诉求人" not in told
    drawn = bpmn(practice, "zh-Hans")
    assert isinstance(drawn, bytes) and "申请人" in drawn.decode() and "诉求人" not in drawn.decode()


CALLED_REQUESTERS = {("hotline", "appeal")}
"""The kinds whose office itself says 诉求人."""


def test_every_practice_names_whoever_has_a_part_in_its_cases() -> None:
    unnamed = set()
    for folder in sorted((ROOT / "practices").iterdir()):
        practice = practice_in(folder)
        for kind, rules in practice.kinds.items():
            forms = [practice.forms.get(step.form or "", ()) for step in rules.steps.values()]
            reached = any(each.kind is FieldKind.phone for form in forms for each in form)
            asks = any(who.relation is Relation.REQUESTER for step in rules.steps.values() for who in step.by)
            words = [practice.words[language] for language in ("zh-Hans", "en")]
            named = all(each.get(f"requesters.{kind}") or each.get("roles.requester") for each in words)
            if (reached or asks) and not named:
                unnamed.add((practice.id, kind))
    assert unnamed == CALLED_REQUESTERS
