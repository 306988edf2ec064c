"""Cases: open, look, list, take a step, explain, files, who asks."""

from __future__ import annotations

import time
from typing import cast

from msgspec.structs import replace

from tongban.api.v1 import limits
from tongban.api.v1.cursors import unwrapped, wrapped
from tongban.api.v1.describing import case_out, explained_out, plain, step_out
from tongban.api.v1.once import REPLAYED
from tongban.api.v1.problems import doubts
from tongban.api.v1.route import Answer, Asked, Given, No, Raw
from tongban.api.v1.shapes import cases as shapes
from tongban.apps.casework.files import LARGEST, Upload, keep, name_of, open_file
from tongban.apps.casework.foresee import foresee
from tongban.apps.casework.look import explain, look
from tongban.apps.casework.standing import standing
from tongban.apps.casework.steps import offered
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.casework.whole import visible, whole
from tongban.apps.casework.worklist import Filter, worklist
from tongban.apps.dispatch.finding import LOOSELY, twins
from tongban.apps.dispatch.together import join
from tongban.apps.office import office, office_lately
from tongban.apps.people import tokens
from tongban.apps.people.looking import look_identity
from tongban.apps.replies.weighing import weighed
from tongban.apps.wording import Wording
from tongban.kernel.commands import ActorKind
from tongban.kernel.procedure.model import Relation
from tongban.kernel.refusal import Refused

MOST_FILES = 10
MOST_OWNED = 50
"""Cases that one resident's token opens."""


def open_one(asked: Asked, body: shapes.OpenCase) -> Answer:
    """Open a case. Anybody may, for what residents bring; staff open what their posts allow.

    Answers 201 with its number, or 200 when the same request had been acted on before. Residents get a
    token that follows it.
    """
    acting = asked.acting
    stranger = acting.actor.kind is ActorKind.REQUESTER
    if stranger and not body.rehearse:
        seconds = limits.wait(limits.STRANGERS_OPENINGS, "everybody", time.time())
        if seconds:
            return Refused("api.many", "", {"seconds": seconds})
    taken = open_case(
        body.practice,
        body.answers,
        acting,
        step=body.step,
        kind=body.kind,
        channel="api" if stranger or not body.channel else body.channel,
        home=body.home,
        division=body.division,
        rehearse=body.rehearse,
    )
    if isinstance(taken, Refused):
        return No(taken, _practice_wording(asked, body.practice))
    given = _taken(taken, _wording(asked, taken))
    if body.rehearse:
        return Given(given.model_copy(update={"number": ""}), 200)
    if stranger:
        owns = [taken.case_id, *acting.actor.owns][:MOST_OWNED]
        joined = _joined(asked, body, taken)
        given = given.model_copy(
            update={"token": tokens.resident_token(owns, office_lately()).text, **joined}
        )
    where = {"Location": f"/api/v1/cases/{taken.number}"}
    return Given(given, 200, where | REPLAYED) if taken.again else Given(given, 201, where)


def _joined(asked: Asked, body: shapes.OpenCase, taken: Taken) -> dict[str, object]:
    """What became of the wish to have it handled with an open matter; the case stands either way."""
    if not body.together or taken.again:
        return {}
    acting = asked.acting
    own = replace(acting, actor=replace(acting.actor, owns=acting.actor.owns | {taken.case_id}))
    words = max((each for each in body.answers.values() if isinstance(each, str)), key=len, default="")
    found = join(taken.number, body.together, words, own)
    return {} if isinstance(found, Refused) else {"joined": True, "stage": found.stage}


def list_cases(asked: Asked, query: shapes.WorklistQuery) -> Answer:
    """A worklist: what waits for your units, the most urgent first."""
    after = unwrapped(query.after)
    if isinstance(after, Refused):
        return after
    wanted = Filter(**{**query.model_dump(exclude={"limit"}), "after": after})
    found = worklist(asked.acting, wanted, most=query.limit)
    return shapes.Worklist(
        rows=tuple(shapes.Row.model_validate(row) for row in found.rows),
        late=found.late,
        soon=found.soon,
        total=found.total,
        next=wrapped(found.older),
    )


def get_case(asked: Asked, number: str) -> Answer:
    """A whole case as the caller may see it: where it stands, its clocks, its story."""
    found = standing(number, asked.acting)
    return found if isinstance(found, Refused) else case_out(found)


def list_steps(asked: Asked, number: str) -> Answer:
    """The steps that the caller could take now, each with the JSON Schema of its form."""
    found = offered(number, asked.acting)
    if isinstance(found, Refused):
        return found
    steps, wording = found
    resident = asked.acting.actor.kind is ActorKind.REQUESTER
    return shapes.StepList(steps=tuple(step_out(step, wording, resident=resident) for step in steps))


