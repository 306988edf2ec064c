"""What a register knows stands in the form already, and says where it comes from."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import ROOT, Desk, county, desk, sent_queries
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

STREETLAMP = ROOT / "tests" / "library" / "practices" / "streetlamp"


def reported(desk: Desk, pole: str) -> str:
    answers = {"body": "桥头的灯又黑了。", "phone": "13800138000", "pole": pole, "category": "01.05.02"}
    taken = open_case("streetlamp", answers, desk.acting("fantugen"))
    assert isinstance(taken, Taken), taken
    return desk.step(taken.number, "assign", "fantugen")


def page(number: str, login: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client.get(f"/desk/{number}/").content.decode()


def test_what_was_registered_is_in_the_next_form_and_need_not_be_typed(desk: Desk) -> None:
    done = adopt(STREETLAMP, {}, (Desk.home,), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    first = reported(desk, "P-17")
    before = page(first, desk.handler)
    assert "last_time" not in before
    desk.step(first, "mend", desk.handler, outcome="replaced")
    desk.step(first, "check", "fangcaixia", bright="true")
    again = page(reported(desk, "P-17"), desk.handler)
    assert "last_time" in again and "取自" in again


def test_money_that_is_known_stands_in_yuan_as_it_is_typed(desk: Desk) -> None:
    """What is kept in fen and sent back as it stands must be the same sum."""
    from tongban.apps.casework.asking import fields
    from tongban.apps.office import office

    for practice in ("social_aid", "project_funding"):
        done = adopt(ROOT / "practices" / practice, {}, ("county-government",), desk.acting("hushaohua"))
        assert not isinstance(done, Refused), done
        here, now = office(), desk.acting("hushaohua").now
        wording = here.wording(here.adopted(practice, now) or "", "zh-Hans")
        known = {"month_income": 123450, "work_exempt": 5, "claimed": 123450}
        for form in wording.procedure.forms:
            for each in fields(form, wording, here, known=known, today=now.date()):
                if each.kind == "money" and each.value:
                    assert each.value in ("1234.50", "0.05"), (form, each.id)
                if each.kind == "money" and each.offer is not None:
                    assert (each.offer.value, each.offer.label) == ("1234.50", "1234.50"), (form, each.id)
