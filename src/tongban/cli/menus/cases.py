"""The commands for cases, the ledger and the figures made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def cases(menu: Menu) -> None:
    """Add them to the command line."""
    show = menu.add("case show", "case:show")
    show.add_argument("number", metavar="NUMBER")
    show.add_argument("--json", action="store_true", help=menu.words("option.json"))
    menu.add("case explain", "case:explain").add_argument("number", metavar="NUMBER")
    imports = menu.add("import cases", "importing:cases")
    imports.add_argument("file", metavar="FILE")
    imports.add_argument("--practice", required=True, metavar="ID", help=menu.words("option.practice"))
    imports.add_argument("--plan", metavar="FILE", help=menu.words("option.plan"))
    steps = menu.add("steps", "steps:take")
    steps.add_argument("file", metavar="FILE")
    steps.add_argument("--as", required=True, dest="login", metavar="LOGIN", help=menu.words("option.as"))
    steps.add_argument("--under", default="", metavar="NUMBER", help=menu.words("option.under"))
    steps.add_argument("--all-or-none", action="store_true", help=menu.words("option.all_or_none"))
    steps.add_argument("--refused", metavar="FILE", help=menu.words("option.refused"))
    events = menu.add("export events", "export:events")
    events.add_argument(
        "--format", required=True, choices=("xes", "ocel", "csv", "parquet"), help=menu.words("option.log")
    )
    events.add_argument("--out", required=True, metavar="PATH", help=menu.words("option.log_out"))
    events.add_argument("--practice", default="", metavar="ID", help=menu.words("option.log_practice"))
    events.add_argument("--since", default="", metavar="DATE", help=menu.words("option.log_since"))
    events.add_argument("--until", default="", metavar="DATE", help=menu.words("option.log_until"))
    events.add_argument(
        "--time", choices=("minute", "day"), default="day", help=menu.words("option.log_time")
    )
    trace = menu.add("export trace", "export:trace")
    trace.add_argument("number", nargs="?", default="", metavar="NUMBER")
    trace.add_argument("--since", default="", metavar="DATE", help=menu.words("option.traced_since"))
    trace.add_argument("--until", default="", metavar="DATE", help=menu.words("option.traced_until"))
    trace.add_argument("--json", action="store_true", help=menu.words("option.json"))
    verify = menu.add("ledger verify", "ledger:verify")
    verify.add_argument("--json", action="store_true", help=menu.words("option.json"))
    verify.add_argument("--against", metavar="FILE", help=menu.words("option.against"))
    menu.add("ledger checkpoint", "ledger:checkpoint")
    menu.add("ledger receipt", "ledger:receipt").add_argument("number", metavar="NUMBER")
    judge = menu.add("ledger verify-receipt", "ledger:verify_receipt")
    judge.add_argument("file", metavar="FILE")
    judge.add_argument(
        "--key", action="append", required=True, metavar="ID=BASE64", help=menu.words("option.key")
    )
    _editions(menu)
    drawn = menu.add("draws verify", "draws:verify")
    drawn.add_argument("file", metavar="FILE")
    drawn.add_argument(
        "--key", action="append", required=True, metavar="ID=BASE64", help=menu.words("option.key")
    )
    compute = menu.add("figure compute", "figure:compute")
    compute.add_argument("--period", metavar="PERIOD", help=menu.words("option.period"))
    compute.add_argument(
        "--engine",
        choices=("duckdb", "postgres", "spark"),
        default="duckdb",
        help=menu.words("option.engine"),
    )
    compute.add_argument("--json", action="store_true", help=menu.words("option.json"))
    rebuild = menu.add("rebuild", "ledger:rebuild")
    rebuild.add_argument("--check", action="store_true", help=menu.words("option.check"))


def _editions(menu: Menu) -> None:
    publish = menu.add("figure publish", "editions:publish")
    publish.add_argument("period", metavar="PERIOD")
    publish.add_argument("--as", required=True, dest="login", metavar="LOGIN", help=menu.words("option.as"))
    publish.add_argument("--why", default="", metavar="WORDS", help=menu.words("option.why_corrected"))
    publish.add_argument("--names-seen", default="", metavar="NAMES", help=menu.words("option.names_seen"))
    publish.add_argument("--release", default="", metavar="DIGEST", help=menu.words("option.release"))
    publish.add_argument("--drop", action="store_true", help=menu.words("option.drop_edition"))
    publish.add_argument(
        "--take-down", type=menu.whole(1, 999_999), metavar="N", help=menu.words("option.take_down")
    )
    verify = menu.add("figure verify", "editions:verify")
    verify.add_argument("file", metavar="FILE_OR_ADDRESS")
    verify.add_argument(
        "--key", action="append", default=[], metavar="ID=BASE64", help=menu.words("option.key")
    )
    verify.add_argument("--list", default="", metavar="FILE_OR_ADDRESS", help=menu.words("option.editions"))
    verify.add_argument(
        "--corrects", default="", metavar="FILE_OR_ADDRESS", help=menu.words("option.corrects")
    )
    verify.add_argument("--json", action="store_true", help=menu.words("option.json"))
