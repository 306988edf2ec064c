"""Practices that are being written, and practices that travel."""

from __future__ import annotations

from tongban.api.v1.problems import fault_out
from tongban.api.v1.route import Answer, Asked, Raw
from tongban.api.v1.shapes import adoption as shapes
from tongban.apps.adoption import drafts, parcels
from tongban.apps.adoption.at_hand import DRAFT, opened
from tongban.apps.adoption.drafts import Draft
from tongban.apps.adoption.parcels import Arrived
from tongban.apps.formats.taking import begin_from_digit
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice

TEXT = "text/plain"
PARCEL = "text/plain; charset=utf-8"


def list_drafts(asked: Asked) -> Answer:
    """The practices that are being written."""
    del asked
    return shapes.DraftList(drafts=tuple(shapes.DraftShort.model_validate(each) for each in drafts.drafts()))


def get_draft(asked: Asked, practice: str) -> Answer:
    """One of them: its files, and everything that is wrong so far."""
    found = drafts.draft(practice)
    if found is None:
        return Refused("draft.unknown", practice, {"practice": practice})
    return _draft(found, asked)


def begin_draft(asked: Asked, body: shapes.Begin) -> Answer:
    """Begin to write from a practice at hand: under another name a practice of its own, under the same a next version of it."""
    found = _practice(body.base, body.of)
    if isinstance(found, Refused):
        return found
    made = drafts.begin(found, body.name or body.base, asked.acting)
    return made if isinstance(made, Refused) else _draft(made, asked)


def write_draft(asked: Asked, practice: str, body: shapes.WriteFile) -> Answer:
    """Put a file in place of what stood there, or take it out. It is kept, right or wrong, and read anew."""
    made = drafts.write(practice, body.path.strip(), body.text, body.seen, asked.acting)
    return made if isinstance(made, Refused) else _draft(made, asked)


def discard_draft(asked: Asked, practice: str, body: shapes.Discard) -> Answer:
    """Throw a draft away."""
    return drafts.discard(practice, body.seen, asked.acting) or shapes.Gone()


def begin_digit(asked: Asked, query: shapes.DigitQuery, content: bytes) -> Answer:
    """A draft from a workflow of DIGIT (BusinessService), with what is wrong with it so far."""
    made = begin_from_digit(content, "workflow.json", query.name, asked.acting)
    return made if isinstance(made, Refused) else _draft(made, asked)


def list_parcels(asked: Asked) -> Answer:
    """Practices that came as files."""
    found = parcels.arrived(asked.acting.language)
    return shapes.ParcelList(parcels=tuple(_parcel(each, asked) for each in found))


def receive_parcel(asked: Asked, content: bytes) -> Answer:
    """Keep a practice that a county packed which this one knows. It is read before it is adopted: ``of`` its ``call``."""
    came = parcels.receive(content, asked.acting)
    return came if isinstance(came, Refused) else _parcel(came, asked)


def pack_practice(asked: Asked, practice: str, query: shapes.OfQuery) -> Answer:
    """A practice at hand as one file that this county signs, for others to adopt."""
    found = _practice(practice, query.of)
    made = found if isinstance(found, Refused) else parcels.pack(found, asked.acting)
    return made if isinstance(made, Refused) else Raw(made.encode(), PARCEL)


def put_away_parcel(asked: Asked, practice: str, call: str) -> Answer:
    """Remove a parcel. What was adopted from it stays as it is."""
    return parcels.put_away(practice, call, asked.acting) or shapes.Gone()


def _practice(name: str, of: str) -> Practice | Refused:
    found = opened(name, of)
    if isinstance(found, Refused):
        return found
    if found.practice is None:
        return found.unreadable
    return found.practice


def _draft(found: Draft, asked: Asked) -> Answer:
    read = opened(found.practice, DRAFT)
    faults = read.all() if isinstance(read, Refused) else read.faults
    return shapes.DraftOut(
        practice=found.practice,
        mark=found.mark,
        at=found.at,
        files=dict(found.files),
        faults=tuple(fault_out(each, asked.acting.language) for each in faults),
    )


def _parcel(found: Arrived, asked: Asked) -> shapes.ParcelOut:
    wrong = fault_out(found.wrong, asked.acting.language) if found.wrong is not None else None
    plain = {name: getattr(found, name) for name in shapes.ParcelOut.model_fields if name != "wrong"}
    return shapes.ParcelOut.model_validate({**plain, "wrong": wrong})
