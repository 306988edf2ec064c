"""Whether what would be taken on may follow what the county has, or had, under the same name."""

from __future__ import annotations

from tongban.apps.adoption.shelf import said, standing
from tongban.apps.office import Office
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.store.adoptions import Adoption, adoptions


def last(here: Office, practice: str) -> Adoption | None:
    """The adoption of a name that is in force, else the one that was last retired; None for one never adopted."""
    own = [each for each in adoptions(here.journal) if each.practice == practice]
    return next((each for each in own if each.until is None), own[-1] if own else None)


def another(here: Office, practice: Practice, language: str) -> Refused | None:
    """What has no kind of case in common with the last version under its name is another practice (``adoption.another``): it would take
    that one's place, and nobody would find its cases any more."""
    before = last(here, practice.id)
    if before is None:
        return None
    had = here.practice(before.id)
    if had.kinds.keys() & practice.kinds.keys():
        return None
    titles = {
        "had": said(had, "practice.title", language),
        "title": said(practice, "practice.title", language),
    }
    return Refused("adoption.another", practice.id, {"practice": practice.id, **titles})


def not_newer(here: Office, practice: Practice) -> Refused | None:
    """An older version (``adoption.older``), or other content under the same version (``adoption.same_version``), than the last."""
    before = last(here, practice.id)
    if before is None or before.digest == practice.digest:
        return None
    stands = standing(practice.version, before.version)
    if stands == "newer":
        return None
    code = "adoption.older" if stands == "older" else "adoption.same_version"
    return Refused(code, practice.id, {"version": practice.version, "had": before.version})
