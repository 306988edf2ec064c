"""What the county is made of and what everybody may read: practices, registers, figures, cases, proofs."""

from __future__ import annotations

import re

from tongban.api.v1.cursors import unwrapped, wrapped
from tongban.api.v1.describing import named
from tongban.api.v1.forms import form_schema
from tongban.api.v1.route import Answer, Asked, Raw
from tongban.api.v1.shapes import county as shapes
from tongban.apps.casework.destination import would_take
from tongban.apps.disclosure.reading import published, read_public, similar
from tongban.apps.dispatch.earlier import earlier_like
from tongban.apps.dispatch.offering import offer
from tongban.apps.dispatch.precedents import precedents
from tongban.apps.dispatch.suggest import Message, Suggestion
from tongban.apps.dispatch.together import open_matters
from tongban.apps.office import office
from tongban.apps.proof import checkpoints
from tongban.apps.proof.proving import consistency, inclusion
from tongban.apps.proof.receipt import receipt
from tongban.apps.registry.lists import lists
from tongban.apps.wording import Wording
from tongban.kernel.procedure.decide import must_say
from tongban.kernel.procedure.model import Kind, Procedure, Step
from tongban.kernel.refusal import Refused

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PUBLISHED = {"cases": "case", "cards": "card", "refusals": "refusal"}


def list_practices(asked: Asked) -> Answer:
    """The practices under which cases are opened now."""
    here, language = office(), asked.acting.language
    found = []
    for practice, adoption in here.all_practices(asked.acting.now):
        wording = here.wording(adoption, language)
        found.append(
            shapes.PracticeShort(
                id=practice,
                version=wording.procedure.version,
                title=wording.title(),
                purpose=wording.of("practice.purpose"),
                adoption=adoption,
            )
        )
    return shapes.PracticeList(practices=tuple(found))


def get_practice(asked: Asked, practice: str) -> Answer:
    """One practice: its stages and steps, and each of its forms as JSON Schema."""
    here = office()
    adoption = here.opened_under(practice, asked.acting.now)
    if adoption is None:
        return Refused("case.no_practice", "practice", {"practice": practice})
    wording = here.wording(adoption, asked.acting.language)
    procedure = wording.procedure
    return shapes.PracticeOut(
        id=practice,
        version=procedure.version,
        digest=procedure.digest,
        title=wording.title(),
        purpose=wording.of("practice.purpose"),
        adoption=adoption,
        homes=tuple(named((unit, here.names.unit(unit, wording.language))) for unit in here.homes(adoption)),
        kinds=tuple(_kind(kind, wording) for kind in procedure.kinds.values()),
        forms={
            form.id: form_schema(form, wording, must_say=_must_say(procedure, form.id))
            for form in procedure.forms.values()
        },
    )


def _must_say(procedure: Procedure, form: str) -> bool:
    """Whether no step takes the form with nothing in it."""
    steps = [step for kind in procedure.kinds.values() for step in kind.steps.values() if step.form == form]
    return bool(steps) and all(map(must_say, steps))


def _kind(kind: Kind, wording: Wording) -> shapes.KindOut:
    return shapes.KindOut(
        id=kind.id,
        title=wording.of(f"kinds.{kind.id}", kind.id),
        opens=tuple(step.id for step in kind.openings()),
        stages=tuple(
            shapes.StageOut(
                id=stage.id,
                title=wording.stage(stage.id),
                plain=wording.plain(stage.id),
                phase=stage.phase,
                kind=stage.kind.value,
            )
            for stage in kind.stages.values()
        ),
        steps=tuple(_step(step, wording) for step in kind.steps.values()),
        clocks=tuple(
            shapes.ClockOut(
                id=clock.id,
                title=wording.clock(clock.id),
                owner=clock.owner,
                promise=clock.promise,
                runs_in=tuple(sorted(clock.runs_in)),
            )
            for clock in kind.clocks.values()
        ),
    )


def _step(step: Step, wording: Wording) -> shapes.PracticeStep:
    return shapes.PracticeStep(
        id=step.id,
        title=wording.step(step.id),
        leaves=tuple(sorted(step.source)),
        leads=tuple(branch.to for branch in step.to),
        by=tuple(f"{w.role}@{w.relation.value}" if w.role else w.relation.value for w in step.by),
        form=step.form,
    )


def list_units(asked: Asked) -> Answer:
    """The offices of the county, from the top down."""
    found = lists(office().county.code, asked.acting.language).units
    return shapes.UnitList(units=tuple(shapes.UnitOut.model_validate(each) for each in found))


def list_divisions(asked: Asked) -> Answer:
    """The divisions in force, down to villages."""
    found = lists(office().county.code, asked.acting.language).divisions
    return shapes.DivisionList(divisions=tuple(shapes.DivisionOut.model_validate(each) for each in found))


def list_categories(asked: Asked) -> Answer:
    """What a matter can be about; a code lies within the codes that it begins with."""
    found = lists(office().county.code, asked.acting.language).categories
    return shapes.CategoryList(categories=tuple(shapes.CategoryOut.model_validate(each) for each in found))


