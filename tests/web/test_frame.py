"""The frame of every page: language, headers, words, refusals, and the pages for when something fails."""

from __future__ import annotations

import errno
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.urls import path

from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.texts import product_texts
from tongban.web.doors import DOORS, Door
from tongban.web.frame.context import sections
from tongban.web.frame.signing import sign_in, sign_out
from tongban.web.words import choose, same_page_in

WEB = Path(__file__).parents[2] / "src" / "tongban" / "web"
CHINESE = re.compile(r"[\u3400-\u9fff]")
SAID = re.compile(r"""(?:\{%\s*t\s+|\bsay\()["']([a-z_.0-9]+\.[a-z_.0-9]+)["']""")


def fails(request: HttpRequest) -> HttpResponse:
    match request.GET["how"]:
        case "database":
            raise OperationalError("the server closed the connection unexpectedly")
        case "disk":
            raise OSError(errno.ENOSPC, "No space left on device")
        case "refusal":
            raise RefusedError(Refused("authority.not_yours", "sign", {"roles": ("<b>handler</b>",)}))
        case "large":
            raise RequestDataTooBig
        case "forbidden":
            raise PermissionDenied
        case _:
            raise RuntimeError("a fault nobody thought of")


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("fails/", fails, name="fails"),
    path("plain/", plain, name="plain"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
]
handler400 = "tongban.web.frame.errors.bad_request"
handler403 = "tongban.web.frame.errors.forbidden"
handler404 = "tongban.web.frame.errors.not_found"
handler500 = "tongban.web.frame.errors.server_error"
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of this file are for everybody."""
    for name in ("fails", "plain"):
        monkeypatch.setitem(DOORS, name, Door("read_public", "read_public"))


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("en", "zh-Hans", "zh-CN", "en"),
        ("", "en", "zh-CN,zh;q=0.9", "en"),
        ("", "", "en-GB,en;q=0.8,zh;q=0.5", "en"),
        ("", "", "fr,zh-TW;q=0.7,en;q=0.3", "zh-Hans"),
        ("", "", "fr", "zh-Hans"),
        ("", "", "", "zh-Hans"),
        ("'; drop", "<script>", "en;q=nonsense,zh;q=0.1", "zh-Hans"),
        ("", "", "zh;q=0,en;q=0.1", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_kept_then_accepted(
    asked: str, kept: str, accepted: str, language: str
) -> None:
    assert choose(asked, kept, accepted) == language


def test_a_language_once_asked_for_stays(client: Client) -> None:
    assert client.get("/plain/?lang=en").headers["Content-Language"] == "en"
    assert '<html lang="en">' in client.get("/plain/").content.decode()


def test_the_other_language_is_the_same_page_with_the_rest_of_its_address() -> None:
    request = RequestFactory().get("/desk/?late=1&unit=a&unit=b&lang=zh-Hans")
    assert same_page_in("en", request) == "/desk/?late=1&unit=a&unit=b&lang=en"


def test_a_page_differs_by_language_for_caches_too(client: Client) -> None:
    assert "Accept-Language" in client.get("/plain/").headers["Vary"]


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    for address in ("/plain/", "/nowhere/", "/fails/?how=fault", "/fails/?how=database"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_secure_where_the_connection_is(client: Client) -> None:
    assert client.get("/plain/?lang=en", secure=True).cookies["__Host-language"]["secure"]
    assert not client.get("/plain/?lang=zh-Hans").cookies["language"]["secure"]


def test_pages_hold_no_inline_style_or_script() -> None:
    for template in WEB.rglob("*.html"):
        source = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", source), (
            template
        )


def test_every_key_that_pages_use_has_words_in_both_languages() -> None:
    texts = product_texts()
    used = {
        (key, file.name)
        for file in (*WEB.rglob("*.html"), *WEB.rglob("*.py"))
        for key in SAID.findall(file.read_text())
    }
    assert len(used) > 40
    missing = {each for each in used for language in texts.languages if not texts.has(each[0], language)}
    assert not missing


def test_every_text_of_the_pages_exists_in_both_languages() -> None:
    texts = product_texts()
    areas = {"site", "fields", "loop", "errors", "sign_in"}
    ours = [key for key in list(texts.keys()) if key.split(".")[0] in areas]
    assert len(ours) > 100
    assert not [key for key in ours for language in texts.languages if not texts.has(key, language)]


def test_no_chinese_stands_in_templates_or_in_web_code() -> None:
    found = [
        f"{file.name}:{number}"
        for file in (*WEB.rglob("*.html"), *WEB.rglob("*.py"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if CHINESE.search(line)
    ]
    assert not found


def test_facts_in_words_are_escaped(client: Client) -> None:
    page = client.get("/fails/?how=refusal").content.decode()
    assert "&lt;b&gt;handler&lt;/b&gt;" in page
    assert "<b>handler" not in page


def test_a_refusal_says_what_is_wrong_and_what_to_do(client: Client) -> None:
    answer = client.get("/fails/?how=refusal&lang=en")
    assert answer.status_code == 403
    assert "You have no right to take this step." in answer.content.decode()
    assert "It is for:" in answer.content.decode()


@pytest.mark.parametrize("how", ["database", "disk"])
def test_when_nothing_can_be_saved_the_entry_is_given_back_and_can_be_sent_again(
    client: Client, how: str
) -> None:
    entry = "路口的井盖坏了 <b>三天</b>\n𠮷野家门口"
    sent = {
        "body": entry,
        "phone": "13800138000",
        "sort": "complaint",
        "password": "secret",
        "units": ["a", "b"],
    }
    answer = client.post(f"/fails/?how={how}", sent)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert entry.replace("<", "&lt;").replace(">", "&gt;") in page
    assert re.search(r'<textarea name="phone"[^>]*>\n13800138000</textarea>', page)
    assert '<input type="hidden" name="sort" value="complaint">' in page
    assert page.count('name="units"') == 2
    assert "secret" not in page
    assert f'action="/fails/?how={how}"' in page
    assert "csrfmiddlewaretoken" in page


def test_reading_while_the_database_is_away_is_answered_calmly(client: Client) -> None:
    answer = client.get("/fails/?how=database")
    assert answer.status_code == 503
    assert "<textarea" not in answer.content.decode()


def test_an_unknown_fault_has_a_number_that_is_in_the_log_too(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/fails/?how=fault", {"body": "a long story"})
    number = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.content.decode())
    assert answer.status_code == 500
    assert number is not None
    assert number[0] in caplog.text
    assert "a long story" in answer.content.decode()
    assert "nobody thought of" not in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_by_its_announced_length(client: Client) -> None:
    answer = client.post("/plain/", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**9))
    assert answer.status_code == 413
    assert client.get("/fails/?how=large").status_code == 413


@pytest.mark.django_db
def test_a_form_whose_secret_is_gone_gives_the_entry_back_with_a_new_one() -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post("/plain/", {"body": "two pages of text"})
    assert answer.status_code == 403
    assert "two pages of text" in answer.content.decode()
    again = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
    assert again is not None
    assert strict.post("/plain/", {"body": "x", "csrfmiddlewaretoken": again[1]}).status_code == 200


def test_htmx_puts_a_failure_in_place_of_the_content(client: Client) -> None:
    answer = client.get("/fails/?how=fault", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#content"


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/fails/?how=forbidden", 403)])
def test_missing_and_closed_pages_say_where_to_go(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert 'href="/"' in answer.content.decode()


def test_a_frame_is_whole_while_other_pages_are_not_there(client: Client) -> None:
    page = client.get("/plain/").content.decode()
    assert "<main" in page
    assert 'href=""' not in page


def test_staff_have_their_own_sections_and_residents_theirs() -> None:
    residents = {entry.key for entry in sections("/", staff=False)}
    staff = {entry.key for entry in sections("/", staff=True)}
    assert not any("worklist" in key or "studio" in key for key in residents)
    assert not any("report" in key or "follow" in key for key in staff)


def test_static_files_have_a_stamp_and_may_be_kept_for_a_year(client: Client) -> None:
    address = re.search(
        r'href="(/static/tongban/tongban.css\?v=[0-9a-f]{8})"', client.get("/plain/").content.decode()
    )
    assert address is not None
    assert "max-age=31536000" in client.head(address[1]).headers["Cache-Control"]


def test_the_addresses_of_all_audiences_load_together() -> None:
    shipped = import_module("tongban.config.urls")
    assert shipped.urlpatterns
    for name in ("handler400", "handler403", "handler404", "handler500"):
        assert getattr(shipped, name) == globals()[name]
