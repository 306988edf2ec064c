"""What the list of ASVS says of this program and no other test shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.conf import global_settings, settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from tongban.api.v1.reading import read_body, read_query
from tongban.api.v1.shapes.webhooks import DeliveryQuery, Stand
from tongban.apps.casework.files import name_of
from tongban.config.settings import Environment
from tongban.kernel.refusal import Refused
from tongban.library.texts import fill

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tongban"
CHANCE = frozenset({"demo", "load"})
"""Packages that make up people and days: their dice may be foreseen."""
STATIC = frozenset({".css", ".js", ".svg"})


@cache
def trees() -> dict[Path, ast.Module]:
    return {path.relative_to(SOURCE): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}


def imported(tree: ast.Module) -> set[str]:
    plain = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def called(tree: ast.Module) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_no_shell_stands_between_this_program_and_another() -> None:
    for path, tree in trees().items():
        assert not called(tree) & {"os.system", "os.popen", "subprocess.getoutput"}, path
        shells = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "shell"]
        assert shells == [], path


def test_no_template_is_made_from_a_text() -> None:
    for path, tree in trees().items():
        names = {name.rpartition(".")[2] for name in called(tree)}
        assert "from_string" not in names, path
        assert "Template" not in names or path.parts[:2] == ("web", "written"), path


def test_chance_that_others_could_foresee_is_used_where_people_are_made_up_and_nowhere_else() -> None:
    users = {path.parts[0] for path, tree in trees().items() if "random" in imported(tree)}
    assert users <= CHANCE


def test_no_digest_is_used_that_can_be_made_to_meet() -> None:
    for path, tree in trees().items():
        weak = {name for name in called(tree) if re.search(r"\b(md5|sha1)$", name)}
        assert weak == set(), path


def test_what_pages_load_are_style_sheets_small_scripts_and_pictures() -> None:
    kinds = {path.suffix for path in (SOURCE / "web" / "static").rglob("*") if path.is_file()}
    assert kinds <= STATIC


def test_a_fact_that_looks_like_a_name_in_braces_is_not_filled_once_more() -> None:
    given = {"a": "{b}", "b": "secret"}
    assert fill("{a}", "en", given) == "{b}"


@pytest.mark.parametrize("media_type", ["application/pdf", "image/jpeg", "image/png", "image/webp"])
def test_a_download_is_called_by_plain_letters(media_type: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}\.[a-z]+", name_of("ab12cd34" * 8, media_type))


def test_a_name_that_stands_twice_is_refused_in_a_body_and_in_a_query(rf: RequestFactory) -> None:
    twice = rf.post("/x", '{"standing": "active", "standing": "ended"}', content_type="application/json")
    body = read_body(twice, Stand)
    assert isinstance(body, Refused) and body.code == "api.not_json"
    query = read_query(rf.get("/x?state=waiting&state=received"), DeliveryQuery)
    assert isinstance(query, Refused) and query.code == "api.value"


def test_a_password_is_kept_by_a_million_rounds_of_pbkdf2() -> None:
    assert "PASSWORD_HASHERS" not in (SOURCE / "config" / "web.py").read_text("utf-8"), (
        "Django's own are used"
    )
    hasher = import_string(global_settings.PASSWORD_HASHERS[0])
    assert (hasher.algorithm, hasher.digest().name) == (
        "pbkdf2_sha256",
        "sha256",
    ) and hasher.iterations >= 1_000_000


def test_debugging_is_off_unless_the_operator_says_so(tmp_path: Path) -> None:
    assert Environment.of({"TONGBAN_HOME": str(tmp_path)}).debug is False
    assert Environment.of({"TONGBAN_HOME": str(tmp_path), "TONGBAN_DEBUG": "yes"}).debug is False


def test_a_warning_fails_the_tests_so_that_no_file_stays_open() -> None:
    assert re.search(r'^addopts = "-W error ', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)


def test_nginx_is_told_of_no_tls_older_than_one_point_two() -> None:
    for path in (ROOT / "deploy").rglob("*"):
        if path.is_file() and path.suffix in (".conf", ".j2", ".template"):
            for spoken in re.findall(r"ssl_protocols ([^;]+);", path.read_text("utf-8")):
                assert set(spoken.split()) <= {"TLSv1.2", "TLSv1.3"}, path
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in (ROOT / "deploy" / "nginx" / "tongban.conf").read_text("utf-8")


def served(test: Callable[..., None]) -> Callable[..., None]:
    """Against a database."""
    marked: Callable[..., None] = pytest.mark.database(pytest.mark.django_db(test))
    return marked


@served
def test_the_field_of_a_password_hides_it_and_lets_it_be_pasted(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    (field,) = re.findall(r'<input id="password"[^>]*>', page)
    assert 'type="password"' in field and 'autocomplete="current-password"' in field
    assert "onpaste" not in page and "maxlength" not in field


@served
def test_a_password_is_compared_as_it_was_sent_and_may_be_long(client: Client) -> None:
    phrase = " A phrase, 一句话, " + "x" * 182 + " "
    User.objects.create_user("somebody", password=phrase)
    assert len(phrase) >= 199
    for other in (phrase.strip(), phrase.lower(), phrase[:72], phrase[:-1]):
        sent = client.post("/sign-in/", {"username": "somebody", "password": other})
        assert "_auth_user_id" not in client.session and sent.status_code == 422
    client.post("/sign-in/", {"username": "somebody", "password": phrase})
    assert "_auth_user_id" in client.session


@served
def test_what_a_browser_holds_of_a_session_is_a_name_by_chance_and_the_rest_lies_here() -> None:
    User.objects.create_user("somebody", password="an ordinary phrase")
    keys = set()
    for _ in range(2):
        client = Client()
        client.post("/sign-in/", {"username": "somebody", "password": "an ordinary phrase"})
        keys.add(client.cookies[settings.SESSION_COOKIE_NAME].value)
        client.session.flush()
        assert "sign-in" in client.get("/desk/").headers["Location"], "ended here, whatever the browser says"
    assert len(keys) == 2 and all(re.fullmatch("[0-9a-z]{32}", key) for key in keys)


@served
@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/", "/static/tongban/", "/pyproject.toml", "/static/../keys/"]
)
def test_nothing_of_a_checkout_and_no_list_of_a_folder_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