def suggest(asked: Asked, body: shapes.MessageIn) -> Answer:
    """An offer of category, place and unit for a message, each with its reason. Nothing is kept."""
    message = Message(body.title, body.body, body.place, body.division)
    found = offer(message, asked.acting, body.practice)
    if isinstance(found, Refused):
        return found
    goes = None
    if found.unit:
        goes = would_take(body.practice, found.category, found.division, asked.acting)
    plain = {name: getattr(found, name) for name in shapes.SuggestionOut.model_fields if hasattr(found, name)}
    options = tuple(shapes.OptionOut.model_validate(each) for each in found.alternatives)
    past = _earlier(body, found, asked)
    return shapes.SuggestionOut(
        **{**plain, "alternatives": options, "reason": goes.reason if goes else "", "earlier": past}
    )


def _earlier(body: shapes.MessageIn, offered: Suggestion, asked: Asked) -> tuple[shapes.EarlierOut, ...]:
    if not body.practice:
        return ()
    words = f"{body.title}\n{body.body}".strip()
    found = earlier_like(body.practice, words, offered, asked.acting)
    return tuple(shapes.EarlierOut.model_validate(each) for each in found)


def list_precedents(asked: Asked) -> Answer:
    """What was adjudicated for matters to come, with what it sent and what of that came back; those in force first.

    One is set by the step that adjudicates a case, and revoked by the step named in ``revoke`` on that case.
    """
    found = precedents(asked.acting)
    if isinstance(found, Refused):
        return found
    return shapes.PrecedentList(precedents=tuple(shapes.PrecedentOut.model_validate(each) for each in found))


def similar_public(asked: Asked, body: shapes.SimilarQuery) -> Answer:
    """Published cases like what somebody is writing. The words are not kept, and stand in no address."""
    found = similar(body.words, body.division, asked.acting.language)
    return shapes.PublicCases(cases=tuple(shapes.PublicCase.model_validate(each) for each in found), next="")


def open_public(asked: Asked, body: shapes.OpenQuery) -> Answer:
    """Open matters that many meet alike, of the kind and township that somebody is writing of. The words are not kept.

    Named in ``together`` when a case is opened, theirs is handled with it. Nothing of another's case is compared but what is
    shown of it.
    """
    found = open_matters(body.practice, body.words, body.division, asked.acting)
    return shapes.OpenMatters(matters=tuple(shapes.OpenMatter.model_validate(each) for each in found))


def list_public(asked: Asked, what: str, query: shapes.PublicQuery) -> Answer:
    """Published, de-identified texts, the newest first: ``cases``, ``cards`` or ``refusals``."""
    if what not in PUBLISHED:
        return Refused("api.route")
    after = unwrapped(query.after)
    if isinstance(after, Refused):
        return after
    page = published(
        PUBLISHED[what],
        asked.acting.language,
        words=query.words,
        category=query.category,
        place=query.place,
        after=after,
        most=query.limit,
    )
    cases = tuple(shapes.PublicCase.model_validate(each) for each in page.cases)
    return shapes.PublicCases(cases=cases, next=wrapped(page.older))


def get_public(asked: Asked, what: str, id: str) -> Answer:
    """One published text."""
    if what not in PUBLISHED:
        return Refused("api.route")
    if not ID.fullmatch(id):
        return Refused("disclosure.not_public", "id")
    found = read_public(PUBLISHED[what], id, asked.acting.language)
    return found if isinstance(found, Refused) else shapes.PublicCase.model_validate(found)


def get_receipt(asked: Asked, number: str) -> Answer:
    """A receipt that verifies offline: the entry that opened the case, its proof, and the opener's own words."""
    found = receipt(number, asked.acting)
    if isinstance(found, Refused):
        return found
    name = f'attachment; filename="{"".join(c for c in number if c.isalnum() or c == "-")}.receipt.json"'
    return Raw(found.encode(), "application/json", {"Content-Disposition": name, "Cache-Control": "no-store"})


def get_checkpoint(asked: Asked) -> Answer:
    """The newest signed head of the county's ledger, and the keys to check it with."""
    del asked
    head = checkpoints.latest()
    keys = tuple(shapes.KeyOut(id=key, public=public) for key, public in checkpoints.public_keys())
    if head is None:
        return shapes.CheckpointOut(size=0, root="", at=None, note="", keys=keys)
    return shapes.CheckpointOut(size=head.size, root=head.root, at=head.at, note=head.note, keys=keys)


def get_note(asked: Asked) -> Answer:
    """The newest signed head as it was signed: a C2SP note, to be kept."""
    del asked
    head = checkpoints.latest()
    if head is None:
        return Refused("ledger.no_such_tree", "", {"first": 0, "size": 0})
    return Raw(head.note.encode(), "text/plain; charset=utf-8")


def get_consistency(asked: Asked, query: shapes.ConsistencyQuery) -> Answer:
    """That the ledger of ``size`` entries only added to that of ``first`` (RFC 9162, 2.1.4)."""
    del asked
    found = consistency(query.first, query.size)
    return found if isinstance(found, Refused) else shapes.ConsistencyOut.model_validate(found)


def get_inclusion(asked: Asked, number: str, query: shapes.ProofQuery) -> Answer:
    """That an entry of a case stands under the newest signed head (RFC 9162, 2.1.3)."""
    found = inclusion(number, query.seq, asked.acting)
    return found if isinstance(found, Refused) else shapes.InclusionOut.model_validate(found)
