"""``tongban``: reads the command line, then loads only what that command needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from tongban.cli.menu import Menu
from tongban.cli.outside import outside
from tongban.cli.telling import stand_ins, webhooks
from tongban.cli.words import Voice, voice

Run = Callable[[Voice, argparse.Namespace], int]

INTERRUPTED = 130
"""What shells expect of a command that was stopped with Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0 only when all is well."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    speaker = voice(_language(given))
    options = parser(speaker).parse_args(given)
    try:
        return run_of(options.run)(speaker, options)
    except KeyboardInterrupt:
        speaker.warn("cli.interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as fault:  # what is no refusal is told and goes on as it is
        return _refused(speaker, fault)


def _refused(speaker: Voice, fault: Exception) -> int:
    """Refusals and a database that is gone, in words; everything else is a fault of the program."""
    from tongban.kernel.refusal import Refused, RefusedError

    if isinstance(fault, RefusedError):
        return speaker.refuse(fault.refusal)
    from tongban.apps.registry.database import full_disk
    from tongban.cli.machine import home

    full = full_disk(fault, home())
    if full is not None:
        return speaker.refuse(full)
    names = {each.__name__ for each in type(fault).__mro__}
    said = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
    if "ProgrammingError" in names and "does not exist" in said:
        return speaker.refuse(Refused("cli.not_migrated"))
    if names & {"OperationalError", "InterfaceError"}:
        return speaker.refuse(Refused("cli.database_gone", "", {"said": said}))
    raise fault


def run_of(name: str) -> Run:
    """The function behind ``module:function`` of this package."""
    module, _, function = name.partition(":")
    return cast(Run, getattr(import_module(f"tongban.cli.{module}"), function))


def _language(given: Sequence[str]) -> str:
    for n, each in enumerate(given):
        if each.startswith("--language="):
            return each.partition("=")[2]
        if each == "--language" and n + 1 < len(given):
            return given[n + 1]
    return ""


def parser(speaker: Voice) -> argparse.ArgumentParser:
    """The whole command line."""
    menu = Menu(speaker)
    _running(menu)
    _practices(menu)
    _cases(menu)
    _dispatch(menu)
    _people_and_registers(menu)
    outside(menu)
    webhooks(menu)
    return menu.top


def _running(menu: Menu) -> None:
    demo = menu.add("demo", "demo:demo")
    demo.add_argument("--no-serve", action="store_true", help=menu.words("option.no_serve"))
    demo.add_argument("--port", type=menu.whole(1, 65_535), default=8000, help=menu.words("option.port"))
    demo.add_argument(
        "--volume", type=menu.whole(1, 1000), default=100, metavar="N", help=menu.words("option.volume")
    )
    demo.add_argument("--alone", action="store_true", help=menu.words("option.alone"))
    demo.add_argument("--neighbour-of", default="", metavar="HOME", help=menu.words("option.neighbour_of"))
    serve = menu.add("serve", "serving:serve")
    serve.add_argument("--host", default="127.0.0.1", help=menu.words("option.host"))
    serve.add_argument("--port", type=menu.whole(1, 65_535), default=8000, help=menu.words("option.port"))
    serve.add_argument("--workers", type=menu.whole(1, 64), default=1, help=menu.words("option.workers"))
    work = menu.add("work", "serving:work")
    work.add_argument("--once", action="store_true", help=menu.words("option.once"))
    work.add_argument(
        "--every", type=menu.whole(1, 3600), default=30, metavar="N", help=menu.words("option.every")
    )
    jobs = menu.add("jobs", "jobs:jobs")
    jobs.add_argument("--again", default="", metavar="NAME", help=menu.words("option.job_again"))
    jobs.add_argument("--json", action="store_true", help=menu.words("option.json"))
    doctor = menu.add("doctor", "doctor:doctor")
    doctor.add_argument("--json", action="store_true", help=menu.words("option.json"))
    menu.add("migrate", "database:migrate")
    for name in ("start", "stop", "url"):
        menu.add(f"database {name}", f"database:{name}")
    backup = menu.add("backup", "safekeeping:backup")
    backup.add_argument("folder", metavar="FOLDER")
    backup.add_argument(
        "--keep", type=menu.whole(1, 1000), default=0, metavar="N", help=menu.words("option.keep_copies")
    )
    backup.add_argument("--attachments-only", action="store_true", help=menu.words("option.attachments_only"))
    backup.add_argument("--rehearsed", action="store_true", help=menu.words("option.rehearsed"))
    restore = menu.add("restore", "safekeeping:restore")
    restore.add_argument("folder", metavar="FOLDER")
    restore.add_argument("--until", default="", metavar="TIME", help=menu.words("option.until"))
    for each in (backup, restore):
        each.add_argument("--keys", default="", metavar="FILE", help=menu.words("option.sealed_keys"))
    menu.add("keys restore", "safekeeping:restore_keys").add_argument("file", metavar="FILE")
    menu.add("vault show", "vault:show").add_argument(
        "--json", action="store_true", help=menu.words("option.json")
    )
    menu.add("vault rotate", "vault:rotate")
    sweep = menu.add("sweep", "serving:sweep")
    sweep.add_argument("--at", metavar="TIME", help=menu.words("option.at"))
    _load(menu)


def _load(menu: Menu) -> None:
    load = menu.add("load", "load:load")
    load.add_argument("url", nargs="?", default="", metavar="URL")
    for name, most, default in (
        ("cases", 1_000_000, 100),
        ("steps", 10_000_000, 400),
        ("views", 100_000_000, 2_000),
        ("hours", 24, 8),
        ("first", 23, 9),
        ("hands", 256, 16),
        ("staff", 2000, 250),
        ("seed", 999_999_999, 1),
        ("check", 10_000_000, 2_000),
    ):
        help = menu.words(f"option.load_{name}")
        load.add_argument(f"--{name}", type=menu.whole(0, most), default=default, metavar="N", help=help)
    load.add_argument("--within", default="2m", metavar="SPAN", help=menu.words("option.load_within"))
    load.add_argument(
        "--practice", action="append", default=[], metavar="ID", help=menu.words("option.load_practice")
    )
    load.add_argument("--people", default="", metavar="FILE", help=menu.words("option.load_people"))
    load.add_argument(
        "--password", default="tongban-demo", metavar="WORD", help=menu.words("option.load_password")
    )
    load.add_argument("--pretend", action="store_true", help=menu.words("option.load_pretend"))
    load.add_argument("--json", action="store_true", help=menu.words("option.json"))


def _practices(menu: Menu) -> None:
    menu.add("practice list", "practice:list_all")
    for name in ("check", "test"):
        menu.add(f"practice {name}", f"practice:{name}").add_argument("path", metavar="PATH")
    menu.add("practice show", "practice:show").add_argument("id", metavar="ID")
    adopt = menu.add("practice adopt", "practice:adopt")
    adopt.add_argument("id", metavar="ID|PATH")
    adopt.add_argument("--home", action="append", default=[], metavar="UNIT", help=menu.words("option.home"))
    adopt.add_argument("--since", default="", metavar="DAY", help=menu.words("option.worked_since"))
    adopt.add_argument("--anew", action="store_true", help=menu.words("option.anew"))
    adopt.add_argument("--first", default="", metavar="ID", help=menu.words("option.first"))
    menu.add("practice retire", "parcels:retire").add_argument("id", metavar="ID")
    pack = menu.add("practice pack", "parcels:pack")
    pack.add_argument("--out", required=True, metavar="FILE", help=menu.words("option.parcel_out"))
    pack.add_argument("id", metavar="ID|PATH")
    menu.add("practice receive", "parcels:receive").add_argument("file", metavar="FILE")
    unpack = menu.add("practice unpack", "parcels:unpack")
    unpack.add_argument("--key", required=True, metavar="KEY", help=menu.words("option.parcel_key"))
    unpack.add_argument("--into", required=True, metavar="PATH", help=menu.words("option.parcel_into"))
    unpack.add_argument("file", metavar="FILE")
    preview = menu.add("practice preview", "practice:preview")
    preview.add_argument("id", metavar="ID|PATH")
    for each in (adopt, preview):
        each.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help=menu.words("option.set")
        )


