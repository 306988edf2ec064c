"""Routes by which a county looks after itself: practices, registers, people, what runs behind the pages."""

from __future__ import annotations

from tongban.api.v1 import adoption, drafts
from tongban.api.v1.limits import COSTLY, UPLOADS
from tongban.api.v1.route import Route, act_route, list_route
from tongban.api.v1.shapes import adoption as a
from tongban.apps.formats import bpmn, digit
from tongban.apps.people.tokens import ADMIN, READ
from tongban.library.parcel import LONGEST

SHELF = "/shelf/{practice}"
DRAFT = "/drafts/{practice}"


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

OFFICE: tuple[Route, ...] = (*PRACTICES,)
