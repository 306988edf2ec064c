"""What this county asks of others by HTTP goes where it may go, and nowhere else; and it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar

import pytest

from tongban.apps.outgoing import Answer, place, send, unfit, unfit_now
from tongban.kernel.refusal import Refused


class Receiver(BaseHTTPRequestHandler):
    came: ClassVar[list[tuple[str, str, str]]] = []
    let_go = Event()

    def do_POST(self) -> None:
        self.came.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
        match self.path:
            case "/moved":
                self.send_response(302)
                self.send_header("Location", "/other")
                self.end_headers()
            case "/large":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x" * 100_000)
            case "/drip":
                while not self.let_go.wait(0.05):
                    try:
                        self.wfile.write(b"H")
                    except OSError:
                        return
            case _:
                self.send_response(202)
                self.send_header("Retry-After", "7")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written among the tests."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.came, Receiver.let_go = [], Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Receiver.let_go.set()
    server.shutdown()
    serving.join()
    server.server_close()


def code(found: object) -> str:
    return found.code if isinstance(found, Refused) else ""


def names(monkeypatch: pytest.MonkeyPatch, **machines: str) -> None:
    """Let names stand for machines, and nothing else be asked."""

    def asked(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host not in machines:
            raise socket.gaierror
        return [(socket.AF_INET, 1, 6, "", (each, port)) for each in machines[host].split()]

    monkeypatch.setattr(socket, "getaddrinfo", asked)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://localhost/",
        "https://db.internal/",
        "https://2130706433/",
        "https://0x7f000001/x",
        "https://127.1/",
    ],
)
def test_an_address_that_lies_inside_is_known_before_anybody_is_asked(address: str) -> None:
    assert code(unfit(address)) == "outgoing.inside"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001"])
def test_an_address_in_disguise_is_looked_at_as_what_it_stands_for(host: str) -> None:
    assert code(place(f"https://{host}/")) in {"outgoing.inside", "outgoing.unresolved"}


def test_a_name_that_stands_for_a_machine_inside_is_refused_when_it_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names(monkeypatch, **{"inside.example": "8.8.8.8 10.0.0.1", "outside.example": "8.8.8.8"})
    assert code(unfit_now("https://inside.example/")) == "outgoing.inside"
    assert code(unfit_now("https://0x7f000001/")) == "outgoing.inside"
    assert unfit_now("https://outside.example/") is None
    assert unfit_now("https://not-yet.example/") is None, "it may stand for something soon"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://example.org/", "outgoing.not_encrypted"),
        ("ftp://example.org/", "outgoing.not_encrypted"),
        ("file:///etc/passwd", "outgoing.address"),
        ("https://somebody@example.org/", "outgoing.address"),
        ("https://example.org/#x", "outgoing.address"),
        ("https://example.org:0/", "outgoing.address"),
        ("https://example.org\\@10.0.0.1/", "outgoing.address"),
        ("https://example.org/\r\nHost: x", "outgoing.address"),
        ("https://[::1", "outgoing.address"),
        ("https://例.中国/", "outgoing.address"),
        ("", "outgoing.address"),
    ],
)
def test_what_is_no_address_or_not_encrypted_is_refused(address: str, expected: str) -> None:
    assert code(unfit(address)) == expected
    assert code(send(address)) == expected


def test_a_name_of_which_one_machine_lies_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, **{"hooks.example": "93.184.216.34 10.0.0.7"})
    assert code(send("https://hooks.example/")) == "outgoing.inside"
    assert code(send("https://nowhere.example/")) == "outgoing.unresolved"


def test_the_connection_goes_to_the_machine_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, settings: Any, receiver: str
) -> None:
    """A name that means another machine at the second question is not asked a second time."""
    asked: list[str] = []
    port = int(receiver.rpartition(":")[2])

    def turning(host: str, _port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        machine = "127.0.0.1" if len(asked) == 1 or host == "127.0.0.1" else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (machine, port))]

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    settings.TONGBAN_OUTGOING = ("http://hooks.example",)
    came = send(f"http://hooks.example:{port}/take?x=1")
    assert isinstance(came, Answer) and came.status == 202
    assert asked.count("hooks.example") == 1
    assert Receiver.came == [("/take?x=1", f"hooks.example:{port}", "tongban")]


def test_what_the_operator_allows_may_lie_inside(settings: Any, receiver: str) -> None:
    assert code(send(receiver)) == "outgoing.not_encrypted"
    settings.TONGBAN_OUTGOING = ("127.0.0.0/8",)
    assert code(send(receiver)) == "outgoing.not_encrypted"
    assert unfit("https://127.0.0.1/") is None and code(unfit("https://10.0.0.1/")) == "outgoing.inside"
    settings.TONGBAN_OUTGOING = ("http://127.0.0.0/8",)
    came = send(receiver)
    assert isinstance(came, Answer)
    assert (came.status, came.headers["retry-after"], came.body) == (202, "7", b"ok")


def test_with_a_list_nothing_goes_to_a_host_that_is_not_on_it(settings: Any, receiver: str) -> None:
    port = receiver.rpartition(":")[2]
    settings.TONGBAN_OUTGOING_ONLY = ("hooks.example", "192.0.2.0/24")
    assert code(send("https://93.184.216.34/")) == "outgoing.not_listed"
    assert code(unfit_now("https://93.184.216.34/")) == "outgoing.not_listed", "said when somebody types it"
    assert isinstance(send(receiver, known=True), Answer), (
        "what the operator set at the machine is listed by that"
    )
    settings.TONGBAN_OUTGOING = ("http://127.0.0.0/8",)
    assert isinstance(send(receiver), Answer), "what may lie inside is on the list too"
    settings.TONGBAN_OUTGOING_ONLY = ("127.0.0.1",)
    settings.TONGBAN_OUTGOING = ()
    assert code(send(f"https://127.0.0.1:{port}/")) == "outgoing.inside", "the list opens no wall"


def test_no_redirection_is_followed(receiver: str) -> None:
    came = send(f"{receiver}/moved", known=True)
    assert isinstance(came, Answer) and came.status == 302
    assert [path for path, *_ in Receiver.came] == ["/moved"]


def test_an_answer_ends_by_its_size_and_by_its_time(receiver: str) -> None:
    assert code(send(f"{receiver}/large", known=True)) == "outgoing.too_large"
    assert code(send(f"{receiver}/drip", known=True, seconds=0.4)) == "outgoing.slow"


def test_nobody_at_home_is_a_refusal() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert code(send(f"http://127.0.0.1:{free.getsockname()[1]}", known=True)) == "outgoing.unreachable"


def test_a_certificate_that_nobody_vouches_for_is_not_believed(receiver: str) -> None:
    secure = receiver.replace("http:", "https:")
    assert code(send(secure, known=True)) == "outgoing.unreachable"


@pytest.mark.parametrize("text", ["10.0.0.0/99", "https://host", "ho st", "host:80"])
def test_a_slip_in_the_setting_opens_no_wall(text: str) -> None:
    from tongban.config.settings import _reachable

    with pytest.raises(ValueError):
        _reachable(text)
