"""What the command line says of other systems that are told what happens, and of who stands in for whom; loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu

STANDINGS = ("pause", "resume", "end")


def webhooks(menu: Menu) -> None:
    """Add them to the command line."""
    made = menu.add("webhook add", "webhooks:add")
    made.add_argument("--as", required=True, dest="login", metavar="LOGIN", help=menu.words("option.as"))
    made.add_argument("--address", required=True, metavar="URL", help=menu.words("option.hook_address"))
    made.add_argument(
        "--for", required=True, dest="purpose", metavar="WORDS", help=menu.words("option.hook_for")
    )
    made.add_argument("--kind", action="append", metavar="KIND", help=menu.words("option.hook_kind"))
    made.add_argument(
        "--practice", action="append", default=[], metavar="ID", help=menu.words("option.hook_practice")
    )
    made.add_argument("--unit", default="", metavar="UNIT", help=menu.words("option.hook_unit"))
    listed = menu.add("webhook list", "webhooks:list_all")
    listed.add_argument("--json", action="store_true", help=menu.words("option.json"))
    sent = menu.add("webhook deliveries", "webhooks:deliveries")
    sent.add_argument("id", metavar="ID")
    sent.add_argument(
        "--state",
        choices=("received", "waiting", "given_up"),
        default="",
        help=menu.words("option.hook_state"),
    )
    again = menu.add("webhook replay", "webhooks:replay")
    again.add_argument("id", metavar="ID")
    again.add_argument("--since", default="", metavar="TIME", help=menu.words("option.hook_since"))
    again.add_argument("--number", default="", metavar="NUMBER", help=menu.words("option.hook_number"))
    again.add_argument(
        "--entry", type=menu.whole(1, 999_999), default=1, metavar="N", help=menu.words("option.hook_entry")
    )
    again.add_argument("--delivery", default="", metavar="MESSAGE", help=menu.words("option.hook_delivery"))
    for name in (*STANDINGS, "secret"):
        menu.add(f"webhook {name}", f"webhooks:{name}").add_argument("id", metavar="ID")


def stand_ins(menu: Menu) -> None:
    """Who stands in for whom while they are away."""
    give = menu.add("stand-in give", "standing_in:give")
    give.add_argument("giver", metavar="LOGIN")
    give.add_argument("person", metavar="STAND_IN")
    give.add_argument("--post", required=True, metavar="UNIT:ROLE", help=menu.words("option.stand_in_post"))
    give.add_argument(
        "--from", dest="first", default="", metavar="DATE", help=menu.words("option.stand_in_from")
    )
    give.add_argument(
        "--to", dest="last", required=True, metavar="DATE", help=menu.words("option.stand_in_to")
    )
    give.add_argument(
        "--reason", choices=("leave", "training", "duty", "other"), default="leave",
        help=menu.words("option.stand_in_reason"),
    )  # fmt: skip
    give.add_argument(
        "--practice", action="append", default=[], metavar="ID", help=menu.words("option.stand_in_practice")
    )
    listed = menu.add("stand-in list", "standing_in:list_all")
    listed.add_argument("login", metavar="LOGIN", nargs="?", default="")
    listed.add_argument("--json", action="store_true", help=menu.words("option.json"))
    menu.add("stand-in end", "standing_in:end").add_argument("id", metavar="ID")
