"""The practices at hand as somebody looks at them: from the shelf, as adopted, being written, or as a parcel brought them.

Each is read and checked once for each state of its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import Adopted, adopt, may_adopt
from tongban.apps.adoption.basis import unfounded
from tongban.apps.adoption.drafts import draft
from tongban.apps.adoption.parcels import parcel
from tongban.apps.adoption.shelf import check_files, share, standing, untrue
from tongban.apps.adoption.succeeding import another
from tongban.apps.office import office
from tongban.apps.supervision.adoptions import Held, adoption_of, latest_adoptions
from tongban.kernel.clock import local_date
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.binding import bind
from tongban.library.folder import digest, gather
from tongban.library.parcel import Parcel
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.settings import settle_settings

ADOPTED, DRAFT, SHELF = "adopted", "draft", "shelf"
"""States of a practice that an address names; what is none of them calls an earlier adoption or a parcel, and no name is what is newest at hand."""
MOST = 40
"""Bound practices that are kept."""
_procedures: dict[tuple[str, str], Procedure | None] = {}
_told: dict[str, tuple[Refused, ...]] = {}


class Opened(Struct, frozen=True):
    """One practice as it is shown.

    ``practice`` is what the pages tell of: the folder's content or, with ``as_adopted``, the county's; None
    where neither can be read. A practice that was retired is told as it was last adopted where no folder can be read.
    ``folder`` is what lies on the shelf, ``faults`` all that is wrong with it.
    ``of`` is ``draft``, the id of an earlier adoption, or what a parcel is called by: then ``folder`` is that in place of the shelf's.
    """

    id: str
    practice: Practice | None
    procedure: Procedure | None
    folder: Practice | None
    faults: tuple[Refused, ...]
    held: Held | None
    as_adopted: bool
    of: str = ""
    retired: Held | None = None
    """The last adoption, where none is in force any more."""
    came: Parcel | None = None
    """The signed file that brought what is shown."""
    behind: str = ""
    """The older version that lies on the shelf, where the county's own is shown in its place; "" otherwise."""
    earlier: Held | None = None
    """The adoption that is over and is shown, so that it may be taken on again."""

    @property
    def unreadable(self) -> Refused:
        """What is wrong, where there is no practice to tell of."""
        return Refused.of(list(self.faults)) if self.faults else Refused("practice.folder_missing", self.id)

    @property
    def begins(self) -> Held | None:
        """The adoption whose settings and receiving units whoever adopts begins with: what is shown of the past, what is in force, or
        what was last; None for a practice that the county never had."""
        return self.earlier or self.held or self.retired

    @property
    def newer(self) -> bool:
        """Whether the folder's content is another one than the county adopted."""
        return (
            self.folder is not None
            and self.held is not None
            and self.folder.digest != self.held.practice.digest
        )

    @property
    def stands(self) -> str:
        """How the folder's content stands to what is in force: ``newer``, ``older`` or ``changed`` (under the same version); "" for the same."""
        if self.folder is None or self.held is None or not self.newer:
            return ""
        return standing(self.folder.version, self.held.practice.version)


def names() -> Iterator[str]:
    """The folders on the shelf, also those in which the first file is still missing."""
    root = share("practices")
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if path.is_dir() and not path.name.startswith((".", "_")):
            yield path.name


def path_of(name: str) -> Path:
    return share("practices") / name


def shelf() -> tuple[Opened, ...]:
    """Every practice at hand, then those that the county has or had whose folder is gone. Their procedures are bound only when one is
    opened: a list of forty needs none."""
    latest = latest_adoptions()
    found = [_opened(name, latest.get(name), adopted=False, whole=False) for name in names()]
    known = {each.id for each in found}
    return (
        *found,
        *(_opened(name, each, adopted=True) for name, each in latest.items() if name not in known),
    )


def opened(name: str, of: str = "") -> Opened | Refused:
    """One practice as it lies on the shelf; what is in force, where the shelf is behind it: the county wrote or received that itself.
    ``of`` shows it otherwise: ``shelf`` from there in any case, ``adopted`` as the county has it, ``draft`` as it is being
    written, the id of an earlier adoption as it was then, else as the parcel called so brought it."""
    latest = latest_adoptions().get(name)
    if of in ("", ADOPTED, SHELF):
        if latest is None and name not in set(names()):
            return Refused("adoption.unknown_practice", name, {"practice": name})
        found = _opened(name, latest, adopted=of == ADOPTED)
        return _of_the_county(found) if not of and found.stands == "older" else found
    if of.startswith(f"{name}-"):
        return _opened_again(name, of, latest)
    came = parcel(name, of) if of != DRAFT else None
    if isinstance(came, Refused):
        return came
    files = came.files if came is not None else _drafted(name)
    if isinstance(files, Refused):
        return files
    practice, faults = _checked_files(digest(files), tuple(files.items()))
    held, retired = _in_force(latest)
    own = held.own if held is not None else {}
    procedure = _bound(practice, own) if practice is not None else None
    return Opened(name, practice, procedure, practice, faults, held, False, of, retired, came)


def _opened_again(name: str, adoption: str, latest: Held | None) -> Opened | Refused:
    """What was adopted once, as this program finds it today. Refuses an adoption that never was."""
    earlier = adoption_of(name, adoption)
    if earlier is None:
        return Refused("adoption.unknown_practice", name, {"practice": adoption})
    if earlier.until is None:
        return _opened(name, latest, adopted=True)
    files = earlier.practice.files
    practice, faults = _checked_files(digest(files), tuple(files.items()))
    held, retired = _in_force(latest)
    procedure = _bound(practice, earlier.own) if practice is not None else None
    return Opened(
        name, practice, procedure, practice, faults, held, False, adoption, retired, earlier=earlier
    )


