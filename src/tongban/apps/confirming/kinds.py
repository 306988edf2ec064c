"""Which acts may be asked for. Each says which act of the table of rights it is (which says whether it takes two), how what it is
about stands now, and how it is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import in_force, retire
from tongban.apps.adoption.at_hand import opened, take_on
from tongban.apps.adoption.guarding import ADOPTS
from tongban.apps.office import office
from tongban.apps.outside import linking
from tongban.apps.people import entering, helping, posting, standing_in
from tongban.apps.people.erasing import ERASE, erase_person
from tongban.apps.people.factors import RECOVERY
from tongban.apps.people.own import account
from tongban.apps.rights import ACTS
from tongban.apps.rights.two import GIVES, RULES, confirming, takes_two
from tongban.kernel.clock import local_date
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.practice import Practice
from tongban.store.models import FactorRow

Said: TypeAlias = Mapping[str, str]
"""What an act will do: by name, all of it text. Days are ISO, "" for none."""
ERASING, GIVING, ENDING, LEAVING, PASSWORD, FACTORS, LINKING, UNLINKING, RULING, STANDING, ADOPTING, RETIRING = (
    "erase", "give", "end", "leave", "password", "factors", "link", "unlink", "rule", "stand_in", "adopt", "retire",
)  # fmt: skip


class Kind(Struct, frozen=True):
    """``act`` says which act it is, "" for one that one person does. ``stands`` is what must be the same when it is confirmed.
    ``do`` returns what is shown once to whoever did it, "" for nothing."""

    id: str
    act: Callable[[Said, Acting], str]
    stands: Callable[[Said], Said]
    do: Callable[[Said, Acting], str | Refused]


def digest(kind: Kind, facts: Said) -> str:
    """Of what an act will do and of how what it is about stands now."""
    said = {f"said.{name}": text for name, text in facts.items()}
    stands = {f"stands.{name}": text for name, text in kind.stands(facts).items()}
    return sha256(canonical({"kind": kind.id, **said, **stands}).encode()).hexdigest()


def act_of(kind: Kind, facts: Said, acting: Acting) -> str:
    """The act of the table that takes two people, "" where one is enough."""
    act = kind.act(facts, acting)
    return act if act and ACTS[act].two else ""


def _case(facts: Said) -> Said:
    found = office().find(facts["number"])
    return {} if isinstance(found, Refused) else {"seq": str(found.tip.seq), "seal": found.tip.seal.hex()}


def _person(facts: Said) -> Said:
    """Posts, factors, the password as it is kept, and whether the account is open. Only a digest of it is kept."""
    found = account(facts["person"])
    if isinstance(found, Refused):
        return {}
    who, user = found
    posts = sorted(f"{p.unit}/{p.role}/{p.since}/{p.until}" for p in posting.held(who.person))
    rows = FactorRow.objects.filter(county=who.county, person=who.person).exclude(kind=RECOVERY)
    return {
        "posts": " ".join(posts),
        "factors": " ".join(sorted(rows.values_list("id", flat=True))),
        "password": user.password,
        "open": str(user.is_active),
    }


def _linked(facts: Said) -> Said:
    links = sorted(f"{each.provider}/{each.subject}" for each in linking.links_of(facts["person"]))
    return {**_person(facts), "links": " ".join(links)}


def _ruled(_: Said) -> Said:
    return {"rule": " ".join(entering.needed(office().county.code))}


def _erase(facts: Said, acting: Acting) -> str | Refused:
    done = erase_person(facts["number"], acting)
    return done if isinstance(done, Refused) else ""


def _give(facts: Said, acting: Acting) -> str | Refused:
    first, last = _day(facts["first"]), _day(facts["last"])
    if first is None:
        return Refused("people.days", "first")
    return (
        posting.give(facts["person"], posting.Given(facts["unit"], facts["role"], first, last), acting) or ""
    )


def _end(facts: Said, acting: Acting) -> str | Refused:
    first, last = _day(facts["first"]), _day(facts["last"])
    if first is None:
        return Refused("people.post_ended", "post")
    return posting.end(facts["person"], facts["unit"], facts["role"], first, last, acting) or ""


def _leave(facts: Said, acting: Acting) -> str | Refused:
    done = posting.leave(facts["person"], acting)
    return done if isinstance(done, Refused) else ""


def _password(facts: Said, acting: Acting) -> str | Refused:
    return helping.new_password(facts["person"], acting)


def _factors(facts: Said, acting: Acting) -> str | Refused:
    return helping.new_factors(facts["person"], acting) or ""


def _link(facts: Said, acting: Acting) -> str | Refused:
    return linking.link(facts["person"], facts["provider"], facts["subject"], acting) or ""


def _unlink(facts: Said, acting: Acting) -> str | Refused:
    return linking.unlink(facts["person"], facts["provider"], facts["subject"], acting) or ""


def _rule(facts: Said, acting: Acting) -> str | Refused:
    return entering.need(tuple(facts["roles"].split()), acting) or ""


def _stand_in(facts: Said, acting: Acting) -> str | Refused:
    wish = wish_of(facts)
    return wish if isinstance(wish, Refused) else standing_in.stand_in(wish, acting) or ""


def adopting(
    practice: Practice,
    settings: Facts,
    homes: Iterable[str],
    first: str,
    of: str = "",
    *,
    even_not_newer: bool = False,
) -> Said:
    """What taking a guarded practice on will do; ``of`` says where it lies (``at_hand.opened``)."""
    more = {"of": of} if of else {}
    if even_not_newer:
        more["even_not_newer"] = "yes"
    return {
        "practice": practice.id, "version": practice.version, "digest": practice.digest,
        "settings": canonical(dict(settings)), "homes": " ".join(sorted(homes)), "first": first, **more,
    }  # fmt: skip


def _adopt(facts: Said, acting: Acting) -> str | Refused:
    found = opened(facts["practice"], facts.get("of", ""))
    if isinstance(found, Refused):
        return found
    if found.folder is None or found.folder.digest != facts["digest"]:
        return Refused("two.changed")
    settings = json.loads(facts["settings"])
    knowing = facts.get("even_not_newer") == "yes"
    homes = facts["homes"].split()
    done = take_on(found, settings, homes, acting, first=facts["first"], even_not_newer=knowing)
    return done if isinstance(done, Refused) else ""


def _retire(facts: Said, acting: Acting) -> str | Refused:
    done = retire(facts["practice"], acting)
    return done if isinstance(done, Refused) else ""


def _guards(facts: Said, _: Acting) -> str:
    """A practice that was guarded once is retired by two, any other by one."""
    return ADOPTS if facts["practice"] in office().county.guarded else ""


def _practice(facts: Said) -> Said:
    held = in_force(office()).get(facts["practice"])
    return {"adoption": held.id if held is not None else ""}


def wish_of(facts: Said) -> standing_in.StandIn | Refused:
    """Who shall stand in for whom, as it came from a page. Refuses days that are missing."""
    first, last = _day(facts["first"]), _day(facts["last"])
    if first is None or last is None:
        return Refused("stand_in.days", "last", {"most": standing_in.LONGEST.days})
    return standing_in.StandIn(
        facts["person"], facts["stands_in"], facts["unit"], facts["role"], first, last, facts["reason"],
        tuple(facts["practices"].split()),
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _post(facts: Said, _: Acting) -> str:
    return GIVES if takes_two(facts["unit"], facts["role"]) else ""


def _who(facts: Said, acting: Acting) -> str:
    return helping.act_for(facts["person"], acting)


def _ended(facts: Said, _: Acting) -> str:
    return GIVES if confirming(facts["unit"], facts["role"]) else ""


def _leaver(facts: Said, acting: Acting) -> str:
    return GIVES if posting.confirms(facts["person"], local_date(acting.now)) else ""


KINDS: dict[str, Kind] = {
    each.id: each
    for each in (
        Kind(ERASING, lambda _facts, _acting: ERASE, _case, _erase),
        Kind(GIVING, _post, _person, _give),
        Kind(ENDING, _ended, _person, _end),
        Kind(LEAVING, _leaver, _person, _leave),
        Kind(PASSWORD, _who, _person, _password),
        Kind(FACTORS, _who, _person, _factors),
        Kind(LINKING, _who, _person, _link),
        Kind(UNLINKING, _who, _linked, _unlink),
        Kind(RULING, lambda _facts, _acting: RULES, _ruled, _rule),
        Kind(STANDING, _post, _person, _stand_in),
        Kind(ADOPTING, lambda _facts, _acting: ADOPTS, _practice, _adopt),
        Kind(RETIRING, _guards, _practice, _retire),
    )
}
"""By its id."""
