"""Public pages are made once for many, and nobody is given what is another's or what is public no more."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from time import sleep

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from test_public_pages import month_of_cases, out

from desk_ground import PASSWORD, Desk, county, desk, sent_queries
from publication_ground import look_again, published
from resident_ground import MATTER, PHONE, Visitor, form_of, unhurried
from tongban.apps.disclosure import counting
from tongban.apps.disclosure.publishing import withdraw
from tongban.apps.office import office
from tongban.apps.publication import position
from tongban.apps.rights import let_in
from tongban.kernel.commands import ANYBODY
from tongban.web.doors import DOORS, KEPT
from tongban.web.frame import kept as frame
from tongban.web.frame.kept import SHELF, KeptMiddleware, Page, Shelf

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried"]


@pytest.fixture
def kept(desk: Desk, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Pages are kept, and what changed is looked for with every request."""
    settings.TONGBAN_PUBLIC_SECONDS = 600
    monkeypatch.setattr(position, "LOOKS", 0.0)
    look_again()
    SHELF.clear()
    counting.forget()
    yield desk
    SHELF.clear()
    look_again()
    counting.forget()


def test_a_page_for_everybody_is_made_once_and_says_how_long_it_may_be_kept(
    kept: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    first = Client().get("/open/")
    assert len(sent_queries(lambda: Client().get("/open/"))) <= 1, "only whether anything changed is asked"
    again = Client().get("/open/", headers={"accept-encoding": "gzip"})
    assert gzip.decompress(again.content) == first.content
    assert again["Cache-Control"] == "public, max-age=10, stale-while-revalidate=20"
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(again["Vary"].split(", "))
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    same = Client().get("/open/", headers={"if-none-match": again["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/open/", "/open/check/", "/ways/", "/open/cases/", "/open/trust/", "/open/data/"]
)
def test_no_page_for_everybody_bears_a_secret_or_sets_a_cookie(kept: Desk, path: str) -> None:
    for _ in range(2):
        answer = Client().get(path)
        assert answer.status_code == 200 and not answer.cookies
        assert "csrf" not in answer.content.decode().lower()


def test_languages_are_kept_apart_and_a_choice_of_one_stays_with_who_chose(kept: Desk) -> None:
    assert 'lang="zh-Hans"' in Client().get("/open/").content.decode()
    english = Client().get("/open/", headers={"accept-language": "en"})
    assert 'lang="en"' in english.content.decode()
    chose = Client()
    assert chose.get("/open/?lang=en").cookies["language"].value == "en"
    assert chose.get("/open/").content == english.content
    assert 'lang="zh-Hans"' in Client().get("/open/").content.decode()


def test_whoever_is_signed_in_gets_a_page_of_their_own_and_leaves_nothing_behind(kept: Desk) -> None:
    staff = Client()
    assert staff.login(username=kept.clerk, password=PASSWORD)
    own = staff.get("/open/")
    assert "public" not in own.headers.get("Cache-Control", "")
    stranger = Client().get("/open/").content.decode()
    assert "/sign-out/" in own.content.decode() and "/sign-out/" not in stranger
    assert "/sign-out/" in staff.get("/open/").content.decode()


def test_what_the_page_does_not_read_is_not_kept(kept: Desk) -> None:
    Client().get("/open/?x=1")
    Client().get("/open/cases/?words=a&y=2")
    assert not SHELF.pages
    Client().get("/open/cases/?words=a")
    assert len(SHELF.pages) == 1


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what is newly put out."""
    monkeypatch.setattr(frame, "NEW", 0.0)


def test_what_is_taken_down_is_gone_at_once_and_what_is_put_out_is_there(kept: Desk, news: None) -> None:
    assert "老街口" not in Client().get("/open/cases/").content.decode()
    id_ = out(1, "老街口路灯已修好。")
    assert "老街口" in Client().get("/open/cases/").content.decode()
    assert Client().get(f"/open/cases/{id_}/").status_code == 200
    assert withdraw(office(), "case", id_, datetime.now(UTC))
    assert "老街口" not in Client().get("/open/cases/").content.decode()
    assert Client().get(f"/open/cases/{id_}/").status_code == 404


def test_what_is_put_out_may_wait_for_seconds_and_what_is_changed_or_taken_down_for_none(
    kept: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    first = out(1, "老街口路灯已修好。")
    assert "老街口" in Client().get("/open/cases/").content.decode()
    out(2, "东桥头井盖已换新。")
    assert len(sent_queries(lambda: Client().get("/open/cases/"))) <= 1, "not made anew for what is new"
    assert "东桥头" not in Client().get("/open/cases/").content.decode()
    out(1, "老街口路灯已换新。")
    changed = Client().get("/open/cases/").content.decode()
    assert "东桥头" in changed and "已修好" not in changed
    out(3, "西河边护栏已立好。")
    assert withdraw(office(), "case", first, datetime.now(UTC))
    assert "老街口" not in Client().get("/open/cases/").content.decode()


def test_where_a_page_leads_is_kept_too(
    kept: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    month_of_cases(kept, 7)
    first = Client().get("/open/figures/")
    assert first.status_code == 302
    assert len(sent_queries(lambda: Client().get("/open/figures/"))) <= 1
    again = Client().get("/open/figures/")
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_a_figure_that_is_released_is_there_at_once(kept: Desk) -> None:
    period = month_of_cases(kept, 7)
    page = f"/open/figures/{period}/"
    assert "7 / 7" not in Client().get(page).content.decode()
    published(kept, period)
    assert "7 / 7" in Client().get(page).content.decode()


def test_each_reader_of_a_kept_form_has_a_secret_and_a_key_of_their_own(kept: Desk, unhurried: None) -> None:
    readers = [Visitor(enforce_csrf_checks=True) for _ in range(3)]
    forms = [form_of(each.get("/").page) for each in readers]
    assert len(SHELF.pages) == 1
    for name in ("key", "stamp", "csrfmiddlewaretoken"):
        assert len({form[name][0] for form in forms}) == 3
    assert all("hole-" not in each.page for each in readers)
    assert not re.search(r"public", readers[0].client.get("/")["Cache-Control"])
    numbers = set()
    for each, form in zip(readers, forms, strict=True):
        each.post("/", {**{name: values[0] for name, values in form.items()}, "body": MATTER, "go": "next"})
        assert each.status == 200, each.page
        numbers.add(form_of(each.page)["key"][0])
    assert len(numbers) == 3, "nobody's matter is taken for another's"


def test_a_form_without_its_secret_is_still_refused(kept: Desk) -> None:
    Client().get("/")
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/", {"body": MATTER, "phone": PHONE, "go": "next"}).status_code == 403


def test_many_who_come_at_once_wait_for_one(kept: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position, "LOOKS", 3600.0)
    position.position()
    made, all_here = [], Event()

    def slow(request: HttpRequest) -> HttpResponse:
        made.append(request.path)
        all_here.wait(10)
        request.resolver_match = resolve(request.path_info)
        return HttpResponse(b"x" * 500)

    door = KeptMiddleware(slow)
    ask = RequestFactory().get
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(door, ask("/open/trust/")) for _ in range(6)]
        while not made:
            sleep(0.01)
        all_here.set()
        assert {each.result().content for each in asked} == {b"x" * 500}  # type: ignore[attr-defined]
    assert made == ["/open/trust/"]


def test_what_fails_is_not_kept(kept: Desk) -> None:
    assert Client().get("/open/figures/2026-13/").status_code == 404
    assert Client().get("/open/nothing/").status_code == 404
    assert not SHELF.pages


def test_memory_has_a_bound() -> None:
    shelf, stands = Shelf(most=30_000), position.Position("330822", 1, 1)
    for n in range(10):
        page = Page(200, (), b"x" * 6_000, b"", "", False, resolve("/open/"), stands, 0.0)
        shelf.put((str(n),), page)
    assert shelf.weight <= 30_000 and [*shelf.pages][-1] == ("9",) and ("0",) not in shelf.pages


def test_only_pages_that_are_anybodys_are_kept() -> None:
    assert KEPT.keys() <= DOORS.keys()
    assert all(let_in(DOORS[name].read, ANYBODY, None) for name in KEPT)
