"""``tongban practice pack|receive|unpack|retire``: practices that travel as signed files, and those that are put out of use."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.causes import because
from tongban.library.folder import LANGUAGES

if TYPE_CHECKING:
    from tongban.library.practice import Practice


def pack(voice: Voice, options: argparse.Namespace) -> int:
    """The practice as it is in force; as it lies on the shelf or in a folder where it is not."""
    open_up()
    from tongban.apps.adoption.parcels import pack as packed

    found = _practice(options.id)
    if isinstance(found, Refused):
        return voice.refuse(found)
    made = packed(found, operator(voice.language))
    if isinstance(made, Refused):
        return voice.refuse(made)
    out = Path(options.out)
    if out.exists():
        return voice.refuse(Refused("parcel.there", str(out), {"path": str(out)}))
    out.write_text(made, encoding="utf-8", newline="\n")
    voice.say("practice.packed", id=found.id, version=found.version, out=str(out))
    return 0


def _practice(named: str) -> Practice | Refused:
    from tongban.apps.adoption.adopting import in_force
    from tongban.apps.adoption.shelf import folder_of
    from tongban.apps.office import office
    from tongban.library.reading import read_practice

    here = office()
    held = in_force(here).get(named)
    if held is not None:
        return here.practice(held.id)
    folder = folder_of(named)
    return folder if isinstance(folder, Refused) else read_practice(folder)


def receive(voice: Voice, options: argparse.Namespace) -> int:
    """Keep a practice that another county packed."""
    content = _content(options.file)
    if isinstance(content, Refused):
        return voice.refuse(content)
    open_up()
    from tongban.apps.adoption.parcels import receive as take

    came = take(content, operator(voice.language))
    if isinstance(came, Refused):
        return voice.refuse(came)
    voice.say("practice.came", id=came.practice, version=came.version, county=came.county)
    return 0


def unpack(voice: Voice, options: argparse.Namespace) -> int:
    """Lay a packed practice out as a folder, to be read and changed with any editor; needs no database."""
    from tongban.kernel.ledger.ed25519 import read_key, trusted
    from tongban.library.parcel import unwrap

    content, key = _content(options.file), read_key(options.key)
    for each in (content, key):
        if isinstance(each, Refused):
            return voice.refuse(each)
    assert isinstance(content, bytes) and not isinstance(key, Refused)
    try:
        found = unwrap(content.decode("utf-8"), trusted(dict([key])))
    except UnicodeDecodeError:
        found = Refused("parcel.unreadable", options.file, {"line": 1})
    if isinstance(found, Refused):
        return voice.refuse(found)
    out = Path(options.into)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return voice.refuse(Refused("parcel.there", str(out), {"path": str(out)}))
    for path, text in found.files.items():  # paths that no practice has were refused
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8", newline="\n")
    county = found.name.get(voice.language) or found.name.get(LANGUAGES[0]) or found.county
    keys = ", ".join(found.keys)
    voice.say(
        "practice.unpacked", id=found.practice, version=found.version, county=county, keys=keys, out=str(out)
    )
    return 0


def retire(voice: Voice, options: argparse.Namespace) -> int:
    """Open no more cases by a practice."""
    open_up()
    from tongban.apps.adoption.adopting import retire as put_out_of_use

    done = put_out_of_use(options.id, operator(voice.language))
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("practice.retired", id=done.id)
    return 0


def _content(path: str) -> bytes | Refused:
    from tongban.library.parcel import LONGEST

    try:
        with Path(path).open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as error:
        return Refused("practice.unreadable", path, because(error))
    return (
        Refused("parcel.too_large", path, {"most": LONGEST // 1_000_000})
        if len(content) > LONGEST
        else content
    )
