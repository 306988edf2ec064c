"""nginx with the very file that the manual gives, on the loopback: what visitors get, and what reaches tongban."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nginx_ground import CONF, NAME, RATE, Front, fronted

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here")


class Behind(BaseHTTPRequestHandler):
    """Answers with the headers that it was sent, and a cookie."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "sessionid=x; HttpOnly; Path=/")
        self.send_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def front(behind: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with fronted(tmp_path_factory.mktemp("nginx"), behind) as made:
        yield made


def test_no_name_that_was_looked_for_and_no_secret_of_an_address_is_logged(
    behind: int, tmp_path: Path
) -> None:
    with fronted(tmp_path, behind) as front:
        for path in (
            "/desk/?q=Zhang+San", "/rate/269650775021/secret/", "/t/secret/", "/desk/calendar/secret.ics", "/desk/calendar/",
        ):  # fmt: skip
            front.ask(path, Referer=f"https://{NAME}/desk/?q=Zhang+San", User_Agent="secret")
    log = (tmp_path / "tongban.log").read_text("utf-8")
    assert "Zhang" not in log and "secret" not in log
    told = [line.split('"')[1] for line in log.splitlines()]
    assert told == [
        "GET /desk/",
        "GET /rate/269650775021/...",
        "GET /t/...",
        "GET /desk/calendar/...",
        "GET /desk/calendar/",
    ]


def test_while_one_is_started_again_the_other_answers_also_what_is_sent_and_then_the_first_at_once(
    tmp_path: Path,
) -> None:
    one, other = begun(0), begun(0)
    with (
        fronted(tmp_path, one.server_port, second=other.server_port) as front,
        ThreadPoolExecutor(8) as hands,
    ):

        def sent() -> set[int]:
            return set(hands.map(lambda _: front.ask("/", "POST", b"a=b")[0].status, range(24)))

        assert sent() == {200}
        ended(one)
        assert sent() == {200}
        one = begun(one.server_port)
        ended(other)
        assert sent() == {200}, "nobody holds the first for gone because it just was"
    ended(one)


class Passing(Behind):
    """Ends each line with its answer, so that one that has gone is gone for every line."""

    protocol_version = "HTTP/1.0"


def begun(port: int) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", port), Passing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ended(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


def test_an_address_that_asks_without_end_is_told_to_wait(behind: int, tmp_path: Path) -> None:
    """The file lets sixty through at once; a minute's rate proves it on any machine, however slow."""
    assert RATE in CONF.read_text("utf-8")
    with fronted(tmp_path, behind, "1r/m") as front:
        statuses = [front.ask("/")[0].status for _ in range(70)]
    assert statuses[:61] == [200] * 61 and set(statuses[61:]) == {429}


def test_whoever_comes_without_tls_is_sent_to_it(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=20)
    connection.request("GET", "/case/?n=1", headers={"Host": NAME})
    response = connection.getresponse()
    connection.close()
    assert (response.status, response.headers["Location"]) == (301, f"https://{NAME}/case/?n=1")


@pytest.mark.parametrize("path", ["/api/v1/cases", "/open311/v2/requests.json"])
def test_a_program_without_tls_is_refused_and_not_led_on(front: Front, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=20)
    connection.request("GET", path, headers={"Host": NAME, "Authorization": "Bearer secret"})
    response = connection.getresponse()
    connection.close()
    assert response.status == 403 and "Location" not in response.headers


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (
            "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384",
            "AES256",
        ),
        (
            "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384",
            "CHACHA20",
        ),
    ],
)
def test_the_strongest_cipher_is_chosen_and_chacha_by_whoever_wishes_for_it_first(
    front: Front, wishes: str, chosen: str
) -> None:
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    trust.set_ciphers(wishes)
    with (
        socket.create_connection(("127.0.0.1", front.tls), timeout=20) as raw,
        trust.wrap_socket(raw, server_hostname=NAME) as line,
    ):
        cipher = line.cipher()
    assert cipher is not None and chosen in cipher[0]


def test_a_page_promises_tls_for_a_year_and_its_cookies_go_by_it_alone(front: Front) -> None:
    response, _ = front.ask()
    assert response.status == 200
    promises = response.headers.get_all("Strict-Transport-Security")
    assert promises == ["max-age=31536000; includeSubDomains"], "once, though tongban makes it, too"
    assert "secure" in response.headers["Set-Cookie"].lower() and "HttpOnly" in response.headers["Set-Cookie"]
    assert response.headers["Server"] == "nginx", "its version is nobody's business"


def test_what_a_visitor_claims_of_himself_does_not_reach_tongban(front: Front) -> None:
    claims = {
        "X_Forwarded_For": "10.0.0.1",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "Forwarded": "for=1.1.1.1",
    }
    _, body = front.ask("/", **claims)
    seen = json.loads(body)
    assert (
        seen["x-forwarded-for"] == "127.0.0.1"
        and seen["x-forwarded-proto"] == "https"
        and seen["host"] == NAME
    )
    assert "x-forwarded-host" not in seen and "forwarded" not in seen


def test_a_claim_under_a_name_that_is_read_alike_does_not_reach_tongban_either(front: Front) -> None:
    """Where headers become variables, ``X_Forwarded_For`` would be the same as ``X-Forwarded-For``."""
    with front.line() as line:
        line.sendall(f"GET / HTTP/1.0\r\nHost: {NAME}\r\nX_Forwarded_For: 10.0.0.1\r\n\r\n".encode())
        seen = b"".join(iter(lambda: line.recv(65_536), b""))
    assert b"x-forwarded-for" in seen and b"x_forwarded_for" not in seen and b"10.0.0.1" not in seen


def test_static_files_come_from_tongban_too(front: Front) -> None:
    response, body = front.ask("/static/site.css")
    assert response.status == 200 and json.loads(body)["x-forwarded-proto"] == "https"
    assert "Strict-Transport-Security" in response.headers


def test_what_is_too_large_is_refused_before_it_is_read(front: Front) -> None:
    response, _ = front.ask("/", "POST", b"", Content_Length=str(121 * 1024 * 1024), Connection="close")
    assert response.status == 413
    response, _ = front.ask("/", "POST", b"x" * 3_000_000)
    assert response.status == 200


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/receipts/sms/", "/open311/v2/requests.json"])
def test_a_program_is_told_by_nginx_too_in_the_form_that_it_reads(
    behind: int, tmp_path: Path, path: str
) -> None:
    def told(front: Front, status: int, **headers: str) -> None:
        response, body = front.ask(path, "POST", b"", **headers)
        said = json.loads(body)
        assert (response.status, response.headers["Content-Type"]) == (status, "application/problem+json")
        assert said["status"] == status and said["title"] and said["type"].endswith(said["code"])
        assert "Strict-Transport-Security" in response.headers

    with fronted(tmp_path, behind, "1r/m") as front:
        told(front, 413, Content_Length=str(121 * 1024 * 1024), Connection="close")
        for _ in range(61):
            front.ask("/api/v1/health")
        told(front, 429)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = int(closed.getsockname()[1])
    with fronted(tmp_path, nobody) as front:
        told(front, 503)


def test_another_name_gets_no_answer_at_all(front: Front) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        front.ask(name="other.example")


def test_our_name_in_the_handshake_opens_no_other_name(front: Front) -> None:
    for path in ("/", "/api/v1/me"):
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            front.ask(path, Host="other.example")


def test_a_visitor_without_tls_is_led_to_our_name_whatever_name_they_ask_for(front: Front) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain, timeout=20)) as plain:
        plain.request("GET", "/services/", headers={"Host": "other.example"})
        answer = plain.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/services/")
