"""Boards for everybody: what is counted, for how much, and what each point follows from."""

from __future__ import annotations

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import boards as shapes
from tongban.apps.disclosure.board_lines import PartLine, PlaceLine, TableLine
from tongban.apps.disclosure.boards import board_page, newest
from tongban.apps.disclosure.boards import boards as all_boards
from tongban.kernel.refusal import Refused


def list_boards(asked: Asked) -> Answer:
    """The boards of the practices in force."""
    found = all_boards(asked.acting.language, asked.acting.now)
    return shapes.BoardList(boards=tuple(shapes.BoardShort.model_validate(each) for each in found))


def get_board(asked: Asked, board: str, query: shapes.BoardQuery) -> Answer:
    """One board of one period. Units of a kind are compared; equal ranks cannot be told apart."""
    now, language = asked.acting.now, asked.acting.language
    periods = newest(board, now)
    if isinstance(periods, Refused):
        return periods
    page = board_page(board, query.period or periods[0], language, now)
    if isinstance(page, Refused):
        return page
    return shapes.BoardOut(
        board=shapes.BoardShort.model_validate(page.name),
        period=page.period,
        complete=page.complete,
        as_of=page.as_of,
        tables=tuple(_table(each) for each in page.tables),
    )


def _table(table: TableLine) -> shapes.BoardTableOut:
    return shapes.BoardTableOut(
        kind=table.kind,
        out_of=table.out_of,
        ranked=table.ranked,
        items=tuple(shapes.BoardItemOut.model_validate(each) for each in table.items),
        left_out=tuple(shapes.BoardItemOut.model_validate(each) for each in table.left_out),
        places=tuple(_place(each) for each in table.places),
    )


def _place(place: PlaceLine) -> shapes.BoardPlaceOut:
    ranked = bool(place.rank)
    return shapes.BoardPlaceOut(
        unit=place.unit,
        name=place.name,
        rank=place.rank,
        points=place.points,
        low=place.low if ranked else "",
        high=place.high if ranked else "",
        why=place.why,
        parts=tuple(_part(each) for each in place.parts),
    )


def _part(part: PartLine) -> shapes.BoardPartOut:
    shown = not part.hidden
    return shapes.BoardPartOut(
        id=part.id,
        weight=part.weight,
        numerator=part.numerator if shown else None,
        denominator=part.denominator if shown else None,
        excluded=part.excluded if shown else None,
        points=part.points if shown else None,
        short=part.short,
    )
