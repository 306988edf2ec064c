"""nginx with the very file that the manual gives, on the loopback: what visitors get, and what reaches tongban."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CONF = Path(__file__).parents[2] / "deploy" / "nginx" / "tongban.conf"
NAME = "tongban.county.example"
pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed here")


class Behind(BaseHTTPRequestHandler):
    """Answers with the headers that it was sent, and a cookie."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "sessionid=x; HttpOnly; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Front:
    def __init__(self, plain: int, tls: int) -> None:
        self.plain, self.tls = plain, tls

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes | None = None,
        name: str = NAME,
        **headers: str,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Over TLS, with the name that the visitor asks for."""
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", self.tls), timeout=20)
        connection = http.client.HTTPConnection(name)
        try:
            connection.sock = trust.wrap_socket(raw, server_hostname=name)
        except OSError:
            raw.close()
            raise
        sent = {each.replace("_", "-"): value for each, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


def free() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    made = Front(free(), free())
    text = CONF.read_text("utf-8")
    text = re.sub(r"\n *listen \[::\].*", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{made.plain};")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{made.tls} ")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}").replace(
        "/etc/ssl/tongban", str(folder)
    )
    (folder / "tongban.conf").write_text(text)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\nhttp {{ access_log off;\n"
        + "".join(
            f"{each}_temp_path {folder}/{each};\n"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {folder}/tongban.conf;\n}}\n"
    )
    server = subprocess.Popen(
        ["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            if server.poll() is not None:
                raise AssertionError(server.communicate()[1])
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", made.tls)) == 0:
                    break
            time.sleep(0.05)
        yield made
    finally:
        server.terminate()
        server.communicate(timeout=20)
        behind.shutdown()
        behind.server_close()


def test_whoever_comes_without_tls_is_sent_to_it(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=20)
    connection.request("GET", "/case/?n=1", headers={"Host": NAME})
    response = connection.getresponse()
    connection.close()
    assert (response.status, response.headers["Location"]) == (301, f"https://{NAME}/case/?n=1")


def test_a_page_promises_tls_for_a_year_and_its_cookies_go_by_it_alone(front: Front) -> None:
    response, _ = front.ask()
    assert response.status == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
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


def test_static_files_come_from_tongban_too(front: Front) -> None:
    response, body = front.ask("/static/site.css")
    assert response.status == 200 and json.loads(body)["x-forwarded-proto"] == "https"
    assert "Strict-Transport-Security" in response.headers


def test_what_is_too_large_is_refused_before_it_is_read(front: Front) -> None:
    response, _ = front.ask("/", "POST", b"", Content_Length=str(121 * 1024 * 1024), Connection="close")
    assert response.status == 413
    response, _ = front.ask("/", "POST", b"x" * 3_000_000)
    assert response.status == 200


def test_another_name_gets_no_answer_at_all(front: Front) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        front.ask(name="other.example")
