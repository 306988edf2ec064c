"""People in the studio: found, added, given posts with days; whoever leaves is out the same minute by every door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import PASSWORD, Desk, county, desk
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Post
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR = "hushaohua"
HERE = "/studio/people/"


def browser(login: str = ADMINISTRATOR) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=login))
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def today(days: int = 0) -> str:
    return (local_date(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def posts(login: str, days: int = 0) -> tuple[Post, ...]:
    from tongban.apps.people.acting import actor_of

    return actor_of(User.objects.get(username=login), datetime.now(UTC) + timedelta(days=days)).posts


def give(login: str, role: str = "handler", unit: str = Desk.unit, **days: str) -> Any:
    return browser().post(f"{HERE}{login}/give/", {"unit": unit, "role": role, **days})


def end(login: str, post: str, last: str = "") -> Any:
    return browser().post(f"{HERE}{login}/end/", {"post": post, "last": last})


def since(login: str) -> str:
    from tongban.store.models import PostRow

    return str(PostRow.objects.get(person=login, until=None).since)


@pytest.mark.parametrize(
    "path", ["", "add/", "bring/", "sheet/", "rule/", "xuqiuju/", *(f"xuqiuju/{x}/" for x in ("give", "end", "leave", "password", "factors"))]
)  # fmt: skip
def test_nobody_but_an_administrator_comes_here(desk: Desk, path: str) -> None:
    for login in (desk.handler, "liuzeyu"):
        assert browser(login).post(f"{HERE}{path}").status_code in (403, 405)
        assert browser(login).get(f"{HERE}{path}").status_code in (403, 405)
    assert Client().get(f"{HERE}{path}").status_code in (302, 405)


def test_people_are_found_by_name_login_and_unit_and_listed_by_pages(desk: Desk) -> None:
    client = browser()
    first = body(client.get(HERE))
    rest = re.search(r'href="\?(q=&amp;after=[a-z]+)" rel="next"', first)
    assert (
        rest is not None
        and body(client.get(f"{HERE}?{rest[1].replace('&amp;', '&')}")).count("/studio/people/") > 10
    )
    for words in ("zhengjinhua", "郑金花" if "郑金花" in first else "Zheng Jinhua", "Urban"):
        assert "zhengjinhua" in body(client.get(HERE, {"q": words})), words
    assert "Nobody was found" in body(client.get(HERE, {"q": "nobody of this name"}))


def test_somebody_new_gets_a_password_once_and_a_post_from_tomorrow(desk: Desk) -> None:
    client = browser()
    shown = client.post(f"{HERE}add/", {"login": "newcomer", "name": "新来"})
    found = re.search(r'class="letters">([a-z0-9-]{19})<', body(shown))
    assert found is not None and "no-store" in shown.headers["Cache-Control"]
    assert client.post(f"{HERE}add/", {"login": "newcomer", "name": "新来"}).status_code == 422
    assert give("newcomer", first=today(1), last=today(2)).status_code == 302
    assert [posts("newcomer", days) for days in (0, 1, 2, 3)] == [
        (),
        *[(Post(Desk.unit, "handler"),)] * 2,
        (),
    ]
    assert "coming" in body(client.get(f"{HERE}newcomer/"))
    fresh = Client()
    signed = fresh.post("/sign-in/", {"username": "newcomer", "password": found[1]})
    assert (signed.status_code, signed.headers["Location"]) == (302, "/sign-in/own/")
    own = {"new_password": "eleven slow barges 4", "again": "eleven slow barges 4"}
    assert fresh.post("/sign-in/own/", own).status_code == 302 and fresh.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"unit": "nowhere"}, "has no"),
        ({"role": "Head of all"}, "no such role"),
        ({"first": "2026-03-09", "last": "2026-03-08"}, "days do not fit"),
        ({"first": "soon"}, "days do not fit"),
        ({}, "hold this post"),
    ],
)
def test_a_post_that_cannot_be_is_refused_in_words(desk: Desk, sent: dict[str, str], said: str) -> None:
    answer = give(desk.handler, **sent)
    assert answer.status_code == 422 and said in body(answer)


def test_a_post_ends_with_its_last_day_or_this_minute_and_can_be_given_again(desk: Desk) -> None:
    post = f"{desk.unit}/handler/{since(desk.handler)}"
    assert end(desk.handler, post, today(1)).status_code == 302
    assert [len(posts(desk.handler, days)) for days in (0, 1, 2)] == [1, 1, 0]
    assert end(desk.handler, post).status_code == 302
    assert posts(desk.handler) == ()
    assert end(desk.handler, post).status_code == 422
    assert give(desk.handler).status_code == 302
    assert len(posts(desk.handler)) == 1
    assert end(desk.handler, f"{desk.unit}/handler/{today()}").status_code == 302
    assert give(desk.handler).status_code == 302  # twice on one day
    assert end(desk.handler, post, today(-3)).status_code == 422


def test_the_county_is_never_left_without_an_administrator(desk: Desk) -> None:
    answer = end(ADMINISTRATOR, f"{desk.home}/administrator/{since(ADMINISTRATOR)}")
    assert answer.status_code == 422 and "only administrator" in body(answer)
    assert browser().post(f"{HERE}{ADMINISTRATOR}/leave/").status_code == 422
    give(desk.handler, "administrator")  # the first other one: nobody else could confirm it
    assert browser().post(f"{HERE}{ADMINISTRATOR}/leave/").status_code == 302
    assert posts(ADMINISTRATOR) != ()
    asked = re.findall(
        r"/studio/confirm/([0-9a-f]{16})/", body(browser(desk.handler).get("/studio/confirm/"))
    )
    browser(desk.handler).post(f"/studio/confirm/{asked[0]}/", {"decide": "confirm"})
    assert posts(ADMINISTRATOR) == ()


def test_whoever_leaves_is_out_the_same_minute_by_every_door(desk: Desk) -> None:
    from tongban.apps.people.issuing import issue

    number = desk.signed()
    web = Client(headers={"accept-language": "en"})
    web.post("/sign-in/", {"username": desk.handler, "password": PASSWORD})
    asked = {"login": desk.handler, "password": PASSWORD}
    own = Client().post("/api/v1/tokens", asked, content_type="application/json").json()["token"]
    made = issue(desk.handler, ("read", "act"), "platform", 30, desk.acting(ADMINISTRATOR))
    assert not isinstance(made, Refused)

    def doors() -> list[int]:
        tokens = [
            Client().get(f"/api/v1/cases/{number}", headers={"authorization": f"Bearer {each}"}).status_code
            for each in (own, made[1].text)
        ]
        return [web.get(f"/desk/{number}/").status_code, *tokens]

    assert doors() == [200, 200, 200]
    assert browser().post(f"{HERE}{desk.handler}/leave/").status_code == 302
    assert doors() == [302, 401, 401]
    assert Client().post("/sign-in/", {"username": desk.handler, "password": PASSWORD}).status_code == 422
    assert Client().post("/api/v1/tokens", asked, content_type="application/json").status_code == 401
    give(desk.handler)  # they come back: with a new password, and not by what they had
    assert doors() == [302, 401, 401]
    shown = body(browser().post(f"{HERE}{desk.handler}/password/"))
    password = re.findall(r'class="letters">([a-z0-9-]{19})<', shown)[0]
    assert Client().post("/sign-in/", {"username": desk.handler, "password": password}).status_code == 302


def test_a_post_that_runs_out_closes_the_doors_at_midnight_without_anybody(desk: Desk) -> None:
    give("zhengjinhua", "reviewer", Desk.home, last=today())
    assert [Post(Desk.home, "reviewer") in posts("zhengjinhua", days) for days in (0, 1)] == [True, False]


def test_a_forgotten_password_is_set_anew_and_ends_every_session(desk: Desk) -> None:
    web = Client()
    web.post("/sign-in/", {"username": desk.handler, "password": PASSWORD})
    shown = body(browser().post(f"{HERE}{desk.handler}/password/"))
    found = re.search(r'class="letters">([a-z0-9-]{19})<', shown)
    assert found is not None and web.get("/account/").status_code == 302
    sign = [
        Client().post("/sign-in/", {"username": desk.handler, "password": each})
        for each in (PASSWORD, found[1])
    ]
    assert [each.status_code for each in sign] == [422, 302]


def test_a_file_of_people_is_brought_whole_or_not_at_all(desk: Desk) -> None:
    def send(text: str) -> Any:
        return browser().post(f"{HERE}bring/", {"file": SimpleUploadedFile("people.yaml", text.encode())})

    good = "people:\n  - {login: lixia, zh: 李霞, posts: [{unit: tax, role: handler}]}\n"
    assert send(good.replace("tax", "nowhere")).status_code == 422 and not User.objects.filter(
        username="lixia"
    )
    assert send("people: [").status_code == 422
    assert "First password" in body(send(good)) and posts("lixia") == (Post("tax", "handler"),)
    assert send(good).status_code == 302


HEADER = "登录名,姓名,单位,岗位,起始日,最后一天\n"


def send_sheet(text: str, encoding: str = "gb18030") -> Any:
    """Brought as an office keeps it."""
    return browser().post(f"{HERE}bring/", {"file": SimpleUploadedFile("人员.csv", text.encode(encoding))})


def called(unit: str, role: str) -> tuple[str, str]:
    """What they are called in Chinese."""
    from tongban.apps.office import office
    from tongban.apps.people.posts import role_words

    here = office()
    return here.names.unit(unit, "zh-Hans"), role_words(here, role, "zh-Hans", datetime.now(UTC))


def test_a_sheet_of_an_office_names_units_and_roles_as_they_are_called(desk: Desk) -> None:
    (tax, clerk), two = called("tax", "clerk"), f"{today(1)},{today(3)}"
    assert clerk != "clerk"
    rows = f"lixia,李霞,{tax},handler,,\nlixia,李霞,hotline-centre,管理员助理,{two}\nwuping,吴平,,,,\n"
    refused = send_sheet(HEADER + rows)
    assert refused.status_code == 422 and "row 3" in body(refused)
    assert not User.objects.filter(username__in=("lixia", "wuping"))
    assert "First password" in body(send_sheet(HEADER + rows.replace("管理员助理", clerk)))
    assert posts("lixia") == (Post("tax", "handler"),)
    assert Post("hotline-centre", "clerk") in posts("lixia", 3) and len(posts("lixia", 4)) == 1
    assert posts("wuping") == ()


def test_every_fault_of_a_sheet_of_people_is_told_at_its_row(desk: Desk) -> None:
    rows = (
        "Li Xia,李霞,tax,handler,,\n"
        "wuping,吴平,nowhere,handler,,\n"
        "zhou,周,tax,handler,2026-12-09,2026-12-01\n"
        "zhou,邹,tax,reviewer,,\n"
    )
    said = body(send_sheet(HEADER + rows, "utf-8-sig"))
    assert all(f"row {n}" in said for n in (2, 3, 4, 5))
    assert not User.objects.filter(username__in=("wuping", "zhou"))


def test_one_pass_tells_every_fault_of_a_sheet_each_at_its_cell(desk: Desk) -> None:
    """A title above the header, full-width letters, a row with two faults, and a post that is held with other days."""
    rows = (
        "二〇二六年在岗人员,,,,,\n"
        + HEADER
        + "Wu Ping,吴平,nowhere,nobody,,2026-13-01\n"
        + "ｌｉｘｉａ,李霞,tax,handler,,\n"
        + f"zhou,{'周' * 60},tax,handler,,\n"
        + f"zhengjinhua,郑金花,urban-enforcement,handler,,{today(30)}\n"
        + ",无名,tax,handler,,\n"
    )
    said = body(send_sheet(rows))
    assert "7 to be put right" in said and not User.objects.filter(username__in=("lixia", "zhou"))
    assert said.count(">row 3, “") == 4 and ">row 4, " not in said, "full-width letters are letters"
    assert all(f">row {n}, “" in said for n in (5, 6, 7))
    assert "urban-enforcement handler" not in said, "units and roles are called by their names"


def test_the_sheet_that_is_taken_out_can_be_brought_again_and_changes_nothing(desk: Desk) -> None:
    from tongban.store.models import PostRow

    def all_posts() -> set[tuple[Any, ...]]:
        return set(PostRow.objects.values_list("person", "unit", "role", "since", "until"))

    before = all_posts()
    taken = browser().get(f"{HERE}sheet/")
    assert taken.status_code == 200 and taken.content[:2] == b"PK"
    file = SimpleUploadedFile("people.xlsx", taken.content)
    assert browser().post(f"{HERE}bring/", {"file": file}).status_code == 302
    assert all_posts() == before and len(before) > 100


def test_a_sheet_changes_no_days_and_says_so_instead_of_doing_nothing(desk: Desk) -> None:
    row = "zhengjinhua,郑金花,urban-enforcement,handler,,"
    said = send_sheet(f"{HEADER}{row}{today(30)}\n")
    assert said.status_code == 422 and "other days than the file says" in body(said)
    assert send_sheet(f"{HEADER}{row}\n").status_code == 302, "left out they stay as they are"
    assert since("zhengjinhua")


def test_a_post_that_is_over_is_given_anew_by_a_sheet(desk: Desk) -> None:
    end("zhengjinhua", f"urban-enforcement/handler/{since('zhengjinhua')}")
    assert posts("zhengjinhua") == ()
    told = browser().post(
        f"{HERE}bring/",
        {
            "file": SimpleUploadedFile(
                "a.csv", f"{HEADER}zhengjinhua,郑金花,urban-enforcement,handler,{today()},\n".encode()
            )
        },
        follow=True,
    )
    assert "New posts: 1" in body(told)
    assert posts("zhengjinhua") == (Post("urban-enforcement", "handler"),)


def test_a_row_that_stands_twice_and_a_role_that_nobody_knows_are_told_at_their_rows(desk: Desk) -> None:
    row = "lixia,李霞,tax,handler,,\n"
    said = send_sheet(f"{HEADER}{row}{row}")
    assert (
        said.status_code == 422
        and "row 3" in body(said)
        and "hold this post in that time already" in body(said)
    )
    said = send_sheet(f"{HEADER}{row.replace('handler', 'handelr')}")
    assert said.status_code == 422 and "row 2" in body(said) and "no such role" in body(said)
    assert not User.objects.filter(username="lixia")


def test_which_roles_need_a_second_factor_is_set_here(desk: Desk) -> None:
    from tongban.apps.people.entering import needed

    browser().post(f"{HERE}rule/", {"role": ["administrator", "reviewer", "made_up"]})
    assert needed("330822") == ("administrator", "reviewer")
    assert body(browser().get(HERE)).count(" checked") == 2


def test_units_are_offered_with_the_offices_of_the_county_first_and_villages_under_their_township() -> None:
    page = body(browser().get(f"{HERE}fantugen/"))
    chosen = page[page.index('id="unit"') : page.index('id="role"')]
    heads = re.findall(r'<optgroup label="([^"]*)"', chosen)
    assert len(heads) > 5 and len(heads) == len(set(heads))
    assert chosen.index('value="hotline-centre"') < chosen.index(heads[1])
