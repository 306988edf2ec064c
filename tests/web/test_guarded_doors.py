"""A guarded practice: whoever's post names it works with its cases; to everybody else in the county they are not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from guarded_ground import everybody_named, person_named
from scenario_ground import practice_in
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import Adopted, adopt, in_force, retire
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.apps.casework.worklist import ALL, VIEWS, Filter, worklist
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.deciding import confirm
from tongban.apps.confirming.kinds import ADOPTING, GIVING, adopting
from tongban.apps.figures.lights import lights
from tongban.apps.formats.cases_sheet import export_cases
from tongban.apps.numbers import new_number, written
from tongban.apps.office import office
from tongban.apps.people.looking import look_identity
from tongban.apps.people.posting import Given, give
from tongban.apps.people.standing_in import StandIn, stand_in
from tongban.apps.supervision.hot import hot
from tongban.apps.supervision.listing import listing
from tongban.apps.supervision.watching import Watch
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ANYBODY, SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.deliveries import staff_on
from tongban.store.models import CaseRow
from tongban.store.search import index

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

REPORT = ROOT / "practices" / "conduct_report"
HOME, ABOUT, WORDS = "petitions", "housing", "玄武湖畔独一字丁"
ADMIN, SECOND = "hushaohua", "gonghongwei"
OTHERS = ("liuzeyu", "zengjiayi", "plain", ADMIN)
"""A supervisor of the county, its leader, a receiver at the same office for all other practices, an administrator."""


@pytest.fixture
def staffed(desk: Desk) -> None:
    person_named("named", (HOME, "conduct_report.receiver"))
    person_named("head", (HOME, "conduct_report.head"), ("county-government", "conduct_report.reviewer"))
    person_named("plain", (HOME, "receiver"), (HOME, "leader"), (HOME, "handler"))


@pytest.fixture
def told(staffed: None) -> str:
    """The number of a case that a stranger brought."""
    done = adopt(REPORT, {}, (HOME,), Acting(datetime.now(UTC), SYSTEM))
    assert isinstance(done, Adopted), done
    return tell()


def tell() -> str:
    given = {"about_unit": ABOUT, "sort": "slow", "what": WORDS, "phone": "13911112222"}
    taken = open_case(
        "conduct_report", given, Acting(datetime.now(UTC), ANYBODY, by_hand=True), channel="web"
    )
    assert isinstance(taken, Taken), taken
    # What the reactor of search does, which sees nothing of a test's own transaction.
    index(office().journal, [str(each) for each in CaseRow.objects.values_list("id", flat=True)])
    return taken.number


def browser(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=login))
    return client


def plain(answer: Any, number: str) -> str:
    """What an answer says without what is another one each time: the number that was asked for, keys of forms."""
    text = str(answer.content.decode("utf-8", "ignore"))
    for each in (number, number.replace(" ", ""), number.replace(" ", "%20")):
        text = text.replace(each, "N")
    return re.sub(r'(value|nonce|content|X-CSRFToken)"?[=:] ?"[^"]*"', "", text)


DOORS = ("/desk/{}/", "/desk/{}/why/", "/desk/{}/journey/", "/desk/{}/who/", "/desk/{}/deadlines.ics", "/desk/{}/tree.xlsx",
         "/desk/{}/notices/", "/desk/{}/receipt/", "/desk/{}/files/" + "0" * 64 + "/")  # fmt: skip


@pytest.mark.parametrize("login", OTHERS)
def test_every_door_answers_others_as_for_a_case_that_is_not_there(told: str, login: str) -> None:
    client, none = browser(login), written(new_number(datetime.now(UTC)))
    for door in DOORS:
        here, nowhere = client.get(door.format(told)), client.get(door.format(none))
        assert here.status_code == nowhere.status_code >= 400, (door, here.status_code)
        assert plain(here, told) == plain(nowhere, none), door
        assert WORDS not in here.content.decode("utf-8", "ignore")


def counted(desk: Desk, login: str) -> dict[str, object]:
    """All that lists and counts say to somebody."""
    acting = desk.acting(login)
    lists = {view: worklist(acting, Filter(view=view)) for view in VIEWS}
    lit = lights(acting)
    return {
        **{view: (each.total, each.late, len(each.rows)) for view, each in lists.items()},
        "search": len(worklist(acting, Filter(view=ALL, words=WORDS)).rows),
        "watched": (found := listing(acting, Watch())).total and (found.total, len(found.cases)),
        "hot": (found_hot := hot(acting)) and not isinstance(found_hot, Refused) and found_hot.total,
        "lit": (lit.whole.open, len(lit.units)),
    }


@pytest.mark.parametrize("login", OTHERS)
def test_no_list_no_count_and_no_search_of_others_holds_it(told: str, desk: Desk, login: str) -> None:
    before = counted(desk, login)
    number = tell()
    assert counted(desk, login) == before
    acting = desk.acting(login)
    assert worklist(acting, Filter(view=ALL, words=number)).rows == ()
    assert not worklist(acting, Filter(view="home", practice="conduct_report")).rows
    home = browser(login).get("/desk/").content.decode()
    assert number not in home and number not in browser(login).get("/lead/").content.decode()


def test_whoever_has_the_name_finds_it_reads_it_and_works_on_it(told: str, desk: Desk) -> None:
    client = browser("named")
    page = client.get(f"/desk/{told}/")
    assert page.status_code == 200 and WORDS in page.content.decode()
    assert len(worklist(desk.acting("named"), Filter(view=ALL, words=WORDS)).rows) == 1
    assert told in [row.number.replace(" ", "") for row in worklist(desk.acting("named"), Filter()).rows]
    desk.step(told, "propose_referral", "named", refer_to="discipline", refer_reason="涉嫌违反廉洁纪律。")
    desk.step(told, "approve_referral", "head")
    assert isinstance(look_identity(told, "contact", "回访核实", desk.acting("plain")), Refused)


def test_what_is_told_to_the_office_reaches_those_with_the_name_alone(told: str) -> None:
    from tongban.apps.notices.planning import _acting

    class Plan:
        here = office()
        staff = staff_on(office().journal, local_date(datetime.now(UTC)), [HOME])

    case = office().find(told).case  # type: ignore[union-attr]
    assert set(_acting(Plan(), case, HOME, "home")) == {"named", "head"}  # type: ignore[arg-type]


def test_no_letter_to_the_office_carries_more_of_it_than_a_line(told: str) -> None:
    from tongban.apps.notices.bodies import said, short
    from tongban.store.models import NoticeRow

    keys = [(str(each.chain), each.seq, each.n) for each in NoticeRow.objects.all()]
    now = datetime.now(UTC)
    assert keys and any(each.body for each in said(office(), keys, "zh-Hans", now).values())
    assert short(office(), keys, "zh-Hans", now) == {}


def test_it_is_in_no_export(told: str, desk: Desk, tmp_path: Path) -> None:
    acting = Acting(datetime.now(UTC), SYSTEM)
    assert isinstance(export_cases(tmp_path / "one.csv", acting, "conduct_report"), Refused)
    export_cases(tmp_path / "all.csv", acting)
    assert told not in (tmp_path / "all.csv").read_text(encoding="utf-8-sig")


def test_the_next_person_at_the_same_machine_neither_hears_of_it_nor_opens_it(told: str) -> None:
    client, case = Client(headers={"accept-language": "en"}), str(CaseRow.objects.get(number=told).id)
    session = client.session
    session["owns"] = [case]
    session.save()
    mine = f"/follow/{told}/"
    assert WORDS in client.get(mine).content.decode()
    typed = client.get("/alike/", {"practice": "hotline", "body": WORDS * 3}).content.decode()
    assert told not in typed.replace(" ", "")
    client.post("/", {"body": "村口的路灯坏了半个月"})
    assert client.session["owns"] == []
    assert WORDS not in client.get(mine, follow=True).content.decode()


def test_its_posts_are_lent_to_nobody(told: str, desk: Desk) -> None:
    today = local_date(datetime.now(UTC))
    for practices in ((), ("conduct_report",)):
        wish = StandIn(
            "named",
            "plain",
            HOME,
            "conduct_report.receiver",
            today,
            today + timedelta(days=3),
            "leave",
            practices,
        )
        assert isinstance(stand_in(wish, desk.acting("named")), Refused)
    general = StandIn(
        "plain", "named", HOME, "receiver", today, today + timedelta(days=3), "leave", ("conduct_report",)
    )
    assert isinstance(stand_in(general, desk.acting("plain")), Refused)


def second_administrator() -> None:
    post = Given("hotline-centre", "administrator", local_date(datetime.now(UTC)))
    assert give(SECOND, post, Acting(datetime.now(UTC), SYSTEM)) is None


def code(found: object) -> str:
    return found.code if isinstance(found, Refused) else f"not refused: {found}"


def test_a_post_that_names_it_takes_two_people_to_give(desk: Desk) -> None:
    second_administrator()
    first = local_date(datetime.now(UTC)).isoformat()
    post = {
        "person": "zengyumei",
        "unit": HOME,
        "role": "conduct_report.receiver",
        "first": first,
        "last": "",
    }
    asked = carry_out(GIVING, post, desk.acting(ADMIN))
    assert isinstance(asked, Asked)
    assert not any(each.practices for each in desk.acting("zengyumei").actor.posts)
    assert not isinstance(confirm(asked.id, desk.acting(SECOND)), Refused)
    assert ("conduct_report",) in [each.practices for each in desk.acting("zengyumei").actor.posts]
    for wrong in ("conduct_report.owner", "hotline.handler", "nothing.receiver"):
        assert code(carry_out(GIVING, {**post, "role": wrong}, desk.acting(ADMIN))) == "people.role_unknown"
    page = browser(ADMIN).get("/studio/people/zengyumei/").content.decode()
    assert "for “" in page and "alone" in page


def test_nobody_takes_it_on_before_every_role_is_held(desk: Desk) -> None:
    refused = adopt(REPORT, {}, (HOME,), Acting(datetime.now(UTC), SYSTEM))
    assert code(refused) == "adoption.guarded_unstaffed"
    page, _ = previewed(browser(ADMIN))
    assert "nobody yet" in page


def settings_of(page: str) -> dict[str, str]:
    """What stands in the form, as a browser would send it."""
    found = dict(re.findall(r'name="(set-\w+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="(unit-\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found[name] = re.findall(r'value="(\w+)" selected', options)[0]
    return found


def previewed(client: Client) -> tuple[str, dict[str, Any]]:
    first = client.get("/studio/conduct_report/settings/").content.decode()
    data: dict[str, Any] = {**settings_of(first), "_homes": [HOME], "_act": "preview"}
    page = client.post("/studio/conduct_report/settings/", data).content.decode()
    mark = re.search(r'name="_mark" value="(\w+)"', page)
    return page, {**data, "_act": "adopt", "_mark": mark[1] if mark else ""}


def test_two_people_take_it_on_and_who_shall_run_it_is_said_before(staffed: None, desk: Desk) -> None:
    second_administrator()
    client = browser(ADMIN)
    page, data = previewed(client)
    assert 'id="guarded"' in page and "nobody yet" not in page and "named" in page
    answer: Any = client.post("/studio/conduct_report/settings/", data)
    assert answer.status_code == 302 and answer.headers["Location"] == "/studio/confirm/"
    assert "conduct_report" not in in_force(office())
    waiting = browser(SECOND).get("/studio/confirm/").content.decode()
    asked = re.search(r"/studio/confirm/(\w+)/", waiting)
    assert asked and "Adopt the guarded practice" in waiting
    assert code(confirm(asked[1], desk.acting(ADMIN))) == "two.same_person"
    assert not isinstance(confirm(asked[1], desk.acting(SECOND)), Refused)
    assert "conduct_report" in in_force(office()) and "conduct_report" in office().county.guarded
    assert code(adopt(REPORT, {"look_limit": "6 working_days"}, (HOME,), desk.acting(ADMIN))) == "two.needed"


def test_a_version_that_would_open_it_is_refused(told: str) -> None:
    read = practice_in(REPORT)
    files = {
        name: text.replace("guarded: true\n", "") if name == "practice.yaml" else text
        for name, text in read.files.items()
    }
    from tongban.library.reading import read_packed

    open_one = read_packed(files)
    assert not isinstance(open_one, Refused)
    assert code(adopt(open_one, {}, (HOME,), Acting(datetime.now(UTC), SYSTEM))) == "adoption.guard_dropped"


def test_the_table_of_rights_shows_its_steps(told: str) -> None:
    assert "conduct_report" in browser(ADMIN).get("/studio/rights/").content.decode()


def test_a_county_that_names_everybody_can_take_each_of_them_on(desk: Desk) -> None:
    for name in ("exoneration", "cadre_review", "error_tolerance"):
        practice = practice_in(ROOT / "practices" / name)
        everybody_named(practice)
        assert isinstance(adopt(practice, {}, (HOME,), Acting(datetime.now(UTC), SYSTEM)), Adopted)


def test_two_people_retire_it_and_the_record_says_who_they_were(told: str, desk: Desk) -> None:
    second_administrator()
    assert code(retire("conduct_report", desk.acting(ADMIN))) == "two.needed"
    client, held = browser(ADMIN), in_force(office())["conduct_report"]
    page = client.post("/studio/conduct_report/retire/").content.decode()
    assert "takes two people" in page
    answer: Any = client.post("/studio/conduct_report/retire/", {"sure": held.id})
    assert answer.headers["Location"] == "/studio/confirm/" and "conduct_report" in in_force(office())
    waiting = browser(SECOND).get("/studio/confirm/").content.decode()
    asked = re.search(r"/studio/confirm/(\w+)/", waiting)
    assert asked and "Retire the guarded practice" in waiting
    assert not isinstance(confirm(asked[1], desk.acting(SECOND)), Refused)
    assert "conduct_report" not in in_force(office())
    record = client.get("/studio/conduct_report/adoptions/").content.decode()
    assert "retired by Hu Shaohua" in record and "confirmed by Gong Hongwei" in record


def test_the_only_administrator_reads_beforehand_that_they_do_it_alone_and_the_record_says_it(
    staffed: None, desk: Desk
) -> None:
    client = browser(ADMIN)
    page, data = previewed(client)
    assert "you do it alone" in page and "take two people each" not in page
    assert client.post("/studio/conduct_report/settings/", data).status_code == 302
    assert "you do it alone" in client.post("/studio/conduct_report/retire/").content.decode()
    held = in_force(office())["conduct_report"]
    client.post("/studio/conduct_report/retire/", {"sure": held.id})
    record = client.get("/studio/conduct_report/adoptions/").content.decode()
    assert "conduct_report" not in in_force(office())
    assert record.count("by one person, as nobody else could confirm then") == 2


def test_a_version_from_before_is_taken_on_again_by_two(told: str, desk: Desk) -> None:
    second_administrator()
    first = in_force(office())["conduct_report"]
    changed = adopt(REPORT, {"look_limit": "6 working_days"}, (HOME,), Acting(datetime.now(UTC), SYSTEM))
    assert isinstance(changed, Adopted)
    facts = adopting(office().practice(first.id), {}, (HOME,), "", first.id)
    asked = carry_out(ADOPTING, facts, desk.acting(ADMIN))
    assert isinstance(asked, Asked), asked
    assert not isinstance(confirm(asked.id, desk.acting(SECOND)), Refused)
    assert not in_force(office())["conduct_report"].settings
