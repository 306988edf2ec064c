"""A page that is not shipped: every component of the frame at once, in every state, to be looked at and measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from msgspec import Struct
from msgspec.structs import replace
from specimen_charts import pages_charts

from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import Calendar, Span, due
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.drawing import Drawing, drawing
from tongban.kernel.procedure.model import Kind, Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.calendars import read_calendars
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.web.doors import DOORS, Door
from tongban.web.frame.signing import sign_in, sign_out
from tongban.web.loop import LoopWords, clock_lines, loop_svg
from tongban.web.words import language_of

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Option(Struct, frozen=True):
    value: str
    label: str
    group: str = ""


class Field(Struct, frozen=True):
    id: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    value: str = ""
    values: tuple[str, ...] = ()
    longest: int = 0
    fault: str = ""
    fix: str = ""


@cache
def hotline() -> tuple[Practice, Procedure, Calendar]:
    practice = read_practice(ROOT / "practices" / "hotline")
    assert not isinstance(practice, Refused), practice
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused), procedure
    calendar = read_calendars(ROOT / "calendars" / "cn")
    assert not isinstance(calendar, Refused), calendar
    return practice, procedure, calendar


def words(language: str, holder: str = "") -> LoopWords:
    practice, procedure, _ = hotline()
    texts = practice.words[language]

    def of(key: str) -> str:
        return texts.get(key, key)

    return LoopWords(of, language, holder, "", clock_lines(procedure.kinds["appeal"], of, language))


def drawn(kind: Kind, way: tuple[str, ...], after: timedelta, *, stopped: bool = False) -> Drawing:
    """A case that came this way and has stood ``after`` its start."""
    calendar = hotline()[2]
    stage = way[-1]
    rules = [rule for rule in kind.clocks.values() if stage in rule.runs_in]
    spans = (Span(START + timedelta(days=1), None, "testing"),) if stopped else ()
    states = tuple(
        ClockState(
            rule.id,
            1,
            START,
            rule.limits[-1].limit,
            None if stopped else due(calendar, rule.limits[-1].limit, START).at,
            spans=spans,
        )
        for rule in rules
    )
    case = Case(
        "c", "330899", "HL-20260302-0001", "hotline", "a", "appeal", START, stage, "centre", "town_a", "",
        "web", clocks=states, outcome="resolved" if stage in ("closed", "archived") else "",
    )  # fmt: skip
    travelled = tuple((each, START + timedelta(hours=i)) for i, each in enumerate(way))
    return drawing(kind, case, START + after, calendar, travelled)


OPEN = ("registered", "dispatched", "signed")
WAYS = {
    "kept": (OPEN, timedelta(days=2), False),
    "soon": (OPEN, timedelta(days=8), False),
    "late": (OPEN, timedelta(days=12), False),
    "stopped": ((*OPEN, "suspended"), timedelta(days=4), True),
    "returned": (("registered", "dispatched", "return_pending"), timedelta(days=1), False),
    "asked": ((*OPEN, "replied", "signed", "replied", "callback"), timedelta(days=6), False),
    "closed": ((*OPEN, "replied", "callback", "closed"), timedelta(days=9), False),
    "declined": (("registered", "declined"), timedelta(days=2), False),
    "new": (("registered",), timedelta(hours=1), False),
}


def _fields(english: bool) -> tuple[Field, ...]:
    def say(chinese: str, other: str) -> str:
        return other if english else chinese

    many = tuple(Option(str(i), say(f"镇街 {i}", f"Township {i}")) for i in range(12))
    few = (Option("a", say("还没解决", "Not solved")), Option("b", say("解决了一部分", "Partly solved")))
    label = say("您要说的事", "What is the matter")
    made = {
        kind.value: Field(
            f"f_{kind.value}",
            kind.value,
            f"{label} · {kind.value}",
            say("时间、地点、发生了什么。", "When, where, and what happened."),
            options=many if kind.value in ("unit", "units", "division", "category") else (),
        )
        for kind in FieldKind
    }
    made["choice"] = replace(made["choice"], options=few, required=True, value="b")
    made["choices"] = replace(made["choices"], options=few, values=("a",))
    made["text"] = replace(
        made["text"],
        longest=200,
        required=True,
        value=say(
            "路口的井盖坏了三天，夜里看不见。𠮷野家门口。",
            "The manhole cover has been broken for three days.",
        ),
    )
    made["phone"] = replace(
        made["phone"],
        value="1380013800",
        required=True,
        fault=say("手机号少了一位。", "The number is one digit short."),
        fix=say("手机号是 11 位数字。", "A mobile number has 11 digits."),
    )
    made["rating"] = replace(made["rating"], value="4", fault=say("请选一个。", "Please choose one."))
    made["files"] = replace(made["files"], values=("f1", "f2"))
    return tuple(made.values())


def specimen(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    kind = hotline()[1].kinds["appeal"]
    said = words(language, "城关镇人民政府" if language == "zh-Hans" else "Chengguan Township")
    cases = {name: drawn(kind, way, after, stopped=stop) for name, (way, after, stop) in WAYS.items()}
    messages.success(request, "已登记。" if language == "zh-Hans" else "Registered.")
    context = {
        "fields": _fields(language == "en"),
        "loops": [(name, loop_svg(each, said)) for name, each in cases.items()],
        "handling": [loop_svg(cases["kept"], said, "handler"), loop_svg(cases["asked"], said, "handler")],
        "studio": loop_svg(drawing(kind, None, START, hotline()[2]), said, "studio"),
        "zh": language == "zh-Hans",
        "only": request.GET.get("only", ""),
    }
    template = engines["django"].from_string((HERE / "assets" / "specimen.html").read_text())
    return HttpResponse(template.render(context, request))


def broken(request: HttpRequest) -> HttpResponse:
    from django.db import OperationalError

    if request.GET.get("how") == "database":
        raise OperationalError("connection refused")
    raise RuntimeError("specimen of an incident")


for _name in ("specimen", "charts", "broken"):  # for everybody; this process serves nothing else
    DOORS[_name] = Door("read_public", "read_public")
urlpatterns = [
    path("specimen/", specimen, name="specimen"),
    path("charts/", pages_charts, name="charts"),
    path("broken/", broken, name="broken"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
]
handler400 = "tongban.web.frame.errors.bad_request"
handler403 = "tongban.web.frame.errors.forbidden"
handler404 = "tongban.web.frame.errors.not_found"
handler500 = "tongban.web.frame.errors.server_error"
