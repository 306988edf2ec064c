"""The county's name, as its pages and files bear it."""

from __future__ import annotations

from tongban.web.frame.context import county_name, registered
from tongban.web.words import Language


def county_of(language: str) -> str:
    """As the registers have it, or as this installation sets it."""
    own: Language = "en" if language == "en" else "zh-Hans"
    return str(registered(own).get("county_name") or county_name(own))
