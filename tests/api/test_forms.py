"""Forms as JSON Schema: what a program must send."""

from __future__ import annotations

import pytest

from desk_ground import Desk, county, desk

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def test_a_form_of_which_one_field_is_needed_says_which_and_others_do_not(desk: Desk) -> None:
    from tongban.api.v1.describing import step_out
    from tongban.apps.casework.look import look
    from tongban.apps.casework.views import CasePage
    from tongban.apps.office import office

    page = look(desk.signed(), desk.acting(desk.supervisor))
    assert isinstance(page, CasePage)
    here = office()
    acting = desk.acting(desk.supervisor)
    adoption = here.adopted("hotline", acting.now)
    assert adoption is not None
    wording = here.wording(adoption, "en")
    forms = {step.id: step_out(step, wording, resident=False).form for step in page.steps}
    assert forms["supervise"]["anyOf"] == [{"required": ["demand"]}, {"required": ["demand_by"]}]
    assert "anyOf" not in forms["remind"]
    assert forms["supervise"]["properties"]["demand_by"]["x-day"] == "future"
