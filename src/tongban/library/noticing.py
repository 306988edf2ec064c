"""May what a notice says be in it, and can it be told?

Its line goes out over other people's lines, so it names nothing of what a case is about. What stands beneath is read behind a
sign-in: it may also name what was answered, but to the requester nothing that is kept among colleagues, and to nobody who they are.
"""

from __future__ import annotations

from tongban.kernel.form import FieldKind, Held
from tongban.library.faults import Faults, place_of
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.texts import PLACEHOLDER

LINE = ("number", "unit", "due")
"""What the line of every notice may name; beside that, the clocks of its kind."""
BODY = (*LINE, "title", "stage", "outcome")
REQUESTER = "requester"


def notice_faults(practice: Practice, faults: Faults) -> None:
    for kind in practice.kinds:
        fields = {each.id: each for form in practice.forms_of(kind).values() for each in form}
        clocks = practice.clocks.get(kind, {})
        for _, _, _, follow in practice.follows(kind):
            notify = follow.notify
            notice = notify.notice if notify is not None else follow.ask_rating
            if notice is None:
                continue
            asked = notify is None or notify.to == REQUESTER
            told = {
                name
                for name, each in fields.items()
                if place_of(each) is not Held.identity
                and each.kind is not FieldKind.files
                and not (asked and each.inner)
            }
            own = {
                name for name, each in clocks.items() if not asked or each.promise or each.owner == REQUESTER
            } - fields.keys()
            _text(practice, notice, "subject", {*LINE, *own}, faults)
            _text(practice, notice, "body", {*BODY, *own, *told}, faults)


def _text(practice: Practice, notice: str, part: str, known: set[str], faults: Faults) -> None:
    for language in LANGUAGES:
        key = f"notices.{notice}.{part}"
        where = practice.where(f"texts/{language}.yaml", *key.split("."))
        for each in PLACEHOLDER.findall(practice.words[language].get(key, "")):
            faults.known(f"practice.notice_{part}", where, each, sorted(known))
