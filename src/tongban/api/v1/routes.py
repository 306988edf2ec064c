"""Every route of the API. Addresses, limits and the OpenAPI file come from this table and from nowhere else."""

from __future__ import annotations

from tongban.api.v1 import (
    access,
    boards,
    cases,
    cases_many,
    county,
    exchange,
    figures,
    flow,
    itself,
    leading,
    models,
    oversight,
    publishing,
    services,
    trees,
    webhooks,
)
from tongban.api.v1.limits import COSTLY, MESSAGES, OPENINGS, PROOFS, SIGN_INS, UPLOADS, WRITES
from tongban.api.v1.office_routes import OFFICE
from tongban.api.v1.route import Route
from tongban.api.v1.shapes import boards as b
from tongban.api.v1.shapes import cases as c
from tongban.api.v1.shapes import county as o
from tongban.api.v1.shapes import exchange as e
from tongban.api.v1.shapes import figures as f
from tongban.api.v1.shapes import flow as w
from tongban.api.v1.shapes import leading as g
from tongban.api.v1.shapes import models as m
from tongban.api.v1.shapes import oversight as s
from tongban.api.v1.shapes import publishing as p
from tongban.api.v1.shapes import services as v
from tongban.api.v1.shapes import trees as t
from tongban.api.v1.shapes import webhooks as h
from tongban.apps.people.tokens import ACT, ADMIN, IDENTITY, READ, WEBHOOKS

CASE = "/cases/{number}"
HOOK = "/webhooks/{webhook}"

