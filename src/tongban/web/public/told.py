"""What pages say of a figure in sentences."""

from __future__ import annotations

from tongban.apps.publication.standing import Standing
from tongban.kernel.indicator.change import Change
from tongban.web.words import say


def moved(change: Change | None, kind: str, language: str) -> str:
    """What became of it since the month before, and whether chance explains that. ``kind`` is that of the indicator."""
    if change is None:
        return say("publication.change.none", language)
    if change.way == "same":
        return say("publication.change.same", language)
    average = kind == "average"
    way = change.way if change.way != "noise" else ("noise_up" if change.by > 0 else "noise_down")
    by = f"{abs(change.by):.2f}" if average else f"{abs(change.by) * 100:.1f}"
    return say(f"publication.change.{way}_{'average' if average else 'rate'}", language, by=by)


def cited(standing: Standing, title: str, month: str, address: str, language: str) -> str:
    """The line by which a figure is quoted: with its edition and digest where it is released."""
    key = (
        "publication.cite.edition"
        if standing.edition
        else "publication.cite.gone"
        if standing.gone
        else "publication.cite.not_released"
    )
    facts = {"title": title, "month": month, "address": address}
    return say(key, language, **facts, edition=standing.edition, digest=standing.digest)
