"""What each practice puts before the public, word for word: a finding about somebody never goes out because it stood beside a notice.

Whoever adds a text to a form that goes out adds it here, and asks first whether it was written for the public.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.kernel.form import FieldKind
from tongban.kernel.procedure.model import Procedure, Publish
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.folder import pack
from tongban.library.reading import read_packed

PRACTICES = Path(__file__).parents[2] / "practices"
WAY = "way_title way_problem way_how way_result way_conditions way_pitfalls"
BOARD = "board_phone watch_phone chief_duties goal public_text"
GOES_OUT = {
    "approval_exemption release": "public_text",
    "burden_gate admit": "decided_why",
    "community_pact make_public": "public_text",
    "contest approve": "title rules",
    "contest call_off": "call_off_reason",
    "contest confirm": "conclusion",
    "enterprise_service make_public": "public_text",
    "first_offence_waiver release": "public_text",
    "hotline publish_case": "public_text lesson",
    "idle_house release_listing": "public_text",
    "idle_house release_notice": "public_text",
    "last_resort_desk confirm_rule": "rule_answer rule_document",
    "last_resort_desk correct_text": "public_text",
    "last_resort_desk publish_card": "card_title card_background card_done card_result card_conditions card_pitfalls",
    "last_resort_desk publish_refusal": "public_text",
    "learning_exchange publish_card": f"changed_here effect_figure effect_words {WAY}",
    "policy_entitlement open_policy": "public_text",
    "river_chief confirm": f"chief_name chief_post water {BOARD}",
    "river_chief confirm_board": BOARD,
    "river_chief release_result": "public_text",
    "river_chief release_words": "public_text",
    "river_right offer": "public_text",
    "service_rating publish": "public_problem public_deed",
    "site_review finish": "conclusion",
    "social_aid release_notice": "public_text",
    "target_warning announce": "title",
    "target_warning conclude": "conclusion",
    "village_deliberation announce": "public_text",
    "village_deliberation publish_result": "public_text",
}


def bound(folder: Path) -> Procedure:
    files = pack(folder)
    assert not isinstance(files, Refused)
    read = read_packed(dict(files))
    assert not isinstance(read, Refused)
    procedure = bind(read, {})
    assert not isinstance(procedure, Refused)
    return procedure


def going_out(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Each step that publishes, with the texts that are read there: its own or, where it asks nothing, those of what it judges."""
    for kind in procedure.kinds.values():
        for step in kind.steps.values():
            if not any(isinstance(each, Publish) for each in step.may_follow):
                continue
            sources = [step] if step.form else [kind.steps[judged] for judged in sorted(step.judges)]
            asked = (field for each in sources if each.form for field in procedure.forms[each.form].fields)
            written = (
                each.id for each in asked if each.kind in (FieldKind.text, FieldKind.line) and not each.inner
            )
            yield step.id, " ".join(written)


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PRACTICES.glob("*/practice.yaml")), ids=lambda each: each.name
)
def test_only_what_is_listed_here_goes_out(folder: Path) -> None:
    listed = {name: texts for name, texts in GOES_OUT.items() if name.split()[0] == folder.name}
    assert {f"{folder.name} {step}": texts for step, texts in going_out(bound(folder))} == listed
