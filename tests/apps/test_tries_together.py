"""Tries that arrive at the same moment are no more than the bound allows: counted before a code is looked at, in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, own_home, settle_county
from gateway_ground import gateway
from resident_ground import Visitor, form_of
from threads_ground import at_once
from tongban.apps.casework import keeping
from tongban.apps.numbers import check_digit
from tongban.apps.office import office
from tongban.apps.people import by_phone, codes
from tongban.kernel.refusal import Refused
from tongban.store.models import CaseRow, Count
from tongban.web.resident import flood

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOBODYS = "26" + "0" * 9
NOBODYS += check_digit(NOBODYS)
PHONE = "13812345678"
ABREAST = 24
SHARED = "9.9.9.9"


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    with own_home(tmp_path):
        settle_county()
        office()
        yield Desk()


def refusals(found: list[object]) -> list[str]:
    return [each.code for each in found if isinstance(each, Refused)]


def test_codes_of_kept_forms(desk: Desk) -> None:
    found = refusals(at_once(ABREAST, lambda _: keeping.fetch(keeping.new_code(), SHARED, NOW)))
    assert found.count("kept.unknown") == keeping.TRIES.most
    assert found.count("kept.wait") == ABREAST - keeping.TRIES.most


def test_codes_that_a_telephone_scans(desk: Desk) -> None:
    found = refusals(at_once(ABREAST, lambda _: codes.open_by_code(NOBODYS, "abcdefgh", SHARED, NOW)))
    assert found.count("people.no_code") == codes.FROM_A_PLACE.most
    assert found.count("people.wait") == ABREAST - codes.FROM_A_PLACE.most


def test_codes_for_one_number_from_many_browsers_and_each_of_them_once(desk: Desk, settings: Any) -> None:
    number = desk.register(phone=PHONE)
    loaded = office().find(number)
    assert not isinstance(loaded, Refused)
    with gateway() as sms:
        settings.TONGBAN_CHANNELS = {"sms": sms.sms}
        now = datetime.now(UTC)
        carried = [by_phone.ask(PHONE, f"10.0.0.{n}", "en", now) for n in range(5)]
        codes_sent = ["".join(each for each in sent["content"] if each.isdigit())[:6] for sent in sms.came]
    assert len(codes_sent) == 5 and not refusals(carried)
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in codes_sent)
    tries = [str(each) for each in carried[1:] for _ in range(6)]
    assert len(refusals(at_once(len(tries), lambda n: by_phone.prove_phone(tries[n], wrong, now)))) == len(
        tries
    )
    [counted] = Count.objects.filter(key__startswith=f"{by_phone.AT_A_NUMBER.name}:")
    assert counted.n == by_phone.AT_A_NUMBER.most
    assert isinstance(by_phone.prove_phone(str(carried[0]), codes_sent[0], now), Refused), (
        "the day's are used up"
    )
    Count.objects.all().delete()
    both = at_once(4, lambda _: by_phone.prove_phone(str(carried[0]), codes_sent[0], now))
    assert len(refusals(both)) == 3
    assert [each for each in both if not isinstance(each, Refused)] == [(loaded.case.id,)]


@pytest.mark.parametrize(
    ("bound", "words"), [("MOST", "分钟再按"), ("PER_ADDRESS", "请问"), ("EVERYWHERE", "请问")]
)
def test_reports_by_the_public_form(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, bound: str, words: str
) -> None:
    """Each from a page of its own, all sent at the same moment."""
    most = 5
    values = {**form_of(Visitor().ready().page), "go": "send"}
    keys = [flood.new_key() for _ in range(ABREAST)]
    pages = [{**values, "key": key, "stamp": flood.stamped(key)} for key in keys]
    monkeypatch.setattr(flood, bound, replace(getattr(flood, bound), most=most))
    monkeypatch.setattr(flood, "SOONEST", 0)
    answers = at_once(ABREAST, lambda n: Client().post("/", pages[n]))
    assert CaseRow.objects.count() == most
    held = [each.content.decode() for each in answers if each.status_code == 422]
    assert len(held) == ABREAST - most and all(words in each for each in held)
    assert sorted(Count.objects.filter(key__startswith="report:").values_list("n", flat=True)) == [most, most]
    taken = next(page for page, each in zip(pages, answers, strict=True) if each.status_code == 302)
    if bound == "EVERYWHERE":
        monkeypatch.setattr(flood, bound, replace(getattr(flood, bound), most=ABREAST))
        again = Client().post("/", taken)
        assert again.status_code == 302 and CaseRow.objects.count() == most
        counted = Count.objects.filter(key__startswith="report:").values_list("n", flat=True)
        assert list(counted) == [most, most], "what is sent again is no report"