def _drafted(name: str) -> Mapping[str, str] | Refused:
    found = draft(name)
    return Refused("draft.unknown", name, {"practice": name}) if found is None else found.files


def _opened(name: str, latest: Held | None, *, adopted: bool, whole: bool = True) -> Opened:
    folder, faults = _checked_now(name) if name in set(names()) else (None, ())
    held, retired = _in_force(latest)
    if latest is not None and (adopted or folder is None):
        practice, procedure = latest.practice, latest.procedure
        return Opened(name, practice, procedure, folder, faults, held, as_adopted=True, retired=retired)
    bound = _bound(folder, held.own if held is not None else {}) if folder is not None and whole else None
    return Opened(name, folder, bound, folder, faults, held, as_adopted=False, retired=retired)


def _of_the_county(found: Opened) -> Opened:
    """What is in force in the place of an older folder: what is read, tried and set anew is that."""
    held, folder = found.held, found.folder
    if held is None or folder is None:
        return found
    own = held.practice
    return Opened(found.id, own, held.procedure, own, (), held, as_adopted=True, behind=folder.version)


def _in_force(latest: Held | None) -> tuple[Held | None, Held | None]:
    """The last adoption as the one in force, or as the one that was retired."""
    return (latest, None) if latest is None or latest.until is None else (None, latest)


def _bound(practice: Practice, own: Mapping[str, Value]) -> Procedure | None:
    """A folder's content bound to the county's settings, or to the defaults where those do not fit it."""
    key = (practice.digest, repr(sorted(own.items())))
    if key not in _procedures:
        if len(_procedures) >= MOST:
            _procedures.clear()
        found = bind(practice, own)
        found = bind(practice, {}) if isinstance(found, Refused) else found
        _procedures[key] = None if isinstance(found, Refused) else found
    return _procedures[key]


def _checked_now(name: str) -> tuple[Practice | None, tuple[Refused, ...]]:
    files, faults = gather(path_of(name))
    return _checked(str(path_of(name)), f"{digest(files)} {[(fault.code, fault.where) for fault in faults]}")


@lru_cache(maxsize=64)
def _checked(path: str, state: str) -> tuple[Practice | None, tuple[Refused, ...]]:
    """``state`` names the content, so that a changed folder is read anew."""
    del state
    read = read_practice(Path(path))
    if isinstance(read, Refused):
        return None, read.all()
    from tongban.apps.adoption.found_sound import faults_of  # the checks are heavy, and most pages need none

    return read, faults_of(read)


@lru_cache(maxsize=16)
def _checked_files(
    state: str, files: tuple[tuple[str, str], ...]
) -> tuple[Practice | None, tuple[Refused, ...]]:
    """``state`` names the content."""
    del state
    return check_files(dict(files))


def take_on(
    found: Opened,
    settings: Mapping[str, object],
    homes: Iterable[str],
    acting: Acting,
    since: datetime | None = None,
    *,
    first: str = "",
    even_not_newer: bool = False,
) -> Adopted | Refused:
    """Adopt what is at hand. Refuses as ``adopt`` and ``to_take_on`` do."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", found.id)
    practice = to_take_on(found)
    if isinstance(practice, Refused):
        return practice
    return adopt(practice, settings, homes, acting, since=since, first=first, even_not_newer=even_not_newer)


def to_take_on(found: Opened) -> Practice | Refused:
    """What of this would be adopted. Refuses what cannot be read, a draft that says another name inside than it is written under
    (``draft.misnamed``), and what does not lie on the shelf when a scenario of it does not hold."""
    if found.folder is None:
        return found.unreadable
    wrong = _misnamed(found, found.folder)
    failed = untrue(found.folder) if found.of and wrong is None else ()
    return wrong or (Refused.of(list(failed)) if failed else found.folder)


def _misnamed(found: Opened, practice: Practice) -> Refused | None:
    if practice.id == found.id:
        return None
    names = {"practice": found.id, "given": practice.id}
    return Refused("draft.misnamed", practice.where("practice.yaml", "id"), names)


def failing(practice: Practice) -> tuple[Refused, ...]:
    """``untrue``, told once for each content: whoever looks at a draft again need not wait for its stories."""
    if practice.digest not in _told:
        if len(_told) >= MOST:
            _told.clear()
        _told[practice.digest] = untrue(practice)
    return _told[practice.digest]


def unfit(found: Opened, practice: Practice, own: Mapping[str, object], acting: Acting) -> Refused | None:
    """Why a draft of settings could not be adopted, before anybody asks what it would change: settings out of range, a practice that is not
    sound, another one under its name, one that rests on a document that has ended or on none that has begun, and, of what is being written or came as a parcel,
    one whose scenarios do not hold."""
    wrong_name = _misnamed(found, practice) or another(office(), practice, acting.language)
    if wrong_name is not None:
        return wrong_name
    values = settle_settings(practice, own)
    if isinstance(values, Refused):
        return values
    if found.faults:
        return Refused.of(list(found.faults))
    wrong = (*unfounded(practice, local_date(acting.now)), *(untrue(practice) if found.of else ()))
    return Refused.of(list(wrong)) if wrong else None
