"""Platforms on this machine by which people sign in: a small OpenID Connect provider that signs for real, and servers that speak
what the documents of DingTalk and WeCom say."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET = "tongban", "of-the-client"


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Platform:
    """``said`` are the claims of whoever signs in next, ``wrong`` what is changed of an answer for a test."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.key = rsa.generate_private_key(65537, 3072)
        self.kid = "one"
        self.said: dict[str, Any] = {"sub": "u-1"}
        self.wrong: dict[str, Any] = {}
        self.head: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = self.address
        self.members: dict[str, dict[str, Any]] = {}
        self.came: list[str] = []
        self.more: dict[str, Any] | None = None
        """what is told only to who asks again with the token; without it there is no such address"""

    def sign_in(self, there: str) -> dict[str, str]:
        """What the platform sends the browser back with, after somebody signed in at the address it was sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(sent.get("code", ""), None)
        given = b64decode(authorization.removeprefix("Basic ")).decode()
        proof = text(sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or given != f"{CLIENT}:{SECRET}"
            or proof != asked["code_challenge"]
            or sent["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.said,
        }
        claims = {name: value for name, value in {**claims, **self.wrong}.items() if value is not None}
        return {"id_token": self.signed(claims), "token_type": "Bearer", "access_token": "x"}

    def signed(self, claims: dict[str, Any]) -> str:
        head = {"alg": "RS256", "kid": self.kid, **self.head}
        head = {name: value for name, value in head.items() if value is not None}
        whole = ".".join(text(json.dumps(each).encode()) for each in (head, claims))
        made = b"" if head["alg"] == "none" else self.key.sign(whole.encode(), padding.PKCS1v15(), SHA256())
        return f"{whole}.{text(made)}"

    def keys(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        one = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": number(public.n),
            "e": number(public.e),
        }
        return {"keys": [one]}

    def answer(self, path: str, query: dict[str, str], body: bytes, head: Any) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                at = self.address
                return {
                    "issuer": self.issuer, "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys",
                    **({} if self.more is None else {"userinfo_endpoint": f"{at}/userinfo"}),
                }  # fmt: skip
            case "/userinfo":
                return self.more if head.get("Authorization") == "Bearer x" else None
            case "/keys":
                return self.keys()
            case "/token":
                sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                return self.token(sent, head.get("Authorization", ""))
            case "/v1.0/oauth2/userAccessToken":
                given = json.loads(body)
                right = (given["clientId"], given["clientSecret"], given["grantType"]) == (
                    CLIENT, SECRET, "authorization_code"
                )  # fmt: skip
                return (
                    {"accessToken": given["code"], "expireIn": 7200}
                    if right and given["code"] in self.members
                    else None
                )
            case "/v1.0/contact/users/me":
                return self.members.get(head.get("x-acs-dingtalk-access-token", ""))
            case "/cgi-bin/gettoken":
                if (query["corpid"], query["corpsecret"]) != (CLIENT, SECRET):
                    return {"errcode": 40001, "errmsg": "invalid credential"}
                return {"errcode": 0, "access_token": "of-the-corporation", "expires_in": 7200}
            case "/cgi-bin/auth/getuserinfo":
                right = query["access_token"] == "of-the-corporation"
                return self.members.get(query["code"], {"errcode": 40029}) if right else {"errcode": 40014}
        return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    platform: Platform


class _Take(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        platform, parts = cast("_Http", self.server).platform, urlsplit(self.path)
        platform.came.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        said = platform.answer(parts.path, query, body, self.headers)
        data = json.dumps(said or {"error": "invalid_grant"}).encode()
        self.send_response(200 if said is not None else 400)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Tests say nothing of their own."""


@contextmanager
def platform() -> Iterator[Platform]:
    server = _Http(("127.0.0.1", 0), _Take)
    server.platform = Platform(server.server_address[1])
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.platform
    finally:
        server.shutdown()
        server.server_close()
