"""What the page that checks editions is made of: its scripts in their order, and its words in one language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.contrib.staticfiles import finders

from tongban.kernel.edition.against import AGAINST
from tongban.kernel.edition.checking import STEPS
from tongban.kernel.refusal import Refused
from tongban.web.words import say, says

SCRIPTS = (
    "noble.js",
    "ledger.js",
    "lines.js",
    "counting.js",
    "recount.js",
    "against.js",
    "lots.js",
    "check.js",
)
STYLE = "check.css"
CODES = (
    "edition.format", "edition.unreadable", "edition.order", "edition.no_proof", "edition.lines", "edition.line_differs",
    "edition.entry_changed", "edition.other_entry", "edition.other_county", "edition.ledger_ahead", "edition.no_key", "edition.not_prefix",
    "edition.definition_unreadable", "edition.definition_differs", "edition.definition_exchanged", "edition.figure_missing",
    "edition.population_missing", "edition.column_missing", "edition.column_broken", "edition.marks", "edition.no_figures", "edition.twice", "edition.too_large", "edition.figure_differs",
    "edition.older_false", "edition.not_corrected", "edition.not_earlier",
    "edition.list", "edition.list_older", "edition.not_listed", "edition.not_newest", "edition.withdrawn", "edition.other_listed",
    "draws.format", "draws.digest", "draws.rows", "draws.order", "draws.seed", "draws.lot", "draws.drawn", "draws.picked", "draws.entry",
    "draws.published",
    "ledger.checkpoint", "ledger.not_included", "ledger.signature_wrong", "ledger.signature_unknown",
)  # fmt: skip
"""Everything that a check may find."""
_FACTS = (
    "line", "reason", "stated", "found", "part", "member", "sealed", "signed", "keys", "first", "size", "at", "key", "hash",
    "name", "practice", "of", "period", "edition", "newest", "leaf", "index", "figures", "rows", "digest", "n",
    "released", "codes", "other", "before", "now",
    "computed", "lot", "of_hundred", "month", "covered", "sample", "drawn", "lots",
)  # fmt: skip
_OPEN: Mapping[str, str] = {name: f"{{{name}}}" for name in _FACTS}
"""Facts that stand for themselves: the script fills them in."""
_FIXES = {"edition.no_key": "check.fix.no_key"}
"""What to do on a page, where that is other than at a shell."""
_SUMMED = ("county", "why", "seconds", "unit", "mark")
_PARTS = ("head", "definition", "population", "figure")
_MEMBERS = (
    "numerator", "denominator", "sample", "excluded", "low", "high", "sums", "county", "period", "edition", "corrects", "digest",
    "before",
)  # fmt: skip
_WORDS = (
    "running", "fetching", "not_fetched", "not_text", "bad_key", "true", "true_unlisted", "replaced", "unlisted", "beside", "false", "more", "others", "of_unit", "comma",
)  # fmt: skip


def words(language: str) -> Mapping[str, object]:
    """Every word that the script says, with its facts open."""
    return {
        "steps": {
            step: {
                state: _open(f"check.step.{step}.{state}", language)
                for state in ("good", "wrong", "left", *(("old", "before") if step == "newest" else ()))
            }
            for step in STEPS
        }
        | {
            AGAINST: {
                state: _open(f"check.step.{AGAINST}.{state}", language)
                for state in ("good", "wrong", "unlinked")
            }
        },
        "changes": {
            what: _open(f"check.change.{what}", language) for what in ("gone", "came", "redefined", "changed")
        },
        "findings": {code: _finding(code, language) for code in CODES},
        "parts": {name: say(f"check.part.{name}", language) for name in _PARTS},
        "reasons": {
            name: say(f"check.reason.{name}", language) for name in ("unknown", "canonical", "fetch")
        },
        "members": {name: say(f"check.member.{name}", language) for name in _MEMBERS},
        "signs": {"good": "✓", "wrong": "✗", "left": "–"},
        "mine": {
            name: _open(f"check.mine.{name}", language)
            for name in ("found", "over", "none", "none_such", "first")
        },
        "lots": {
            name: _open(f"check.lots.{name}", language)
            for name in ("sound", "again", "share", "ahead", "late", "others", "false")
        },
        "nothing": say("figure.nothing", language),
        **{name: _open(f"check.{name}", language) for name in _WORDS},
    }


def _open(key: str, language: str) -> str:
    return say(key, language, **{name: f"{{{name}}}" for name in (*_FACTS, *_SUMMED) if name != "key"})


def _finding(code: str, language: str) -> tuple[str, str]:
    told = says(Refused(code, "", _OPEN), language)
    return told.says, say(_FIXES[code], language) if code in _FIXES else told.fix


def source(name: str) -> str:
    """The text of a script or style sheet of this product."""
    found = finders.find(f"tongban/{name}")
    assert isinstance(found, str)
    return Path(found).read_text("utf-8")
