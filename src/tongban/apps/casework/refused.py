"""Why something could not be done on a case, in words: with the titles that its practice gives to what it names."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.kernel.refusal import Refused
from tongban.library.texts import Words, refusal_words


def in_words(
    refused: Iterable[Refused], number: str, acting: Acting, here: Office | None = None
) -> list[Words]:
    """Refusals, or doubts, about a case; in the product's words alone where the number is nobody's."""
    told = list(refused)
    loaded = (here or office()).find(number) if told else None
    if loaded is None or isinstance(loaded, Refused):
        return [refusal_words(each, acting.language) for each in told]
    wording = (here or office()).wording(loaded.case.adoption, acting.language)
    return [wording.refusal(each) for each in told]
