"""The commands for what goes out and comes in: Open311 and the formats of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def outside(menu: Menu) -> None:
    """Add them to the command line."""
    shown = menu.add("open311 show", "open311:show")
    shown.add_argument("--json", action="store_true", help=menu.words("option.json"))
    offer = menu.add("open311 offer", "open311:offer")
    offer.add_argument("practice", metavar="PRACTICE")
    offer.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="ARGUMENT=FIELD",
        help=menu.words("option.open311_field"),
    )
    menu.add("open311 withdraw", "open311:withdraw").add_argument("practice", metavar="PRACTICE")
    issue = menu.add("open311 issue", "open311:issue")
    issue.add_argument("name", metavar="NAME")
    issue.add_argument(
        "--days", type=menu.whole(1, 366), default=366, metavar="N", help=menu.words("option.open311_days")
    )
    issue.add_argument(
        "--most", type=menu.whole(1, 6000), default=60, metavar="N", help=menu.words("option.open311_most")
    )
    menu.add("open311 revoke", "open311:revoke").add_argument("id", metavar="ID")
    for name, run in (("bpmn", "formats:bpmn"), ("forms", "formats:forms")):
        made = menu.add(f"practice {name}", run)
        made.add_argument("--out", required=True, metavar="FILE", help=menu.words("option.format_out"))
        made.add_argument("path", metavar="PATH")
    digit = menu.add("practice from-digit", "formats:from_digit")
    digit.add_argument("file", metavar="FILE")
    digit.add_argument("--into", required=True, metavar="FOLDER", help=menu.words("option.digit_into"))
    digit.add_argument("--service", default="", metavar="NAME", help=menu.words("option.digit_service"))
    digit.add_argument("--id", default="", metavar="ID", help=menu.words("option.digit_id"))
    menu.add("county export", "formats:county_export").add_argument("file", metavar="FILE")
    cases = menu.add("export cases", "formats:cases_export")
    cases.add_argument("--out", required=True, metavar="FILE", help=menu.words("option.cases_out"))
    cases.add_argument("--practice", default="", metavar="ID", help=menu.words("option.log_practice"))
    cases.add_argument("--since", default="", metavar="DATE", help=menu.words("option.log_since"))
    cases.add_argument("--until", default="", metavar="DATE", help=menu.words("option.log_until"))
