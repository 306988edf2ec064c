"""Practices that travel: packed and signed here, received from counties that this one knows."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force, may_adopt
from tongban.apps.adoption.shelf import check_files
from tongban.apps.exchange.own import signer
from tongban.apps.exchange.peers import peers
from tongban.apps.office import Office, office
from tongban.kernel.ledger.note import Verifier
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.library.parcel import Parcel, named, unwrap, wrap
from tongban.library.practice import Practice
from tongban.store import travelling
from tongban.store.travelling import Kept

SHORT = 12
"""Hexadecimal digits by which a parcel is called."""


class Arrived(Struct, frozen=True):
    """A parcel that is kept. ``call`` is what addresses call it by; ``county`` who packed it, as it is known here.

    ``wrong`` says why it can no longer be believed (changed in the database), ``adopted`` that this very content is in force.
    """

    practice: str
    call: str
    at: datetime
    version: str = ""
    county: str = ""
    packed: datetime | None = None
    adopted: bool = False
    own: bool = False
    """Whether this county packed it itself."""
    wrong: Refused | None = None


def pack(practice: Practice, acting: Acting) -> str | Refused:
    """A practice as one file that this county signs. Refuses whoever may not adopt, and one with faults: nobody is to carry those home."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice.id)
    _, faults = check_files(practice.files)
    if faults:
        return Refused.of(list(faults))
    here = office()
    code = here.county.code
    name = {language: here.names.division(code, language) for language in LANGUAGES}
    return wrap(practice, code, name, acting.now, signer(code))


def receive(sent: bytes, acting: Acting) -> Arrived | Refused:
    """Keep a practice that came as a file. Refuses whoever may not adopt, what is no such file, one that was changed or that no
    county signed which this one knows now, and a practice that cannot be read here."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", "parcel")
    here = office()
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError:
        return Refused("parcel.unreadable", "", {"line": 1})
    parcel = unwrap(text, _keys(here, ended=False))
    if isinstance(parcel, Refused):
        return parcel
    read, faults = check_files(parcel.files)
    if read is None:
        return Refused.of(list(faults))
    if (read.id, read.version) != (parcel.practice, parcel.version):
        return Refused("parcel.unreadable", "", {"line": 1})
    kept = travelling.receive(here.journal, parcel, text, acting.actor.person, acting.now)
    return kept if isinstance(kept, Refused) else _arrived(here, kept, acting.language)


def arrived(language: str, practice: str = "") -> tuple[Arrived, ...]:
    """The parcels that are kept, of one practice or of all."""
    here = office()
    return tuple(_arrived(here, each, language) for each in travelling.parcels(here.journal, practice))


def parcel(practice: str, call: str) -> Parcel | Refused:
    """A kept parcel, held against its signature anew."""
    here = office()
    kept = next((each for each in travelling.parcels(here.journal, practice) if _called(each) == call), None)
    if kept is None:
        return Refused("parcel.unknown", practice, {"practice": practice})
    return unwrap(kept.text, _keys(here, ended=True))


def put_away(practice: str, call: str, acting: Acting) -> Refused | None:
    """Remove a parcel; what was adopted from it stays as it is."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    here = office()
    kept = next((each for each in travelling.parcels(here.journal, practice) if _called(each) == call), None)
    if kept is None or not travelling.put_away(
        here.journal, practice, kept.digest, acting.actor.person, acting.now
    ):
        return Refused("parcel.unknown", practice, {"practice": practice})
    return None


def _called(kept: Kept) -> str:
    return kept.digest[:SHORT]


def _keys(here: Office, *, ended: bool) -> tuple[Verifier, ...]:
    """Keys that are believed: this county's own and those of the counties it knows. ``ended``: those too that are believed no more,
    for what was received while they were."""
    mine: tuple[Verifier, ...] = (signer(here.county.code).verifier(),)
    return (*mine, *(each.verifier for each in peers() if ended or each.until is None))


def _arrived(here: Office, kept: Kept, language: str) -> Arrived:
    found = unwrap(kept.text, _keys(here, ended=True))
    if not isinstance(found, Refused) and found.digest != kept.digest:
        found = Refused("parcel.changed", "", named(found.county, found.name))
    if isinstance(found, Refused):
        return Arrived(kept.practice, _called(kept), kept.at, wrong=found)
    held = in_force(here).get(kept.practice)
    return Arrived(
        kept.practice,
        _called(kept),
        kept.at,
        found.version,
        found.name.get(language) or found.name.get("zh-Hans") or found.county,
        found.at,
        held is not None and held.digest == kept.digest,
        found.county == here.county.code,
    )
