"""Which act of the table of rights each page is, by the name of its address. A page that is not here opens for nobody."""

from __future__ import annotations

from django.http import HttpRequest
from msgspec import Struct

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Door(Struct, frozen=True):
    """``read`` is asked of whoever opens the page, ``write`` of whoever sends its form."""

    read: str
    write: str

    def act(self, method: str) -> str:
        return self.read if method in SAFE else self.write


def _doors(act: str, names: str, write: str = "") -> dict[str, Door]:
    return {name: Door(act, write or act) for name in names.split()}


DOORS: dict[str, Door] = {
    **_doors(
        "sign_in",
        "sign_in sign_out sign_in_own sign_in_second sign_in_set_up set_up_passkey set_up_passkey_ask passkey_given passkey_ask"
        " sign_in_with sign_in_back",
    ),
    **_doors(
        "own_account",
        "account account_again account_password account_end account_app account_passkey account_passkey_ask"
        " account_recovery account_remove account_stand_in account_stand_in_end",
    ),
    # Residents.
    **_doors("report", "report report_to ways blank_form alike draft_photo go_on"),
    **_doors("read_public", "services services_sheet service stop telephone"),
    **_doors("prove_case", "follow rate_by_code by_phone by_phone_code own_cases"),
    # What a calendar fetches: its address is the proof.
    **_doors("prove_case", "desk_feed"),
    **_doors(
        "follow_case",
        "sent handed_over own_case own_journey own_why own_letter own_figures own_receipt own_photo own_act"
        " own_messages own_seen own_data",
    ),
    # Everybody.
    **_doors(
        "read_public",
        "open indicator editions_list edition edition_file check check_file figures figures_of cases public_case"
        " cards public_card refusals public_refusal"
        " able practices side_by_side sheet_file boards boards_of board_of compare compared letter draws draw_sheet data catalog data_dictionary data_of"
        " data_log feed trust checkpoint programs security_txt",
    ),
    # Programs of others.
    **_doors(
        "read_public", "open311_discovery open311_services open311_definition open311_request open311_token"
    ),
    **_doors("read_public", "open311_requests", write="report"),
    # The desk.
    **_doors("work_at_unit", "worklist desk_notices desk_calendar desk_cards_review desk_card_confirmed"),
    **_doors("register_case", "register desk_suggest"),
    **_doors("read_precedents", "desk_precedents desk_precedent"),
    **_doors("work_at_unit", "desk_compare desk_compared"),
    **_doors(
        "work_on_case",
        "desk_case desk_case_calendar desk_receipt desk_letter desk_why desk_journey desk_loop desk_code desk_repeats desk_boards"
        " desk_mandates desk_many_template desk_many_faults desk_map desk_wall desk_tree_file desk_tree desk_plan"
        " desk_places desk_month desk_month_file desk_month_print desk_cards desk_card_used desk_similar desk_file desk_told desk_service desk_service_receipt desk_service_letter",
    ),
    **_doors("take_step", "desk_many desk_step desk_table desk_offer desk_weigh desk_foresee"),
    **_doors("see_identity", "desk_identity desk_served"),
    # Whoever oversees units.
    **_doors(
        "work_at_unit",
        "lead lead_boards lead_boards_of lead_board lead_point lead_figures lead_durations lead_durations_cases"
        " lead_effect lead_figures_wall lead_outlines lead_figure_of lead_figure lead_figure_cases lead_adjusted"
        " lead_targets lead_target lead_flow lead_flow_cases lead_cases lead_hot lead_hotspot lead_signs lead_sign",
    ),
    **_doors("take_step", "lead_measure_all lead_joint lead_measure"),
    **_doors("work_at_unit", "lead_colours", write="set_colours"),
    **_doors("set_target", "lead_target_new"),
    **_doors("declare_miss", "lead_target_say"),
    **_doors("see_clusters", "lead_clusters"),
    **_doors("publish_figures", "lead_publish lead_publish_month"),
    # The studio.
    **_doors(
        "read_practices",
        "studio studio_rights studio_practice studio_deadlines studio_forms studio_scenarios studio_run studio_history"
        " studio_settings studio_bpmn studio_form_schemas",
    ),
    **_doors(
        "adopt_practices",
        "studio_receive studio_pack studio_put_away studio_share studio_retire studio_draft studio_begin studio_from_digit",
    ),
    **_doors(
        "give_accounts",
        "studio_people studio_people_add studio_people_bring studio_people_sheet studio_people_rule studio_person studio_person_leave"
        " studio_person_password studio_person_factors studio_post_give studio_post_end studio_person_link"
        " studio_person_unlink studio_person_stand_in studio_person_stand_in_end",
    ),
    **_doors("confirm_acts", "studio_confirm studio_confirm_decide"),
    **_doors("look_after_tokens", "studio_tokens studio_token_end"),
    **_doors("erase_person", "studio_erase"),
    **_doors("offer_to_programs", "studio_open311 studio_open311_change"),
    **_doors("look_after_exchange", "studio_exchange studio_exchange_again"),
    **_doors("look_after_webhooks", "studio_webhooks studio_webhook studio_webhook_change"),
    **_doors("look_after_jobs", "studio_jobs studio_jobs_again"),
    **_doors("look_after_models", "studio_models studio_drift studio_publish"),
    **_doors(
        "load_registers",
        "studio_registers studio_register studio_register_load studio_register_workbook",
    ),
}


class Kept(Struct, frozen=True):
    """A page that reads the same for everybody who is not signed in, so that it is made once for many (``frame/kept.py``).

    ``asked`` is all of a query that it reads. ``form`` says that it holds a form by which something is done: each reader is given
    a secret of their own, and nobody between us and them may keep the page.
    """

    asked: frozenset[str] = frozenset()
    form: bool = False


def _kept(names: str, asked: str = "", *, form: bool = False) -> dict[str, Kept]:
    return {name: Kept(frozenset(asked.split()), form) for name in names.split()}


KEPT: dict[str, Kept] = {
    **_kept("report report_to", form=True),
    **_kept("ways", "find"),
    **_kept("blank_form service services_sheet"),
    **_kept("services", "words group level page"),
    **_kept("cases cards refusals", "words after"),
    **_kept("open figures_of public_case public_card public_refusal boards board_of compare compared"),
    **_kept("figures boards_of", "period"),
    **_kept("indicator", "period chart as"),
    **_kept("able", "chart as"),
    **_kept("practices side_by_side sheet_file"),
    **_kept("edition", "edition"),
    **_kept("data", "practice"),
    **_kept(
        "check check_file draws draw_sheet catalog data_dictionary data_of data_log feed trust checkpoint programs"
    ),
}
"""Such pages, by the name of their address. What is not here is made anew for each reader."""


def kept_of(request: HttpRequest) -> Kept | None:
    """How the page of a request is kept; None for one that is not."""
    match = request.resolver_match
    return KEPT.get(match.url_name or "") if match is not None else None


def act_of(request: HttpRequest) -> str:
    """The act that a request is; "" for a page that the table does not have."""
    match = request.resolver_match
    door = DOORS.get(match.url_name or "") if match is not None else None
    return door.act(str(request.method)) if door is not None else ""
