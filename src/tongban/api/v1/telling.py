"""How one is told, what was told about a case, cards at work, cases that were here before."""

from __future__ import annotations

from tongban.api.v1.county import ID
from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes import saying as shapes
from tongban.api.v1.shapes.adoption import Gone
from tongban.api.v1.shapes.county import PublicCase
from tongban.apps.cards.library import Card, confirm, like_case, to_review, use
from tongban.apps.dispatch.repeats import repeats
from tongban.apps.notices.channels import channels
from tongban.apps.notices.choices import choose, own
from tongban.apps.notices.serving import serve_on_paper
from tongban.apps.notices.shown import own_list, told_of_case
from tongban.apps.notices.windows import PACES
from tongban.apps.office import office
from tongban.kernel.refusal import Refused


def own_notices(asked: Asked) -> Answer:
    """What you were told, and how you want to be told."""
    chosen, phone, mail = own(asked.acting)
    return shapes.OwnNotices(
        channel=chosen.channel,
        pace=chosen.pace,
        phone=phone,
        mail=mail,
        channels=tuple(name for name, way in channels(office()).items() if way.personal),
        paces=tuple(PACES),
        notices=tuple(shapes.NoticeOut.model_validate(each) for each in own_list(asked.acting)),
    )


def choose_notices(asked: Asked, body: shapes.Choose) -> Answer:
    """Be told like this from now on; a channel of "" is the desk alone."""
    return choose(body.channel, body.pace, body.phone, body.mail, asked.acting) or Gone()


def case_notices(asked: Asked, number: str) -> Answer:
    """What was told about a case, to whom, and what became of it."""
    found = told_of_case(number, asked.acting)
    if isinstance(found, Refused):
        return found
    lines = tuple(shapes.NoticeOut.model_validate(each) for each in found.lines)
    return shapes.CaseNotices(proofs=found.proofs, notices=lines)


def serve_notice(asked: Asked, number: str, body: shapes.Serve) -> Answer:
    """A notice with legal weight was handed over on paper; that is proved in the ledger."""
    return serve_on_paper(number, body.seq, body.n, body.way, body.day, asked.acting) or Gone()


def cards_like(asked: Asked, number: str) -> Answer:
    """Case cards like a case, the likest first."""
    found = like_case(number, asked.acting)
    if isinstance(found, Refused):
        return found
    cards = tuple(_card(each) for each in found.cards)
    return shapes.CardLikeList(may_use=found.may_use, cards=cards)


def use_card(asked: Asked, number: str, card: str) -> Answer:
    """A card helped with this case."""
    if not ID.fullmatch(card):
        return Refused("cards.unknown", "", {"card": card[:64]})
    done = use(number, card, asked.acting)
    return done if isinstance(done, Refused) else shapes.UsesOut(uses=done)


def doubted_cards(asked: Asked) -> Answer:
    """The cards that you keep and of which something is doubted."""
    found = to_review(asked.acting)
    return shapes.DoubtedList(cards=tuple(_card(each) for each in found))


def confirm_card(asked: Asked, card: str) -> Answer:
    """A card still holds."""
    if not ID.fullmatch(card):
        return Refused("cards.unknown", "", {"card": card[:64]})
    done = confirm(card, asked.acting)
    return done if isinstance(done, Refused) else Gone()


def list_repeats(asked: Asked, number: str) -> Answer:
    """Earlier cases of the same requester or place, for the unit that received this one."""
    found = repeats(number, asked.acting)
    if isinstance(found, Refused):
        return found
    lines = (
        shapes.RepeatOut(
            number=each.number,
            title=each.title,
            stage=each.stage,
            opened=each.opened,
            open=each.open,
            same="requester" if each.same == "requester" else "place",
            alike=each.alike,
            why=each.why,
            reopens=each.reopens[0],
        )
        for each in found
    )
    return shapes.RepeatList(cases=tuple(lines))


def _card(found: Card) -> shapes.CardLike:
    text = PublicCase.model_validate(found.text)
    return shapes.CardLike(id=text.id, text=text, uses=found.uses, doubts=found.doubts, used=found.used)