def _cases(menu: Menu) -> None:
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


def _channels(menu: Menu) -> None:
    for name in ("set", "end", "try"):
        made = menu.add(f"channel {name}", f"channels:{name}_one")
        made.add_argument("name", metavar="NAME")
        made.add_argument("--unit", default="", metavar="UNIT", help=menu.words("option.channel_unit"))
    menu.made["channel set"].add_argument(
        "--receipts", action="store_true", help=menu.words("option.receipts")
    )
    menu.made["channel try"].add_argument("to", nargs="?", default="", metavar="TO")
    menu.add("channel list", "channels:list_all").add_argument(
        "--json", action="store_true", help=menu.words("option.json")
    )


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


def _dispatch(menu: Menu) -> None:
    suggest = menu.add("dispatch suggest", "dispatch:suggest")
    suggest.add_argument("file", metavar="FILE")
    suggest.add_argument("--out", required=True, metavar="FILE", help=menu.words("option.out"))
    suggest.add_argument("--practice", metavar="ID", help=menu.words("option.routing_practice"))
    suggest.add_argument("--threshold", type=float, metavar="P", help=menu.words("option.threshold"))
    train = menu.add("dispatch train", "dispatch:train")
    train.add_argument("--from", dest="source", metavar="FILE", help=menu.words("option.labelled"))
    train.add_argument("--publish", action="store_true", help=menu.words("option.publish"))
    models = menu.add("dispatch models", "dispatch_models:models")
    models.add_argument("--json", action="store_true", help=menu.words("option.json"))
    publish = menu.add("dispatch publish", "dispatch_models:publish")
    publish.add_argument("id", metavar="ID")
    publish.add_argument("--why", metavar="WORDS", default="", help=menu.words("option.why"))
    evaluate = menu.add("dispatch evaluate", "dispatch:evaluate")
    evaluate.add_argument("file", metavar="FILE")
    twins = menu.add("dispatch twins", "dispatch_groups:twins")
    twins.add_argument("number", metavar="NUMBER")
    twins.add_argument("--json", action="store_true", help=menu.words("option.json"))
    kept = menu.add("dispatch precedents", "dispatch_groups:precedents")
    kept.add_argument("--json", action="store_true", help=menu.words("option.json"))
    revoke = menu.add("dispatch precedents revoke", "dispatch_groups:revoke_precedent")
    revoke.add_argument("number", metavar="NUMBER")
    revoke.add_argument("--as", required=True, dest="login", metavar="LOGIN", help=menu.words("option.as"))
    revoke.add_argument("--why", required=True, metavar="WORDS", help=menu.words("option.why_revoked"))
    hot = menu.add("dispatch hot", "dispatch_groups:hot")
    hot.add_argument("--since", metavar="DATE", default="", help=menu.words("option.since"))
    hot.add_argument("--json", action="store_true", help=menu.words("option.json"))
    evaluate.add_argument("--folds", type=int, default=5, metavar="N", help=menu.words("option.folds"))


