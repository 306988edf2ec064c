"""nginx with the very file that the manual gives, on the loopback, before whatever listens on a port."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONF = Path(__file__).parents[1] / "deploy" / "nginx" / "tongban.conf"
NAME = "tongban.county.example"
RATE = "rate=10r/s"
"""As the file has it."""


class Front:
    def __init__(self, plain: int, tls: int) -> None:
        self.plain, self.tls = plain, tls

    def line(self, name: str = NAME) -> ssl.SSLSocket:
        """A line with TLS to it, for whoever writes the bytes himself."""
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", self.tls), timeout=20)
        try:
            return trust.wrap_socket(raw, server_hostname=name)
        except OSError:
            raw.close()
            raise

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes | None = None,
        name: str = NAME,
        **headers: str,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Over TLS, with the name that the visitor asks for."""
        connection = http.client.HTTPConnection(name)
        connection.sock = self.line(name)
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


def listens(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def answered(port: int, path: str) -> bool:
    """Whether a page comes from what listens there, under the name of the site."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": NAME})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def fronted(folder: Path, behind: int, rate: str = "5000r/s", second: int = 0) -> Iterator[Front]:
    """nginx before the port ``behind`` and, if there is one, a ``second``, until the block ends. One address may ask ``rate``: tests ask faster than visitors do."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    made = Front(free(), free())
    text = CONF.read_text("utf-8")
    text = re.sub(r"\n *listen \[::\].*", "", text).replace(RATE, f"rate={rate}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{made.plain};")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{made.tls} ")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{second or free()}")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace("/etc/ssl/tongban", str(folder))
    text = text.replace("/var/log/nginx", str(folder))
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
            if listens(made.tls):
                break
            time.sleep(0.05)
        yield made
    finally:
        server.terminate()
        server.communicate(timeout=20)
