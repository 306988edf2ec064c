"""The sheet of a practice as this county signs it, and those of the counties it knows, read over the network and believed by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from time import monotonic

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force
from tongban.apps.adoption.shelf import check_files
from tongban.apps.beside.sharing import shared
from tongban.apps.exchange.own import signer
from tongban.apps.exchange.peers import peers
from tongban.apps.figures.before_after import before_after
from tongban.apps.office import Office, office
from tongban.apps.outgoing import send
from tongban.kernel.commands import SYSTEM
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.note import Verifier
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.library.parcel import unwrap, wrap
from tongban.library.practice import Practice
from tongban.library.sheet import FORMAT, Origin, Sheet, Told, unwrap_sheet, wrap_sheet
from tongban.store import travelling

KEPT = 60.0
"""Seconds for which a sheet, or that there was none, is believed: however many ask, the other county is asked once a minute."""
SILENT = 10.0
"""Seconds for which a county that did not answer is not asked again."""
SECONDS = 3.0
"""For the other county's answer: a reader waits for it."""
LARGEST = 2_000_000
MOST_AT_ONCE = 8
FEWEST = 10
"""Cases below which their number is not told."""
_found: dict[tuple[str, str, str], tuple[float, object]] = {}
_turns: dict[tuple[str, str, str], Lock] = {}


class Beside(Struct, frozen=True):
    """One county's side: its sheet and the practice in it; or ``why`` there is none of a county that is known."""

    county: str
    name: dict[str, str]
    address: str = ""
    sheet: Sheet | None = None
    practice: Practice | None = None
    why: Refused | None = None


def own_sheet(practice: str, now: datetime) -> str | Refused:
    """This county's own, signed; at most a minute old. Refuses a practice that is not shared (``adoption.not_shared``)."""
    here = office()
    on = shared(here).get(practice)
    if on is None:
        return Refused("adoption.not_shared", practice, {"practice": practice})
    key = (here.county.code, "", f"{practice}/{on}/{in_force(here)[practice].id}")
    known = _known(key)
    if isinstance(known, str):
        return known
    made = wrap_sheet(_sheet(here, practice, on, now), signer(here.county.code))
    _keep(key, made)
    return made


def sides(practice: str, now: datetime) -> tuple[Beside, ...] | Refused:
    """This county's side, then that of each county it knows. Refuses as ``own_sheet`` does."""
    own = own_sheet(practice, now)
    if isinstance(own, Refused):
        return own
    here = office()
    mine = (signer(here.county.code).verifier(),)
    code = here.county.code
    first = _side(code, {each: here.names.division(code, each) for each in LANGUAGES}, "", own, mine)
    others = {each.code: each for each in peers() if each.until is None}
    with ThreadPoolExecutor(max(1, min(len(others), MOST_AT_ONCE))) as asking:
        came = list(asking.map(lambda each: _asked(code, each.code, each.address, practice), others.values()))
    found = [first]
    for peer, text in zip(others.values(), came, strict=True):
        keys = tuple(each.verifier for each in peers() if each.code == peer.code and each.until is None)
        name = {"zh-Hans": peer.name, "en": peer.name_en or peer.name}
        found.append(_side(peer.code, name, peer.address, text, keys))
    return tuple(found)


def _side(
    code: str, name: dict[str, str], address: str, text: str | Refused, keys: Sequence[Verifier]
) -> Beside:
    if isinstance(text, Refused):
        return Beside(code, name, address, why=text)
    read = unwrap_sheet(text, keys)
    if isinstance(read, Refused):
        return Beside(code, name, address, why=read)
    sheet, parcel = read
    practice = _read(parcel.digest, tuple(sorted(parcel.files.items())))
    if practice is None or sheet.county != code:
        return Beside(code, name, address, why=Refused("parcel.unreadable", "", {"line": 1}))
    return Beside(code, name, address, sheet, practice)


@lru_cache(maxsize=16)
def _read(digest: str, files: tuple[tuple[str, str], ...]) -> Practice | None:
    """``digest`` names the content, so that it is checked once."""
    del digest
    return check_files(dict(files))[0]


