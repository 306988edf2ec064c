"""What a clerk is offered while writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.apps.acting import Acting
from tongban.apps.casework.views import FieldView, Opening


def suggestion(
    opening: Opening, fields: Sequence[FieldView], answers: Mapping[str, object], acting: Acting
) -> None:
    del opening, fields, answers, acting
