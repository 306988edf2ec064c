"""The product itself behind nginx, both as the manual has them: served by granian, trusted as a proxy, over TLS."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nginx_ground import NAME, Front, answered, free, fronted
from server_ground import server_url

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here"),
]
SRC = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, port = tmp_path_factory.mktemp("served"), free()
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS tongban_served")
        connection.execute("CREATE DATABASE tongban_served")
    environ = {
        **os.environ,
        "TONGBAN_HOME": str(folder),
        "DATABASE_URL": server_url().replace("/postgres?", "/tongban_served?"),
        "TONGBAN_HOSTS": NAME,
        "TONGBAN_PROXIES": "127.0.0.1",
        "PYTHONPATH": str(SRC),
    }
    tongban = [sys.executable, "-m", "tongban.cli.main"]
    subprocess.run([*tongban, "migrate"], env=environ, check=True, capture_output=True)
    serve = [*tongban, "serve", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(serve, env=environ, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            assert server.poll() is None
            if answered(port, "/health/live"):
                break
            time.sleep(0.1)
        with fronted(folder, port) as made:
            yield made
    finally:
        server.terminate()
        server.wait(timeout=60)


def test_a_page_comes_with_each_promise_once(front: Front) -> None:
    response, body = front.ask("/sign-in/")
    assert response.status == 200 and b"<form" in body
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"):
        assert len(response.headers.get_all(name) or ()) == 1, name
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_cookies_are_bound_to_this_host_and_to_tls(front: Front) -> None:
    response, _ = front.ask("/sign-in/")
    cookies = response.headers.get_all("Set-Cookie") or []
    assert cookies and all(each.startswith("__Host-") and "secure" in each.lower() for each in cookies)


def test_a_form_from_here_is_taken_and_one_from_elsewhere_is_not(front: Front) -> None:
    """What fails when the proxy's word for HTTPS is not believed."""
    response, page = front.ask("/sign-in/")
    cookie = "; ".join(each.partition(";")[0] for each in response.headers.get_all("Set-Cookie") or [])
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    body = b"csrfmiddlewaretoken=" + token[1] + b"&login=nobody&password=not+to+be+guessed"
    kind = "application/x-www-form-urlencoded"
    here, _ = front.ask("/sign-in/", "POST", body, Cookie=cookie, Content_Type=kind, Origin=f"https://{NAME}")
    elsewhere, _ = front.ask(
        "/sign-in/", "POST", body, Cookie=cookie, Content_Type=kind, Origin="https://evil.example"
    )
    assert here.status in (200, 422) and elsewhere.status == 403


def test_static_files_may_be_kept_for_a_year(front: Front) -> None:
    _, page = front.ask("/sign-in/")
    [style, *_] = re.findall(rb'href="(/static/[^"]+\.css[^"]*)"', page)
    response, body = front.ask(style.decode())
    assert response.status == 200 and body and "max-age=31536000" in response.headers["Cache-Control"]


def test_nginx_takes_just_what_tongban_takes(front: Front) -> None:
    from django.conf import settings

    conf = (Path(__file__).parents[2] / "deploy" / "nginx" / "tongban.conf").read_text()
    [most] = re.findall(r"client_max_body_size (\d+)m;", conf)
    assert int(most) * 2**20 == settings.LARGEST_BODY
    over = str(settings.LARGEST_BODY + 1)
    response, _ = front.ask("/sign-in/", "POST", b"", Content_Length=over, Connection="close")
    assert response.status == 413


def test_the_page_for_monitors_answers_through_nginx(front: Front) -> None:
    response, _ = front.ask("/health/live")
    assert response.status == 200
