"""Hot hotspots: what is one problem, how hot it is, and what a reader may see of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_ground import Desk, county, desk
from tongban.apps.dispatch import grouping
from tongban.apps.dispatch.grouping import Message, gist, problems
from tongban.apps.dispatch.heat import HALF, PERSON, heat_of
from tongban.apps.dispatch.place_words import names_of, of_the_matter
from tongban.apps.dispatch.shared_words import Commonness, said
from tongban.apps.dispatch.sites import places_of, sites
from tongban.kernel.refusal import Refused

__all__ = ["county", "desk"]

NOW = datetime(2026, 3, 30, 4, tzinfo=UTC)
MIXER = (
    "枫林雅苑旁边建混凝土搅拌站，灰尘满天飞，开不了窗。",
    "枫林雅苑小区边上的搅拌站夜里施工，噪音大得睡不着。",
    "搅拌站离枫林雅苑不到五十米，灰尘和噪音谁来管？",
    "投诉枫林雅苑旁的混凝土搅拌站，孩子咳了一个月。",
)
OTHERS = (
    "医保报销等了三个月还没有到账。", "201路公交车早上四十分钟没来一班。", "农田的水渠堵了，秧苗要干死了。",
    "公园里的健身器材坏了几个没人修。", "退休金这个月少发了两百块，想问原因。", "学校食堂的菜是冷的，孩子拉肚子。",
    "路边的香樟树枝压到电线了。", "想问新生儿落户要带哪些证件。",
)  # fmt: skip


def message(text: str) -> Message:
    return Message(said(text[:20]), said(text))


def test_what_several_people_say_of_one_problem_is_one_issue_and_nothing_else_is_in_it() -> None:
    texts = [*OTHERS[:4], *MIXER, *OTHERS[4:]]
    (found,) = problems([message(text) for text in texts], 3)
    assert set(found) <= {4, 5, 6, 7}
    assert len(found) >= 3


@pytest.mark.parametrize(
    ("same", "apart"), [(0.95, [[0, 1, 2, 6], [3, 4, 5]]), (0.3, [[0, 1, 2, 3, 4, 5, 6]])]
)
def test_two_estates_with_one_kind_of_problem_are_two_issues_unless_nearly_the_same_is_said(
    same: float, apart: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "SAME_WORDS", same)
    fumes = [f"枫林小区烧烤摊油烟呛人，{each}" for each in ("窗户不敢开", "老人咳嗽", "夜里尤其厉害")]
    others = [f"桂园小区烧烤摊油烟直排，{each}" for each in ("占道经营", "推车过不去", "没人管")]
    nameless = "烧烤摊油烟呛人，窗户不敢开，老人咳嗽"
    found = problems([message(text) for text in (*fumes, *others, nameless)], 3)
    assert sorted(map(sorted, found)) == apart


@pytest.mark.parametrize("place", ["金川街道老粮站路", "天马街道", "枫林雅苑小区", "招贤镇山底村", "球川"])
def test_what_is_alike_only_in_where_it_is_is_no_issue(place: str) -> None:
    names = names_of(["球川镇", "球川"])
    told = [said(f"{each} {place}") for each in OTHERS[:4]]
    apart = [Message(said(each.text[:20]), each, of_the_matter(each, names)) for each in told]
    assert problems(apart, 3) == ()


def test_a_problem_of_one_place_is_found_by_what_is_said_of_it() -> None:
    told = [said(f"{each} 金川街道老粮站路") for each in (*MIXER, *OTHERS)]
    (found,) = problems([Message(said(each.text[:20]), each, of_the_matter(each)) for each in told], 3)
    assert set(found) <= {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("天马街道老粮站路", ()),
        ("枫林雅苑小区", ()),
        ("水泥路坏了", ("水泥", "泥路")),
        ("在球川上车", ("上车",)),
        ("搅拌站离枫林雅苑不远", ("搅拌", "拌站", "不远")),
    ],
)
def test_the_words_that_only_say_where_are_left_out(text: str, left: tuple[str, ...]) -> None:
    pairs = {
        chr(int(each) >> 21) + chr(int(each) & 0x1FFFFF)
        for each in of_the_matter(said(text), names_of(["球川"]))
    }
    assert set(left) <= pairs
    assert bool(left) == bool(pairs)


def test_names_of_places_are_read_off_titles_and_known_again() -> None:
    assert sites("A市万科魅力之城小区一楼油烟扰民") == ("魅力之城",)
    assert sites("请修一修县城的道路，老旧小区和水泥路都坏了") == ()
    told = [
        ("魅力之城小区油烟", ""),
        ("万科魅力之城小区噪音", ""),
        ("楼板开裂", "魅力之城的楼板"),
        ("星沙大道飙车", ""),
    ]
    assert places_of([*told, ("没有写地方", "")]) == [0, 0, 0, 1, -1]


def test_an_issue_says_what_most_of_its_messages_say() -> None:
    central, words = gist([(text[:20], text) for text in MIXER], Commonness.of(map(said, (*OTHERS, *MIXER))))
    assert 0 <= central < len(MIXER)
    assert any("搅拌站" in word or "枫林雅苑" in word for word in words)


@pytest.mark.parametrize("texts", [(), ("",), ("", "", ""), ("？", "！", "……"), OTHERS])
def test_what_has_nothing_in_common_is_no_issue(texts: tuple[str, ...]) -> None:
    assert problems([message(text) for text in texts], 3) == ()


@given(st.permutations(range(len(MIXER) + len(OTHERS))))
def test_the_order_in_which_messages_come_makes_no_difference(order: list[int]) -> None:
    texts = [*MIXER, *OTHERS]
    found = problems([message(texts[n]) for n in order], 3)
    assert {frozenset(order[n] for n in group) for group in found} == {
        frozenset(group) for group in problems([message(text) for text in texts], 3)
    }


moments = st.timedeltas(timedelta(), timedelta(days=90)).map(lambda ago: NOW - ago)
told = st.lists(st.tuples(st.integers(0, 5), moments), min_size=1, max_size=20)


@given(told)
def test_heat_is_at_most_ten_for_each_person_and_one_for_each_further_message(
    messages: list[tuple[int, datetime]],
) -> None:
    found = heat_of(messages, NOW)
    people = len({person for person, _ in messages})
    assert found.people == people
    assert 0 <= found.heat <= PERSON * people + len(messages) - people


@given(told)
def test_what_nobody_writes_about_any_more_cools_down_by_half_in_two_weeks(
    messages: list[tuple[int, datetime]],
) -> None:
    assert abs(heat_of(messages, NOW).heat / 2 - heat_of(messages, NOW + HALF).heat) <= 1


def test_ten_neighbours_weigh_more_than_one_who_writes_ten_times() -> None:
    assert heat_of([(n, NOW) for n in range(10)], NOW).heat == 100
    assert heat_of([(1, NOW)] * 10, NOW).heat == 19


@pytest.mark.parametrize(
    ("lately", "before", "trend"),
    [(6, 0, "rising"), (0, 6, "falling"), (5, 4, "steady"), (1, 0, "steady"), (0, 0, "steady")],
)
def test_a_trend_is_called_one_only_when_chance_would_hardly_make_it(
    lately: int, before: int, trend: str
) -> None:
    days = [*([1] * lately), *([8] * before), 40]
    assert heat_of([(n, NOW - timedelta(days=day)) for n, day in enumerate(days)], NOW).trend == trend


def test_what_began_this_week_is_new() -> None:
    assert heat_of([(1, NOW - timedelta(days=3)), (2, NOW)], NOW).trend == "new"


@pytest.mark.database
@pytest.mark.django_db
class TestInTheCounty:
    def told(self, desk: Desk) -> list[str]:
        """Four cases about the mixer by three people, other matters beside them, all indexed."""
        from tongban.apps.office import office
        from tongban.store.search import index

        phones = ("13812345678", "13812345678", "13987654321", "13711112222")
        numbers = [desk.register(text, phone=phone) for text, phone in zip(MIXER, phones, strict=True)]
        beside = [desk.register(text, phone="13655556666") for text in OTHERS]
        here = office()
        loaded = here.journal.load(numbers=[*numbers, *beside])
        index(here.journal, [each.case.id for each in loaded])
        return numbers

    def test_people_are_counted_once_however_often_they_write(self, desk: Desk) -> None:
        from tongban.apps.supervision.hot import hot

        numbers = self.told(desk)
        page = hot(desk.acting(desk.supervisor))
        assert not isinstance(page, Refused)
        (hotspot,) = page.hotspots
        assert set(hotspot.numbers) == set(numbers)
        assert (hotspot.people, hotspot.cases, hotspot.open, hotspot.trend) == (3, 4, 4, "new")
        assert hotspot.heat == 31

    def test_no_digest_and_no_number_of_a_person_comes_out(self, desk: Desk) -> None:
        from tongban.apps.office import office
        from tongban.store.identity import requesters

        here = office()
        loaded = here.journal.load(numbers=self.told(desk))
        found = requesters(here.journal, [each.case.id for each in loaded])
        assert sorted(found.values())[-1] < len(loaded)
        assert len(set(found.values())) == 3

    def test_a_unit_is_not_told_of_an_issue_whose_cases_it_may_not_see(self, desk: Desk) -> None:
        from tongban.apps.supervision.hot import hot, hotspot_of

        numbers = self.told(desk)
        page = hot(desk.acting(desk.other_handler))
        assert not isinstance(page, Refused)
        assert page.hotspots == ()
        refused = hotspot_of(numbers[0], desk.acting(desk.other_handler))
        assert isinstance(refused, Refused)
        assert refused.code == "dispatch.unknown_group"

    def test_a_text_that_is_erased_is_in_no_issue_any_more(self, desk: Desk) -> None:
        from tongban.apps.office import office
        from tongban.apps.supervision.hot import hot

        numbers = self.told(desk)
        assert hot(desk.acting(desk.supervisor)).hotspots  # type: ignore[union-attr]
        here = office()
        ids = [each.case.id for each in here.journal.load(numbers=numbers[:2])]
        here.rows(
            "DELETE FROM store_search WHERE county = %s AND chain = ANY (%s::uuid[]) RETURNING 1",
            [here.county.code, ids],
        )
        page = hot(desk.acting(desk.supervisor))
        assert not isinstance(page, Refused)
        assert page.hotspots == ()

    def test_at_the_shell_issues_are_told_in_words_or_as_json_and_a_wrong_day_is_refused(
        self, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tongban.cli import dispatch_groups
        from tongban.cli.words import voice

        monkeypatch.setattr(dispatch_groups, "open_up", lambda: None)
        numbers = self.told(desk)
        options = SimpleNamespace(since="", json=False)
        assert dispatch_groups.hot(voice("en"), options) == 0
        assert "heat 31  3 people, 4 cases (4 open)" in capsys.readouterr().out
        options.json = True
        assert dispatch_groups.hot(voice("en"), options) == 0
        assert set(json.loads(capsys.readouterr().out)["hotspots"][0]["numbers"]) == set(numbers)
        for since, code in (("yesterday", "dispatch.since"), ("2999-01-01", "dispatch.since_later")):
            options.since = since
            assert dispatch_groups.hot(voice("en"), options) == 1
            assert f"[{code}]" in capsys.readouterr().err
        options.since, options.json = datetime.now(UTC).date().isoformat(), False
        assert dispatch_groups.hot(voice("zh-Hans"), options) == 0
