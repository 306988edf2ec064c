"""Routes by which a county looks after itself: practices, registers, people, what runs behind the pages."""

from __future__ import annotations

from tongban.api.v1 import adoption, drafts, people, registers, running, saying, telling
from tongban.api.v1.limits import COSTLY, UPLOADS
from tongban.api.v1.route import Route, act_route, list_route
from tongban.api.v1.shapes import adoption as a
from tongban.api.v1.shapes import people as p
from tongban.api.v1.shapes import registers as r
from tongban.api.v1.shapes import running as n
from tongban.api.v1.shapes import saying as y
from tongban.api.v1.shapes.leading import LightsOut
from tongban.apps.formats import bpmn, digit
from tongban.apps.people.tokens import ACT, ADMIN, READ
from tongban.library.parcel import LONGEST

SHELF = "/shelf/{practice}"
DRAFT = "/drafts/{practice}"
PERSON = "/people/{login}"


PRACTICES: tuple[Route, ...] = (
    list_route("/shelf", "list_shelf", adoption.list_shelf, a.ShelvedList, "practices", scope=READ, bound=COSTLY),
    Route(
        "GET", SHELF, "get_shelved", adoption.get_shelved, a.ShelvedOut, query=a.OfQuery, scope=READ, people_only=True,
        keeps=False, bound=COSTLY, refuses=(404, 422),
    ),
    act_route(
        f"{SHELF}/preview", "preview_practice", adoption.preview_practice, a.PreviewOut, body=a.Wished, scope=READ, once=False,
        bound=COSTLY,
    ),
    list_route(
        f"{SHELF}/stories", "tell_stories", adoption.tell_stories, a.StoryList, "stories", "path", query=a.OfQuery, scope=READ,
        bound=COSTLY, refuses=(404, 409, 422),
    ),
    Route(
        "GET", f"{SHELF}/bpmn", "get_bpmn", adoption.get_bpmn, query=a.OfQuery, media=bpmn.MEDIA, scope=READ,
        people_only=True, keeps=False, bound=COSTLY, refuses=(404, 409, 422),
    ),
    act_route(
        f"{SHELF}/parcel", "pack_practice", drafts.pack_practice, None, query=a.OfQuery, media=drafts.TEXT, once=False,
        bound=COSTLY,
    ),
    list_route(
        "/practices/{practice}/adoptions", "list_adoptions", adoption.list_adoptions, a.AdoptionList, "adoptions", scope=READ,
    ),
    act_route(
        "/practices/{practice}/adoptions", "adopt_practice", adoption.adopt_practice, a.AdoptedOut, status=201, body=a.Adopt,
        bound=COSTLY, also=((200, a.AdoptedOut),),
    ),
    act_route("/practices/{practice}/retirement", "retire_practice", adoption.retire_practice, a.AdoptedOut),
    list_route("/drafts", "list_drafts", drafts.list_drafts, a.DraftList, "drafts", "practice"),
    act_route("/drafts", "begin_draft", drafts.begin_draft, a.DraftOut, status=201, body=a.Begin, bound=COSTLY),
    act_route(
        "/drafts-from-digit", "begin_digit", drafts.begin_digit, a.DraftOut, status=201, query=a.DigitQuery, raw=("application/json",),
        largest=digit.LARGEST, bound=COSTLY, refuses=(403, 409, 413, 422),
    ),
    Route(
        "GET", DRAFT, "get_draft", drafts.get_draft, a.DraftOut, scope=ADMIN, people_only=True, keeps=False, bound=COSTLY,
        refuses=(404,),
    ),
    act_route(f"{DRAFT}/files", "write_draft", drafts.write_draft, a.DraftOut, body=a.WriteFile, bound=COSTLY),
    act_route(f"{DRAFT}/removal", "discard_draft", drafts.discard_draft, a.Gone, body=a.Discard),
    list_route("/parcels", "list_parcels", drafts.list_parcels, a.ParcelList, "parcels", "practice call", bound=COSTLY),
    act_route(
        "/parcels", "receive_parcel", drafts.receive_parcel, a.ParcelOut, status=201, raw=(drafts.TEXT,), largest=LONGEST,
        bound=UPLOADS, refuses=(403, 409, 413, 422),
    ),
    act_route("/parcels/{practice}/{call}/removal", "put_away_parcel", drafts.put_away_parcel, a.Gone),
)  # fmt: skip

