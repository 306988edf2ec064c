"""The forms of a case page: one for each step, each with its key on the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from msgspec import Struct

from tongban.apps.casework.views import FieldView, Option, StepView
from tongban.apps.replies.weighing import Remark
from tongban.web.desk.sent import new_key
from tongban.web.desk.tables import FILE, KEPT

RESERVED = frozenset("jkn?/")
"""Keys that mean the same on every page."""
PICKED = {
    "unit": "units",
    "division": "divisions",
    "category": "categories",
    "duty": "duties",
    "peer": "peers",
}
"""Kinds of field that are typed into with a long list behind them, and the id of that list."""


class StepForm(Struct, frozen=True):
    """``token`` makes the form act once; ``key`` opens it from the keyboard, "" for none."""

    step: StepView
    key: str
    token: str
    open: bool
    remarks: tuple[Remark, ...] | None = None
    """what to look at again in the reply that it sends or judges; None for what was not looked at"""

    @property
    def foresees(self) -> bool:
        """Whether what follows depends on the answers: then it is shown anew while they are given."""
        return any(field.kind in PICKED or field.doubting for field in self.step.fields)

    @property
    def sorts(self) -> bool:
        """Whether it sorts the case: then a category is offered. Any other category field is about something else."""
        return any(field.id == field.kind == "category" for field in self.step.fields)

    @property
    def left_out(self) -> str:
        """Fields whose files are not sent along just to see what would follow."""
        files = [field.id for field in self.step.fields if field.kind == "files"]
        return ",".join([*files, *((FILE, KEPT) if self.step.table else ())])

    @property
    def finds(self) -> FieldView | None:
        """The field that names the case this one goes to, if it must name one: then those like it are looked for."""
        return next((field for field in self.step.fields if field.kind == "case" and field.required), None)


def step_forms(
    steps: Iterable[StepView], opened: str = "", remarks: Mapping[str, tuple[Remark, ...]] | None = None
) -> tuple[StepForm, ...]:
    """Forms for the steps that nothing stands in the way of. ``opened`` is shown open beside the main one."""
    free = [step for step in steps if not step.blocked]
    keys = letters([step.id for step in free])
    return tuple(
        StepForm(
            step,
            keys[step.id],
            new_key(),
            step.main or step.tried or step.id == opened,
            (remarks or {}).get(step.id),
        )
        for step in free
    )


def letters(ids: Iterable[str]) -> Mapping[str, str]:
    """A letter for each id: its first that is still free, "" when all are taken."""
    taken = set(RESERVED)
    found: dict[str, str] = {}
    for each in ids:
        letter = next((char for char in each if char.isalpha() and char not in taken), "")
        taken.add(letter)
        found[each] = letter
    return found


def lists(fields: Iterable[FieldView]) -> SafeString:
    """The long lists that these fields need, each once for the whole page."""
    needed: dict[str, tuple[Option, ...]] = {}
    for field in fields:
        if field.kind in PICKED and len(field.options) > len(needed.get(PICKED[field.kind], ())):
            needed[PICKED[field.kind]] = field.options  # one list for all: that of whoever asks most widely
    return format_html_join(
        "", '<datalist id="{}">{}</datalist>', ((name, _drawn(options)) for name, options in needed.items())
    )


_kept: dict[int, tuple[tuple[Option, ...], SafeString]] = {}


def _drawn(options: tuple[Option, ...]) -> SafeString:
    """A list drawn once for each state of the registers."""
    kept = _kept.get(id(options))
    if kept is not None and kept[0] is options:
        return kept[1]
    if len(_kept) > 20:
        _kept.clear()
    drawn = format_html_join("", '<option value="{}">', ((option.label,) for option in options))
    _kept[id(options)] = (options, drawn)
    return drawn
