"""OpenID Connect, authorization code flow with PKCE (Core 1.0, 3.1; RFC 7636). An answer counts only if everything in it is right:
signed by a key that the issuer publishes, by its algorithm, for this client, for this browser's question, and not run out.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tongban.apps.outside.providers import Known, Provider, asked, unconfirmed
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "ES384", "RS512")
"""Signatures by a published key; never one by the client's own secret, and never none."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
LASTS = 3600.0
"""Seconds for which what an issuer says of itself is believed."""
_lock = Lock()
_said: dict[str, tuple[float, dict[str, object]]] = {}


def begin(
    provider: Provider, back: str, state: str, nonce: str, verifier: str, now: datetime
) -> str | Refused:
    """Where the browser goes to sign in."""
    told = _about(provider, now)
    if isinstance(told, Refused):
        return told
    query = {
        "response_type": "code", "scope": "openid profile", "client_id": provider.client, "redirect_uri": back,
        "state": state, "nonce": nonce, "code_challenge": challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    at = str(told["authorization_endpoint"])
    return f"{at}{'&' if '?' in at else '?'}{urlencode(query)}"


def finish(
    provider: Provider, code: str, back: str, nonce: str, verifier: str, now: datetime
) -> Known | Refused:
    """Who signed in. Refuses whatever is not wholly right, always in the same words (``outside.no``)."""
    told = _about(provider, now)
    if isinstance(told, Refused):
        return told
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    pair = f"{quote(provider.client, safe='')}:{quote(provider.secret, safe='')}"
    head = {
        "Authorization": "Basic " + b64encode(pair.encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    answer = asked(str(told["token_endpoint"]), urlencode(sent).encode(), head)
    if isinstance(answer, Refused):
        return answer
    token = answer.get("id_token")
    if not isinstance(token, str):
        return unconfirmed("no_id_token")
    known = _read(provider, str(told["jwks_uri"]), token, nonce, now)
    if isinstance(known, Refused) or known.login or not provider.login:
        return known
    return _more(provider, known, told.get("userinfo_endpoint"), answer.get("access_token"))


def _more(provider: Provider, known: Known, at: object, token: object) -> Known | Refused:
    """What an issuer says only when asked for more (Core 1.0, 5.3 and 5.4: claims of the scope ``profile``); of the same person or of nobody."""
    if not isinstance(at, str) or not isinstance(token, str):
        return known
    said = asked(at, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"}, get=True)
    if isinstance(said, Refused):
        return said
    if said.get("sub") != known.subject:
        return unconfirmed("userinfo_of_another")
    return Known(known.subject, str(said.get(provider.login) or ""))


def called(provider: Provider, now: datetime) -> str | Refused:
    """What the issuer calls itself now; to be believed it must be what the operator wrote, to the last character."""
    found = _kept(_described(provider), now, anew=True)
    return found if isinstance(found, Refused) else str(found.get("issuer", ""))


def challenge(verifier: str) -> str:
    """RFC 7636, 4.2: S256."""
    return _text(sha256(verifier.encode()).digest())


def forget() -> None:
    with _lock:
        _said.clear()


def _read(provider: Provider, keys: str, token: str, nonce: str, now: datetime) -> Known | Refused:
    import jwt

    try:
        head = jwt.get_unverified_header(token)
        key = _key(keys, str(head.get("kid", "")), now)
        if head.get("alg") not in ALGORITHMS:
            return unconfirmed("algorithm")
        if key is None:
            return unconfirmed("unknown_key")
        if getattr(key.key, "key_size", provider.rsa) < provider.rsa and key.key_type == "RSA":
            return Refused("outside.weak_key", "", {"bits": provider.rsa})
        said = jwt.decode(
            token, key, algorithms=list(ALGORITHMS), audience=provider.client, issuer=provider.issuer,
            leeway=LEEWAY, options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError) as fault:
        return unconfirmed(type(fault).__name__)
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    foreign = said.get("azp", provider.client if not several else "") != provider.client
    subject = said["sub"]
    if said.get("nonce") != nonce or foreign or not isinstance(subject, str) or not subject:
        return unconfirmed("nonce" if said.get("nonce") != nonce else "azp" if foreign else "sub")
    return Known(subject, str(said.get(provider.login) or "") if provider.login else "")


def _key(keys: str, kid: str, now: datetime) -> PyJWK | None:
    """The issuer's key of that name; asked for again once where it is not known, because keys are renewed. An answer may leave the
    name out where the issuer has one key (Core 1.0, 10.1); then nothing says that it was renewed, so it is asked for each time."""
    import jwt

    for anew in (False, True) if kid else (True,):
        found = _kept(keys, now, anew=anew)
        listed = found.get("keys") if isinstance(found, dict) else None
        signing = [
            each
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, dict) and each.get("use", "sig") == "sig"
        ]
        named = (
            [each for each in signing if each.get("kid", "") == kid] if kid or len(signing) != 1 else signing
        )
        if named:
            return jwt.PyJWK.from_dict(named[0])
    return None


def _about(provider: Provider, now: datetime) -> dict[str, object] | Refused:
    """What an issuer says of itself (Discovery 1.0, 4): only if it names itself as the operator does."""
    found = _kept(_described(provider), now)
    if isinstance(found, Refused):
        return found
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    right = found.get("issuer") == provider.issuer and all(
        isinstance(found.get(each), str) for each in needed
    )
    return found if right else unconfirmed("issuer_says_otherwise")


def _described(provider: Provider) -> str:
    return f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"


def _kept(address: str, now: datetime, *, anew: bool = False) -> dict[str, object] | Refused:
    moment = now.timestamp()
    with _lock:
        at, said = _said.get(address, (0.0, {}))
    if said and not anew and 0 <= moment - at < LASTS:
        return said
    found = asked(address, get=True)
    if not isinstance(found, Refused):
        with _lock:
            _said[address] = (moment, found)
    return found


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
