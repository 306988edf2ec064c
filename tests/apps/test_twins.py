"""Two cases taken for one matter: by words, place and time, with the reason; found in the county's own cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.dispatch.shared_words import Commonness, said
from tongban.apps.dispatch.twins import Told, one_matter
from tongban.kernel.refusal import Refused

__all__ = ["county", "desk"]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HERE, THERE = "330822100002", "330822104005"
OTHERS = (
    "路灯不亮，晚上看不清路。",
    "小区电梯停了三天，老人下不了楼。",
    "学校门口停车太乱，孩子过马路危险。",
)
COMMON = Commonness.of(map(said, (*OTHERS * 4, "楼下麻将馆吵得睡不着")))
MIXER = ("枫林雅苑旁边建搅拌站", "枫林雅苑小区旁边建了一个混凝土搅拌站，从早响到晚，灰尘落满阳台。")
SAME = ("搅拌站噪音扰民", "我住枫林雅苑，旁边的混凝土搅拌站夜里还在响，灰尘大得不能开窗。")
ELSEWHERE = ("停车场收费太贵", "医院的停车场一小时十块，看一次病停车费比药费还高。")


def told(text: tuple[str, str], division: str = HERE, category: str = "", at: datetime = NOON) -> Told:
    return Told(*text, division, category, at, COMMON)


def test_one_matter_told_by_two_people_is_taken_for_one_and_the_shared_words_say_why() -> None:
    found = one_matter(told(MIXER), told(SAME, at=NOON + timedelta(days=2)))
    assert found.taken
    assert any("搅拌站" in words for words in found.words)
    assert any("枫林雅苑" in words for words in found.words)
    assert (found.place, found.days) == ("same", 2)


def test_what_shares_no_words_is_not_taken_for_one_wherever_it_is() -> None:
    assert one_matter(told(MIXER), told(ELSEWHERE)).sure < 0.1


def test_bus_205_is_not_bus_15() -> None:
    late = "路公交车等了四十分钟没来"
    lines = [told((f"{line}{late}", "")) for line in ("205", "205", "15")]
    assert one_matter(lines[0], lines[1]).sure > one_matter(lines[0], lines[2]).sure


def test_telephone_numbers_with_digits_in_common_share_nothing() -> None:
    assert not set(said("请回电13812345678").different) & set(said("打12345反映过，13755512345").different)


def test_the_same_words_from_another_township_or_another_season_count_less() -> None:
    near = one_matter(told(MIXER), told(SAME)).sure
    assert one_matter(told(MIXER), told(SAME, division=THERE)).sure < near
    assert one_matter(told(MIXER), told(SAME, at=NOON - timedelta(days=80))).sure < near
    assert one_matter(told(MIXER, category="01.05"), told(SAME, category="02.01")).sure < near


def test_a_county_alone_says_nothing_about_the_place() -> None:
    assert one_matter(told(MIXER, division="330822"), told(SAME)).place == ""


def test_traditional_and_wide_characters_are_read_alike() -> None:
    assert one_matter(told(("ＡＢ樓的電梯壞了", "")), told(("ab楼的电梯坏了", ""))).taken


@pytest.mark.parametrize("text", ["", "？！……", "😀😀😀", "13800000000", "的的的的", "\ud800\ud800", "\0"])
def test_what_says_nothing_is_no_twin_of_anything(text: str) -> None:
    assert not one_matter(told((text, text)), told(MIXER)).taken


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 90))
def test_it_is_as_sure_whichever_comes_first(one: str, two: str, days: int) -> None:
    first, second = told(("", one)), told(("", two), at=NOON + timedelta(days=days))
    there, back = one_matter(first, second), one_matter(second, first)
    assert there.sure == pytest.approx(back.sure)
    assert 0 <= there.sure <= 1
    assert all(words in first.whole.text for words in there.words)


@pytest.mark.database
@pytest.mark.django_db
class TestInTheCounty:
    def test_an_open_case_about_the_same_is_found_with_its_reason(self, desk: Desk) -> None:
        from tongban.apps.dispatch.finding import twins

        first = desk.register()
        second = desk.register("菜市场后门的下水道堵了，污水流到路上没人管，臭得开不了窗。")
        desk.register("路灯不亮，晚上看不清路。", category="01.05.02")
        found = twins(second, desk.acting(desk.clerk))
        assert not isinstance(found, Refused)
        assert [each.number.replace(" ", "") for each in found] == [first]
        assert found[0].taken
        assert "下水道堵了" in found[0].why

    def test_a_case_that_is_settled_is_no_longer_offered(self, desk: Desk) -> None:
        from tongban.apps.dispatch.finding import twins

        desk.step(first := desk.register(), "withdraw_for", desk.clerk, withdraw_asked="本人来电不办了")
        assert first
        assert twins(desk.register(), desk.acting(desk.clerk)) == ()

    def test_the_words_are_found_in_the_body_once_the_index_was_kept(self, desk: Desk) -> None:
        from tongban.apps.dispatch.finding import twins
        from tongban.apps.office import office
        from tongban.store.search import index

        first = desk.register(title="请尽快处理")
        loaded = office().find(first)
        assert not isinstance(loaded, Refused)
        index(office().journal, [loaded.case.id])
        found = twins(desk.register("城东菜市场后门污水流到路上，下水道还是堵的。"), desk.acting(desk.clerk))
        assert not isinstance(found, Refused)
        assert [each.number.replace(" ", "") for each in found] == [first]

    def test_a_unit_is_not_shown_cases_that_it_has_nothing_to_do_with(self, desk: Desk) -> None:
        from tongban.apps.dispatch.finding import twins, twins_of

        desk.register()
        number = desk.dispatched()
        found = twins(number, desk.acting(desk.handler))
        assert found == ()
        assert twins_of("hotline", "城东菜市场后门的下水道堵了", "", "", desk.acting(desk.handler)) != ()
        refused = twins(number, desk.acting(desk.other_handler))
        assert isinstance(refused, Refused) and refused.code == "case.unknown"

    def test_at_the_shell_twins_are_told_in_words_or_as_json_and_an_unknown_number_is_refused(
        self, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tongban.cli import dispatch_groups
        from tongban.cli.words import voice

        monkeypatch.setattr(dispatch_groups, "open_up", lambda: None)
        first, second = desk.register(), desk.register()
        options = SimpleNamespace(number=second, json=False)
        assert dispatch_groups.twins(voice("en"), options) == 0
        assert "most likely the same matter" in capsys.readouterr().out
        options.json = True
        assert dispatch_groups.twins(voice("en"), options) == 0
        (listed,) = json.loads(capsys.readouterr().out)
        assert (listed["number"].replace(" ", ""), listed["taken"]) == (first, True)
        options.number = "0000 0000 0000"
        assert dispatch_groups.twins(voice("en"), options) == 1
        assert "[" in capsys.readouterr().err


def test_the_reason_is_told_in_both_languages() -> None:
    from tongban.apps.dispatch.finding import why

    found = replace(one_matter(told(MIXER), told(SAME)), words=("搅拌站",), field="other", days=3)
    assert why(found, "zh-Hans") == "都说到“搅拌站” · 同一乡镇街道 · 不同类 · 相隔3天"
    assert why(found, "en") == "both say “搅拌站” · in the same township · of different fields · 3 days apart"
