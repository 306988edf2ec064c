"""Old open cases that are imported: late in every list, and no alarm about the time before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.kernel.commands import SYSTEM

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LEADER = "tongshuixian"
HEAD = "留言编号,留言主题,留言时间,留言详情,答复意见,答复时间\n"
OPEN = "{n},企业,2026-{month:02d}-02 09:00,望溪路第{n}号井盖松动,,\n"


def imported(tmp_path: Path, rows: str) -> datetime:
    from tongban.apps.acting import Acting
    from tongban.apps.registry.importing import Imported, import_cases

    now = datetime.now(UTC)
    file = tmp_path / "old.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    done = import_cases("hotline", file, Acting(now, SYSTEM), plan=ROOT / "imports" / "hotline.yaml")
    assert isinstance(done, Imported), done
    assert sum(n for _, n in done.overdue) == done.open_late == rows.count("\n")
    return now


def test_the_sweep_after_an_import_alarms_nobody_about_the_time_before(desk: Desk, tmp_path: Path) -> None:
    from tongban.apps.supervision.sweep import sweep
    from tongban.store.models import CaseRow, NoticeRow

    now = imported(tmp_path, "".join(OPEN.format(n=n, month=n) for n in (2, 3, 4)))
    assert sweep(now).steps == 0
    notices = set(NoticeRow.objects.values_list("notice", flat=True))
    assert notices.isdisjoint({"reminder", "supervision", "supervision_copy", "escalated"})
    rows = CaseRow.objects.filter(channel="import")
    assert all(row.next_due < now < row.wake_at for row in rows), "late, and heard of again"
    swept = sweep(now + timedelta(days=40))
    assert swept.cases == 3, "what stays undone is reported again"


def test_the_lead_is_told_in_sum_how_many_late_cases_came_from_an_old_list(
    desk: Desk, tmp_path: Path
) -> None:
    from tongban.apps.supervision.overview import overview
    from tongban.apps.supervision.watching import Watch

    desk.signed()
    imported(tmp_path, "".join(OPEN.format(n=n, month=3) for n in (2, 3)))
    page = overview(desk.acting(LEADER), Watch())
    assert (page.total.open, page.total.late, page.imported) == (3, 2, 2)
    assert page.escalations == ()


def test_a_title_that_names_no_matter_gives_way_to_the_words_of_the_case(desk: Desk, tmp_path: Path) -> None:
    from tongban.store.models import CaseRow

    imported(tmp_path, OPEN.format(n=2, month=3))
    assert CaseRow.objects.get(channel="import").title == "望溪路第2号井盖松动"
