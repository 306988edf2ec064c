"""What is published in words: texts that name nobody, are found, and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from desk_ground import Desk, county, desk
from resident_ground import asked_back
from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure.names import named
from tongban.apps.disclosure.publishing import place_of, publish, unit_of, withdraw
from tongban.apps.disclosure.reading import PublicCase, published, read_public, similar
from tongban.apps.office import office
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused
from tongban.store.models import PublicText

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def settled(desk: Desk, **answers: object) -> str:
    number = asked_back(desk, public_consent=True, name="欧阳小明", **answers)
    loaded = office().load(number)
    assert loaded is not None
    owner = Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})))
    taken = take(number, "answer_callback", {"solved": "yes", "rating": 5, "prompted": False}, owner)
    assert isinstance(taken, Taken), taken
    return number


def put_out(desk: Desk, number: str, text: str) -> PublicCase:
    """Publish a settled case and read what came of it."""
    from tongban.store.models import PostRow

    posts = PostRow.objects.filter(unit=Desk.home).values_list("role", "person")
    names = named([text], ("大埂", "和平", "欧阳小明"))
    desk.step(number, "draft_text", dict(posts)["publisher"], names=names, public_text=text)
    desk.step(number, "publish_case", desk.reviewer, names=names)
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    event = here.journal.events(loaded.case.id)[-1].event()
    assert publish(here, event) == 1
    found = read_public("case", loaded.case.id, "zh-Hans")
    assert isinstance(found, PublicCase)
    return found


def kept_of(number: str) -> str:
    loaded = office().load(number)
    assert loaded is not None
    row = PublicText.objects.get(chain=loaded.case.id)
    return " ".join(
        str(each) for each in (row.title, row.text, row.plain, row.division, row.category, row.vector)
    )


def test_whoever_asked_and_their_own_words_are_in_nothing_that_is_published(desk: Desk) -> None:
    number = settled(desk, body="我是欧阳小明，住紫港街道，电话 13812345678。", place="天马家园3幢五〇二室")
    put_out(desk, number, "欧阳小明（13812345678，身份证 330822199001011236）反映的下水道已疏通。")
    kept = kept_of(number)
    for secret in ("欧阳小明", "13812345678", "330822199001011236", "天马家园", "五〇"):
        assert secret not in kept
    assert "欧阳**" in kept
    assert "138****5678" in kept


def test_a_name_from_the_case_is_pointed_out_to_writer_and_releaser_until_they_were_shown_it(
    desk: Desk,
) -> None:
    from tongban.store.models import PostRow

    number = settled(desk, body="我叫张建国，家里停水。")
    writer = dict(PostRow.objects.filter(unit=Desk.home).values_list("role", "person"))["publisher"]
    text = "经与张建国、欧阳小明联系，3 幢的下水道已疏通。"
    found = take(number, "draft_text", {"public_text": text}, desk.acting(writer))
    assert isinstance(found, Refused)
    assert (found.code, dict(found.facts)) == (
        "disclosure.names_drafted",
        {"names": "张建国 欧阳小明 3 幢"},
    )
    shown = frozenset(["张建国", "欧阳小明", "3", "幢"])
    desk.step(number, "draft_text", writer, names=tuple(shown), public_text=text)
    found = take(number, "publish_case", {}, desk.acting(desk.reviewer))
    assert isinstance(found, Refused)
    assert found.code == "disclosure.names"
    desk.step(number, "publish_case", desk.reviewer, names=tuple(shown))


def test_a_place_is_published_down_to_the_township_only(desk: Desk) -> None:
    here = office()
    village = next(code for code, each in here.county.divisions.items() if each.level.value == "village")
    township = here.county.divisions[village].parent
    found = put_out(desk, settled(desk, division=village), "下水道已疏通。")
    assert found.place == here.names.division(township, "zh-Hans")
    assert place_of(here, "000000000000") == here.county.code


def test_a_villages_own_unit_is_published_as_its_township(desk: Desk) -> None:
    here = office()
    village = next(unit for unit in here.county.units.values() if unit.level.value == "village")
    case = SimpleNamespace(worker=village.id, about="")
    assert here.county.units[unit_of(here, cast(Any, case))].level.value in ("township", "county")


def test_publishing_again_replaces_what_was_there_and_taking_down_ends_it(desk: Desk) -> None:
    number = settled(desk)
    first = put_out(desk, number, "下水道已疏通。以后每月清一次。")
    assert first.title == "下水道已疏通"
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    publish(here, here.journal.events(loaded.case.id)[-1].event())
    assert PublicText.objects.count() == 1
    assert withdraw(here, "case", loaded.case.id, datetime.now(UTC))
    gone = read_public("case", loaded.case.id, "zh-Hans")
    assert isinstance(gone, Refused)
    assert published("case", "zh-Hans").cases == ()
    assert similar("下水道堵了，污水流到路上", "", "zh-Hans") == ()


def test_what_is_reopened_or_whose_term_is_over_is_not_public_any_more(desk: Desk) -> None:
    number = settled(desk)
    put_out(desk, number, "下水道已疏通。")
    row = PublicText.objects.get()
    assert row.until is not None
    assert row.until - row.since > timedelta(days=1094)
    desk.step(number, "reopen", desk.clerk, reopen_reason="又堵了")
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    publish(here, here.journal.events(loaded.case.id)[-1].event())
    assert published("case", "zh-Hans").cases == ()
    again = settled(desk)
    put_out(desk, again, "下水道又疏通了。")
    PublicText.objects.filter(title="下水道又疏通了").update(until=datetime.now(UTC) - timedelta(days=1))
    assert published("case", "zh-Hans").cases == ()


def test_a_step_that_publishes_nothing_leaves_nothing(desk: Desk) -> None:
    number = settled(desk)
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    assert [publish(here, each.event()) for each in here.journal.events(loaded.case.id)] == [0] * 7
    assert PublicText.objects.count() == 0


def test_public_cases_are_found_by_their_words_and_by_what_is_being_written(desk: Desk) -> None:
    lamp = put_out(desk, settled(desk), "老街口路灯已修好，更换了三盏ＬＥＤ灯。")
    drain = put_out(desk, settled(desk), "菜市场后门下水道已疏通。")

    def ids(words: str) -> list[str]:
        return [case.id for case in published("case", "zh-Hans", words=words).cases]

    assert ids("路灯") == [lamp.id]
    assert ids("led") == [lamp.id]
    assert ids("下水道 疏通") == [drain.id]
    assert ids("道") == [drain.id]
    assert ids("路灯 下水道") == []
    assert ids("") == [drain.id, lamp.id]
    for strange in ("%", "_", "'", "\0", "| & !", "\\", "𠀀", "a" * 500):
        assert ids(strange) == [] or strange == "\0"
    assert [case.id for case in similar("我们这里下水道又堵了，请疏通一下", "", "zh-Hans")] == [drain.id]
    assert similar("医保报销", "", "zh-Hans") == ()


def test_pages_follow_one_another_without_gap_or_repeat(desk: Desk) -> None:
    every = {put_out(desk, settled(desk), f"第{n}条水管已修好。").id for n in range(5)}
    seen: list[str] = []
    after = ""
    for _ in range(5):
        page = published("case", "zh-Hans", after=after, most=2)
        seen += [case.id for case in page.cases]
        after = page.older
        if not after:
            break
    assert len(seen) == 5
    assert set(seen) == every
    for strange in ("x", "~", "2026-01-01~x", "2026-01-01T00:00~" + seen[0], "\0"):
        assert len(published("case", "zh-Hans", after=strange, most=2).cases) == 2