def take_step(asked: Asked, number: str, body: shapes.TakeStep) -> Answer:
    """Take one step. Of two callers at once one wins; the other gets 409 and loses nothing."""
    acting = replace(asked.acting, names_seen=frozenset(body.names_seen))
    taken = take(number, body.step, body.answers, acting, body.rows)
    if isinstance(taken, Refused):
        return No(_unless_theirs(asked, number, body.step, taken), _case_wording(asked, number))
    given = _taken(taken, _wording(asked, taken))
    return Given(given, 200, REPLAYED) if taken.again else given


def _unless_theirs(asked: Asked, number: str, step: str, refused: Refused) -> Refused:
    """To somebody who may not see it a case that exists is refused like one that does not."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return refused
    rule = here.procedure(loaded.case.adoption).kinds[loaded.case.kind].steps.get(step)
    open_to_all = rule is not None and any(who.relation is Relation.ANYONE for who in rule.by)
    seen = visible(number, asked.acting, here)
    return seen if isinstance(seen, Refused) and not open_to_all else refused


def foresee_step(asked: Asked, number: str, body: shapes.TakeStep) -> Answer:
    """What a step would bring, without taking it. Refuses exactly what taking it would refuse."""
    here = office()
    seen = whole(number, asked.acting, here)
    if isinstance(seen, Refused):
        return seen
    foreseen = foresee(number, body.step, body.answers, asked.acting)
    if isinstance(foreseen, Refused):
        return No(foreseen, _case_wording(asked, number))
    remarks = weighed(seen, body.step, body.answers, asked.acting, here)
    said = tuple(shapes.Remark.model_validate(each) for each in remarks)
    told = tuple(f"{each.says} {each.fix}" for each in foreseen.doubts)
    return shapes.Foreseen(stage=foreseen.stage, says=foreseen.follows, doubts=told, remarks=said)


def deadlines(asked: Asked, number: str) -> Answer:
    """How every due date of a case came about, line by line, with the documents it rests on."""
    found = explain(number, asked.acting)
    if isinstance(found, Refused):
        return found
    return shapes.Deadlines(deadlines=tuple(explained_out(each) for each in found))


def alike_cases(asked: Asked, number: str, query: shapes.AlikeQuery) -> Answer:
    """Open cases of the caller's units that may be the same matter, the likest first."""
    seen = look(number, asked.acting)
    if isinstance(seen, Refused):
        return seen
    found = twins(number, asked.acting, query.words, least=LOOSELY)
    if isinstance(found, Refused):
        return found
    return shapes.SimilarList(cases=tuple(shapes.Similar.model_validate(each) for each in found))


def upload(asked: Asked) -> Answer:
    """Keep files, to be named in answers by their ids. Photos are drawn anew and lose their metadata."""
    uploads = asked.request.FILES.getlist("file")
    if not uploads:
        return Refused("api.missing", "/file", {"field": "/file", "rule": ""})
    if len(uploads) > MOST_FILES:
        return Refused(
            "api.value", "/file", {"field": "/file", "rule": "cause.rows_most", "bound": MOST_FILES}
        )
    large = [each for each in uploads if (each.size or 0) > LARGEST]
    kept = keep(cast("list[Upload]", large or uploads), asked.acting)
    if isinstance(kept, Refused):
        return Refused.of([replace(each, where="/file", also=()) for each in kept.all()])
    return shapes.FileList(files=tuple(shapes.KeptFile.model_validate(each) for each in kept))


def download(asked: Asked, number: str, file: str) -> Answer:
    """A photo or paper of a case that the caller may see."""
    page = look(number, asked.acting)
    if isinstance(page, Refused):
        return page
    found = open_file(file) if file in page.photos else Refused("file.unknown", "file")
    if isinstance(found, Refused):
        return found
    media_type, data = found
    quiet = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f'attachment; filename="{name_of(file, media_type)}"',
    }
    return Raw(data, media_type, quiet)


def identity(asked: Asked, number: str, body: shapes.Look) -> Answer:
    """Who asks, for a stated purpose. Purpose and caller stand in the ledger before anything is read."""
    found = look_identity(number, body.purpose, body.why, asked.acting)
    if isinstance(found, Refused):
        return found
    return shapes.IdentityOut(number=found.number, values=plain(found.values))


def _taken(taken: Taken, wording: Wording) -> shapes.Taken:
    return shapes.Taken(
        number=taken.number,
        stage=taken.stage,
        due=taken.due,
        again=taken.again,
        says=taken.says,
        warnings=doubts(taken.warnings, wording),
        joined=False,
        token="",
    )


def _wording(asked: Asked, taken: Taken) -> Wording:
    """The words of the practice that was just acted by: nobody is asked once more for them."""
    return office_lately().wording(taken.adoption, asked.acting.language)


def _practice_wording(asked: Asked, practice: str) -> Wording | None:
    here = office()
    adoption = here.opened_under(practice, asked.acting.now)
    return here.wording(adoption, asked.acting.language) if adoption is not None else None


def _case_wording(asked: Asked, number: str) -> Wording | None:
    """The words of the practice that a case is of; None for a case that is not there."""
    here = office()
    loaded = here.find(number)
    if isinstance(loaded, Refused):
        return None
    return here.wording(loaded.case.adoption, asked.acting.language)
