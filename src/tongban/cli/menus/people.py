"""The commands for people, their access, other counties, registers and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongban.cli.menus.telling import stand_ins

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def people_and_registers(menu: Menu) -> None:
    """Add them to the command line."""
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