ROUTES: tuple[Route, ...] = (
    *OFFICE,
    Route("GET", "/health", "health", access.health, o.Health, keeps=False, refuses=(503,)),
    Route("GET", "/openapi.yaml", "get_description", itself.description_yaml, media=itself.YAML),
    Route("GET", "/openapi.json", "get_description_json", itself.description_json),
    Route("GET", "/problems/{code}", "get_problem", access.problem_kind, o.ProblemKind, refuses=(404,)),
    Route(
        "POST", "/tokens", "sign_in", access.sign_in, o.TokenOut, body=o.SignIn, bound=SIGN_INS, refuses=(403,)
    ),
    Route("GET", "/me", "me", access.me, o.Me, keeps=False),
    Route("GET", "/practices", "list_practices", county.list_practices, o.PracticeList, pages="practices"),
    Route(
        "GET", "/practices/{practice}", "get_practice", county.get_practice, o.PracticeOut, refuses=(404,)
    ),
    Route("GET", "/units", "list_units", county.list_units, o.UnitList, pages="units"),
    Route("GET", "/divisions", "list_divisions", county.list_divisions, o.DivisionList, pages="divisions", by=("code",)),
    Route("GET", "/categories", "list_categories", county.list_categories, o.CategoryList, pages="categories", by=("code",)),
    Route(
        "POST", "/suggestions", "suggest", county.suggest, o.SuggestionOut, body=o.MessageIn, bound=COSTLY,
        refuses=(404,),
    ),
    Route(
        "GET", "/models", "list_models", models.list_models, m.ModelList, pages="models", scope=READ, people_only=True, keeps=False,
        refuses=(403,),
    ),
    Route(
        "POST", "/models/{model}/publication", "publish_model", models.publish_model, m.ModelOut, body=m.Publish,
        scope=ADMIN, people_only=True, bound=COSTLY, refuses=(403, 404, 409),
    ),
    Route(
        "GET", "/precedents", "list_precedents", county.list_precedents, o.PrecedentList, pages="precedents", by=("number",), scope=READ, people_only=True,
        refuses=(403,),
    ),
    Route(
        "POST", "/public/similar", "similar_public", county.similar_public, o.PublicCases, body=o.SimilarQuery,
        bound=COSTLY,
    ),
    Route(
        "POST", "/public/open", "open_public", county.open_public, o.OpenMatters, body=o.OpenQuery, bound=COSTLY,
    ),
    Route(
        "GET", "/public/figures", "list_figures", figures.list_figures, f.FigureList, query=f.FigureQuery,
        bound=COSTLY, refuses=(404,),
    ),
    Route(
        "GET", "/services", "list_services", services.list_services, v.ServiceList, query=v.ServicesQuery, refuses=(404,),
    ),
    Route("GET", "/services/{service}", "get_service", services.get_service, v.ServiceOut, refuses=(404,)),
    Route(
        "GET", "/flow", "get_flow", flow.get_flow, w.FlowOut, query=w.FlowQuery, scope=READ, people_only=True, bound=COSTLY,
        refuses=(404,),
    ),
    Route("GET", "/public/boards", "list_boards", boards.list_boards, b.BoardList, pages="boards", by=("key",)),
    Route(
        "GET", "/public/boards/{board}", "get_board", boards.get_board, b.BoardOut, query=b.BoardQuery,
        bound=COSTLY, refuses=(404,),
    ),
    Route("GET", "/public/editions", "list_editions", publishing.list_editions, p.EditionList, pages="editions", by=("period", "edition"), keeps=False),
    Route(
        "GET", "/public/editions/newest", "get_newest", publishing.get_newest, media="text/plain", keeps=False, refuses=(409,),
    ),
    Route(
        "GET", "/public/editions/{month}/{edition}", "get_edition", publishing.get_edition, media="application/x-ndjson",
        bound=COSTLY, refuses=(404, 410, 503),
    ),
    Route(
        "GET", "/public/editions/{month}/{edition}/proof", "get_edition_proof", publishing.get_edition_proof, p.ProofOut,
        bound=COSTLY, refuses=(404, 410, 503),
    ),
    Route("GET", "/public/draws", "list_draws", publishing.list_draws, p.DrawList, pages="draws", by=("commitment",), keeps=False),
    Route(
        "GET", "/public/draws/{commitment}", "get_draw", publishing.get_draw, media="application/x-ndjson", refuses=(404,),
    ),
    Route(
        "POST", "/public/cards/search", "search_cards", publishing.search_cards, p.CardList, body=o.SimilarQuery, bound=COSTLY,
    ),
    Route("GET", "/public/{what}", "list_public", county.list_public, o.PublicCases, query=o.PublicQuery, refuses=(404,)),
    Route("GET", "/public/{what}/{id}", "get_public", county.get_public, o.PublicCase, refuses=(404,)),
    Route(
        "POST", "/exchange/messages", "take_message", exchange.take_message, e.ReceiptOut, body=e.MessageIn, bound=MESSAGES,
        refuses=(403, 404, 409, 413, 422),
    ),
    Route("GET", "/ledger/checkpoint", "get_checkpoint", county.get_checkpoint, o.CheckpointOut),
    Route("GET", "/ledger/checkpoint/note", "get_note", county.get_note, media="text/plain", refuses=(404,)),
    Route(
        "GET", "/ledger/consistency", "get_consistency", county.get_consistency, o.ConsistencyOut,
        query=o.ConsistencyQuery, bound=COSTLY, refuses=(404,),
    ),
    Route(
        "POST", "/files", "upload", cases.upload, c.FileList, status=201, files=True, scope=ACT, bound=UPLOADS,
        refuses=(413, 422),
    ),
    Route(
        "POST", "/cases", "open_case", cases.open_one, c.Taken, status=201, body=c.OpenCase, scope=ACT,
        bound=OPENINGS, keyed=True, refuses=(404, 409),
    ),
    Route(
        "GET", "/figures", "list_indicators", leading.list_indicators, g.GlanceOut, query=g.PracticeMonthQuery,
        scope=READ, people_only=True, bound=COSTLY, refuses=(403, 404),
    ),
    Route(
        "GET", "/figures/{indicator}", "get_indicator", leading.get_indicator, g.ComparedOut, query=g.IndicatorQuery,
        scope=READ, people_only=True, bound=COSTLY, refuses=(403, 404),
    ),
    Route(
        "GET", "/figures/{indicator}/cases", "list_counted", leading.list_counted, g.BehindOut, query=g.BehindQuery,
        scope=READ, people_only=True, bound=COSTLY, refuses=(403, 404),
    ),
    Route(
        "GET", "/signs", "list_signs", oversight.list_signs, s.SignsOut, query=s.SignsQuery, scope=READ, people_only=True,
        bound=COSTLY, refuses=(403,),
    ),
    Route(
        "GET", "/targets", "list_targets", oversight.list_targets, s.TargetList, scope=READ, people_only=True, bound=COSTLY,
        refuses=(403,),
    ),
    Route(
        "GET", "/targets/{target_id}", "get_target", oversight.get_target, s.TargetOut, scope=READ, people_only=True,
        bound=COSTLY, refuses=(403, 404),
    ),
    Route(
        "GET", "/colours", "get_lights", leading.get_lights, g.LightsOut, query=g.LightsQuery, scope=READ, people_only=True,
        keeps=False, refuses=(403,),
    ),
    Route(
        "GET", "/durations", "get_durations", leading.get_durations, g.DurationsOut, query=g.DurationsQuery, scope=READ,
        people_only=True, bound=COSTLY, refuses=(403, 404),
    ),
    Route(
        "GET", "/effects", "get_effect", leading.get_effect, g.BeforeAfterOut, query=g.EffectQuery, scope=READ,
        people_only=True, bound=COSTLY, refuses=(403, 404, 422),
    ),
    Route(
        "GET", "/cases", "list_cases", cases.list_cases, c.Worklist, query=c.WorklistQuery, scope=READ,
        people_only=True,
    ),
    Route(
        "POST", "/cases/steps", "take_steps", cases_many.take_steps, c.StepsOut, body=c.TakeSteps, scope=ACT,
        people_only=True, bound=COSTLY, refuses=(404,),
    ),
    Route("GET", CASE, "get_case", cases.get_case, c.CaseOut, scope=READ, refuses=(404,)),
    Route(
        "POST", f"{CASE}/tokens", "prove", access.prove, o.TokenOut, body=c.Prove, bound=PROOFS,
        refuses=(403, 404),
    ),
    Route("GET", f"{CASE}/steps", "list_steps", cases.list_steps, c.StepList, scope=READ, refuses=(404,)),
    Route(
        "POST", f"{CASE}/steps", "take_step", cases.take_step, c.Taken, body=c.TakeStep, scope=ACT,
        bound=WRITES, keyed=True, refuses=(404, 409),
    ),
    Route(
        "POST", f"{CASE}/foreseen", "foresee_step", cases.foresee_step, c.Foreseen, body=c.TakeStep,
        bound=WRITES,
        scope=READ, refuses=(404, 409),
    ),
    Route("GET", f"{CASE}/deadlines", "deadlines", cases.deadlines, c.Deadlines, scope=READ, refuses=(404,)),
    Route(
        "GET", f"{CASE}/alike", "alike", cases.alike_cases, c.SimilarList, query=c.AlikeQuery, scope=READ,
        people_only=True, bound=COSTLY, refuses=(404,),
    ),
    Route(
        "GET", f"{CASE}/tree", "get_tree", trees.get_tree, t.TreeOut, query=t.TreeQuery, scope=READ, people_only=True,
        refuses=(404,),
    ),
    Route(
        "GET", f"{CASE}/mandates", "list_mandates", trees.list_mandates, t.MandateList, pages="mandates", by=("unit", "giver", "since", "until", "powers"), scope=READ, people_only=True,
        refuses=(404,),
    ),
    Route(
        "POST", f"{CASE}/identity", "look_identity", cases.identity, c.IdentityOut, body=c.Look,
        scope=IDENTITY, people_only=True, bound=COSTLY, refuses=(404,),
    ),
    Route(
        "GET", f"{CASE}/files/{{file}}", "download", cases.download, media="application/octet-stream",
        scope=READ, refuses=(404, 409),
    ),
    Route(
        "GET", f"{CASE}/receipt", "get_receipt", county.get_receipt, media="application/json", scope=READ,
        bound=COSTLY, refuses=(404,),
    ),
    Route(
        "GET", f"{CASE}/proof", "get_inclusion", county.get_inclusion, o.InclusionOut, query=o.ProofQuery,
        scope=READ, bound=COSTLY, refuses=(404,),
    ),
    Route(
        "GET", "/webhooks", "list_webhooks", webhooks.list_webhooks, h.WebhookList, pages="webhooks", scope=WEBHOOKS, people_only=True, keeps=False,
    ),
    Route(
        "POST", "/webhooks", "make_webhook", webhooks.make_webhook, h.WebhookMade, status=201, body=h.Subscribe, scope=WEBHOOKS,
        people_only=True, bound=WRITES, once=True, refuses=(409,),
    ),
    Route(
        "GET", HOOK, "get_webhook", webhooks.get_webhook, h.WebhookOut, scope=WEBHOOKS, people_only=True, keeps=False,
        refuses=(404,),
    ),
    Route(
        "POST", f"{HOOK}/standing", "set_webhook", webhooks.set_webhook, h.WebhookOut, body=h.Stand, scope=WEBHOOKS,
        people_only=True, bound=WRITES, refuses=(404, 409),
    ),
    Route(
        "POST", f"{HOOK}/secret", "change_webhook_secret", webhooks.change_secret, h.WebhookMade, scope=WEBHOOKS, people_only=True,
        bound=WRITES, once=True, refuses=(404, 409, 422),
    ),
    Route(
        "GET", f"{HOOK}/deliveries", "list_deliveries", webhooks.list_deliveries, h.DeliveryList, query=h.DeliveryQuery,
        scope=WEBHOOKS, people_only=True, keeps=False, refuses=(404,),
    ),
    Route(
        "POST", f"{HOOK}/replays", "replay_webhook", webhooks.replay, h.Replayed, body=h.Replay, scope=WEBHOOKS, people_only=True,
        bound=COSTLY, once=True, refuses=(404, 409),
    ),
    Route(
        "POST", f"{HOOK}/trials", "try_webhook", webhooks.trial, h.Replayed, scope=WEBHOOKS, people_only=True, bound=COSTLY,
        once=True, refuses=(404, 409, 422),
    ),
)  # fmt: skip
