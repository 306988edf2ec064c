"""What is said beside the text of a draft: what is wrong, and what people have to settle before it is adopted; each at its line."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.at_hand import Opened, failing
from tongban.apps.adoption.basis import unfounded
from tongban.apps.adoption.drafts import MANIFEST, Draft
from tongban.apps.adoption.duties import alike, rivals
from tongban.apps.office import office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.web.words import say, says


class Remark(Struct, frozen=True):
    """``path`` and ``line`` of what is remarked on, "" and 0 where it lies in no file of the draft; ``text`` is what stands in that line."""

    path: str
    line: int
    where: str
    text: str
    says: str
    fix: str = ""
    about: str = ""
    """another practice that it is about"""


def wrong(found: Opened, draft: Draft, acting: Acting) -> list[Remark]:
    """All for which a draft is not adopted: its faults, the documents it rests on that have ended, or have not begun, and the scenarios that do not hold."""
    practice = found.practice
    ended = unfounded(practice, local_date(acting.now)) if practice is not None else ()
    told = failing(practice) if practice is not None and not found.faults else ()
    return [_at(draft, each.where, *_words(each, acting.language)) for each in (*found.faults, *ended, *told)]


def to_settle(found: Opened, draft: Draft, acting: Acting) -> list[Remark]:
    """The practices in force that take on the same duty, or may: it is adopted only once somebody says which goes first."""
    return list(_shared(found.practice, draft, acting)) if found.practice is not None else []


def _shared(practice: Practice, draft: Draft, acting: Acting) -> Iterator[Remark]:
    here, language = office(), acting.language
    where = _claimed(practice, language)
    for rival in rivals(here, practice, language, acting.now):
        said = say("studio.draft.same_duty", language, title=rival.title)
        yield _at(draft, where, said, say("studio.draft.same_duty.fix", language), rival.practice)
    for each in alike(here, practice, language, acting.now):
        said = say("studio.alike.reads", language, own=each.own, theirs=each.theirs, title=each.title)
        yield _at(draft, where, said, say("studio.alike.what_to_do", language), each.practice)


def _claimed(practice: Practice, language: str) -> str:
    """Where a practice says what it takes on: its duties, else its title."""
    serves = practice.manifest.serves
    if serves is not None and serves.duties:
        return practice.where(MANIFEST, "serves", "duties")
    return practice.where(f"texts/{language}.yaml", "practice", "title")


def _words(refused: Refused, language: str) -> tuple[str, str]:
    words = says(refused, language)
    return words.says, words.fix


def _at(draft: Draft, where: str, said: str, fix: str, about: str = "") -> Remark:
    path, _, rest = where.partition(":")
    given = rest.split(":")[0]
    if path not in draft.files:
        return Remark("", 0, where, "", said, fix, about)
    line = int(given) if given.isdecimal() else 0
    lines = draft.files[path].splitlines()
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return Remark(path, line, where, text, said, fix, about)
