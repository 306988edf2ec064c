"""Who may do what: the whole table, by role, by practice, by what is done; and as a sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.rights.telling import StepLine, rights_sheet, rights_table
from tongban.web.desk.who import staff
from tongban.web.frame.files import download

LONGEST = 60


@require_safe
@staff
def rights_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The table of rights; ``?practice=``, ``?role=`` and ``?words=`` narrow it, ``?form=csv`` gives it as a sheet."""
    practice, role, words = (request.GET.get(each, "")[:LONGEST] for each in ("practice", "role", "words"))
    if request.GET.get("form") == "csv":
        return download(rights_sheet(acting, practice, role, words), "text/csv; charset=utf-8", "rights.csv")
    asked = bool(practice or role or words)
    table = rights_table(acting, practice, role, words)
    kinds: dict[tuple[str, str], list[StepLine]] = {}
    for each in table.steps if asked else ():
        kinds.setdefault((each.practice_title, each.kind_title), []).append(each)
    query = request.GET.copy()
    query["form"] = "csv"
    context = {
        "table": table, "practice": practice, "role": role, "words": words, "kinds": kinds, "asked": asked,
        "steps": len(table.steps), "sheet": f"?{query.urlencode()}",
    }  # fmt: skip
    return render(request, "studio/rights.html", context)
