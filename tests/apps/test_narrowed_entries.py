"""Where a condition over the row narrows a field, pages list and programs read only what fits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aid_ground import with_aids
from scenario_ground import ground

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ITEMS = """item,title,sort,unit,line_yuan,most_yuan,urgent_yuan
subsistence,低保,programme,labour,1000,0,
sudden,临时救助,programme,labour,0,6000,1000
died,去世,signal,,,,
"""


@pytest.fixture(autouse=True)
def _ground(transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    yield from ground(monkeypatch, home)


@pytest.fixture
def asked(_ground: None):
    from tongban.apps.casework.asking import fields
    from tongban.apps.office import office

    with_aids(ITEMS, NOW)
    here = office()
    adoption = here.adopted("social_aid", NOW)
    assert adoption is not None
    wording = here.wording(adoption, "zh-Hans")
    return lambda form: (wording, fields(form, wording, here, known={}, today=TODAY))


def options(views, field: str) -> list[tuple[str, str]]:
    [view] = [each for each in views if each.id == field]
    return [(each.value, each.label) for each in view.options]


def test_a_page_lists_only_rows_that_fit(asked) -> None:
    assert options(asked("verify")[1], "items") == [("subsistence", "低保"), ("sudden", "临时救助")]
    assert options(asked("propose_urgent")[1], "item") == [("sudden", "临时救助")]
    assert len(options(asked("record")[1], "item")) == 3  # a list of what others know names signals, too


def test_a_program_reads_the_condition_and_what_may_be_chosen(asked) -> None:
    from tongban.api.v1.forms import form_schema

    wording, views = asked("verify")
    form = wording.procedure.forms["verify"]
    offered = {each.id: each.options for each in views}
    items = form_schema(form, wording, offered=offered)["properties"]["items"]
    assert items["x-where"] == 'row.sort == "programme"'
    assert [each["const"] for each in items["items"]["oneOf"]] == ["subsistence", "sudden"]
    plain = form_schema(form, wording)["properties"]["items"]
    assert "oneOf" not in plain["items"] and plain["x-where"] == items["x-where"]


def test_a_code_in_other_letters_is_told_how_the_register_spells_it(asked) -> None:
    from tongban.apps.casework.choices import pointed
    from tongban.apps.office import office
    from tongban.kernel.refusal import Refused

    form = asked("record")[0].procedure.forms["record"]
    unknown = Refused("form.unknown_entry", "item", {"given": "Subsistence", "nearest": ""})
    found = pointed(unknown, form, office(), "zh-Hans")
    assert (found.code, found.facts["known"]) == ("form.spelled_otherwise", "subsistence")