def _asked(mine: str, code: str, address: str, practice: str) -> str | Refused:
    """The sheet of another county as it came, believed by nobody yet."""
    key = (mine, code, practice)
    with _turns.setdefault(key, Lock()):
        known = _known(key)
        if isinstance(known, (str, Refused)):
            return known
        came = send(
            f"{address}/open/practices/{practice}/sheet.txt",
            method="GET",
            seconds=SECONDS,
            largest=LARGEST,
            known=True,
        )
        text: str | Refused
        if isinstance(came, Refused):
            text = Refused(
                "exchange.unreachable", address, {"said": str(came.facts.get("said") or came.code)}
            )
        elif came.status == 200:
            text = came.body.decode("utf-8", "replace")
        else:
            text = Refused("adoption.not_shared", practice, {"practice": practice})
        _keep(key, text)
        return text


def _known(key: tuple[str, str, str]) -> object:
    at, found = _found.get(key, (0.0, None))
    return found if monotonic() - at < (SILENT if isinstance(found, Refused) else KEPT) else None


def _keep(key: tuple[str, str, str], found: object) -> None:
    if len(_found) > 200:
        _found.clear()
    _found[key] = (monotonic(), found)


def _sheet(here: Office, practice: str, on: str, now: datetime) -> Sheet:
    held = in_force(here)[practice]
    code = here.county.code
    name = {language: here.names.division(code, language) for language in LANGUAGES}
    read = here.practice(held.id)
    homes = here.homes(held.id)
    settings: dict[str, str | int | bool] = {
        each: value for each, value in held.settings.items() if isinstance(value, (str, int, bool))
    }
    return Sheet(
        FORMAT,
        code,
        name,
        instant_text(now),
        practice,
        instant_text(held.since),
        {language: tuple(here.names.unit(each, language) for each in homes) for language in LANGUAGES},
        settings,
        _cases(here, practice, now),
        wrap(read, code, name, held.since, signer(code)),
        _origin(here, practice),
        _effect(practice, on, now) if on else None,
    )


def _cases(here: Office, practice: str, now: datetime) -> int:
    if practice in here.county.guarded:
        return 0
    sql = """SELECT count(*) FROM store_case WHERE county = %s AND practice = %s AND parent IS NULL AND opened_at > %s"""
    ((n,),) = here.rows(sql, [here.county.code, practice, now - timedelta(days=365)])
    return int(str(n)) if int(str(n)) >= FEWEST else 0


def _origin(here: Office, practice: str) -> Origin | None:
    """The parcel that came first: what was adopted may have been changed since."""
    kept = travelling.parcels(here.journal, practice)
    if not kept:
        return None
    found = unwrap(kept[-1].text, [each.verifier for each in peers()])
    if isinstance(found, Refused):
        return None
    return Origin(found.county, found.name, found.version, found.digest, instant_text(kept[-1].at))


def _effect(practice: str, on: str, now: datetime) -> Told | None:
    seen = before_after(practice, on, Acting(now, SYSTEM))
    if isinstance(seen, Refused) or seen.found is None or seen.about.kind != "rate":
        return None
    words = {}
    for language in LANGUAGES:
        said = before_after(practice, on, Acting(now, SYSTEM, language=language))
        words[language] = "" if isinstance(said, Refused) else f"{said.about.practice} · {said.about.title}"
    found = seen.found
    sums: list[int] = []
    for later in (False, True):
        for side in ("own", "other"):
            tallies: list[Tally] = [
                getattr(each, side)
                for each in seen.months
                if (each.period > seen.month) is later and each.told
            ]
            sums.append(sum(each.sample for each in tallies))
    return Told(
        words,
        found.verdict,
        (found.before_months, found.after_months),
        found.left_out,
        (_share(found.before[0]), _share(found.before[1])),
        (_share(found.after[0]), _share(found.after[1])),
        (sums[0], sums[1], sums[2], sums[3]),
        _share(found.size),
        _share(found.low),
        _share(found.high),
        _share(found.drift[0]),
        len(seen.changes),
    )


def _share(value: float) -> int:
    return round(value * 10_000)
