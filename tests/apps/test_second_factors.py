"""Second factors: codes by the standard's own examples, each taken once, bounded, sealed in the table, noted in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.people import totp

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECRET = b"12345678901234567890"
"""Of RFC 6238, appendix B."""


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert totp.code_at(SECRET, moment // totp.SECONDS) == code
    assert totp.step_of(SECRET, code, moment) == moment // totp.SECONDS


def test_a_clock_may_be_half_a_minute_wrong_and_no_more() -> None:
    code, step = totp.code_at(SECRET, 1000), 1000 * totp.SECONDS
    assert [totp.step_of(SECRET, code, step + n * totp.SECONDS) for n in (-2, -1, 0, 1, 2)] == [
        None, 1000, 1000, 1000, None
    ]  # fmt: skip


def code(moment: datetime) -> str:
    return totp.code_at(SECRET, int(moment.timestamp()) // totp.SECONDS)


@pytest.fixture
def who(desk: Desk) -> Any:
    from tongban.apps.people.own import account
    from tongban.kernel.refusal import Refused

    found = account(desk.handler)
    assert not isinstance(found, Refused)
    return found[0]


@pytest.fixture
def codes(who: Any) -> tuple[str, ...]:
    """The recovery codes of somebody with an app."""
    from tongban.apps.people.factors import add_totp

    made = add_totp(who, SECRET, code(NOW), "手机", NOW)
    assert isinstance(made, tuple)
    return made


def given(who: Any, text: str, now: datetime) -> str:
    from tongban.apps.people.factors import given as give

    refused = give(who, text, now)
    return refused.code if refused else ""


def test_an_app_is_taken_on_only_with_a_code_of_its_own(who: Any) -> None:
    from tongban.apps.people.factors import add_totp, factors_of
    from tongban.kernel.refusal import Refused

    refused = add_totp(who, SECRET, "000000", "", NOW)
    assert isinstance(refused, Refused) and refused.code == "people.second_wrong"
    assert factors_of(who).listed == ()


def test_a_code_works_once_and_with_spaces_and_wide_digits(who: Any, codes: tuple[str, ...]) -> None:
    assert given(who, code(NOW), NOW) == "people.second_wrong"  # it proved the app
    later = NOW + timedelta(minutes=1)
    shown = code(later)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in shown[:3]) + " " + shown[3:]
    assert given(who, wide, later) == ""
    assert given(who, shown, later) == "people.second_wrong"
    assert (
        given(who, code(later - timedelta(seconds=30)), later) == "people.second_wrong"
    )  # older than what was used


def test_each_recovery_code_works_once_and_new_ones_end_the_old(who: Any, codes: tuple[str, ...]) -> None:
    from tongban.apps.people.factors import factors_of, renew_recovery

    assert len(set(codes)) == 10
    assert [given(who, codes[0].upper(), NOW), given(who, codes[0], NOW)] == ["", "people.second_wrong"]
    assert factors_of(who).recovery == 9
    new = renew_recovery(who, NOW)
    assert [given(who, codes[1], NOW), given(who, new[0].replace("-", " "), NOW)] == [
        "people.second_wrong",
        "",
    ]


def test_a_recovery_code_is_kept_slow_and_salted_and_one_of_before_works_once(
    who: Any, codes: tuple[str, ...]
) -> None:
    from tongban.apps.people import factors
    from tongban.store.models import FactorRow

    rows = FactorRow.objects.filter(person=who.person, kind=factors.RECOVERY)
    [salt] = {bytes(each) for each in rows.values_list("sealed", flat=True)}
    assert len(salt) == factors.SALT
    factors.renew_recovery(who, NOW)
    assert salt not in {bytes(each) for each in rows.values_list("sealed", flat=True)}, "each set has its own"
    old = "abcde-fghjk"
    FactorRow.objects.create(
        county=who.county,
        id=factors._digest(who, old, b""),
        person=who.person,
        kind=factors.RECOVERY,
        sealed=b"",
        since=NOW,
    )
    assert [given(who, old, NOW), given(who, old, NOW)] == ["", "people.second_wrong"]


def test_after_five_wrong_codes_even_the_right_one_waits(who: Any, codes: tuple[str, ...]) -> None:
    later = NOW + timedelta(minutes=2)
    assert [given(who, f"00000{n}", later) for n in range(5)] == ["people.second_wrong"] * 5
    assert given(who, code(later), later) == given(who, codes[0], later) == "people.second_wait"
    calm = later + timedelta(minutes=6)
    assert given(who, code(calm), calm) == ""


def test_codes_that_are_tried_at_once_are_no_more_than_five(
    who: Any, codes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.people import factors

    tries = []

    def slowly(*_: object) -> bool:
        """While this one is looked at, another one begins."""
        tries.append(len(tries))
        if len(tries) < 20:
            given(who, "000000", NOW)
        return False

    monkeypatch.setattr(factors, "_by_app", slowly)
    given(who, "000000", NOW)
    assert len(tries) == 5


def test_nobody_goes_on_guessing_all_day_by_waiting_in_between(who: Any, codes: tuple[str, ...]) -> None:
    at = NOW
    for n in range(30):
        at = NOW + timedelta(minutes=6 * (1 + n // 5))
        assert given(who, "000000", at) == "people.second_wrong"
    assert given(who, codes[0], at + timedelta(hours=1)) == "people.second_wait"
    assert given(who, codes[0], at + timedelta(days=1)) == ""


def test_the_table_tells_neither_secret_nor_recovery_code(who: Any, codes: tuple[str, ...]) -> None:
    from tongban.store.models import FactorRow

    rows = list(FactorRow.objects.filter(county=who.county, person=who.person))
    assert len(rows) == 11
    assert not [row for row in rows if SECRET in bytes(row.sealed) or row.id in codes]


def test_a_sealed_secret_opens_for_its_owner_alone(who: Any, codes: tuple[str, ...]) -> None:
    from msgspec.structs import replace

    from tongban.store.models import FactorRow

    FactorRow.objects.filter(kind="totp").update(person=Desk.other_handler)
    later = NOW + timedelta(minutes=2)
    assert given(replace(who, person=Desk.other_handler), code(later), later) == "people.second_wrong"


def test_with_the_last_factor_the_recovery_codes_go_and_the_ledger_says_what_happened(
    who: Any, codes: tuple[str, ...]
) -> None:
    from tongban.apps.office import office
    from tongban.apps.people.factors import factors_of, remove
    from tongban.store.models import FactorRow
    from tongban.store.notes import chain_id

    [factor] = factors_of(who).listed
    assert remove(who, factor.id, NOW) is None
    assert not FactorRow.objects.filter(county=who.county).exists()
    chain = chain_id(who.county, f"account/{who.person}")
    notes = office().journal.query(
        "SELECT body FROM store_event WHERE county = %s AND chain = %s::uuid ORDER BY seq",
        (who.county, chain),
    )
    told = " ".join(str(body) for (body,) in notes)
    assert [each in told for each in ("factor_added", "recovery_codes", "factor_removed")] == [True] * 3
    assert not [each for each in codes if each in told]


def test_a_role_that_needs_one_sets_it_up_first_and_the_county_says_which(desk: Desk) -> None:
    from tongban.apps.people.entering import BY_DEFAULT, RULE, Next, after_password, need, needed
    from tongban.apps.people.own import account
    from tongban.kernel.refusal import Refused
    from tongban.store.models import CountyRule

    head, clerk = (account(each) for each in ("hushaohua", desk.clerk))
    assert not isinstance(head, Refused) and not isinstance(clerk, Refused)
    CountyRule.objects.filter(name=RULE).delete()
    assert needed(head[0].county) == BY_DEFAULT == ("administrator",)
    assert [after_password(each[0], NOW) for each in (head, clerk)] == [Next.SET_UP, Next.ENTER]
    refused = need(("clerk",), desk.acting(desk.clerk))
    assert refused is not None and refused.code == "people.not_administrator"
    assert need(("clerk",), desk.acting("hushaohua")) is None
    assert [after_password(each[0], NOW) for each in (head, clerk)] == [Next.ENTER, Next.SET_UP]
