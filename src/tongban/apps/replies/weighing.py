"""A reply of a case, weighed: before it is sent for whoever writes it, before it is approved for whoever checks it.

Computed from what stands there and forgotten: nothing is stored, counted or shown to anybody else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import cast

from msgspec import Struct
from msgspec.json import decode

from tongban.apps.acting import Acting
from tongban.apps.casework.story import Contents
from tongban.apps.casework.whole import Whole
from tongban.apps.office import Office
from tongban.apps.replies.judging import Finding, Matter, Reply, Said, Weight, judge
from tongban.apps.replies.nearness import Matters
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.commands import ActorKind
from tongban.kernel.form import Form
from tongban.kernel.procedure.answering import (
    answers,
    dated_fields,
    judged_answers,
    matter_fields,
    reply_fields,
)
from tongban.kernel.procedure.model import Kind, Procedure

_KIND = re.compile("(?:县|街道|镇|乡|村|社区)$")
LATELY = 200
"""How many settled cases of the same kind and receiving unit a reply is compared with, the latest."""


class Remark(Struct, frozen=True):
    """One thing to look at again, in words."""

    code: str
    weight: Weight
    says: str


class _Beside(Struct, frozen=True):
    """What other cases tell: their replies, and what they are about."""

    replies: tuple[str, ...]
    matters: Matters


def weighed(
    found: Whole, step: str, given: Mapping[str, object], acting: Acting, here: Office
) -> tuple[Remark, ...]:
    """What to look at again in the reply that ``given`` would send, or that ``step`` passes judgement on.

    () for a step that has nothing to do with a reply, for a requester, and where all seems well. Whoever calls
    has made sure that the step is this reader's to take.
    """
    if acting.actor.kind is ActorKind.REQUESTER:
        return ()
    procedure = here.procedure(found.case.adoption)
    kind = procedure.kinds[found.case.kind]
    rule = kind.steps.get(step)
    if rule is None:
        return ()
    judged = judged_answers(kind, found.case.stage, rule)
    if not judged and not answers(rule):
        return ()
    asked = procedure.forms.get(rule.form)
    reply = _sent(found, judged, kind, procedure) if judged else _reply(asked, given)
    if reply is None or not reply.whole.strip():
        return ()
    beside = _beside(here, found.case, kind, procedure)
    matter = _matter(found, kind, procedure)
    remarks = judge(matter, reply, beside.replies, beside.matters, _places(here))
    return tuple(_said(each, acting.language) for each in remarks)


def _places(here: Office) -> frozenset[str]:
    """The county's divisions, as people say them: with what they are and without."""
    names = {zh for zh, _ in here.names.divisions.values()}
    return frozenset(names | {_KIND.sub("", name) for name in names})


def _said(finding: Finding, language: str) -> Remark:
    return Remark(finding.code, finding.weight, say(finding.code, language, **finding.facts))


def _reply(form: Form | None, given: Mapping[str, object]) -> Reply | None:
    if form is None:
        return None
    texts = tuple(
        Said(text, field.says)
        for field in reply_fields(form)
        if isinstance(text := given.get(field.id), str) and text.strip()
    )
    parts = frozenset(field.says for field in reply_fields(form) if field.says is not None)
    return Reply(texts, any(given.get(field.id) for field in dated_fields(form)), parts)


def _sent(found: Whole, judged: frozenset[str], kind: Kind, procedure: Procedure) -> Reply | None:
    """The last reply of these steps, as much of it as was not erased."""
    last = next((event for event in reversed(found.events) if event.step in judged), None)
    if last is None:
        return None
    form = procedure.forms.get(kind.steps[last.step].form)
    return _reply(form, {**_at(found.contents, last.seq), **last.facts})


def _matter(found: Whole, kind: Kind, procedure: Procedure) -> Matter:
    """The written answers of the opening step, and the title under which the case is listed."""
    first = found.events[0]
    form = procedure.forms.get(kind.steps[first.step].form) if first.step in kind.steps else None
    told = {**_at(found.contents, first.seq), **first.facts}
    body = "\n".join(str(told[f.id]) for f in (matter_fields(form) if form else ()) if told.get(f.id))
    return Matter(found.title, body)


def _at(contents: Contents, seq: int) -> dict[str, object]:
    return {field: value for (at, field), value in contents.items() if at == seq}


def _beside(here: Office, case: Case, kind: Kind, procedure: Procedure) -> _Beside:
    """The last settled cases of this kind that the same unit received."""
    forms = [procedure.forms[step.form] for step in kind.steps.values() if step.form in procedure.forms]
    works = {step.form for step in kind.steps.values() if step.work}
    opens = {step.form for step in kind.openings()}
    replying = {field.id for form in forms if form.id in works for field in reply_fields(form)}
    telling = {field.id for form in forms if form.id in opens for field in matter_fields(form)} - replying
    rows = here.rows(
        """SELECT c.id::text, c.title, x.seq, x.field, x.value
           FROM (SELECT id, title FROM store_case
                 WHERE county = %s AND home = %s AND practice = %s AND kind = %s AND settled_at IS NOT NULL
                   AND id <> %s::uuid
                 ORDER BY settled_at DESC, id LIMIT %s) c
           JOIN store_content x ON x.county = %s AND x.chain = c.id AND x.field = ANY(%s::text[])
           ORDER BY c.id, x.seq""",
        [
            here.county.code,
            case.home,
            case.practice,
            case.kind,
            case.id,
            LATELY,
            here.county.code,
            sorted(replying | telling),
        ],
    )
    replies: list[str] = []
    matters: list[str] = []
    every = cast("list[tuple[str, str, int, str, str]]", rows)
    for _, group in groupby(every, key=lambda row: row[0]):
        of_one = list(group)
        last = max((seq for _, _, seq, field, _ in of_one if field in replying), default=0)
        texts = {(seq, field): str(decode(value)) for _, _, seq, field, value in of_one}
        replies.append(
            "\n".join(text for (seq, field), text in texts.items() if seq == last and field in replying)
        )
        told = [text for (_, field), text in texts.items() if field in telling]
        matters.append("".join((of_one[0][1], *told)))
    return _Beside(tuple(replies), Matters.of(matters))