REGISTERS: tuple[Route, ...] = (
    list_route("/registers", "list_registers", registers.list_registers, r.RegisterList, "registers", "practice id", bound=COSTLY),
    Route(
        "GET", "/registers/{practice}/workbook", "get_workbook", registers.get_workbook, query=r.WorkbookQuery,
        media=registers.XLSX, scope=ADMIN, people_only=True, keeps=False, bound=COSTLY, refuses=(404,),
    ),
    act_route(
        "/registers/{practice}/plans", "plan_load", registers.plan_load, r.LoadOut, query=r.LoadQuery, raw=registers.ROWS,
        largest=registers.LARGEST, once=False, bound=COSTLY,
    ),
    act_route(
        "/registers/{practice}/loads", "load_register", registers.load, r.LoadOut, status=201, query=r.MarkedQuery,
        raw=registers.ROWS, largest=registers.LARGEST, bound=COSTLY,
    ),
)  # fmt: skip

_WAITS = ((202, p.AskedOut),)
PEOPLE: tuple[Route, ...] = (
    Route(
        "GET", "/people", "list_people", people.list_people, p.PeopleList, query=p.PeopleQuery, scope=ADMIN,
        people_only=True, keeps=False,
    ),
    act_route("/people", "add_person", people.add_one, p.DoneOut, status=201, body=p.AddPerson),
    act_route("/people-brought", "bring_people", people.bring, p.BroughtOut, status=201, body=p.PeopleIn, bound=COSTLY),
    Route(
        "GET", PERSON, "get_person", people.get_person, p.PersonOut, scope=ADMIN, people_only=True, keeps=False, refuses=(404,),
    ),
    act_route(f"{PERSON}/posts", "give_post", people.give_post, p.DoneOut, body=p.PostIn, also=_WAITS),
    act_route(f"{PERSON}/posts/end", "end_post", people.end_post, p.DoneOut, body=p.EndPost, also=_WAITS),
    act_route(f"{PERSON}/leaving", "leave", people.leave, p.DoneOut, also=_WAITS),
    act_route(f"{PERSON}/password", "new_password", people.new_password, p.DoneOut, also=_WAITS),
    act_route(f"{PERSON}/factors/removal", "remove_factors", people.remove_factors, p.DoneOut, also=_WAITS),
    act_route(f"{PERSON}/links", "link_person", people.link_person, p.DoneOut, body=p.LinkIn, also=_WAITS),
    act_route(f"{PERSON}/links/removal", "unlink_person", people.unlink_person, a.Gone, body=p.LinkIn),
    list_route("/stand-ins", "list_stand_ins", people.list_stand_ins, p.StandInList, "stand_ins", query=p.StandInQuery),
    act_route(f"{PERSON}/stand-ins", "stand_in", people.stand_in, p.DoneOut, body=p.StandIn, also=_WAITS),
    act_route("/stand-ins/{stand_in}/end", "take_back", people.take_back, a.Gone),
    list_route("/tokens", "list_tokens", people.list_tokens, p.IssuedList, "tokens"),
    act_route("/tokens/{token}/end", "end_token", people.end_token, a.Gone),
    list_route("/roles", "list_roles", people.list_roles, p.RoleList, "roles"),
    act_route("/roles/second-factor", "set_second", people.set_second, p.RoleList, body=p.SecondRule),
    list_route("/confirmations", "list_waiting", people.list_waiting, p.WaitingList, "acts"),
    act_route(
        "/confirmations/{act}/decision", "decide", people.decide, p.DoneOut, body=p.Decide, in_person=True,
    ),
    act_route("/cases/{number}/erasure", "erase_person", people.erase, p.DoneOut, also=_WAITS),
)  # fmt: skip

RUNNING: tuple[Route, ...] = (
    list_route("/jobs", "list_jobs", running.list_jobs, n.JobList, "jobs", "name"),
    act_route("/jobs/{job}/again", "try_job", running.try_job, a.Gone),
    list_route("/events-aside", "list_aside", running.list_aside, n.AsideList, "events", "reactor chain seq"),
    act_route("/events-aside/again", "act_on_aside", running.act_on_aside, a.Gone, body=n.ActAgain, bound=COSTLY),
    list_route("/exchange/counties", "list_neighbours", running.list_neighbours, n.NeighbourList, "counties", "code"),
    list_route("/exchange/untold", "list_untold", running.list_untold, n.UntoldList, "messages", "conversation n"),
    act_route("/exchange/untold/again", "tell_again", running.tell_again, a.Gone, body=n.TellAgain),
    list_route("/open311/offers", "list_offers", running.list_offers, n.OfferList, "offers", "practice"),
    act_route("/open311/offers/{practice}", "offer_practice", running.offer_practice, n.OfferOut, body=n.OfferIn),
    act_route("/open311/offers/{practice}/withdrawal", "withdraw_offer", running.withdraw_offer, a.Gone),
    list_route("/open311/keys", "list_keys", running.list_keys, n.KeyList, "keys"),
    act_route("/open311/keys", "issue_key", running.issue_key, n.KeyMade, status=201, body=n.GiveKey),
    act_route("/open311/keys/{key}/revocation", "revoke_key", running.revoke_key, n.KeyShort),
)  # fmt: skip

