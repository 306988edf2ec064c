"""What practices changed is worked out by a job and kept; the shelf tells it and counts nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desk_ground import Desk, county, desk, sent_queries
from lead_figures_ground import month, page
from tongban.apps.figures.effects import do_due, known

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "month", "sent_queries"]

ADMINISTRATOR = "hushaohua"


def test_nothing_is_told_before_the_job_has_run(desk: Desk) -> None:
    assert not known(desk.acting(ADMINISTRATOR))
    assert "/lead/figures/effect/" not in page("/studio/", ADMINISTRATOR)


def test_the_shelf_tells_what_the_page_of_the_effect_finds(desk: Desk, month: str) -> None:
    assert do_due(datetime.now(UTC)) >= 1
    found = known(desk.acting(ADMINISTRATOR))["hotline"]
    shelf = page("/studio/", ADMINISTRATOR)
    assert f'href="/lead/figures/effect/?practice=hotline&amp;on={found.on}"' in shelf
    assert found.title in shelf and "件数还太少" in shelf
    assert found.found.effect is None or found.found.effect.verdict == "too_short"


def test_working_it_out_again_keeps_one_row_a_practice(desk: Desk, month: str) -> None:
    assert do_due(datetime.now(UTC)) == do_due(datetime.now(UTC)) == len(known(desk.acting(ADMINISTRATOR)))


def test_the_shelf_asks_for_all_of_them_at_once(
    desk: Desk, month: str, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    page("/studio/", ADMINISTRATOR)
    without = sent_queries(lambda: page("/studio/", ADMINISTRATOR))
    do_due(datetime.now(UTC))
    page("/studio/", ADMINISTRATOR)
    queries = sent_queries(lambda: page("/studio/", ADMINISTRATOR))
    assert len(queries) == len(without)
    assert sum("store_effect" in each for each in queries) == 1
