"""Which act of the table of rights each route is, by its name. A route that is not here answers nobody."""

from __future__ import annotations

from collections.abc import Mapping


def _routes(act: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), act)


ACT_OF: Mapping[str, str] = {
    **_routes(
        "read_public",
        "health get_description get_description_json get_problem list_practices get_practice list_units list_divisions list_categories suggest similar_public"
        " open_public list_figures list_services get_service list_boards get_board list_editions get_newest get_edition"
        " get_edition_proof list_draws get_draw search_cards list_public get_public get_checkpoint get_note"
        " get_consistency",
    ),
    **_routes("sign_in", "sign_in me"),
    **_routes("report", "open_case upload"),
    **_routes("prove_case", "prove"),
    **_routes("tell_county", "take_message"),
    **_routes("see_case", "get_case list_steps deadlines download get_receipt get_inclusion"),
    **_routes(
        "work_on_case",
        "alike get_tree list_mandates case_notices cards_like use_card list_repeats",
    ),
    **_routes("take_step", "take_step take_steps foresee_step"),
    **_routes("see_identity", "look_identity serve_notice"),
    **_routes(
        "work_at_unit",
        "list_cases get_flow list_indicators get_indicator list_counted list_targets get_target get_lights"
        " get_durations get_effect own_notices choose_notices doubted_cards confirm_card",
    ),
    **_routes(
        "look_after_webhooks",
        "make_webhook try_webhook list_deliveries list_webhooks replay_webhook change_webhook_secret set_webhook get_webhook",
    ),
    **_routes(
        "read_practices",
        "list_shelf get_shelved preview_practice tell_stories get_bpmn list_adoptions",
    ),
    **_routes(
        "adopt_practices",
        "adopt_practice retire_practice pack_practice list_drafts get_draft begin_draft begin_digit write_draft discard_draft"
        " list_parcels receive_parcel put_away_parcel",
    ),
    **_routes("load_registers", "list_registers get_workbook plan_load load_register"),
    **_routes(
        "give_accounts",
        "list_people add_person bring_people get_person give_post end_post leave new_password remove_factors link_person"
        " unlink_person list_stand_ins stand_in take_back list_roles set_second",
    ),
    **_routes("look_after_tokens", "list_tokens end_token"),
    **_routes("confirm_acts", "list_waiting decide"),
    **_routes("erase_person", "erase_person"),
    **_routes("look_after_jobs", "list_jobs try_job list_aside act_on_aside"),
    **_routes("look_after_exchange", "list_neighbours list_untold tell_again"),
    **_routes(
        "offer_to_programs",
        "list_offers offer_practice withdraw_offer list_keys issue_key revoke_key",
    ),
    **_routes(
        "publish_figures",
        "list_months set_current get_review propose_edition drop_edition release_edition take_edition_down keep_edition",
    ),
    **_routes("set_target", "set_target target_choices move_target give_target_up"),
    **_routes("declare_miss", "declare_miss"),
    **_routes("set_colours", "set_colours"),
    **_routes("see_clusters", "list_clusters"),
    **_routes("see_signs", "list_signs"),
    **_routes("read_precedents", "list_precedents"),
    **_routes("look_after_models", "list_models publish_model"),
}
