"""The studio: a practice read, tried and adopted; and what it says of one that is broken."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

ADMINISTRATOR, READER = "hushaohua", "tongshuixian"
MISSING = re.compile("缺少文字|no words for")
PAGES = ("", "deadlines/", "forms/", "scenarios/", "settings/", "adoptions/")
PRACTICES = ("hotline", "last_resort_desk")


def reader(login: str = READER, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def settings_of(page: str) -> dict[str, str]:
    """What stands in the form, as a browser would send it."""
    found = dict(re.findall(r'name="(set-\w+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="(unit-\w+)"[^>]*>(.*?)</select>', page, re.S):
        found[name] = re.search(r'value="(\w+)" selected', options)[1]  # type: ignore[index]
    return found


def look_at(client: Client, practice: str = "hotline", **changed: str) -> tuple[Any, dict[str, Any]]:
    """The form sent with something changed: the answer, and what a browser would send with “adopt”."""
    path = f"/studio/{practice}/settings/"
    first = body(client.get(path))
    homes = re.findall(r'name="_homes" value="([^"]+)" checked', first)
    data: dict[str, Any] = {**settings_of(first), **changed, "_homes": homes, "_act": "preview"}
    response = client.post(path, data)
    mark = re.search(r'name="_mark" value="(\w+)"', body(response))
    return response, {**data, "_act": "adopt", "_mark": mark[1] if mark else ""}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of this test alone, with the county's two practices on it."""
    for name in ("practices", "calendars"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("TONGBAN_SHARE", str(tmp_path))
    return tmp_path / "practices"


def test_a_stranger_is_asked_to_sign_in(desk: Desk) -> None:
    assert Client().get("/studio/").status_code == 302


def test_the_shelf_says_what_each_practice_is_for_and_what_it_asks_of_people(desk: Desk) -> None:
    page = body(reader().get("/studio/"))
    assert "热线诉求办理" in page
    [card] = re.findall(r'<a href="/studio/hotline/forms/">([^<]+)</a>', page)
    assert re.fullmatch(r"提出的人填 \d+ 项，必填 [1-9] 项，约 \d+ 分钟", card)
    assert "引进，版本" in page


def in_short(page: str) -> dict[str, str]:
    """What stands on each card before anything is unfolded, by practice."""
    cards = re.findall(r'<h3><a href="/studio/(\w+)/".*?<dl class="in-short">(.*?)</dl>', page, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", card).split()) for name, card in cards}


def test_a_card_says_what_is_filled_in_where_it_comes_from_and_by_what_law_before_it_is_unfolded(
    desk: Desk,
) -> None:
    cards = in_short(body(reader().get("/studio/")))
    assert len(cards) == len([each for each in (ROOT / "practices").iterdir() if each.is_dir()])
    assert re.search(
        r"提出的人填 \d+ 项.*跟班|只由工作人员填.*每张填一次约 \d+ 分钟.*古蔺县.*2021年12月24日",
        cards["learning_exchange"],
    )
    assert re.search(r"提出的人填 \d+ 项.*五级河长制.*依据 浙江省河长制规定.*等 \d 件", cards["river_chief"])
    english = in_short(body(reader(language="en").get("/studio/")))
    assert (
        "Gulin" in english["learning_exchange"] and "filled in by staff alone" in english["learning_exchange"]
    )


def test_looking_at_the_shelf_binds_no_procedure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.apps.adoption import at_hand

    def bound(*_: object) -> None:
        raise AssertionError("a list binds nothing")

    monkeypatch.setattr(at_hand, "_bound", bound)
    assert "提出的人填" in body(reader().get("/studio/"))


def test_the_shelf_has_groups_and_is_searched_without_scripts(desk: Desk) -> None:
    client = reader()
    page = body(client.get("/studio/"))
    groups = re.findall(r'<details class="shelf-group" id="(\w+)"', page)
    assert groups == [
        "demands",
        "services",
        "enterprise",
        "livelihood",
        "grassroots",
        "coordination",
        "officials",
    ]
    assert "分钟" in page and not MISSING.search(page)
    found = body(client.get("/studio/?find=死鱼"))
    assert re.findall(r'<h3><a href="/studio/(\w+)/"', found) == ["river_chief"]
    assert "没有找到" in body(client.get("/studio/?find=qqqq"))
    assert "分钟" in body(client.get("/studio/hotline/forms/"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("practice", PRACTICES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_every_practice_has_all_its_words(
    desk: Desk, practice: str, page: str, language: str
) -> None:
    client = reader(language=language)
    first = body(client.get(f"/studio/{practice}/{page}"))
    kinds = set(re.findall(r'href="\?kind=(\w+)"', first)) or {""}
    for kind in kinds:
        response = client.get(f"/studio/{practice}/{page}?kind={kind}")
        assert response.status_code == 200
        said = body(response)
        assert not MISSING.search(said), MISSING.findall(said)
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script>", said)
        assert len(said) < 100_000
        left = re.findall(
            r"\{(?!number|title|due|unit)[a-z_]+\}", re.sub(r"<head>.*?</head>", "", said, flags=re.S)
        )
        assert left == []


def test_the_whole_drawing_names_every_stage_and_the_table_every_step(desk: Desk) -> None:
    from tongban.library.reading import read_practice

    practice = read_practice(ROOT / "practices" / "hotline")
    page = body(reader().get("/studio/hotline/"))
    words = practice.words["zh-Hans"]  # type: ignore[union-attr]
    spec = practice.kinds["appeal"]  # type: ignore[union-attr]
    assert all(words[f"stages.{stage}.title"] in page for stage in spec.stages)
    assert all(words[f"steps.{step}.title"] in page for step in spec.steps)


def test_which_open_cases_others_are_told_of_is_said_in_words(desk: Desk) -> None:
    page = body(reader().get("/studio/hotline/"))
    assert "选了“同意公开”" in page and "环节是待签收或已签收或办理中" in page
    assert "case.stage in [" in page
    assert "办理中的件，别人一概不知道" in body(reader().get("/studio/last_resort_desk/"))


def test_every_limit_stands_with_its_document(desk: Desk) -> None:
    from tongban.library.reading import read_practice

    practice = read_practice(ROOT / "practices" / "hotline")
    page = body(reader().get("/studio/hotline/deadlines/?kind=appeal"))
    for clock in practice.clocks["appeal"].values():  # type: ignore[union-attr]
        assert all(rule.source in page for rule in clock.limits)


def test_a_refusal_stands_in_the_frame_of_who_is_signed_in(desk: Desk) -> None:
    page = body(reader(ADMINISTRATOR).get("/studio/flying/"))
    assert 'action="/sign-out/"' in page and 'href="/studio/" aria-current' in page


def test_an_unknown_practice_is_not_found(desk: Desk) -> None:
    for name in ("nothing", "calendars", "src"):
        assert reader().get(f"/studio/{name}/").status_code == 404


def test_the_stories_are_told_and_all_come_out_as_expected(desk: Desk) -> None:
    told = body(reader().post("/studio/last_resort_desk/scenarios/run/"))
    assert "都和预期一致" in told
    assert told.count("state kept") > 10


def test_a_story_that_fails_says_in_which_line_and_what_was_found(desk: Desk, shelf: Path) -> None:
    path = shelf / "hotline" / "scenarios" / "15-withdrawn.yaml"
    text = path.read_text()
    path.write_text(text.replace("outcome: withdrawn", "outcome: resolved"))
    assert path.read_text() != text
    told = body(reader().post("/studio/hotline/scenarios/run/"))
    assert "个和预期不一致" in told
    assert re.search(r"15-withdrawn\.yaml:\d+", told)


def test_a_setting_out_of_range_is_refused_beside_it_and_everything_entered_stays(desk: Desk) -> None:
    response, _ = look_at(reader(), **{"set-help_limit": "99", "set-max_reopens": "3"})
    page = body(response)
    assert response.status_code == 422
    assert 'id="set-help_limit-fault"' in page
    assert "99 个工作日" in page
    assert 'name="set-help_limit" value="99"' in page
    assert 'name="set-max_reopens" value="3"' in page
    assert "_mark" not in page


@pytest.mark.parametrize("entry", ["99999", "five"])
def test_what_is_no_limit_at_all_is_told_the_range_in_words(desk: Desk, entry: str) -> None:
    response, _ = look_at(reader(), **{"set-help_limit": entry, "unit-help_limit": "calendar_days"})
    page = body(response)
    assert response.status_code == 422
    assert f"{entry} 天”不在 " in page and "calendar_days”" not in page


@pytest.mark.parametrize("entry", ["", "five", "-1", "1e3", "５", "9999999999999999999", "3\0"])
def test_whatever_is_written_into_a_limit_gets_a_page(desk: Desk, entry: str) -> None:
    response, _ = look_at(reader(), **{"set-help_limit": entry})
    assert response.status_code == (200 if entry == "５" else 422)


def test_what_would_change_is_told_before_anything_does(desk: Desk) -> None:
    desk.signed()
    response, _ = look_at(reader(ADMINISTRATOR), **{"set-help_limit": "3"})
    page = body(response)
    assert response.status_code == 200
    assert re.search(r"求助办理期限</th><td[^>]*>5 个工作日</td><td[^>]*><strong>3 个工作日", page)
    assert "1 件按新的规则重算" in page
    assert "引进以后登记的件按新的办" in page
    assert "hotline-2" not in body(reader().get("/studio/hotline/adoptions/"))


def test_the_same_again_changes_nothing_and_cannot_be_adopted(desk: Desk) -> None:
    page = body(look_at(reader(ADMINISTRATOR))[0])
    assert "什么也不会变" in page
    assert 'value="adopt"' not in page


def test_only_an_administrator_adopts(desk: Desk) -> None:
    response, adopt = look_at(reader(), **{"set-help_limit": "3"})
    assert 'value="adopt"' not in body(response)
    assert reader().post("/studio/hotline/settings/", adopt).status_code == 403
    assert body(reader().get("/studio/hotline/adoptions/")).count("现行") == 1


def test_adopting_begins_a_new_version_and_running_cases_stay_on_theirs(desk: Desk) -> None:
    from tongban.store.models import CaseRow

    number = desk.signed()
    client = reader(ADMINISTRATOR)
    before = CaseRow.objects.get(number=number).adoption
    _, adopt = look_at(client, **{"set-help_limit": "3"})
    response = client.post("/studio/hotline/settings/", adopt, follow=True)
    page = body(response)
    assert "在办的件留在原来的版本" in page
    assert "求助办理期限：3 个工作日" in page
    assert "胡少华" in page
    assert CaseRow.objects.get(number=number).adoption == before
    assert CaseRow.objects.get(number=desk.register()).adoption != before
    assert "本县现在 3 个工作日" in body(client.get("/studio/hotline/settings/"))


def test_what_is_adopted_is_what_was_looked_at(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    _, adopt = look_at(client, **{"set-help_limit": "3"})
    response = client.post("/studio/hotline/settings/", {**adopt, "set-help_limit": "4"})
    page = body(response)
    assert response.status_code == 200
    assert "设置在看过之后又改了" in page
    assert "4 个工作日</strong>" in page
    assert body(client.get("/studio/hotline/adoptions/")).count('scope="row"') == 1


def test_a_folder_with_a_fault_shows_file_line_and_remedy_and_the_adopted_one_stays_readable(
    desk: Desk, shelf: Path
) -> None:
    path = shelf / "hotline" / "deadlines.yaml"
    path.write_text(path.read_text().replace("owner: holder", "ownr: holder", 1))
    assert "不能引进" in body(reader().get("/studio/"))
    response = reader().get("/studio/hotline/")
    page = body(response)
    assert response.status_code == 200
    assert re.search(r"<code>deadlines\.yaml:\d+</code>", page)
    assert "owner" in page
    assert 'class="loop studio"' in page
    settings = body(reader(ADMINISTRATOR).get("/studio/hotline/settings/"))
    assert 'id="draft"' not in settings


def test_a_folder_that_was_only_begun_is_on_the_shelf_with_what_it_lacks(desk: Desk, shelf: Path) -> None:
    (shelf / "begun").mkdir()
    (shelf / "begun" / "README.md").write_text("# 刚开始写")
    assert "/studio/begun/" in body(reader().get("/studio/"))
    for page in PAGES:
        response = reader().get(f"/studio/begun/{page}")
        assert response.status_code == 200
        assert "practice.yaml" in body(response)


def test_a_loop_that_does_not_close_is_told_and_cannot_be_adopted(desk: Desk, shelf: Path) -> None:
    path = shelf / "last_resort_desk" / "deadlines.yaml"
    text = path.read_text()
    path.write_text(text.replace("runs_in: [rule_answered]", "runs_in: [rule_asked]"))
    assert path.read_text() != text
    page = body(reader().get("/studio/last_resort_desk/"))
    assert re.search(r"procedure/rule_change\.yaml:\d+", page)
    assert "check." in page
    sent = reader(ADMINISTRATOR).post("/studio/last_resort_desk/settings/", {"_act": "adopt"})
    assert body(reader().get("/studio/last_resort_desk/adoptions/")).count('scope="row"') == 1
    assert sent.status_code < 500


def test_a_practice_whose_folder_is_gone_is_still_read_as_it_was_adopted(desk: Desk, shelf: Path) -> None:
    shutil.rmtree(shelf / "hotline")
    assert "热线诉求办理" in body(reader().get("/studio/"))
    page = body(reader().get("/studio/hotline/"))
    assert "架上已经没有" in page
    assert 'class="loop studio"' in page
    assert reader().post("/studio/hotline/scenarios/run/").status_code < 500
    assert reader().post("/studio/hotline/settings/", {"_act": "adopt"}).status_code == 200


def retired(practice: str = "hotline") -> None:
    from tongban.apps.adoption.adopting import retire

    done = retire(practice, Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(done, Refused)


@pytest.mark.parametrize(("language", "words"), [("zh", "停用，版本"), ("en", "retired on ")])
def test_a_retired_practice_says_when_it_was_retired_and_not_that_it_never_was(
    desk: Desk, language: str, words: str
) -> None:
    retired()
    never = {"zh": "尚未引进", "en": "not adopted yet"}[language]
    page = body(reader(language=language).get("/studio/hotline/adoptions/"))
    assert words in page and never not in page
    row = body(reader(language=language).get("/studio/")).split('href="/studio/hotline/"')[1]
    assert words in row.split("</article>")[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_retired_practice_whose_folder_is_gone_is_still_read_as_it_was_last_adopted(
    desk: Desk, shelf: Path, page: str
) -> None:
    shutil.rmtree(shelf / "hotline")
    retired()
    response = reader(ADMINISTRATOR).get(f"/studio/hotline/{page}")
    assert response.status_code == 200
    assert "热线诉求办理" in body(response) and "架上已经没有" in body(response)
    assert "停用，版本" in body(reader().get("/studio/"))


@pytest.mark.parametrize(
    ("language", "words", "cited"),
    [
        ("zh", "2025年8月6日 已经失效", "“政府热线服务规范”"),
        ("en", "ended on 6 Aug 2025", "“Specification for Government Hotline Services”"),
    ],
)
def test_a_legal_basis_that_has_ended_is_marked_and_nothing_is_adopted_on_it(
    desk: Desk, shelf: Path, language: str, words: str, cited: str
) -> None:
    path = shelf / "hotline" / "practice.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("since: 2017-07-01}", "since: 2017-07-01, until: 2025-08-06}"), encoding="utf-8"
    )
    client = reader(ADMINISTRATOR, language)
    for page in ("/studio/", "/studio/hotline/"):
        assert words in body(client.get(page)) and cited in body(client.get(page))
    response, _ = look_at(client, **{"set-max_reopens": "3"})
    assert response.status_code == 422 and cited in body(response) and "GB/T 33358-2016" in body(response)
    refused = adopt("hotline", {"max_reopens": 3}, (Desk.home,), Acting(datetime.now(UTC), SYSTEM), shelf)
    assert isinstance(refused, Refused) and refused.code == "adoption.basis_expired"
    assert refused.facts["day"] == "2025-08-06"


def test_a_newer_folder_is_told_apart_from_what_was_adopted(desk: Desk, shelf: Path) -> None:
    path = shelf / "hotline" / "deadlines.yaml"
    path.write_text("# 修订\n" + path.read_text())
    version = _version(shelf, "")
    assert f"与引进的不同，版本都写 {version}" in body(reader().get("/studio/"))
    assert "看引进的" in body(reader().get("/studio/hotline/"))
    assert "看架上的" in body(reader().get("/studio/hotline/?of=adopted"))


def _version(shelf: Path, other: str) -> str:
    """The version of the hotline on the shelf; ``other`` is written in its place."""
    path = shelf / "hotline" / "practice.yaml"
    text = path.read_text(encoding="utf-8")
    version = text.partition("version: ")[2].partition("\n")[0]
    if other:
        path.write_text(text.replace(f"version: {version}\n", f"version: {other}\n"), encoding="utf-8")
    return version


def test_the_shelf_says_whether_its_version_is_newer_or_older_than_what_was_adopted(
    desk: Desk, shelf: Path
) -> None:
    adopted = _version(shelf, "99.10.0")
    assert f"架上有新版 99.10.0，引进的是 {adopted}" in body(reader().get("/studio/"))
    assert f"架上有新版 99.10.0，引进的是 {adopted}" in body(reader().get("/studio/hotline/"))
    _version(shelf, "0.9.10")
    assert f"the older version 0.9.10; {adopted} was adopted" in body(
        reader(ADMINISTRATOR, "en").get("/studio/")
    )
    page = body(reader().get("/studio/hotline/"))
    assert f"这里是本县在用的版本 {adopted}；架上还是旧版 0.9.10" in page
    assert 'href="?of=shelf"' in page
    assert f"架上是旧版 0.9.10，引进的是 {adopted}" in body(reader().get("/studio/hotline/?of=shelf"))


def with_a_rule_more(shelf: Path) -> None:
    """The shelf's hotline with one routing rule more: blocked drains go to the housing bureau."""
    folder = shelf / "hotline"
    routing = folder / "routing.yaml"
    rule = (
        '- {id: drains, when: \'!given.about_unit && facts.category == "01.05.04"\', take: "unit:housing"}\n'
    )
    first, mark, rest = routing.read_text(encoding="utf-8").partition("- {id: precedent")
    routing.write_text(first + rule + mark + rest, encoding="utf-8")
    for language, words in (("zh-Hans", "下水道归住建局"), ("en", "drains go to housing")):
        texts = folder / "texts" / f"{language}.yaml"
        first, mark, rest = texts.read_text(encoding="utf-8").partition("\nrouting:\n")
        texts.write_text(f"{first}{mark}  drains: {{reason: {words}}}\n{rest}", encoding="utf-8")


def test_a_draft_rule_says_which_cases_would_go_where_before_it_is_adopted(desk: Desk, shelf: Path) -> None:
    number = desk.dispatched()
    with_a_rule_more(shelf)
    page = body(look_at(reader(ADMINISTRATOR))[0])
    assert "1 件里有 1 件会派到别处" in page
    assert "县综合行政执法局" in page and "下水道归住建局" in page
    assert f'href="/desk/{number.replace(" ", "")}/"' in page
    english = body(look_at(reader(ADMINISTRATOR, "en"))[0])
    assert "1 of 1 cases would go elsewhere" in english and "drains go to housing" in english
    assert not MISSING.search(page + english)


def test_a_reader_sees_how_many_cases_would_go_elsewhere_and_no_number_that_is_not_theirs(
    desk: Desk, shelf: Path
) -> None:
    number = desk.dispatched()
    with_a_rule_more(shelf)
    page = body(look_at(reader(desk.other_handler))[0])
    assert "1 件里有 1 件会派到别处" in page and "没有您能看的" in page
    assert number not in page and number.replace(" ", "") not in page


def test_settings_that_no_routing_rule_names_say_that_no_case_goes_elsewhere(desk: Desk) -> None:
    desk.dispatched()
    page = body(look_at(reader(ADMINISTRATOR), **{"set-help_limit": "4"})[0])
    assert "没有一件会派到别处" in page


def saying(language: str = "zh-Hans") -> Any:
    from tongban.library.reading import read_practice
    from tongban.web.studio.saying import Saying

    return Saying(read_practice(ROOT / "practices" / "last_resort_desk"), language, {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('facts.way == "urgent"', "“办理方式”是加急办"),
        ('facts.outcome == "resolved" || given.remedy', "“结果”是已办成，或者填了“出路”"),
        ("count.pass_up > 0", "已办过“报上一级窗口”"),
        ("count.grant_extension == 0", "没有办过“同意延期”"),
        ("count.send_back >= 2", "办过“退回重办”的次数至少是2"),
        ("facts.green_channel", "选了“走绿色通道”"),
        ("!case.late", "没有超期"),
        ('case.holder_level != "county"', "承办单位的层级不是县级"),
        ('case.superior == ""', "没有承办单位的上一级"),
        ('case.superior != ""', "有承办单位的上一级"),
        ('facts.way in ["instant", "urgent"]', "“办理方式”是即时办或加急办"),
        ('facts.category != ""', "填了“类别”"),
        ("count.pass_up > count.send_back", "办过“报上一级窗口”的次数大于办过“退回重办”的次数"),
        ("!clock.handle.ended && !case.late", "“办理期限”还没有走完，并且没有超期"),
        ("size(given.category) > 0", "填了“类别”"),
        ("case.visits > 0", "到现场的次数大于0"),
        ('facts.way >= string(now - duration("360h"))', "“办理方式”至少是今天以前第 15 天"),
        ('!(case.holder_level in ["township", "grid"])', "并非（承办单位的层级是乡级或网格）"),
        ("!(case.holder in subcases.holders)", "承办单位不在没办完的子件在哪些单位里"),
        (
            "facts.way.all(p, p in facts.outcome || p in facts.remedy)",
            "“办理方式”每一样都在“结果”或者“出路”里",
        ),
        (
            '!(facts.green_channel && facts.way == "urgent")',
            "并非（选了“走绿色通道”，并且“办理方式”是加急办）",
        ),
    ],
)
def test_a_condition_is_said_in_the_practices_own_words(source: str, words: str) -> None:
    assert saying().condition(source) == words


def test_a_rung_that_comes_again_says_how_often() -> None:
    from tongban.library.shape.rules import RungSpec

    rung = RungSpec.model_validate({"every": "20 working_days", "step": "send_back"})
    assert saying().rung(rung) == "到期后每隔 20 个工作日：退回重办"
    assert saying("en").rung(rung).startswith("every 20 working days after it is due: ")


def test_a_condition_is_said_in_english_with_its_spaces() -> None:
    said = saying("en").condition("subcases.open == 0 || count.propose_rule > 0")
    assert said == "the number of open subcases is 0 or “Propose a change of the rule” was taken"


COUNTED = {"idle_house": 2, "petition": 2, "river_right": 1}
"""Conditions that are worked out from parts of a date, or from hours between days here and days elsewhere, and have no words: the page gives the words of their refusal."""


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_conditions_of_all_practices_are_said_in_words(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.library.reading import read_practice
    from tongban.web.studio import saying, telling
    from tongban.web.studio.phrases import unsaid

    coded: dict[str, int] = {}
    told: list[str] = []
    kept = saying.Saying.condition

    def heard(self: Any, source: str | None) -> str:
        words = kept(self, source)
        told.append(words)
        return words

    monkeypatch.setattr(saying.Saying, "condition", heard)
    for folder in sorted((ROOT / "practices").iterdir()):
        told.clear()
        speaks = saying.Saying(read_practice(folder), language, {})  # type: ignore[arg-type]
        for kind in speaks.practice.kinds:
            for tell in (telling.steps, telling.shared, telling.forms, telling.clocks):
                tell(speaks, kind)
        telling.routes(speaks, {}, {})
        left = {each for each in told if unsaid(each) or MISSING.search(each) or "“title”" in each}
        coded |= {speaks.practice.id: len(left)} if left else {}
    assert coded == COUNTED


def test_a_condition_without_words_is_told_by_its_refusal_with_what_is_written_folded(desk: Desk) -> None:
    page = body(reader().get("/studio/river_right/?kind=contract"))
    assert "要按日子或者格式算" in page
    assert "getFullYear" in page and "getFullYear" not in re.sub(r"<code>.*?</code>", "", page, flags=re.S)


def test_a_readme_is_shown_and_never_runs() -> None:
    from types import SimpleNamespace

    from tongban.web.studio.readme import readme

    text = "# 名\n\n<script>x</script> **重** `a<b`\n\n1. 一\n   接着\n\n   | 甲 | 乙 |\n   |---|---|\n   | 1 | 2 |\n\n2. 二\n- 点"
    made = readme(SimpleNamespace(files={"README.md": text}), "en")  # type: ignore[arg-type]
    assert "<script>" not in made
    assert "<strong>重</strong>" in made
    assert "<code>a&lt;b</code>" in made
    assert "<li>一 接着</li>" in made
    assert '<ol start="2"><li>二</li></ol>' in made
    assert '<th scope="col">甲</th>' in made
    assert "<td>2</td>" in made
    both = SimpleNamespace(files={"README.md": f"{text}\n\n## In short\n\nOne lamp."})
    assert readme(both, "en") == "<p>One lamp.</p>"  # type: ignore[arg-type]
    assert "接着" in readme(both, "zh-Hans")  # type: ignore[arg-type]
    assert "One lamp" not in readme(both, "zh-Hans")  # type: ignore[arg-type]


def test_a_form_says_what_people_fill_in_and_what_the_system_knows_and_from_where(desk: Desk) -> None:
    page = body(reader().get("/studio/hotline/forms/"))
    assert re.search(r"系统带入 \d+ 项", page), "some form of the hotline is filled in by the system"
    assert "由上级件带入" in page or "由系统填写，不问人" in page


def test_an_english_page_with_chinese_on_it_comes_whole(desk: Desk) -> None:
    answer = reader(ADMINISTRATOR, "en").get("/studio/hotline/")
    assert 'lang="zh-Hans">' in body(answer) and answer["Content-Length"] == str(len(answer.content))
