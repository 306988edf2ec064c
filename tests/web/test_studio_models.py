"""The studio's page of models: what is in force, what a draft would change, publishing and going back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.dispatch import care, drift, keeping, model_file
from tongban.apps.dispatch.trial import Bin, Effect, Moved, Pair, Trial

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR, READER = "hushaohua", "tongshuixian"
MISSING = re.compile("缺少文字|no words for")
USED, DRAFT, OLD = "2026-03-02-aaaaaaaa", "2026-03-03-bbbbbbbb", "2026-03-01-cccccccc"


def browser(login: str = ADMINISTRATOR, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def record(place: Path, id: str) -> None:
    """A model as far as this page looks at it: its record."""
    import numpy as np

    from tongban.apps.dispatch import sealed

    facts = {"format": 2, "made": f"{id[:10]}T08:00:00+00:00", "data": id[11:] * 8, "examples": 400}
    scores = {"accuracy": 900, "calibration_error": 12}
    sealed.put(
        place,
        "dispatch.json",
        f"dispatch-{id[11:]}.npz",
        {"n": np.array([ord(id[-1])])},
        {**facts, "scores": scores},
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[Path]:
    """Three models: one in force, a newer one that was found worse, and an older one."""
    for module in (care, drift):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    drift._found.clear()
    pairs = (Pair("01", "01", 90), Pair("01", "03", 7), Pair("05", "05", 60), Pair("05", "", 2))
    case = desk.register()
    moved = (Moved(case, "2026-02", "01.05.04", desk.unit, "", "01", "", "urban-enforcement"),)
    effect = Effect(USED, 40, 9, 38, 39, 30, 29, 6, 2, 3, 4, 1, 2, moved, routed_known=3, first_after=5)
    for id in (USED, DRAFT, OLD):
        record(keeping.place_of(tmp_path, id), id)
    keeping.write_trial(
        keeping.place_of(tmp_path, USED),
        Trial(159, pairs, (Bin(620, 80, 55), Bin(950, 79, 76)), {"01": 97, "05": 62}),
    )
    keeping.write_trial(keeping.place_of(tmp_path, DRAFT), Trial(200, pairs, (), {}, effect))
    keeping.put_in_force(tmp_path, USED)
    yield tmp_path
    drift._found.clear()


def test_without_a_model_the_page_says_how_to_train_one(desk: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(care, "folder", lambda: tmp_path)
    assert "tongban dispatch train" in body(browser().get("/studio/models/"))


def test_models_are_for_the_administrator_alone(desk: Desk, folder: Path) -> None:
    for page in ("", "drift/"):
        assert browser(READER).get(f"/studio/models/{page}").status_code == 403
    assert browser(READER).post("/studio/models/publish/", {"id": OLD, "why": "x"}).status_code == 403
    assert "/studio/models/" in body(browser().get("/studio/"))
    assert "/studio/models/" not in body(browser(READER).get("/studio/"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_scores_confusions_calibration_and_effect_in_words(
    folder: Path, language: str
) -> None:
    page = body(browser(language=language).get("/studio/models/"))
    assert not MISSING.search(page)
    for part in ("0.900", "0.012", "a" * 16, "69%", "62%", "<svg", DRAFT, OLD, "150", "90/97"):
        assert part in page, part
    assert page.count('r="4.5"') == 2
    assert page.index("<strong>7</strong>") < page.index("<strong>2</strong> <span>"), (
        "the most frequent first"
    )


def test_the_effect_names_cases_by_number_and_says_nothing_of_who_wrote_them(
    folder: Path, desk: Desk
) -> None:
    page = body(browser().get("/studio/models/"))
    shown = page[page.index('class="sheet"') :]
    assert re.search(r"<strong>6</strong>.*<strong>2</strong>.*<strong>3</strong>.*<strong>4</strong>", shown)
    assert "会改派的 4 件里，3 件已有单位接办：按在用的，2 件会派到那个单位；按新的，1 件" in shown
    assert "其中只说到一级分类的" in shown
    assert "不建议" in shown and "城乡建设 → 县综合行政执法局" in shown
    assert "13812345678" not in page and "下水道堵了" not in page


def test_a_worse_draft_is_published_only_with_a_reason(folder: Path) -> None:
    client = browser()
    refused = client.post("/studio/models/publish/", {"id": DRAFT})
    assert refused.status_code == 422 and "比在用的差" in body(refused)
    assert keeping.in_force(folder).id == USED  # type: ignore[union-attr]


def parts(page: str) -> dict[str, str]:
    """The sections of the page by the id of their heading."""
    return {part.partition('"')[0]: part for part in page.split('aria-labelledby="')[1:]}


def test_what_was_in_force_once_and_drafts_that_never_were_stand_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_file, "load", lambda _place: "as a reader would find it")
    client = browser()
    shown = parts(body(client.get("/studio/models/")))
    assert OLD in shown["passed-over"] and "others" not in shown, "nobody ever published it"
    for id in (OLD, DRAFT, OLD):
        assert client.post("/studio/models/publish/", {"id": id, "why": "比一比"}).status_code == 302
    shown = parts(body(client.get("/studio/models/")))
    assert USED in shown["others"] and DRAFT in shown["others"] and "passed-over" not in shown
    assert DRAFT not in shown["draft"], "what was in force is no draft again, though it is the newest"


def test_what_is_drifting_is_told_by_month_and_never_by_person(
    folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "_asked", lambda _here, _since: {})
    part = browser().get("/studio/models/drift/", headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in body(part) and not MISSING.search(body(part))
    whole = body(browser(language="en").get("/studio/models/drift/"))
    assert "<html" in whole and "too few to conclude from" in whole and not MISSING.search(whole)
