"""A practice as it was read: well-formed, checked for shape, not yet bound to a county's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure.tallies import HOLDERS, OF, SAID, TOOK
from tongban.library.document import Document
from tongban.library.faults import place_of
from tongban.library.shape.boards import BoardSpec
from tongban.library.shape.catalogue import CatalogueSpec
from tongban.library.shape.letters import LetterSpec
from tongban.library.shape.manifest import Manifest
from tongban.library.shape.procedure import FollowSpec, KindSpec, StepSpec
from tongban.library.shape.rules import (
    ClockSpec,
    FieldSpec,
    IndicatorSpec,
    RegisterSpec,
    RoutingSpec,
)
from tongban.library.shape.story import StorySpec
from tongban.library.shape.views import ViewSpec


class Practice(Struct, frozen=True):
    """All that a practice's folder says.

    ``files`` are the texts it was read from, ``digest`` their name. ``words`` are the texts by language,
    under dotted keys. ``where`` tells file and line of anything for faults.
    """

    digest: str
    files: Mapping[str, str]
    manifest: Manifest
    kinds: Mapping[str, KindSpec]
    clocks: Mapping[str, Mapping[str, ClockSpec]]
    routing: tuple[RoutingSpec, ...]
    forms: Mapping[str, tuple[FieldSpec, ...]]
    indicators: Mapping[str, IndicatorSpec]
    boards: Mapping[str, BoardSpec]
    registers: Mapping[str, RegisterSpec]
    views: Mapping[str, ViewSpec]
    letters: Mapping[str, Mapping[str, LetterSpec]]
    words: Mapping[str, Mapping[str, str]]
    stories: Mapping[str, StorySpec]
    documents: Mapping[str, Document]
    kind_files: Mapping[str, str]
    catalogue: CatalogueSpec | None = None

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def opens(self) -> str:
        """The kind of case that people outside open; "" when several could be and none is named."""
        if self.manifest.opens is not None:
            return self.manifest.opens
        able = [
            kind.kind for kind in self.kinds.values() if any(_by_people(step) for step in kind.steps.values())
        ]
        return able[0] if len(able) == 1 else ""

    @property
    def brought(self) -> dict[str, RegisterSpec]:
        """The registers whose rows come with a sheet, or are kept by the system."""
        return {name: each for name, each in self.registers.items() if each.read_only}

    def where(self, path: str, *place: str | int) -> str:
        found = self.documents.get(path)
        return found.where(*place) if found is not None else path

    def at(self, kind: str, *place: str | int) -> str:
        """File and line inside the procedure of one kind."""
        return self.where(self.kind_files[kind], *place)

    def forms_of(self, kind: str) -> dict[str, tuple[FieldSpec, ...]]:
        """The forms that steps of a kind ask."""
        used = {step.form for step in self.kinds[kind].steps.values() if step.form}
        return {name: fields for name, fields in self.forms.items() if name in used}

    def follows(self, kind: str) -> Iterator[tuple[str, StepSpec, tuple[str | int, ...], FollowSpec]]:
        """Everything that follows in a kind: step id, step, place in the file, what follows."""
        for name, step in self.kinds[kind].steps.items():
            for index, follow in enumerate(step.then):
                yield name, step, ("steps", name, "then", index), follow
            for number, branch in enumerate(step.to):
                for index, follow in enumerate(branch.then):
                    yield name, step, ("steps", name, "to", number, "then", index), follow

    def below(self) -> tuple[str, ...]:
        """The kinds of units for which subcases are opened because they stand below the holder."""
        opened = (follow.open for kind in self.kinds for *_, follow in self.follows(kind))
        return tuple(dict.fromkeys(each for spec in opened if spec is not None for each in spec.below))

    def tallies(self, kind: str) -> dict[str, ValueKind]:
        """What steps of a kind may ask of its subcases, as expressions name it: ``subcases.of.<kind>``, ``.took.<step>``, ``.said.<flag>`` and
        ``.holders``; nothing of a kind that opens none."""
        opened = dict.fromkeys(f.open.kind for *_, f in self.follows(kind) if f.open is not None)
        found: list[str] = []
        for below in (each for each in opened if each in self.kinds):
            fields = [field for form in self.forms_of(below).values() for field in form]
            flags = (
                each.id for each in fields if each.kind is FieldKind.flag and place_of(each) is Held.ledger
            )
            found += [f"{OF}.{below}", *(f"{TOOK}.{step}" for step in self.kinds[below].steps)]
            found += [f"{SAID}.{flag}" for flag in flags]
        names = {f"subcases.{each}": ValueKind.count for each in found}
        return names | {f"subcases.{HOLDERS}": ValueKind.texts} if names else {}

    def samples(self, kind: str) -> tuple[str, ...]:
        """The samples that steps of a kind draw for."""
        drawn = (follow.draw.sample for *_, follow in self.follows(kind) if follow.draw is not None)
        return tuple(dict.fromkeys(drawn))


def _by_people(step: StepSpec) -> bool:
    return not step.source and any(who.relation.value != "system" for who in step.by)
