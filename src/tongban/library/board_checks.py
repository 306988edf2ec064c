"""Is a board made only of what work leaves behind, and do colours say something?"""

from __future__ import annotations

from tongban.kernel.indicator.parts import PARTS
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.library.boards import TOTAL, by_hand, only_drawn, weight_of
from tongban.library.faults import Faults
from tongban.library.practice import Practice


def board_faults(practice: Practice, faults: Faults) -> None:
    """Indicators of this practice that lead nowhere, that are no rate, that somebody could have written, or whose sample nobody drew; and
    weights that do not add up. Those of other practices are looked at when the board is counted."""
    for name, board in practice.boards.items():
        for item, said in board.items.items():
            where = practice.where("boards.yaml", name, "items", item)
            of, _, indicator = said.indicator.rpartition(".")
            if said.weight.setting is None and said.weight.number < 1:
                faults.refuse("practice.board_weight", where, name=item)
            if of not in ("", practice.id):
                continue
            if not faults.known("practice.unknown_indicator", where, indicator, practice.indicators):
                continue
            spec = practice.indicators[indicator]
            if spec.numerator is None:
                faults.refuse("practice.board_no_rate", where, name=indicator)
            if spec.sign:
                faults.refuse("practice.board_sign", where, name=indicator)
            elif spec.disclosure not in (None, PARTS):
                faults.refuse("practice.board_told", where, name=indicator)
            if board.period not in spec.period:
                faults.refuse("practice.board_period", where, name=indicator, period=board.period)
            written = by_hand(practice, spec)
            if written:
                faults.refuse("practice.board_by_hand", where, name=indicator, fields=written)
            if said.sampled and not only_drawn(spec):
                faults.refuse("practice.board_sampled", where, name=indicator)
    defaults: dict[str, Value] = {name: each.default for name, each in practice.manifest.settings.items()}
    faults.found += (*weight_faults(practice, defaults), *colour_faults(practice, defaults))


def weight_faults(practice: Practice, values: Facts) -> list[Refused]:
    """Boards whose weights do not add up to the total under these settings."""
    found = []
    for name, board in practice.boards.items():
        total = sum(weight_of(said.weight, values) for said in board.items.values())
        if total != TOTAL:
            where = practice.where("boards.yaml", name, "items")
            found.append(
                Refused("practice.board_total", where, {"name": name, "total": total, "wanted": TOTAL})
            )
    return found


def colour_faults(practice: Practice, values: Facts) -> list[Refused]:
    """Colours of what is no share or a mere sign, and limits that leave no unit amber, under these settings."""
    found = []
    for name, spec in practice.indicators.items():
        if spec.colours is None:
            continue
        where = practice.where("indicators.yaml", name, "colours")
        if spec.numerator is None or spec.sign:
            found.append(Refused("practice.colours_no_rate", where, {"name": name}))
        red, amber = (weight_of(each, values) for each in (spec.colours.red, spec.colours.amber))
        low, high = (red, amber) if spec.better == "more" else (amber, red)
        if not 0 < low < high <= 100:
            found.append(Refused("practice.colours_order", where, {"name": name, "red": red, "amber": amber}))
    return found
