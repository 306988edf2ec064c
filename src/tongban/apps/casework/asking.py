"""Form fields ready to draw: labels, help, choices, what was entered and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from msgspec.structs import replace

from tongban.apps.casework.alike import like_rows, told
from tongban.apps.casework.by_duty import by_duty
from tongban.apps.casework.choices import choices, entries, shown
from tongban.apps.casework.deciding import deciding
from tongban.apps.casework.hanging import by_answers, hangs_on, may_be_asked, wanted
from tongban.apps.casework.scenes import codes_alike
from tongban.apps.casework.views import FieldView, Option
from tongban.apps.measures import measure
from tongban.apps.office import Office
from tongban.apps.wording import Wording
from tongban.kernel.form import OFFERS_OWNER, Field, FieldKind, Form
from tongban.kernel.form.amounts import decimal, yuan
from tongban.kernel.form.answers import doubts
from tongban.kernel.procedure.register import names_of
from tongban.kernel.procedure.registered import offered
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.procedure.subjects import SUBJECT
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

_SEVERAL = (FieldKind.choices, FieldKind.units, FieldKind.files, FieldKind.entries)
NOTHING_SAID: Facts = {}
MOST_LISTED = 300
"""Entries of a register that are listed to be chosen from; in a longer one they are found by their words."""


def fields(
    form: str,
    wording: Wording,
    office: Office,
    *,
    known: Facts,
    today: date,
    entered: Mapping[str, object] | None = None,
    refused: Refused | None = None,
    sight: Sight | None = None,
    resident: bool = False,
    subject: Facts = NOTHING_SAID,
    written: Facts = NOTHING_SAID,
) -> tuple[FieldView, ...]:
    """The fields of a form in order. ``entered`` comes before what is known already; after a refusal it stands
    alone, so that what was emptied stays empty.

    With ``sight``, fields that will not be asked whatever is answered are left out; for a ``resident``,
    those that only the office is asked. ``subject`` is what registers say of what a case will be about, by column;
    ``written`` what the case holds in words.
    """
    asked = wording.procedure.forms.get(form)
    if asked is None:
        return ()
    not_asked = asked.of_nobody() | asked.of_door() | (asked.of_office() if resident else frozenset())
    every = refused.all() if refused is not None else ()
    faults = {
        place: [each for each in every if each.where == place] for place in {each.where for each in every}
    }
    shown_ones = [
        each
        for each in asked.fields
        if (sight is None or may_be_asked(asked, each, sight)) and each.id not in not_asked
    ]
    anew = deciding(wording.procedure, form)
    drawn = [
        _field(
            form,
            each,
            wording,
            office,
            {**({} if each.id in anew else known), **_registered(each, sight)},
            entered,
            faults.get(each.id, []),
            sent=refused is not None,
            listed_ones=narrowed(each, wording, office, today, among := _among(each, sight, subject)),
            first=_first(each, asked, wording) if sight is None and among is None else None,
        )
        for each in shown_ones
    ]
    drawn = [
        view
        if wanted(
            asked,
            field,
            entered or {},
            by_answers(asked, field, wording, entered or {}, subject) if sight is None else {},
        )
        else replace(view, idle=True)
        for field, view in zip(shown_ones, drawn, strict=True)
    ]
    said = {**written, **known, **(entered or {})}
    drawn = [
        _pointed_out(view, field, wording, office, said, asked if entered and not resident else None)
        for field, view in zip(shown_ones, drawn, strict=True)
    ]
    ids = {each.id for each in shown_ones}
    for n, field in enumerate(shown_ones):
        if drawn[n].offer is not None and (source := _offers(field)) in ids:
            drawn[n] = replace(drawn[n], offer_follows=source)
    return _under_flags(shown_ones, drawn)


def _pointed_out(
    view: FieldView,
    field: Field,
    wording: Wording,
    office: Office,
    said: Mapping[str, object],
    form: Form | None,
) -> FieldView:
    """A field of entries with the rows beside it that are like what was said, while none is chosen; one of a code with the one that looks like
    it in a register. ``form`` is None where the reader may not be told."""
    if form is not None and field.kind is FieldKind.code and view.value and not view.fault:
        given = {field.id: view.value}
        for known in codes_alike(office, wording.procedure, form, given, datetime.now(UTC)).values():
            words = wording.refusal(
                Refused("register.looks_alike", field.id, {"given": view.value, "known": known})
            )
            return replace(view, doubt=f"{words.says}{words.fix}")
        return view
    if not field.like or view.value or view.values:
        return view
    found = like_rows(field, wording.procedure.forms.values(), said, office)
    return replace(view, doubt=told(found, field, office, wording.language)) if found else view


def _under_flags(asked: Sequence[Field], drawn: Sequence[FieldView]) -> tuple[FieldView, ...]:
    """The fields, those that only a ticked box before them asks for marked, and where such a row begins and ends."""
    labels = {
        f"given.{each.id}": view.label
        for each, view in zip(asked, drawn, strict=True)
        if each.kind is FieldKind.flag
    }
    flags = [each.when.source.strip() if each.when is not None else "" for each in asked]
    flags = [flag if flag in labels else "" for flag in flags]
    found: list[FieldView] = []
    inside = ""
    for n, view in enumerate(drawn):
        following = flags[n + 1] if n + 1 < len(flags) else ""
        own = f"given.{view.id}"
        opens = following == own and own in labels and not inside
        inside = own if opens else inside
        closes = bool(inside) and not opens and following != inside
        inside = "" if closes else inside
        found.append(replace(view, only_if=labels.get(flags[n], ""), opens=opens, closes=closes))
    return tuple(found)


def _known(field: Field, known: Facts) -> object:
    """What stands in a field before anybody wrote: a datum that is asked again, or that a register says, to be corrected.

    A unit that must be named is a decision to be made anew, so nothing is put before it; nor before an answer by which the step
    decides where the case goes (see ``deciding``).
    """
    decision = field.required and field.kind in (FieldKind.unit, FieldKind.units)
    said = field.again or field.infer.startswith(SUBJECT)
    return known.get(field.id, "") if said and not decision else ""


def _registered(field: Field, sight: Sight | None) -> Facts:
    """What a register says of the field, by its id; empty where none says anything."""
    value = sight.get(field.infer) if sight is not None and field.infer.startswith(SUBJECT) else None
    return {field.id: value} if value is not None and not isinstance(value, datetime) else {}


def _field(
    form: str,
    field: Field,
    wording: Wording,
    office: Office,
    known: Facts,
    entered: Mapping[str, object] | None,
    faults: list[Refused],
    *,
    sent: bool,
    listed_ones: tuple[str, ...] | None = None,
    first: Field | None = None,
) -> FieldView:
    value = entered.get(field.id, "") if entered is not None else ""
    if entered is None or (not sent and field.id not in entered):
        value = _known(field, known)
    if field.kind in _SEVERAL and isinstance(value, str) and value:
        value = (value,)
    many = tuple(str(each) for each in value) if isinstance(value, tuple | list) else ()
    said = [wording.refusal(each) for each in faults]
    between = "" if wording.language == "zh-Hans" else " "
    plain = "" if many else _typed(field, value)
    unsure = [wording.refusal(each) for each in doubts(field, plain)]
    return FieldView(
        id=field.id,
        kind=field.kind.value,
        label=wording.label(form, field.id),
        help=wording.help(form, field.id),
        required=field.required,
        options=_options(field, wording, office, () if first is not None else listed_ones),
        value=plain,
        values=many,
        longest=field.most if field.kind in (FieldKind.line, FieldKind.text, FieldKind.name) else 0,
        measure=measure(field.unit, wording.language, wording.of(f"measures.{field.unit}"))
        if field.unit
        else "",
        fault=between.join(dict.fromkeys(each.says for each in said)),
        fix=between.join(dict.fromkeys(each.fix for each in said)),
        doubt=between.join(f"{each.says}{between}{each.fix}" for each in unsure),
        shown=_shown(field, many or (plain,), wording, office),
        nearest=_nearest(field, faults, wording, office),
        register=register_title(field, wording) if plain and field.id in known and entered is None else "",
        offer=_offered(field, {**known, **(entered or {})}, office, wording.language) if not plain else None,
        doubting=bool(field.doubts),
        hangs_on=hangs_on(field, wording),
        first=wording.label(form, first.id) if first is not None else "",
    )


def register_title(field: Field, wording: Wording) -> str:
    """The title of the register that a field is filled in from, "" for none."""
    said = field.infer.removeprefix(SUBJECT) if field.infer.startswith(SUBJECT) else ""
    named = names_of(wording.procedure.registers).get(said)
    found = named[0].id if named is not None else ""
    return wording.of(f"registers.{found}.title", found) if found else ""


def _nearest(field: Field, faults: list[Refused], wording: Wording, office: Office) -> tuple[Option, ...]:
    """The choices that a refusal names because what was typed is in no register."""
    labels = [
        label for fault in faults if isinstance(near := fault.facts.get("nearest"), tuple) for label in near
    ]
    if not labels:
        return ()
    if field.kind is FieldKind.entry:  # of a long register nothing is listed but what comes near
        return tuple(
            each for each in entries(field.of[0], office, wording.language).options if each.label in labels
        )
    return tuple(option for option in _options(field, wording, office) if option.label in labels)


def _offers(field: Field) -> str:
    """The fact that the field offers, "" for none."""
    return "" if field.offer == OFFERS_OWNER else field.offer.removeprefix("facts.")


def _offered(field: Field, answered: Mapping[str, object], office: Office, language: str) -> Option | None:
    """The fact that the field offers, if the case knows it or the same form has just answered it; or the unit that a duty list names."""
    if field.offer == OFFERS_OWNER:
        found = by_duty(field, answered, office, language)
        return Option(found.unit, found.label) if found is not None else None
    fact = _typed(field, answered.get(_offers(field)) or "") if field.offer else ""
    return Option(fact, shown(field.kind, fact, office, language)) if fact else None


def _typed(field: Field, value: object) -> str:
    """A value as it is typed into the field: what is kept in fen or hundredths is typed in yuan or with its point."""
    match value:
        case int() if field.kind is FieldKind.money:
            return yuan(value)
        case int() if field.kind is FieldKind.decimal:
            return decimal(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _shown(field: Field, values: tuple[str, ...], wording: Wording, office: Office) -> str:
    """Answers as people read them: what they chose by its words."""
    if field.kind is FieldKind.files:
        return ""
    between = "、" if wording.language == "zh-Hans" else ", "
    return between.join(_named(field, each, wording, office) for each in values)


def _named(field: Field, value: str, wording: Wording, office: Office) -> str:
    match field.kind:
        case FieldKind.entry | FieldKind.entries:
            return office.names.entry(field.of[0], value, wording.language) if value else ""
        case FieldKind.choice | FieldKind.choices if value in field.choices:
            return wording.choice(field.id, value)
        case FieldKind.units:
            return shown(FieldKind.unit, value, office, wording.language)
        case _:
            return shown(field.kind, value, office, wording.language)


def _among(field: Field, sight: Sight | None, subject: Facts) -> tuple[str, ...] | None:
    """The codes among which the field lets choose, as far as they are known before anybody answers; None for all."""
    said = subject.get(field.among.removeprefix(SUBJECT)) if field.among.startswith(SUBJECT) else None
    value = sight.get(field.among) if said is None and sight is not None and field.among else said
    return tuple(map(str, value)) if isinstance(value, tuple | list) else None


def narrowed(
    field: Field, wording: Wording, office: Office, today: date, codes: tuple[str, ...] | None = None
) -> tuple[str, ...] | None:
    """Of these codes (None: of all of the register) those that the field lets choose by what their rows say, in their order."""
    fit = offered(field, wording.procedure.settings, today.isoformat())
    if fit is None:
        return codes
    register = next(each for each in wording.procedure.registers if each.id == field.of[0])
    rows = office.names.entries.rows(register.id)
    every = (
        codes
        if codes is not None
        else (each.value for each in entries(register.id, office, wording.language).options)
    )
    return tuple(each for each in every if each in rows and fit.holds(register.said(each, rows[each])))


def _first(field: Field, form: Form, wording: Wording) -> Field | None:
    """The field of a form that must be answered before it is known among what this one lets choose."""
    if not field.among.startswith(SUBJECT):
        return None
    named = names_of(wording.procedure.registers).get(field.among.removeprefix(SUBJECT))
    keys = named[0].key if named is not None else ()
    return next((each for each in form.fields if each.id in keys and each.id != field.id), None)


def _entries(field: Field, office: Office, language: str, only: tuple[str, ...] | None) -> tuple[Option, ...]:
    every = entries(field.of[0], office, language)
    if only is not None:
        only = only if field.where is None or len(only) <= MOST_LISTED else ()
        return tuple(Option(code, every.labels.get(code, code)) for code in only)
    return every.options if len(every.options) <= MOST_LISTED else ()


def _options(
    field: Field, wording: Wording, office: Office, only: tuple[str, ...] | None = None
) -> tuple[Option, ...]:
    """The choices of a field; units, divisions, categories and entries come from the registers. ``only`` are the codes of
    those entries that may be chosen."""
    match field.kind:
        case FieldKind.entry | FieldKind.entries:
            return _entries(field, office, wording.language, only)
        case FieldKind.choice | FieldKind.choices:
            return tuple(Option(choice, wording.choice(field.id, choice)) for choice in field.choices)
        case (
            FieldKind.unit
            | FieldKind.units
            | FieldKind.category
            | FieldKind.division
            | FieldKind.duty
            | FieldKind.peer
        ):
            every = choices(field.kind, office, wording.language).options
            if not field.of:
                return every
            return tuple(each for each in every if office.county.units[each.value].kind in field.of)
        case _:
            return ()