MONTH = "/editions/{month}"
TARGET = "/targets/{target_id}"
SAYING: tuple[Route, ...] = (
    list_route("/editions", "list_months", saying.list_months, y.MonthList, "months", "period", scope=READ, bound=COSTLY),
    act_route("/editions/term", "set_current", saying.set_current, a.Gone, body=y.CurrentFor, scope=ACT, in_person=True),
    Route(
        "GET", f"{MONTH}/review", "get_review", saying.get_review, y.ReviewOut, scope=READ, people_only=True, keeps=False,
        bound=COSTLY, refuses=(404, 409, 422),
    ),
    act_route(
        f"{MONTH}/proposal", "propose_edition", saying.propose_edition, y.PublishedOut, status=202, body=y.Propose, scope=ACT,
        in_person=True, bound=COSTLY,
    ),
    act_route(f"{MONTH}/proposal/removal", "drop_edition", saying.drop_edition, a.Gone, scope=ACT, in_person=True),
    act_route(
        f"{MONTH}/release", "release_edition", saying.release_edition, y.PublishedOut, body=y.Release, scope=ACT,
        in_person=True, bound=COSTLY,
    ),
    act_route(
        f"{MONTH}/withdrawal", "take_edition_down", saying.take_edition_down, y.PublishedOut, body=y.TakeDown, scope=ACT,
        in_person=True, bound=COSTLY, also=((202, y.PublishedOut),),
    ),
    act_route(
        f"{MONTH}/withdrawal/removal", "keep_edition", saying.keep_edition, a.Gone, body=y.KeepUp, scope=ACT, in_person=True,
    ),
    act_route("/targets", "set_target", saying.set_target, y.TargetRef, status=201, body=y.SetTarget, scope=ACT),
    Route(
        "GET", "/target-choices", "target_choices", saying.target_choices, y.TargetChoices, scope=READ, people_only=True,
        keeps=False, refuses=(403,),
    ),
    act_route(f"{TARGET}/miss", "declare_miss", saying.declare_miss, y.TargetRef, body=y.SayMiss, scope=ACT),
    act_route(f"{TARGET}/value", "move_target", saying.move_target, y.TargetRef, body=y.MoveTarget, scope=ACT),
    act_route(f"{TARGET}/end", "give_target_up", saying.give_target_up, y.TargetRef, body=y.GiveUp, scope=ACT),
    act_route("/colours", "set_colours", saying.set_colours, LightsOut, body=y.SetColours, scope=ACT),
    list_route("/clusters", "list_clusters", saying.list_clusters, y.TogetherList, "clusters", "began numbers", scope=READ, bound=COSTLY),
    list_route("/me/notices", "own_notices", telling.own_notices, y.OwnNotices, "notices", "number seq n who way", scope=READ),
    act_route("/me/notices", "choose_notices", telling.choose_notices, a.Gone, body=y.Choose, scope=ACT),
    list_route(
        "/cases/{number}/notices", "case_notices", telling.case_notices, y.CaseNotices, "notices", "number seq n who way",
        scope=READ, refuses=(404,),
    ),
    act_route("/cases/{number}/served", "serve_notice", telling.serve_notice, a.Gone, body=y.Serve, scope=ACT),
    list_route(
        "/cases/{number}/cards", "cards_like", telling.cards_like, y.CardLikeList, "cards", scope=READ, bound=COSTLY,
        refuses=(404,),
    ),
    act_route("/cases/{number}/cards/{card}", "use_card", telling.use_card, y.UsesOut, scope=ACT),
    list_route("/cards/doubted", "doubted_cards", telling.doubted_cards, y.DoubtedList, "cards", scope=READ, bound=COSTLY),
    act_route("/cards/{card}/confirmation", "confirm_card", telling.confirm_card, a.Gone, scope=ACT),
    list_route(
        "/cases/{number}/repeats", "list_repeats", telling.list_repeats, y.RepeatList, "cases", "number", scope=READ,
        bound=COSTLY, refuses=(403, 404),
    ),
)  # fmt: skip

OFFICE: tuple[Route, ...] = (*PRACTICES, *REGISTERS, *PEOPLE, *RUNNING, *SAYING)
