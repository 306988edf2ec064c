"""The commands for dispatching."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.cli.menu import Menu


def dispatch(menu: Menu) -> None:
    """Add them to the command line."""
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
