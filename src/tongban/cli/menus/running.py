"""The commands that run an installation, keep it, and try it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def running(menu: Menu) -> None:
    """Add them to the command line."""
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
    backup.add_argument("--follow", action="store_true", help=menu.words("option.follow"))
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
