"""The commands for practices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def practices(menu: Menu) -> None:
    """Add them to the command line."""
    menu.add("practice list", "practice:list_all")
    for name in ("check", "test"):
        menu.add(f"practice {name}", f"practice:{name}").add_argument("path", nargs="+", metavar="PATH")
    menu.add("practice show", "practice:show").add_argument("id", metavar="ID")
    adopt = menu.add("practice adopt", "practice:adopt")
    adopt.add_argument("id", metavar="ID|PATH")
    adopt.add_argument("--home", action="append", default=[], metavar="UNIT", help=menu.words("option.home"))
    adopt.add_argument("--since", default="", metavar="DAY", help=menu.words("option.worked_since"))
    adopt.add_argument("--anew", action="store_true", help=menu.words("option.anew"))
    adopt.add_argument("--first", default="", metavar="ID", help=menu.words("option.first"))
    adopt.add_argument("--of", default="", metavar="ADOPTION", help=menu.words("option.of"))
    adopt.add_argument("--even-not-newer", action="store_true", help=menu.words("option.even_not_newer"))
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
