"""What follows from a step, from the words of the file to the values of the kernel."""

from __future__ import annotations

from collections.abc import Callable

from tongban.kernel.clock import Limit
from tongban.kernel.procedure import model
from tongban.library.shape.procedure import FollowSpec
from tongban.library.shape.written import LimitSpec, NumberSpec

LimitOf = Callable[[LimitSpec, str], Limit]
NumberOf = Callable[[NumberSpec], int]


def follow_of(spec: FollowSpec, limit: LimitOf, number: NumberOf, source: str) -> model.Follow:
    """One consequence. ``source`` is the document that an extension rests on when it names none itself."""
    match spec.name, getattr(spec, spec.name):
        case "hold", hold:
            return model.Hold(hold.to or "answer", hold.answer or "")
        case "open", opened:
            field, holder = opened.for_each or "", opened.holder or ""
            says = tuple(opened.says.items())
            drawn = number(opened.drawn) if opened.drawn is not None else 0
            named = opened.as_ or ""
            return model.OpenSubcases(
                opened.kind,
                field,
                opened.carry,
                opened.below,
                bool(opened.rows),
                holder,
                (named,) if opened.for_row else opened.key,
                says,
                drawn,
                opened.for_entry or "",
                named,
                opened.for_row or "",
                meets=opened.meets or "",
                fits=opened.fits or "",
                unless_settled=opened.unless_settled,
                unless=opened.left_out,
            )
        case "suspend", suspend:
            return model.Suspend(suspend.clocks, suspend.field, suspend.lawful)
        case "resume", clocks:
            return model.Resume(clocks)
        case "extend", extend:
            more = limit(extend.limit, extend.source or source)
            return model.Extend(extend.clocks, more, number(extend.times), extend.asked or "")
        case "notify", notify:
            return model.Notify(notify.notice, notify.to, notify.quiet, notify.urgent, notify.served)
        case "ask_rating", notice:
            return model.AskRating(notice)
        case "draw", draw:
            return model.Draw(draw.sample, number(draw.of_hundred))
        case "fix", fix:
            return model.Fix(fix.board, fix.since, fix.until)
        case "give_mandate", mandate:
            return model.GiveMandate(mandate.to, mandate.powers, mandate.until or "")
        case "end_mandates", _:
            return model.EndMandates()
        case "write", write:
            return model.Write(write.register_, write.key, write.fields)
        case "set_precedent", kept:
            return model.SetPrecedent(
                kept.unit,
                kept.duty,
                kept.category or "",
                kept.division or "",
                kept.until or "",
                kept.replaces or "",
            )
        case "end_precedent", _:
            return model.EndPrecedent()
        case "publish", publish:
            return model.Publish(publish.what, limit(publish.term, "") if publish.term is not None else None)
        case "take_down", what:
            return model.TakeDown(what)
        case "join", field:
            return model.Join(field)
        case "place", field:
            return model.Place(field)
        case "tell", tell:
            return model.Tell(
                tell.peer, tell.message, tell.fields, tuple(tell.says.items()), tuple(tell.named.items())
            )
        case "settle", settle:
            return model.Settle(settle.outcome or "", settle.answer or "")
        case name, _:
            raise AssertionError(name)
