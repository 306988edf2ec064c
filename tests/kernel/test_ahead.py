"""Which stages lie on the plain way from where a case stands."""

from __future__ import annotations

from procedure_builder import branch, kind, matter, step

from tongban.kernel.procedure.ahead import ahead
from tongban.kernel.procedure.model import Notify, Settle

NOTICED = kind(
    "house",
    "asked>look noticed objected>stands listed in_use closed? reviewing!",
    step("apply", "", "asked", "@anyone"),
    step("look", "asked", (branch("noticed", 'facts.village == "a"'), branch("listed")), "handler@home"),
    step("stands", "objected", "noticed", "handler@home"),
    step("remind", "noticed", "", "@system", Notify("late", "superior")),
    step("amend", "noticed", "asked", "handler@home"),
    step("object", "noticed", "objected", "@anyone"),
    step("notice_over", "noticed", "listed", "@system"),
    step("let", "listed", "closed", "handler@home", Settle("let")),
    step("ask_again", "closed", "reviewing", "@requester"),
)


def test_the_plain_way_ends_where_the_matter_is_settled() -> None:
    assert ahead(matter().kinds["matter"], "registered") == {"registered", "working", "checking"}
    assert ahead(matter().kinds["matter"], "checking") == {"checking", "working"}  # it may be sent back
    assert not ahead(matter().kinds["matter"], "closed")


def test_every_branch_lies_on_it_and_so_does_what_time_brings() -> None:
    assert ahead(NOTICED, "asked") == {"asked", "noticed", "listed"}


def test_an_objection_lies_on_it_only_once_somebody_objected() -> None:
    assert "objected" not in ahead(NOTICED, "noticed")
    assert ahead(NOTICED, "objected") == {"asked", "objected", "noticed", "listed"}
