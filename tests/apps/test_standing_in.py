"""Whoever is away lets a colleague stand in: for these days, this post, and never for more than it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from notice_ground import Told
from notice_ground import told as told
from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.casework.worklist import Filter, worklist
from tongban.apps.office import office
from tongban.apps.people.acting import actor_of
from tongban.apps.people.entering import RULE, Next, after_password, set_rule
from tongban.apps.people.looking import look_identity
from tongban.apps.people.own import account
from tongban.apps.people.posting import Given, end, give, leave
from tongban.apps.people.stand_ins import colleagues, own_posts, stand_ins
from tongban.apps.people.standing_in import StandIn, stand_in, take_back
from tongban.apps.rights import ACTS, may
from tongban.apps.rights.deciding import let_in
from tongban.apps.rights.table import Lends
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM, Post
from tongban.kernel.refusal import Refused
from tongban.store.models import EventRow, PostRow, StandInRow
from tongban.store.notes import chain_id

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMIN, REVIEWER, CLERK, CENTRE = "hushaohua", "shaochanggen", "xuqiuju", "hotline-centre"
DAY = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return local_date(now())


def system() -> Acting:
    return Acting(now(), SYSTEM)


def wish(giver: str = REVIEWER, person: str = CLERK, **more: Any) -> StandIn:
    made = StandIn(giver, person, CENTRE, "reviewer", today(), today() + DAY, "leave")
    return replace(made, **more)


def given(desk: Desk, by: str = REVIEWER, **more: Any) -> str:
    assert stand_in(wish(**more), desk.acting(by)) is None
    return str(StandInRow.objects.get(ended=None).id)


def code(refused: Refused | None) -> str:
    assert refused is not None
    return refused.code


def posts(login: str, at: datetime | None = None) -> list[Post]:
    actor = actor_of(User.objects.get(username=login), at or now())
    return [post for post in actor.posts if post.giver]


def test_a_colleague_reviews_in_the_place_of_who_is_away_and_the_case_names_both(desk: Desk) -> None:
    number = desk.replied()
    refused = take(number, "approve", {}, desk.acting(CLERK))
    assert isinstance(refused, Refused)
    given(desk)
    assert isinstance(take(number, "approve", {}, desk.acting(CLERK)), Taken)
    page = look(number, replace(desk.acting(CLERK), language="en"))
    assert isinstance(page, CasePage)
    line = next(each for each in page.story if " for " in each.who)
    assert line.mine
    loaded = office().load(number)
    assert loaded is not None and loaded.case.doers["approve"] == (CLERK, REVIEWER)
    last = EventRow.objects.filter(chain=loaded.case.id).order_by("-seq").first()
    assert last is not None
    said = json.loads(last.body)["facts"]["by"]
    assert (said["person"], said["behalf"]) == (CLERK, REVIEWER)


def test_a_resident_reads_the_unit_and_neither_name(desk: Desk) -> None:
    given(desk)
    number = desk.step(desk.replied(), "approve", CLERK)
    loaded = office().load(number)
    assert loaded is not None
    from tongban.kernel.commands import Actor, ActorKind

    resident = Acting(now(), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})))
    page = look(number, resident)
    assert isinstance(page, CasePage)
    assert not any("代" in line.who for line in page.story)


def test_two_who_are_one_never_make_two(desk: Desk) -> None:
    at_bureau = {"unit": Desk.unit, "role": "handler"}
    PostRow.objects.filter(person="wanglixin", **at_bureau).update(until=today() + DAY)
    given(desk, by=Desk.handler, giver=Desk.handler, person="wanglixin", **at_bureau)
    number = desk.step(desk.dispatched(), "sign", "wanglixin")
    loaded = office().load(number)
    assert loaded is not None and loaded.case.doers["sign"] == ("wanglixin",), "their own post comes first"


def test_nobody_stands_in_for_a_post_that_they_hold_themselves_all_these_days(desk: Desk) -> None:
    held = wish(person="fangcaixia")
    assert code(stand_in(held, desk.acting(REVIEWER))) == "stand_in.held"
    assert code(stand_in(held, desk.acting(ADMIN))) == "stand_in.held"
    PostRow.objects.filter(person="fangcaixia", role="reviewer").update(until=held.last)
    assert stand_in(held, desk.acting(REVIEWER)) is None, "their own runs out before the last day"


def test_it_begins_and_ends_with_its_days_and_with_taking_back_and_with_the_post(desk: Desk) -> None:
    made = given(desk, first=today() + DAY, last=today() + 2 * DAY)
    assert posts(CLERK) == []
    assert [post.giver for post in posts(CLERK, now() + DAY)] == [REVIEWER]
    assert posts(CLERK, now() + 3 * DAY) == []
    assert take_back(made, desk.acting(Desk.supervisor)) == Refused("stand_in.unknown", "stand_in")
    assert take_back(made, desk.acting(CLERK)) is None
    assert posts(CLERK, now() + DAY) == []
    assert code(take_back(made, desk.acting(REVIEWER))) == "stand_in.ended"
    given(desk)
    assert len(posts(CLERK)) == 1
    row = StandInRow.objects.get(ended=None)
    from tongban.store.models import PostRow

    held = PostRow.objects.get(person=REVIEWER, role="reviewer")
    assert end(REVIEWER, CENTRE, "reviewer", held.since, None, system()) is None
    assert posts(CLERK) == []
    assert give(REVIEWER, Given(CENTRE, "reviewer", today()), system()) is None
    assert posts(CLERK) == [], "what is given anew is lent anew"
    row.refresh_from_db()
    assert row.until == today()


@pytest.mark.parametrize("leaver", [REVIEWER, CLERK])
def test_it_ends_with_either_account_the_same_minute(desk: Desk, leaver: str) -> None:
    given(desk)
    assert leave(leaver, system()) != 0
    assert posts(CLERK) == []
    assert StandInRow.objects.get().ended is not None


def test_a_closed_account_lends_nothing_even_where_nobody_took_it_back(desk: Desk) -> None:
    given(desk)
    User.objects.filter(username=REVIEWER).update(is_active=False)
    assert posts(CLERK) == []


def test_what_was_given_is_not_given_on(desk: Desk) -> None:
    given(desk)
    onward = wish(CLERK, "yujiantu")
    assert code(stand_in(onward, desk.acting(CLERK))) == "stand_in.no_post"
    assert not any(role.endswith("reviewer") for role, _ in own_posts(CLERK, desk.acting(CLERK)))


@pytest.mark.parametrize(
    ("by", "more", "said"),
    [
        (REVIEWER, {"person": REVIEWER}, "stand_in.oneself"),
        (REVIEWER, {"person": "nobody-there"}, "stand_in.account"),
        (REVIEWER, {"person": Desk.handler}, "stand_in.unit"),
        (REVIEWER, {"role": "judge"}, "stand_in.no_post"),
        (REVIEWER, {"reason": "ill"}, "stand_in.reason"),
        (REVIEWER, {"practices": ("no_such",)}, "stand_in.practice"),
        (CLERK, {}, "people.not_administrator"),
        (ADMIN, {"person": ADMIN}, "stand_in.own_hand"),
        (ADMIN, {"person": Desk.handler, "practices": ("hotline",)}, "stand_in.unit"),
        (ADMIN, {"giver": ADMIN, "person": CLERK, "role": "administrator"}, "stand_in.personal"),
    ],
)
def test_what_cannot_be_given_is_refused(desk: Desk, by: str, more: dict[str, Any], said: str) -> None:
    assert code(stand_in(wish(**more), desk.acting(by))) == said
    assert not StandInRow.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (1, 0), (0, 183)])
def test_days_that_cannot_be_are_refused(desk: Desk, first: int, last: int) -> None:
    days = {"first": today() + first * DAY, "last": today() + last * DAY}
    assert code(stand_in(wish(**days), desk.acting(REVIEWER))) == "stand_in.days"


def test_one_post_is_given_to_one_at_a_time(desk: Desk) -> None:
    given(desk)
    again = wish(person="yujiantu", first=today() + DAY, last=today() + 3 * DAY)
    assert code(stand_in(again, desk.acting(REVIEWER))) == "stand_in.twice"
    after = replace(again, first=today() + 2 * DAY)
    assert stand_in(after, desk.acting(REVIEWER)) is None


def test_an_administrator_may_choose_somebody_of_another_unit(desk: Desk) -> None:
    given(desk, by=ADMIN, person=Desk.handler)
    assert [post.unit for post in posts(Desk.handler)] == [CENTRE]
    assert (Desk.handler, "郑金花") not in colleagues(REVIEWER, desk.acting(REVIEWER))


def test_a_role_that_needs_a_second_factor_needs_it_of_whoever_stands_in(desk: Desk) -> None:
    set_rule("330822", RULE, ["reviewer"], system())
    assert code(stand_in(wish(), desk.acting(REVIEWER))) == "stand_in.factor"
    set_rule("330822", RULE, [], system())
    given(desk)
    set_rule("330822", RULE, ["reviewer"], system())
    found = account(CLERK)
    assert not isinstance(found, Refused)
    assert after_password(found[0], now()) is Next.SET_UP


def test_what_is_personal_stays_with_the_person(desk: Desk) -> None:
    """Nobody confirms, appoints, publishes, sets targets or adopts by a post that is not theirs."""
    given(
        desk,
        by="honghuifen",
        giver="honghuifen",
        person="wuxiaolan",
        unit="government-office",
        role="supervisor",
    )
    actor = desk.acting("wuxiaolan").actor
    own = replace(actor, posts=actor.own_posts)
    here = office().county
    assert may("see_all_cases", actor, here) and not may("see_all_cases", own, here)
    for act in ACTS.values():
        if act.lends is Lends.NEVER:
            assert may(act.id, actor, here) == may(act.id, own, here), act.id
            assert let_in(act.id, actor, here) == let_in(act.id, own, here), act.id


def test_a_post_for_one_practice_shows_and_opens_no_other(desk: Desk) -> None:
    number = desk.replied()
    made = given(desk, practices=("last_resort_desk",))
    assert isinstance(take(number, "approve", {}, desk.acting(CLERK)), Refused)
    before = [row.number for row in worklist(desk.acting(CLERK), Filter()).rows]
    assert take_back(made, desk.acting(REVIEWER)) is None
    given(desk, practices=("hotline",))
    after = [row.number for row in worklist(desk.acting(CLERK), Filter()).rows]
    assert len(after) == len(before) + 1
    assert isinstance(take(number, "approve", {}, desk.acting(CLERK)), Taken)


def test_the_identity_is_opened_in_the_place_of_a_colleague_and_not_after_it(desk: Desk) -> None:
    number = desk.signed()
    made = given(desk, by=ADMIN, giver=Desk.handler, person="gonghongwei", unit=Desk.unit, role="handler")
    asks = ("contact", "打电话给他")
    assert not isinstance(look_identity(number, *asks, desk.acting("gonghongwei")), Refused)
    assert take_back(made, desk.acting(Desk.handler)) is None
    assert isinstance(look_identity(number, *asks, desk.acting("gonghongwei")), Refused)


def test_whom_a_matter_is_about_sees_nothing_of_it_through_a_colleague(desk: Desk) -> None:
    number = desk.dispatched(about_unit=Desk.unit, sort="report")
    boss = "government-office"
    assert give("wuxiaolan", Given(Desk.unit, "handler", today()), system()) is None
    given(desk, by=ADMIN, giver="wuxiaolan", person="gonghongwei", unit=boss, role="handler")
    assert isinstance(look(number, desk.acting("gonghongwei")), Refused), "who is away has no part in it"
    ended = StandInRow.objects.get().id
    assert take_back(ended, system()) is None
    given(desk, by=ADMIN, giver="huangbaisong", person=Desk.handler, unit=boss, role="handler")
    assert isinstance(look(number, desk.acting(Desk.handler)), Refused), "nor has whoever stands in"
    ended = StandInRow.objects.get(ended=None).id
    assert take_back(ended, system()) is None
    given(desk, by=ADMIN, giver="huangbaisong", person="gonghongwei", unit=boss, role="handler")
    assert isinstance(look(number, desk.acting("gonghongwei")), CasePage)


def test_the_ledger_holds_both_and_who_set_it(desk: Desk) -> None:
    made = given(desk)
    assert take_back(made, desk.acting(CLERK)) is None
    chain = chain_id("330822", f"account/{REVIEWER}")
    notes = [json.loads(row.body) for row in EventRow.objects.filter(chain=chain).order_by("seq")]
    first, last = notes[-2:]
    assert first["facts"]["stands_in"] == CLERK and first["facts"]["by"] == REVIEWER
    assert last["facts"]["by"] == CLERK
    lines = stand_ins(replace(desk.acting(CLERK), language="en"), CLERK)
    assert [(line.giver, line.person, line.when) for line in lines] == [(REVIEWER, CLERK, "ended")]


def test_notices_reach_whoever_stands_in(told: Told) -> None:
    from tongban.store.deliveries import staff_on

    given(told.desk, by=Desk.handler, giver=Desk.handler, person="yexueming", unit=Desk.unit, role="handler")
    found = staff_on(office().journal, today(), [Desk.unit])[Desk.unit]
    assert ("handler", "yexueming") in [(each.role, each.person) for each in found]
    assert ("handler", "yexueming") not in [
        (each.role, each.person)
        for each in staff_on(office().journal, today() + 2 * DAY, [Desk.unit])[Desk.unit]
    ]
