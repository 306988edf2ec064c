"""The keys of this home as every use case has them: one that something rests on already is never made anew in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from django.conf import settings

from tongban.kernel.ledger.draw_sheet import CHAIN
from tongban.store import registers
from tongban.store.exchange import any_card_given
from tongban.store.keys import DRAWS, EXCHANGE, LOOKUP, OPENING, SECRETS, UNFINISHED, Cipher, Keys
from tongban.store.models import EventRow, FactorRow, HeardRow, KeptPart, StaffChoice, ToldRow, WebhookRow
from tongban.store.notes import chain_id

CHANNELS = "channels.sealed"
"""The file in the home that says by which ways messages leave."""
WITHDRAWN = "withdrawn"
"""The folder in the home that says what was taken from people, a file a county."""


def keys_of(county: str) -> Keys:
    return Keys(settings.TONGBAN_HOME / "keys", partial(_used, county))


def cipher_of(county: str) -> Cipher:
    """What seals the secrets that a county's tables keep, with the key of this home. Raises ``RefusedError`` where that was lost."""
    return keys_of(county).cipher(county)


def _used(county: str, kind: str) -> bool:
    rests = _RESTS.get(kind)
    return rests is not None and rests(county)


def _secrets(county: str) -> bool:
    home = Path(settings.TONGBAN_HOME)
    kept = home / CHANNELS, home / WITHDRAWN / county
    rows = FactorRow, WebhookRow, StaffChoice
    return any(each.exists() for each in kept) or any(
        model.objects.filter(county=county).exists() for model in rows
    )


def _spoken(county: str) -> bool:
    """Whether another county was given the keys, took what was signed here, or sealed something for this one."""
    taken = ToldRow.objects.filter(county=county, done__isnull=False)
    return any_card_given(county) or taken.exists() or HeardRow.objects.filter(county=county).exists()


_RESTS: Mapping[str, Callable[[str], bool]] = {
    LOOKUP: registers.has_cases,
    UNFINISHED: lambda county: KeptPart.objects.filter(county=county).exists(),
    DRAWS: lambda county: EventRow.objects.filter(county=county, chain=chain_id(county, CHAIN)).exists(),
    EXCHANGE: _spoken,
    OPENING: _spoken,
    SECRETS: _secrets,
}
"""What rests on a key. Not the one that signs heads: that one is changed by taking it away, and heads are read by the key of their day."""
