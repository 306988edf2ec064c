"""DingTalk and WeCom, by what their documents say. Both were tried against servers that speak those documents, never against the platforms.

DingTalk: 登录第三方网站 (OAuth 2.0): a code becomes a token of the user, the token says who they are (``unionId``).
WeCom: 企业微信 Web 登录 and 获取访问用户身份: a code and the corporation's own token say which member it is (``userid``).
"""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from tongban.apps import outgoing
from tongban.apps.outside.providers import DINGTALK, Known, Provider, asked, unconfirmed
from tongban.kernel.refusal import Refused

DINGTALK_PAGES, DINGTALK_API = "https://login.dingtalk.com", "https://api.dingtalk.com"
WECOM_PAGES, WECOM_API = "https://login.work.weixin.qq.com", "https://qyapi.weixin.qq.com"


def begin(provider: Provider, back: str, state: str) -> str:
    """Where the browser goes to sign in."""
    if provider.kind == DINGTALK:
        query = {
            "redirect_uri": back, "response_type": "code", "client_id": provider.client, "scope": "openid",
            "state": state, "prompt": "consent",
        }  # fmt: skip
        return f"{provider.pages or DINGTALK_PAGES}/oauth2/auth?{urlencode(query)}"
    query = {
        "login_type": "CorpApp", "appid": provider.client, "agentid": provider.agent, "redirect_uri": back, "state": state
    }  # fmt: skip
    return f"{provider.pages or WECOM_PAGES}/wwlogin/sso/login?{urlencode(query)}"


def answers(provider: Provider) -> bool:
    """Whether its programs are reached from here, whatever they say to a question that asks for nothing."""
    api = provider.api or (DINGTALK_API if provider.kind == DINGTALK else WECOM_API)
    return not isinstance(outgoing.send(f"{api}/", method="GET", known=True), Refused)


def finish(provider: Provider, code: str) -> Known | Refused:
    """Who signed in. Refuses (``outside.no``) what the platform does not vouch for."""
    return _dingtalk(provider, code) if provider.kind == DINGTALK else _wecom(provider, code)


def _dingtalk(provider: Provider, code: str) -> Known | Refused:
    api = provider.api or DINGTALK_API
    sent = {
        "clientId": provider.client, "clientSecret": provider.secret, "code": code, "grantType": "authorization_code"
    }  # fmt: skip
    head = {"Content-Type": "application/json"}
    token = asked(f"{api}/v1.0/oauth2/userAccessToken", msgspec.json.encode(sent), head)
    given = "" if isinstance(token, Refused) else token.get("accessToken")
    if isinstance(token, Refused) or not isinstance(given, str) or not given:
        return token if isinstance(token, Refused) else unconfirmed("no_token")
    said = asked(f"{api}/v1.0/contact/users/me", headers={"x-acs-dingtalk-access-token": given}, get=True)
    return _known(said, "unionId", provider.login)


def _wecom(provider: Provider, code: str) -> Known | Refused:
    """Somebody who is no member of the corporation has an ``openid`` and no ``userid``: nobody here."""
    api = provider.api or WECOM_API
    query = urlencode({"corpid": provider.client, "corpsecret": provider.secret})
    token = asked(f"{api}/cgi-bin/gettoken?{query}", get=True)
    if isinstance(token, Refused):
        return token
    given = token.get("access_token")
    if token.get("errcode", 0) != 0 or not isinstance(given, str):
        return unconfirmed(_error(token))
    query = urlencode({"access_token": given, "code": code})
    said = asked(f"{api}/cgi-bin/auth/getuserinfo?{query}", get=True)
    if not isinstance(said, Refused) and said.get("errcode", 0) != 0:
        return unconfirmed(_error(said))
    return _known(said, "userid", provider.login)


def _error(said: dict[str, object]) -> str:
    """The platform's own number, by which its documents say what is wrong (40013: a wrong CorpID)."""
    code = said.get("errcode")
    return f"errcode_{code}" if isinstance(code, int) else "no_token"


def _known(said: dict[str, object] | Refused, subject: str, login: str) -> Known | Refused:
    if isinstance(said, Refused):
        return said
    found = said.get(subject)
    if not isinstance(found, str) or not found:
        return unconfirmed("nobody")
    return Known(found, str(said.get(login) or "") if login else "")
