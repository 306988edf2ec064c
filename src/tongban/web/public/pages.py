"""What everybody may read: monthly figures with all that stands behind them, de-identified cases, how to check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from msgspec import Struct

from tongban.apps.cards.library import CARD, Card, told
from tongban.apps.disclosure.course import course
from tongban.apps.disclosure.figures import Figure, month_name, months
from tongban.apps.disclosure.figures import figures as compute
from tongban.apps.disclosure.reading import PublicCase, published, read_public
from tongban.apps.disclosure.released import UNTOLD, newest
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import latest, public_keys
from tongban.apps.publication.front import LEADING
from tongban.apps.publication.standing import standing_of
from tongban.apps.wording import moment
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused as refused_page
from tongban.web.words import language_of

LONGEST = 60
"""Characters of a search."""


class Tab(Struct, frozen=True):
    """A list of published texts: ``url`` names its page, ``one`` that of a single text."""

    url: str
    what: str
    one: str

    @property
    def title(self) -> str:
        return f"public.{self.url}"


TABS = (
    Tab("cases", "case", "public_case"),
    Tab("cards", "card", "public_card"),
    Tab("refusals", "refusal", "public_refusal"),
)


@require_safe
def figures(request: HttpRequest, period: str = "") -> HttpResponse:
    """All indicators of one month; the last released one without one."""
    now, language = datetime.now(UTC), language_of(request)
    listed = months(now)
    if not period:
        return redirect("figures_of", period=request.GET.get("period") or newest(office(), listed))
    found = compute(period, language, now)
    if isinstance(found, Refused) and found.code not in UNTOLD:
        return refused_page(request, found, 404)
    practices: dict[str, list[Figure]] = {}
    for figure in () if isinstance(found, Refused) else found.figures:
        practices.setdefault(figure.practice, []).append(figure)
    again = {} if isinstance(found, Refused) else {each.practice: each for each in found.again}

    def told(practice: str) -> bool:
        """Whether anything of it was counted in the month."""
        return practice in again or any(each.denominator or each.few for each in practices[practice])

    def residents_first(practice: str) -> bool:
        return all(each.id not in LEADING for each in practices[practice])

    values = {
        "period": period,
        "standing": standing_of(found, period, language),
        "month": month_name(period, language),
        "months": [(each, month_name(each, language)) for each in sorted({*listed, period}, reverse=True)],
        "practices": {
            name: (*_leading(practices[name]), again.get(name))
            for name in sorted(practices, key=residents_first)
            if told(name)
        },
        "quiet": [name for name in practices if not told(name)],
        "fewest": FEWEST,
    }
    return render(request, "public/figures.html", values)


def _leading(rows: list[Figure]) -> tuple[list[Figure], list[Figure]]:
    """The figures that are shown at once, and the rest; where none leads, those that count something."""
    first = sorted((each for each in rows if each.id in LEADING), key=lambda each: LEADING.index(each.id))
    first = first or [each for each in rows if each.denominator or each.few]
    return first, [each for each in rows if each not in first]


@require_safe
def cases(request: HttpRequest, tab: Tab = TABS[0]) -> HttpResponse:
    """De-identified cases, case cards or refusals, the newest first; the filter stands in the address."""
    words, after = request.GET.get("words", "")[:LONGEST], request.GET.get("after", "")[:120]
    page = published(tab.what, language_of(request), words=words, after=after)
    rows = _kept(page.cases, tab)
    values = {"page": page, "rows": rows, "words": words, "what": tab.url, "one": tab.one, "tabs": TABS}
    values |= {"title": tab.title, "lead": f"{tab.title}.lead"}
    return render(request, "public/cases.html", values)


def _kept(texts: Sequence[PublicCase], tab: Tab) -> list[tuple[PublicCase, Card | None]]:
    """Texts with what is kept beside them, of cards: how often each helped, and what is doubted of it."""
    if tab.what != CARD:
        return [(each, None) for each in texts]
    return [(each.text, each) for each in told(texts, datetime.now(UTC))]


@require_safe
def case(request: HttpRequest, id: str, tab: Tab = TABS[0]) -> HttpResponse:
    """One published text, and how the matter behind it went."""
    found = read_public(tab.what, id, language_of(request))
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    return render(
        request,
        "public/case.html",
        {
            "case": found,
            "card": _kept([found], tab)[0][1],
            "what": tab.url,
            "course": course(str(id), language_of(request)),
        },
    )


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """What the ledger proves, the newest signed head, and the keys to check it with."""
    head = latest()
    signed = moment(head.at, language_of(request)) if head is not None else ""
    return render(request, "public/trust.html", {"head": head, "signed": signed, "keys": public_keys()})


@require_safe
def note(request: HttpRequest) -> HttpResponse:
    """The newest signed head as the plain text that was signed."""
    head = latest()
    if head is None:
        return refused_page(request, Refused("disclosure.no_checkpoint"), 404)
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")
