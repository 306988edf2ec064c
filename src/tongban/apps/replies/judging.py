"""What seems missing in a reply, or beside the point, each with its reason. A hint to whoever writes or checks it.

Nothing here knows who wrote the reply, and nothing of it is kept: see ``docs/explanation/replies.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from tongban.apps.replies import marks
from tongban.apps.replies.about import left_out
from tongban.apps.replies.formulas import length, substance
from tongban.apps.replies.nearness import ENOUGH, Matters, shares_nothing
from tongban.apps.replies.reuse import repeats
from tongban.kernel.form import Says

HOLLOW = 6
"""Characters of substance below which a reply that tells no deed could stand in any case."""
NEARER = 0.15
"""Part of other matters that is nearer to a reply than its own, above which it may answer something else.

Set on one half of the labelled pairs and on the demo's own, and measured on the other half.
"""
TOLD = 4
"""How many words or dates a finding names."""


class Weight(StrEnum):
    """How much a finding asks for. ``flag``: does this answer the matter at all?"""

    flag = "flag"
    hint = "hint"
    note = "note"


class Finding(Struct, frozen=True):
    """One thing to look at. ``code`` names its words in ``texts``, ``facts`` fill them in."""

    code: str
    weight: Weight
    facts: Mapping[str, str | int] = field(default_factory=dict)


class Matter(Struct, frozen=True):
    title: str
    body: str


class Said(Struct, frozen=True):
    """A text of a reply, with what the practice says that its field says (None: anything)."""

    text: str
    says: Says | None = None


class Reply(Struct, frozen=True):
    """``dated``: a day was given in a field of its own. ``asked``: the parts that the form has a field for."""

    texts: tuple[Said, ...]
    dated: bool = False
    asked: frozenset[Says] = frozenset()

    @property
    def whole(self) -> str:
        return "\n".join(said.text for said in self.texts)

    def part(self, says: Says) -> str:
        return "\n".join(said.text for said in self.texts if said.says is says).strip()


def judge(
    matter: Matter,
    reply: Reply,
    others: Sequence[str] = (),
    matters: Matters | None = None,
    places: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """What to look at again in this reply, the weightiest first; () for an empty one.

    ``others`` are other replies that it is compared with, ``matters`` what other matters are about;
    ``places`` are names that show nothing when a reply leaves them out.
    """
    if not length(reply.whole):
        return ()
    rest = substance(reply.whole, matter.title)
    deed = _deed(reply, rest)
    told = substance(reply.part(Says.deed), matter.title) if reply.part(Says.deed) else rest
    if length(told) < HOLLOW and not deed:
        found = [Finding("replies.hollow", Weight.flag)]
    else:
        found = [
            *_beside(matter, rest, matters or Matters(), places),
            *_completeness(matter, reply, rest, deed=deed),
        ]
    again = repeats(reply.whole, others)
    if again:
        found.append(Finding("replies.alike", Weight.hint, {"n": again}))
    return tuple(found)


def _beside(matter: Matter, rest: str, matters: Matters, places: frozenset[str]) -> Iterator[Finding]:
    """Something else is answered, with the words that show it; none where no word of the matter is left out."""
    if beside(matter, rest, matters):
        words = left_out(matter.title, matter.body, rest, matters, places)[:TOLD]
        if words:
            yield Finding("replies.beside", Weight.flag, {"words": "、".join(words)})


def beside(matter: Matter, rest: str, matters: Matters) -> bool:
    """Whether other matters are nearer to a reply without its formulas; of too few, whether it shares nothing."""
    told = f"{matter.title}{matter.body}"
    if not length(told):
        return False
    if len(matters.texts) < ENOUGH:
        return shares_nothing(rest, told)
    return matters.nearer(rest, told) > NEARER


def _completeness(matter: Matter, reply: Reply, rest: str, *, deed: bool) -> Iterator[Finding]:
    if not deed and not marks.asks(f"{matter.title}\n{matter.body}"):
        yield Finding("replies.no_deed", Weight.hint)
    basis = reply.part(Says.basis)
    if basis and marks.vague(basis):
        yield Finding("replies.vague_basis", Weight.hint, {"given": basis[:20]})
    elif not basis and not marks.basis(reply.whole):
        yield Finding("replies.no_basis", Weight.hint)
    left = reply.part(Says.remains)
    open_still = not marks.nothing(left) if Says.remains in reply.asked else marks.remains(rest)
    dates = tuple(dict.fromkeys((*(marks.times(left) if open_still else ()), *marks.promised(rest))))
    if open_still and not dates and not reply.dated:
        yield Finding("replies.no_date", Weight.hint)
    if open_still and not reply.part(Says.whom_to_ask) and not marks.whom_to_ask(reply.whole):
        yield Finding("replies.nobody_to_ask", Weight.hint)
    if dates:
        yield Finding("replies.promised", Weight.note, {"dates": "、".join(dates[:TOLD])})


def _deed(reply: Reply, rest: str) -> bool:
    """Looked for where the practice says that it stands, elsewhere in the whole."""
    return marks.deed(reply.part(Says.deed) or rest)
