"""Outlines of townships: only with the map's approval number, read without trust, drawn with the names of the register."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from demo_ground import demo_county
from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.figures.outlines import Loaded, load_outlines, read, townships
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

__all__ = ["county", "desk"]

COUNTY = demo_county()
CODES = sorted(townships(COUNTY))
APPROVAL = "浙S(2026)1号"


def square(n: int) -> list[list[float]]:
    east, north = 118.5 + n * 0.01, 28.9
    return [[east, north], [east + 0.01, north], [east + 0.01, north + 0.01], [east, north]]


def file(*codes: str, geometry: Any = None) -> str:
    shapes = [
        {
            "type": "Feature",
            "properties": {"code": code, "phone": "13800138000"},
            "geometry": geometry or {"type": "Polygon", "coordinates": [square(n)]},
        }
        for n, code in enumerate(codes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": shapes})


def test_of_a_feature_its_code_and_its_rings_are_kept_and_nothing_else() -> None:
    found = read(file(*CODES), COUNTY)
    assert not isinstance(found, Refused)
    assert [each["properties"] for each in found] == [{"code": code} for code in CODES]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "outlines.no_geojson"),
        ("[]", "outlines.no_geojson"),
        ('{"features": []}', "outlines.no_geojson"),
        ('{"features": [7]}', "outlines.no_geojson"),
        ("[" * 100_000, "outlines.no_geojson"),
        (file("330822999"), "outlines.unknown_place"),
        (file(CODES[0], CODES[0]), "outlines.twice"),
        (file(CODES[0], geometry={"type": "Point", "coordinates": [118.5, 28.9]}), "outlines.no_outline"),
        (file(CODES[0], geometry={"type": "Polygon", "coordinates": [square(0)[:3]]}), "outlines.no_outline"),
        (
            file(CODES[0], geometry={"type": "Polygon", "coordinates": [[[451234.0, 3201234.0]] * 4]}),
            "outlines.no_outline",
        ),
        (
            file(CODES[0], geometry={"type": "Polygon", "coordinates": [[["x", 1]] * 4]}),
            "outlines.no_outline",
        ),
    ],
)
def test_what_is_no_outline_is_refused_with_its_place(text: str, code: str) -> None:
    found = read(text, COUNTY)
    assert isinstance(found, Refused) and found.code == code


@given(
    st.recursive(
        st.none() | st.floats() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["features", "properties", "geometry", "coordinates", "type", "code"]),
                x,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_whatever_is_read_is_refused_or_right(whole: object) -> None:
    found = read(json.dumps(whole), COUNTY)
    assert isinstance(found, Refused) or all(each["properties"]["code"] in CODES for each in found)


@pytest.mark.database
@pytest.mark.django_db
def test_a_county_s_own_outlines_take_the_place_of_the_tiles_and_say_their_approval_number(
    desk: Desk,
) -> None:
    acting = Acting(datetime.now(UTC), SYSTEM)
    refused = load_outlines(file(*CODES), " ", "", acting)
    assert isinstance(refused, Refused) and refused.code == "outlines.no_approval"
    not_theirs = load_outlines(file(*CODES), APPROVAL, "", desk.acting(desk.supervisor))
    assert isinstance(not_theirs, Refused) and not_theirs.code == "outlines.not_yours"
    client = Client()
    client.force_login(User.objects.get(username="zengjiayi"))
    assert client.get("/lead/figures/outlines.json").status_code == 404
    loaded = load_outlines(file(*CODES[1:]), APPROVAL, "县自然资源和规划局", acting)
    assert isinstance(loaded, Loaded) and loaded.places == len(CODES) - 1 and len(loaded.missing) == 1
    names = {
        each["properties"]["name"] for each in client.get("/lead/figures/outlines.json").json()["features"]
    }
    page = client.get("/lead/figures/hotline.return_rate/2026-01/").content.decode()
    assert "outlines.json" in page and APPROVAL in page
    assert names and all(name in page for name in names)
