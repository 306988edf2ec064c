"""How the index of progress came about, row by row, so that anybody can count it again."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.apps.progress.index import index, percent
from tongban.apps.progress.measuring import Measured
from tongban.apps.wording import say


def derivation(rows: Sequence[Measured], language: str) -> tuple[str, ...]:
    """One line a row, then the sum; empty where nothing was due."""
    shares = [(one.row.title or one.row.number, one.then.share()) for one in rows]
    whole = index(share for _, share in shares)
    if whole is None:
        return ()
    found: list[str] = []
    for title, share in shares:
        if share.per_mille is None:
            found.append(say("month.index_left_out", language, title=title))
            continue
        found.append(
            say(
                "month.index_row",
                language,
                title=title,
                weight=f"{share.weight:,}",
                reached=share.reached,
                planned=share.planned,
                share=percent(share.per_mille),
            )
        )
    held = [(share.weight, share.per_mille) for _, share in shares if share.per_mille is not None]
    total = sum(weight * per_mille for weight, per_mille in held)
    summed = f"{total // 1000:,}.{total % 1000:03d}"
    weights = f"{sum(weight for weight, _ in held):,}"
    return (*found, say("month.index_sum", language, sum=summed, weights=weights, index=percent(whole)))
