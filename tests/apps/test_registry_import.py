"""Old spreadsheets become cases with their real times: every row or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_ground import county as county
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.texts import refusal_words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HEAD = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间,联系电话\n"
KEPT = "1,张某,路灯不亮,2026/3/2 9:00:00,柚王路路灯三天没亮了,已修好,2026/3/5 16:00:00,13800001111\n"
LATE = "2,李某,井盖响,2026-03-02 09:00,望溪路井盖松动,已更换,2026-04-20 10:00,\n"
OPEN = "3,王某,占道,2026年11月19日 10:00,摊位占了人行道,,,\n"


def imported(tmp_path: Path, text: str) -> object:
    from tongban.apps.registry.importing import import_cases

    file = tmp_path / "old.csv"
    file.write_text(HEAD + text, encoding="gb18030")
    plan = ROOT / "imports" / "hotline.yaml"
    return import_cases("hotline", file, Acting(NOW, SYSTEM), plan=plan)


@pytest.mark.usefixtures("county")
def test_a_row_becomes_a_case_that_was_kept_or_missed_when_it_really_was(tmp_path: Path) -> None:
    from tongban.apps.registry.importing import Imported
    from tongban.store.models import CaseRow

    done = imported(tmp_path, KEPT + LATE + OPEN)
    assert isinstance(done, Imported), done
    assert (done.cases, done.late, done.promised) == (3, 1, 2)
    rows = {row.title: row for row in CaseRow.objects.filter(channel="import")}
    assert rows["路灯不亮"].opened_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert rows["路灯不亮"].standing == "end"
    assert rows["摊位占了人行道"].standing == "open"
    assert rows["井盖响"].settled_at > datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


@pytest.mark.usefixtures("county")
def test_importing_again_adds_only_the_rows_that_are_new(tmp_path: Path) -> None:
    from tongban.apps.registry.importing import Imported
    from tongban.store.models import CaseRow, EventRow

    imported(tmp_path, KEPT + LATE)
    events = EventRow.objects.count()
    again = imported(tmp_path, KEPT + LATE)
    assert isinstance(again, Imported) and (again.cases, again.known) == (0, 2)
    assert EventRow.objects.count() == events
    more = imported(tmp_path, KEPT + LATE + OPEN)
    assert isinstance(more, Imported) and (more.cases, more.known) == (1, 2)
    assert CaseRow.objects.filter(channel="import").count() == 3


@pytest.mark.usefixtures("county")
def test_every_faulty_row_is_named_and_nothing_is_half_imported(tmp_path: Path) -> None:
    from tongban.store.models import CaseRow, EventRow

    before = EventRow.objects.count()
    refused = imported(
        tmp_path,
        KEPT
        + "4,,,昨天,井盖没了,,,\n"
        + "5,,,2030-01-01,以后的事,,,\n"
        + "6,,,2026-03-05,先答后问,答了,2026-03-01,\n"
        + "1,别人,,2026-03-02 09:00,同一个编号,,,\n"
        + f"7,,,2026-03-02,{'长' * 6000},,,\n"
        + "8,,,2026-03-02,电话不对,,,12345\n",
    )
    assert isinstance(refused, Refused)
    assert [(each.code, each.where) for each in refused.all()] == [
        ("sheet.not_a_time", "row 3, 留言时间"),
        ("import.future", "row 4, 留言时间"),
        ("import.before", "row 5, 答复时间"),
        ("import.twice", "row 6, 留言编号"),
        ("form.too_long", "row 7, 留言详情"),
        ("form.phone", "row 8, 联系电话"),
    ]
    assert not CaseRow.objects.filter(channel="import").exists()
    assert EventRow.objects.count() == before


@pytest.mark.usefixtures("county")
def test_all_faults_of_one_row_stand_beside_each_other_in_the_order_of_its_cells(tmp_path: Path) -> None:
    refused = imported(
        tmp_path,
        KEPT
        + f"1,别人,,2030-03-02,同一个编号,{'长' * 11_000},2026-03-03,12\n"
        + "1,别人,,昨天,,答了,2026-03-01,12\n"
        + "4,别人,,2026-03-02,先答后问,答了,2026-03-01,12\n",
    )
    assert isinstance(refused, Refused)
    assert [(each.code, each.where) for each in refused.all()] == [
        ("import.twice", "row 3, 留言编号"),
        ("import.future", "row 3, 留言时间"),
        ("form.too_long", "row 3, 答复意见"),
        ("import.before", "row 3, 答复时间"),
        ("form.phone", "row 3, 联系电话"),
        ("import.twice", "row 4, 留言编号"),
        ("sheet.not_a_time", "row 4, 留言时间"),
        ("sheet.cell_missing", "row 4, 留言详情"),
        ("form.phone", "row 4, 联系电话"),
        ("import.before", "row 5, 答复时间"),
        ("form.phone", "row 5, 联系电话"),
    ]
    says = [refusal_words(each, "zh-Hans") for each in refused.all()]
    assert says[0].where == "第 3 行“留言编号”" and "第 2 行" in says[0].says
    assert says[6].says.startswith("第 4 行“留言时间”：")


@pytest.mark.usefixtures("county")
def test_an_odd_credit_code_is_told_by_its_row_and_the_row_is_imported(tmp_path: Path) -> None:
    from tongban.apps.registry.importing import Imported, import_cases

    file = tmp_path / "old.csv"
    odd = OPEN.replace("\n", "13800001111,91350211M0000XUF46\n")
    file.write_text(HEAD.replace("\n", ",信用代码\n") + odd, encoding="utf-8")
    done = import_cases("hotline", file, Acting(NOW, SYSTEM), plan=ROOT / "imports" / "hotline.yaml")
    assert isinstance(done, Imported) and done.cases == 1
    assert [(each.code, each.where) for each in done.doubts] == [
        ("form.credit_code_check", "row 2, 信用代码")
    ]


@pytest.mark.usefixtures("county")
def test_a_row_that_now_says_something_else_is_refused(tmp_path: Path) -> None:
    imported(tmp_path, KEPT)
    refused = imported(tmp_path, KEPT.replace("三天", "五天"))
    assert isinstance(refused, Refused)
    assert [(each.code, each.where) for each in refused.all()] == [("import.changed", "row 2, 留言详情")]


@pytest.mark.usefixtures("county")
def test_who_asked_goes_to_the_identity_store_and_never_into_the_ledger(tmp_path: Path) -> None:
    from tongban.apps.office import office
    from tongban.store.models import Content, EventRow, Identity
    from vault_ground import held

    imported(tmp_path, KEPT)
    assert '"13800001111"' in {value for _, value in held(office().journal)}
    assert not Identity.objects.filter(value__contains="13800001111").exists()
    for body in EventRow.objects.values_list("body", flat=True):
        assert "13800001111" not in body and "张某" not in body
    assert not Content.objects.filter(value__contains="13800001111").exists()


@pytest.mark.usefixtures("county")
def test_a_long_reply_is_kept_whole_in_two_parts(tmp_path: Path) -> None:
    from tongban.apps.registry.importing import Imported
    from tongban.store.models import Content

    words = "".join(f"第{n}段。" for n in range(1500))
    assert 5000 < len(words) < 10000
    done = imported(tmp_path, f"9,,,2026-03-02,问,{words},2026-03-04,\n")
    assert isinstance(done, Imported), done
    kept = dict(Content.objects.filter(field__in=("result", "remains")).values_list("field", "value"))
    assert kept["result"].strip('"') + kept["remains"].strip('"') == words


def test_a_plan_that_names_what_the_practice_does_not_have_is_refused(county: None, tmp_path: Path) -> None:
    from tongban.apps.office import office
    from tongban.apps.registry.import_plan import read_plan

    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "kind: appeal\nsteps:\n  - {step: register, by: clerk, at: time, answers: {colour: {is: red}}}\n"
        "  - {step: fly, by: clerk, at: time}\n",
        encoding="utf-8",
    )
    here = office()
    adoption = here.adopted("hotline", NOW)
    assert adoption is not None
    found = read_plan(plan, here.procedure(adoption))
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [
        ("import.plan_field", "plan.yaml:3"),
        ("import.plan_step", "plan.yaml:4"),
    ]
