"""Many steps in one request."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import cases as shapes
from tongban.apps.casework.many.results import Told, told
from tongban.apps.casework.many.rows import StepRow
from tongban.apps.casework.many.taking import take_rows
from tongban.apps.office import office
from tongban.kernel.refusal import Refused


def take_steps(asked: Asked, body: shapes.TakeSteps) -> Answer:
    """Take one step a row, each by the rules of taking one alone; the good rows stand though others are refused.

    The rows of one case are taken in their order; after a refused one its later rows are held back. The same row sent again does
    nothing, whoever sends it: a step of a case at a moment, or without a moment a step of a case with these answers.
    """
    rows = [
        StepRow(n, each.step, each.case, each.key, each.at, each.answers)
        for n, each in enumerate(body.rows, 1)
    ]
    done = take_rows(rows, asked.acting, under=body.under, all_or_none=body.all_or_none)
    if isinstance(done, Refused):
        return done
    lines = told(office(), done, asked.acting)
    out = tuple(_row(line, each.case) for line, each in zip(lines, done.rows, strict=True))
    return shapes.StepsOut(taken=done.taken, known=done.known, refused=done.refused, kept=done.kept, rows=out)


def _row(line: Told, case: str) -> shapes.RowOut:
    faults = tuple(shapes.RowFault(code=w.code, where=w.where, says=w.says, fix=w.fix) for w in line.wrong)
    return shapes.RowOut(row=line.row, came=line.came, case=case, faults=faults)
