"""Registers that the system itself keeps: what the county has adopted, and what its forms ask. Nobody types them, so nobody can leave a
form out. A practice declares one under its name with the columns that it reads, and names its rows like those of any register.

Minutes are an estimate, the same for every form: what somebody needs to answer a field of a kind, without what must be looked up first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tongban.kernel.form import AskedOf, Field, FieldKind
from tongban.kernel.procedure.brought import Entry
from tongban.kernel.procedure.model import Relation
from tongban.kernel.procedure.register import Register
from tongban.kernel.value import Facts
from tongban.library.faults import Faults
from tongban.library.practice import Practice
from tongban.library.shape.procedure import StepSpec
from tongban.library.shape.rules import FieldSpec

SECONDS = {
    FieldKind.text: 90,
    FieldKind.line: 30,
    FieldKind.files: 60,
    FieldKind.name: 20,
    FieldKind.phone: 20,
    FieldKind.id_card: 30,
    FieldKind.credit_code: 30,
}
"""How long an answer takes; every other kind is chosen or a number, and takes ``CHOSEN``."""
CHOSEN = 10
_MOST = 10_000
_LONGEST = 4_000
PRACTICES = "adopted_practice"
"""The register of what the county has adopted."""
_OUTSIDE = (Relation.REQUESTER, Relation.ANYONE)


def _counted(name: str) -> Field:
    return Field(name, FieldKind.whole, min=0, max=_MOST)


_WORDS = (Field("title", FieldKind.line), Field("title_en", FieldKind.line))
_FORM = (
    *_WORDS,
    Field("practice", FieldKind.code),
    *map(_counted, ("asked", "required", "known", "minutes")),
    Field("outside", FieldKind.flag),
    Field("questions", FieldKind.text),
)
_PRACTICE = (
    *_WORDS,
    Field("version", FieldKind.code),
    *map(_counted, ("forms", "asked", "required", "known", "minutes")),
)


def kept_rows(
    registers: Iterable[Register], practices: Sequence[Practice]
) -> Mapping[str, tuple[Entry, ...]]:
    """The rows of those of the registers that are kept, by register, counted of these practices."""
    return {each.id: tuple(_KEPT[each.id][1](practices)) for each in registers if each.kept}


def kept_columns(name: str) -> Mapping[str, Field]:
    """What a kept register can say; nothing of a name that the system does not know."""
    return {each.id: each for each in _KEPT[name][0]} if name in _KEPT else {}


def kept_faults(practice: Practice, faults: Faults) -> None:
    """A kept register has a name that the system knows, columns that it has, and no rows from elsewhere."""
    for name, spec in practice.registers.items():
        where = practice.where("registers.yaml", name)
        if not spec.kept:
            if name in _KEPT:
                faults.refuse("practice.kept_by_system", where, name=name)
            continue
        if not faults.known("practice.unknown_register", where, name, _KEPT):
            continue
        if spec.brought or spec.rows:
            faults.refuse("practice.kept_by_system", where, name=name)
        if spec.key != (name,):
            faults.refuse("practice.register_key", where, name=", ".join(spec.key), key=name)
        columns = kept_columns(name)
        for n, each in enumerate(spec.fields):
            at = practice.where("registers.yaml", name, "fields", n)
            if not faults.known("practice.unknown_field", at, each.id, columns):
                continue
            own = columns[each.id].kind
            if each.kind is not own:
                faults.refuse(
                    "practice.field_kind", at, name=each.id, wanted=(own.value,), found=each.kind.value
                )


def _forms(practices: Sequence[Practice]) -> Iterator[Entry]:
    for practice in practices:
        for form, steps in _asked(practice).items():
            said = {
                language: f"{_say(practice, language, 'practice.title')} · {_joined(practice, language, steps)}"[
                    :200
                ]
                for language in practice.words
            }
            outside = any(who.relation in _OUTSIDE for step in steps.values() for who in step.by)
            fields: Facts = {
                **_titles(said),
                "practice": practice.id,
                **_counts(practice.forms[form]),
                "outside": outside,
                "questions": _questions(practice, form),
            }
            yield Entry(f"{practice.id}.{form}", said["zh-Hans"], fields)


def _questions(practice: Practice, form: str) -> str:
    """What a form asks, by its labels, as far as people answer it: so that another one can be compared with it."""
    words = practice.words["zh-Hans"]
    asked = (each.id for each in practice.forms[form] if _answered(each))
    labels = (
        words.get(f"forms.{form}.{name}.label") or words.get(f"fields.{name}.label", name) for name in asked
    )
    return "、".join(dict.fromkeys(labels))[:_LONGEST]


def _answered(field: FieldSpec) -> bool:
    return field.asked_of is not AskedOf.nobody and field.door is None and not field.infer


def _practices(practices: Sequence[Practice]) -> Iterator[Entry]:
    for practice in practices:
        asked = [_counts(practice.forms[form]) for form in _asked(practice)]
        said = {language: _say(practice, language, "practice.title") for language in practice.words}
        sums = {name: sum(each[name] for each in asked) for name in ("asked", "required", "known", "minutes")}
        fields: Facts = {**_titles(said), "version": practice.version, "forms": len(asked), **sums}
        yield Entry(practice.id, said["zh-Hans"], fields)


_KEPT: Mapping[str, tuple[tuple[Field, ...], Callable[[Sequence[Practice]], Iterator[Entry]]]] = {
    "adopted_form": (_FORM, _forms),
    PRACTICES: (_PRACTICE, _practices),
}


def _asked(practice: Practice) -> dict[str, dict[str, StepSpec]]:
    """The forms that people fill in, each with the steps that ask it: their own, and those whose rows come with a table."""
    tables = {
        follow.open.kind
        for kind in practice.kinds
        for *_, follow in practice.follows(kind)
        if follow.open is not None and follow.open.rows
    }
    found: dict[str, dict[str, StepSpec]] = {}
    for kind in practice.kinds.values():
        for name, step in kind.steps.items():
            people = any(who.relation is not Relation.SYSTEM for who in step.by)
            if step.form in practice.forms and (people or (kind.kind in tables and not step.source)):
                found.setdefault(str(step.form), {})[name] = step
    return found


def _counts(fields: Iterable[FieldSpec]) -> dict[str, int]:
    """``known`` is filled in by itself and costs no time; who answers it is not counted as asked."""
    all_of = [each for each in fields if each.asked_of is not AskedOf.nobody and each.door is None]
    asked = [each for each in all_of if not each.infer]
    seconds = sum(SECONDS.get(each.kind, CHOSEN) for each in asked)
    return {
        "asked": len(asked),
        "required": sum(each.required for each in asked),
        "known": len(all_of) - len(asked),
        "minutes": -(-seconds // 60),
    }


def minutes_of(fields: Iterable[FieldSpec]) -> int:
    """How many minutes a form takes whoever fills it in, begun ones counted whole: as its inventory says."""
    return _counts(fields)["minutes"]


def _joined(practice: Practice, language: str, steps: Iterable[str]) -> str:
    mark = "、" if language == "zh-Hans" else ", "
    return mark.join(dict.fromkeys(_say(practice, language, f"steps.{step}.title") for step in steps))


def _say(practice: Practice, language: str, key: str) -> str:
    return practice.words[language].get(key, key.rpartition(".")[0].rpartition(".")[2])


def _titles(said: Mapping[str, str]) -> Facts:
    return {"title": said["zh-Hans"], "title_en": said["en"]}
