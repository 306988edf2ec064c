"""What the ledger says is due to somebody reaches them once, by the way they chose, and says no more than a number and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Any

import pytest

from desk_ground import TEXT
from desk_ground import county as county
from desk_ground import desk as desk
from gateway_ground import SILENT
from notice_ground import MAIL, NUMBER, Told
from notice_ground import told as told

pytestmark = pytest.mark.database

PHONE = "13812345678"


def read_letter(letter: str) -> str:
    """The words of a letter, all parts of text together."""
    parts = (part for part in message_from_string(letter).walk() if part.get_content_maintype() == "text")
    return "".join(part.get_payload(decode=True).decode() for part in parts)  # type: ignore[union-attr]


def test_a_requester_reads_number_and_what_to_do_and_nothing_of_the_matter(told: Told) -> None:
    from tongban.apps.notices.words import parts
    from tongban.apps.numbers import written

    number = told.desk.register()
    told.send()
    (came,) = told.sms.came
    assert (
        came["phone"] == PHONE
        and written(number) in came["content"]
        and "https://c.example/t/" in came["content"]
    )
    assert not any(part in came["content"] for part in (TEXT[:6], "下水道", PHONE))
    assert parts(came["content"]) <= 2


def test_the_number_is_taken_from_the_vault_at_the_moment_of_sending_and_the_look_is_noted(
    told: Told,
) -> None:
    from tongban.apps.casework.lookers import lookers
    from tongban.store.models import DeliveryRow, SendingRow

    number = told.desk.register()
    told.send()
    rows = [*DeliveryRow.objects.values(), *SendingRow.objects.values()]
    assert rows and PHONE not in str(rows)
    seen = lookers(number, told.desk.acting(told.desk.clerk))
    assert isinstance(seen, tuple) and [each.purpose for each in seen] == ["notify"]


def test_nobody_is_told_twice_however_often_the_worker_comes_round(told: Told) -> None:
    told.desk.register()
    told.send()
    told.send()
    told.send(told.morning() + timedelta(hours=2))
    assert len(told.sms.came) == 1


def test_forty_new_matters_are_one_letter_to_their_handler(told: Told) -> None:
    told.choose(told.desk.handler)
    numbers = [told.desk.dispatched(f"第 {n} 处下水道堵了，污水流到路上。") for n in range(12)]
    told.send(told.morning())
    assert told.post.came == []
    told.send(told.window())
    ((to, letter),) = told.post.came
    assert to == [MAIL] and "X-Tongban-Key" in letter
    text = read_letter(letter)
    from tongban.apps.numbers import written

    assert all(written(number) in text for number in numbers) and "12 条" in text and "污水" not in text


def test_who_has_done_it_is_not_told_of_it(told: Told) -> None:
    from tongban.store.models import DeliveryRow

    told.choose(told.desk.handler, pace="once")
    told.desk.signed()
    told.send(told.morning())
    told.send(told.window())
    whom = DeliveryRow.objects.filter(notice="handed_over").values_list("whom", flat=True)
    assert f"person/{told.desk.handler}" in whom
    done = DeliveryRow.objects.exclude(notice="handed_over").values_list("whom", flat=True)
    assert f"person/{told.desk.dispatcher}" not in done


def test_a_worker_that_comes_late_tells_whoever_had_it_then_and_not_whoever_has_it_now(told: Told) -> None:
    from tongban.store.models import DeliveryRow

    number = told.desk.dispatched()
    told.desk.step(number, "recall", told.desk.dispatcher, recall_reason="派错了。")
    told.send(told.morning())
    whom = DeliveryRow.objects.filter(notice="handed_over").values_list("whom", flat=True)
    assert f"person/{told.desk.handler}" in whom
    assert f"person/{told.desk.reviewer}" not in whom and f"person/{told.desk.clerk}" not in whom


def test_whoever_chose_nothing_reads_it_at_the_desk_alone(told: Told) -> None:
    from tongban.store.models import DeliveryRow

    told.desk.dispatched()
    told.send(told.window())
    assert told.post.came == []
    row = DeliveryRow.objects.get(whom=f"person/{told.desk.handler}", notice="handed_over")
    assert (row.dropped, row.sending) == ("desk", None)
    assert row.at <= datetime.now(UTC), (
        "it stands at the desk from its own moment on, not from the next window"
    )


def test_the_night_is_quiet(told: Told) -> None:
    from tongban.kernel.clock.day import day_of, opening

    told.desk.register()
    night = opening(day_of(told.morning()) + 1) - timedelta(minutes=30)
    told.send(night)
    assert told.sms.came == []


def test_what_is_urgent_reaches_its_handler_at_once_also_at_night_and_nothing_else_with_it(
    told: Told,
) -> None:
    from tongban.apps.numbers import written
    from tongban.kernel.clock.day import day_of, opening

    told.choose(told.desk.handler)
    ordinary = told.desk.dispatched()
    urgent = told.desk.dispatched("围墙要倒了，路过的人很多。", urgency="urgent")
    told.send(opening(day_of(told.morning()) + 1) - timedelta(minutes=30))
    ((to, letter),) = told.post.came
    assert (
        to == [MAIL]
        and written(urgent) in read_letter(letter)
        and written(ordinary) not in read_letter(letter)
    )
    assert told.sms.came == []


def test_who_has_left_gets_nothing_of_what_was_planned_for_them(told: Told) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.posting import leave
    from tongban.kernel.commands import SYSTEM
    from tongban.store.models import StaffChoice

    told.choose(told.desk.handler)
    told.desk.dispatched()
    told.send(told.morning())
    assert leave(told.desk.handler, Acting(datetime.now(UTC), SYSTEM)) == 1
    told.send(told.window())
    assert told.post.came == []
    assert not StaffChoice.objects.filter(person=told.desk.handler).exists(), (
        "their own number is kept by nobody"
    )


def test_whose_last_post_has_ended_gets_nothing_of_what_was_planned_before(told: Told) -> None:
    from tongban.kernel.clock import local_date
    from tongban.store.models import PostRow

    told.choose(told.desk.handler)
    told.desk.dispatched()
    told.send(told.morning())
    PostRow.objects.filter(person=told.desk.handler).update(until=local_date(told.morning()))
    told.send(told.window())
    assert told.post.came == []


def test_a_requester_who_wants_none_gets_none_and_can_say_so_without_signing_in(told: Told) -> None:
    import re

    from tongban.apps.notices.choices import stop

    number = told.desk.register()
    told.send()
    code = re.search(r"/t/(\w{10})/", told.sms.came[0]["content"])
    assert code is not None
    stop(code[1])
    told.desk.step(number, "dispatch", told.desk.dispatcher)
    told.send(told.window())
    assert len(told.sms.came) == 1


def test_what_was_left_over_by_day_wakes_nobody_at_night(told: Told) -> None:
    """A worker or a gateway stood still from the afternoon until midnight: what was due by then goes out in the morning."""
    from tongban.apps.notices.sending import send_due
    from tongban.kernel.clock import LOCAL
    from tongban.store.models import DeliveryRow, SendingRow

    told.desk.register()
    afternoon = datetime(2026, 3, 4, 15, tzinfo=LOCAL)
    night, morning = afternoon.replace(hour=23), datetime(2026, 3, 5, 9, tzinfo=LOCAL)
    told.send()
    DeliveryRow.objects.update(at=afternoon, sending=None, dropped="", urgent=False)
    SendingRow.objects.all().delete()
    before = len(told.sms.came)
    send_due(night)
    assert len(told.sms.came) == before and not SendingRow.objects.exists()
    send_due(morning + timedelta(minutes=1))
    assert len(told.sms.came) > before


def test_a_gateway_that_hangs_holds_up_nobody_else(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.apps.notices import carrying
    from tongban.store.models import SendingRow

    monkeypatch.setattr(carrying.Handing.answer, "__defaults__", (0.3,))
    told.choose(told.desk.handler, pace="once")
    for n in range(3):
        told.desk.dispatched(f"第 {n} 处路灯不亮。")
    told.sms.answer = SILENT
    told.send(told.morning())
    assert len(told.post.came) == 1
    why = set(SendingRow.objects.filter(channel="sms").values_list("state", "why"))
    assert why == {("waiting", "notices.slow")}


def test_those_who_left_no_number_hold_up_nobody_else(told: Told) -> None:
    from tongban.apps.notices.gathering import gather_due
    from tongban.apps.notices.planning import plan_due
    from tongban.apps.office import office
    from tongban.store.models import Identity, SendingRow

    for n in range(9):
        told.desk.register(f"第 {n} 处路灯不亮。")
    here, now = office(), told.morning()
    plan_due(here, now)
    gather_due(here, now)
    rows = SendingRow.objects.filter(channel="sms").order_by("id")
    erased = [row.chain for row in rows][:8]
    Identity.objects.filter(chain__in=erased).delete()
    rows.filter(chain__in=erased).update(next_at=now - timedelta(minutes=1))
    told.send(now)
    assert len(told.sms.came) == 1
    assert {(row.state, row.why) for row in rows.all()} == {
        ("accepted", ""),
        ("failed", "notices.address_missing"),
    }


def test_what_a_gateway_refuses_is_tried_again_under_the_same_key_and_given_up_in_the_end(told: Told) -> None:
    from tongban.apps.office import office
    from tongban.kernel.clock.day import day_of, opening
    from tongban.kernel.clock.quiet import MORNING
    from tongban.store.models import SendingRow

    told.desk.register()
    told.sms.answer = 503
    calendar = office().county.calendar
    start = opening(calendar.first_working_from(day_of(told.morning()) + 1)) + MORNING
    for n in range(14):
        told.send(start + timedelta(minutes=31 * n))  # by day: at night nothing is tried again
    keys = {each["key"] for each in told.sms.came}
    row = SendingRow.objects.get(channel="sms")
    assert len(told.sms.came) == 12 and len(keys) == 1 and str(row.id) in keys
    assert (row.state, row.next_at) == ("failed", None)


@pytest.mark.parametrize(("keyed", "came"), [(True, 1), (False, 0)])
def test_after_a_kill_between_two_lines_only_a_gateway_that_knows_the_key_is_asked_again(
    told: Told, settings: object, keyed: bool, came: int
) -> None:
    """The worker died after it had taken the message: nobody knows whether the gateway has it."""
    from tongban.apps.notices.gathering import gather_due
    from tongban.apps.notices.planning import plan_due
    from tongban.apps.office import office
    from tongban.store import notices as store
    from tongban.store.models import SendingRow

    if not keyed:
        url = told.sms.sms.replace("&:key={key}", "")
        settings.TONGBAN_CHANNELS = {"sms": url}  # type: ignore[attr-defined]
    told.desk.register()
    here, now = office(), told.early()
    plan_due(here, now)
    gather_due(here, now)
    assert store.next_due(here.journal, now, [], 1)  # and then it was killed
    told.send(now + timedelta(hours=1))
    assert len(told.sms.came) == came
    assert SendingRow.objects.get().state == ("accepted" if keyed else "unknown")


def test_a_notice_that_cannot_be_planned_is_set_aside_and_holds_up_no_other(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.jobs.shown import act_again, shown
    from tongban.apps.notices import planning

    plain = planning.subject

    def cannot(here: Any, case: Any, *rest: Any) -> str:
        if case.number == bad:
            raise ValueError("words that nobody may read")
        return plain(here, case, *rest)

    bad = told.desk.register()
    told.desk.register()
    with monkeypatch.context() as faulty:
        faulty.setattr(planning, "subject", cannot)
        told.send()
    assert len(told.sms.came) == 1
    now = told.morning()
    (aside,) = shown(now).aside
    assert (aside.reactor, aside.number) == ("plan", bad) and "nobody may read" not in aside.fault
    assert act_again(aside.reactor, aside.chain, aside.seq) is None
    told.send()
    assert len(told.sms.came) == 2 and shown(now).aside == ()


def test_what_fell_due_long_ago_is_told_to_nobody(told: Told) -> None:
    from tongban.store.models import DeliveryRow, NoticeRow

    told.desk.register()
    told.send(told.morning() + timedelta(days=20))
    assert told.sms.came == [] and not DeliveryRow.objects.exists()
    assert set(NoticeRow.objects.values_list("state", flat=True)) == {"past"}


def test_a_number_of_ones_own_is_sealed_and_shown_to_its_owner_alone(told: Told) -> None:
    from tongban.apps.notices.choices import own
    from tongban.store.models import StaffChoice

    told.choose(told.desk.handler, "sms")
    row = StaffChoice.objects.get()
    assert NUMBER.encode() not in bytes(row.phone or b"") and MAIL.encode() not in bytes(row.mail or b"")
    assert own(told.desk.acting(told.desk.handler))[1:] == (NUMBER, MAIL)
    assert own(told.desk.acting(told.desk.clerk))[1:] == ("", "")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("pigeon", "once", NUMBER, MAIL), "notices.choice"),
        (("sms", "hourly", NUMBER, MAIL), "notices.choice"),
        (("sms", "once", "12", ""), "notices.phone"),
        (("mail", "once", "", "x@y z"), "notices.mail"),
        (("mail", "once", NUMBER, ""), "notices.address_missing"),
    ],
)
def test_what_cannot_be_chosen_is_refused(told: Told, given: tuple[str, str, str, str], code: str) -> None:
    from tongban.apps.notices.choices import choose

    refused = choose(*given, told.desk.acting(told.desk.handler))
    assert refused is not None and refused.code == code