def _people_and_registers(menu: Menu) -> None:
    add = menu.add("user add", "people:add")
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", required=True, help=menu.words("option.name"))
    add.add_argument(
        "--post", action="append", default=[], metavar="UNIT:ROLE", help=menu.words("option.post")
    )
    bring = menu.add("user bring", "people:bring")
    bring.add_argument("file", metavar="FILE")
    leave = menu.add("user leave", "people:leave")
    leave.add_argument("login", metavar="LOGIN")
    stand_ins(menu)
    rights = menu.add("rights", "people:rights")
    rights.add_argument("--practice", metavar="ID", help=menu.words("option.rights_practice"))
    rights.add_argument("--role", metavar="ROLE", help=menu.words("option.rights_role"))
    menu.add("user checked", "safekeeping:checked")
    menu.add("user numbers", "people:numbers").add_argument("file", metavar="FILE")
    issue = menu.add("token issue", "tokens:issue")
    issue.add_argument("login", metavar="LOGIN")
    issue.add_argument(
        "--for", required=True, metavar="WORDS", dest="purpose", help=menu.words("option.purpose")
    )
    issue.add_argument(
        "--scope",
        action="append",
        choices=("read", "act", "identity", "admin", "webhooks"),
        help=menu.words("option.scope"),
    )
    issue.add_argument(
        "--days", type=menu.whole(1, 366), default=90, metavar="N", help=menu.words("option.days")
    )
    listed = menu.add("token list", "tokens:list_all")
    listed.add_argument("--all", action="store_true", help=menu.words("option.all"))
    listed.add_argument("--json", action="store_true", help=menu.words("option.json"))
    menu.add("token revoke", "tokens:revoke").add_argument("id", nargs="+", metavar="ID")
    card = menu.add("peer card", "peers:card")
    card.add_argument("--json", action="store_true", help=menu.words("option.json"))
    peer = menu.add("peer add", "peers:add")
    peer.add_argument("code", metavar="CODE")
    peer.add_argument("--name", required=True, help=menu.words("option.peer_name"))
    peer.add_argument("--name-en", default="", metavar="NAME", help=menu.words("option.peer_name_en"))
    peer.add_argument("--address", required=True, metavar="URL", help=menu.words("option.address"))
    peer.add_argument("--key", required=True, metavar="ID=BASE64", help=menu.words("option.peer_key"))
    peer.add_argument("--sealing-key", required=True, metavar="BASE64", help=menu.words("option.sealing_key"))
    known = menu.add("peer list", "peers:list_all")
    known.add_argument("--json", action="store_true", help=menu.words("option.json"))
    menu.add("peer again", "peers:again").add_argument("code", metavar="CODE")
    _channels(menu)
    ended = menu.add("peer end", "peers:end")
    ended.add_argument("code", metavar="CODE")
    ended.add_argument("--key", default="", metavar="ID", help=menu.words("option.ended_key"))
    menu.add("person erase", "people:erase").add_argument("number", metavar="NUMBER")
    county = menu.add("county load", "importing:county")
    county.add_argument("folder", metavar="FOLDER")
    county.add_argument("--dry-run", action="store_true", help=menu.words("option.dry_run"))
    outlines = menu.add("county outlines", "importing:outlines")
    outlines.add_argument("file", metavar="FILE")
    outlines.add_argument("--approval", default="", metavar="NUMBER", help=menu.words("option.approval"))
    outlines.add_argument("--source", default="", metavar="WORDS", help=menu.words("option.map_source"))
    brought = menu.add("register load", "register:load")
    brought.add_argument("file", metavar="FILE")
    brought.add_argument("--check", action="store_true", help=menu.words("option.register_check"))
    brought.add_argument("--since", default="", metavar="DATE", help=menu.words("option.register_since"))
    given = menu.add("register export", "register:export")
    given.add_argument("file", metavar="FILE")
    for each in (brought, given):
        each.add_argument(
            "--practice", required=True, metavar="ID", help=menu.words("option.register_practice")
        )
        each.add_argument("--register", default="", metavar="ID", help=menu.words("option.register_only"))
    shown = menu.add("register show", "register:show")
    shown.add_argument("register", nargs="?", default="", metavar="REGISTER")
    shown.add_argument("--key", default="", metavar="CODE", help=menu.words("option.register_key"))
    shown.add_argument("--practice", default="", metavar="ID", help=menu.words("option.register_practice"))
    calendar = menu.add("calendar import", "importing:calendars")
    calendar.add_argument("path", nargs="?", metavar="PATH", help=menu.words("option.calendars"))


if __name__ == "__main__":
    sys.exit(main())
