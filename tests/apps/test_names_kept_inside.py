"""Whoever releases a text is shown the names in what goes out, and not those that colleagues keep among themselves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from tongban.apps.disclosure.releasing import _texts
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.folder import pack
from tongban.library.reading import read_packed
from tongban.store.batch import STEP
from tongban.store.models import Content

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PRACTICE = Path(__file__).parents[2] / "practices" / "idle_house"


def test_what_is_kept_among_colleagues_is_not_asked_about_when_a_text_is_released() -> None:
    files = pack(PRACTICE)
    assert not isinstance(files, Refused)
    read = read_packed(dict(files))
    assert not isinstance(read, Refused)
    procedure, chain = bind(read, {}), uuid4()
    assert not isinstance(procedure, Refused)
    rule = procedure.kinds["house"].steps["release_listing"]
    said = (("appraise", "firm", '"某地安鉴公司"'), ("write_notice", "public_text", '"老屋出租"'))
    assert {step for step, *_ in said} <= set(rule.judges)
    for seq, (_, field, value) in enumerate(said, 1):
        Content.objects.create(county="330822", chain=chain, seq=seq, field=field, salt=b"", value=value)
    events = [
        SimpleNamespace(kind=STEP, event=lambda step=step, seq=seq: SimpleNamespace(step=step, seq=seq))
        for seq, (step, *_) in enumerate(said, 1)
    ]
    here: Any = SimpleNamespace(
        county=SimpleNamespace(code="330822"), journal=SimpleNamespace(events=lambda case: events)
    )
    loaded: Any = SimpleNamespace(case=SimpleNamespace(id=str(chain), kind="house"))
    assert list(_texts(here, procedure, rule, loaded, {})) == ["老屋出租"]
