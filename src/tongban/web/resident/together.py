"""Having a report handled with an open matter: what is offered while it is written, what was chosen, what came of it.

What was chosen travels with the pages like all else, so that nothing is stored before it is sent.
"""

from __future__ import annotations

import time

from django.contrib import messages
from django.http import HttpRequest

from tongban.apps import patience
from tongban.apps.acting import Acting
from tongban.apps.casework.views import Taken
from tongban.apps.dispatch.together import OpenMatter, join, open_matters
from tongban.apps.patience import Bound, place
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, resident
from tongban.web.words import language_of, says

SHOWINGS = Bound("report:open", 60, 600)
"""How often one address is shown open matters: enough to write some reports, too few to list what is open."""
ALONE = "alone"
"""What is pressed to take a choice back."""


def chosen(request: HttpRequest) -> str:
    """The open matter that this report is to be handled with; "" for none. What is pressed counts before what came along."""
    pressed = request.POST.get("join") or request.POST.get("with", "")
    return "" if pressed == ALONE else pressed[:64]


def sends(request: HttpRequest, go: str) -> bool:
    """Whether the last page was sent: by its button, or by choosing an open matter; not by taking a choice back."""
    pressed = request.POST.get("join", "")
    return pressed != ALONE and (bool(pressed) or go == "send")


def offered(request: HttpRequest, practice: str, words: str, division: str) -> tuple[OpenMatter, ...]:
    """Open matters like the one being written; none for an address that was shown them often enough."""
    found = open_matters(practice, words, division, resident(request))
    often = bool(found) and patience.count(SHOWINGS, place(address_of(request)), time.time())
    return () if often else found


def join_chosen(request: HttpRequest, taken: Taken, words: str, acting: Acting) -> None:
    """Join the case just opened to what was chosen, and say what came of it. The case stands either way."""
    found = join(taken.number, chosen(request), words, acting)
    if isinstance(found, Refused):
        said = says(found, language_of(request))
        messages.info(request, f"{said.says}{said.fix}")
    else:
        messages.success(request, found.says)
