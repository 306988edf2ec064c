"""Service for print: the proof that a notice reached somebody, as it can be put before a court; or, where it waits to be handed over,
the sheet that is signed on the way (送达回证). Behind it lies what is served, whole: the letter, and the message as it went out.
Nobody's name or number stands on it: whoever needs them looks them up for a stated purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.notices.planning import PAPER
from tongban.apps.notices.proving import agreed_at, proofs
from tongban.apps.notices.serving import WAYS, letter_of
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.paper.letters import laid_out, read
from tongban.apps.paper.setting import typeset
from tongban.apps.proof.signing import signers
from tongban.apps.wording import dated, say
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused
from tongban.store import deliveries as store
from tongban.store import receipts
from tongban.store.batch import Stored
from tongban.store.deliveries import Delivery
from tongban.store.letters import Issued, chain_of, issued_at
from tongban.store.notices import text_of

NONE, NO_LETTER = "notices.no_proof", "notices.no_letter"


class Service(Struct, frozen=True):
    """A notice with legal weight and what the ledger says of its service; ``proof`` is None while it waits for paper.

    ``letter`` is what is served: by the proof, or, while it waits, as it is to be handed over. None where the practice has no letter,
    and in a proof that was written before proofs named one. ``sent`` is the message as it went out, "" on paper.
    """

    case: Case
    notice: Delivery
    proof: Stored | None
    letter: Issued | None
    sent: str

    @property
    def check(self) -> str:
        """By which the public page proves the letter; "" where there is none to be shown."""
        return str(self.letter.facts["check"]) if self.letter is not None and self.letter.text else ""


def service(number: str, seq: int, n: int, acting: Acting) -> Service | Refused:
    """Refuses an unknown case, one that the reader may not see, and a notice that was neither served nor waits for paper (``notices.no_proof``)."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    notice = store.with_weight(here.journal, case.id, seq, n)
    if notice is None:
        return Refused(NONE, "notice")
    proof = next((each for each in proofs(here, case.id) if _of(each, notice)), None)
    if proof is None and notice.dropped != PAPER:
        return Refused(NONE, "notice")
    if proof is None:
        return Service(case, notice, None, letter_of(here, notice, acting.now), "")
    facts = proof.facts()
    seq_of = facts.get("letter_seq")
    letter = issued_at(here.journal, case.id, seq_of) if isinstance(seq_of, int) else None
    return Service(case, notice, proof, letter, text_of(here.journal, str(facts.get("message", ""))))


def service_paper(found: Service, address: str, qr: str, acting: Acting) -> bytes:
    """A PDF on A4. ``address`` is where the letter is proved by its ``check``, ``qr`` the SVG of a code that leads there."""
    here, language = office(), acting.language
    kind = "proof" if found.proof is not None else "sheet"
    rows = [*_about(here, found, acting), *(_served(here, found, found.proof, acting) if found.proof else ())]
    return typeset(
        "service",
        {
            "language": "en" if language == "en" else "zh",
            "county": here.names.division(here.county.code, language),
            "unit": here.names.unit(found.case.holder or found.case.home, language),
            "title": say(f"service.{kind}.title", language),
            "number": written(found.case.number),
            "rows": [[say(f"service.{name}", language), words] for name, words in rows],
            "ways": [say(f"notices.way.{each}", language) for each in WAYS] if found.proof is None else [],
            "ways_title": say("service.way", language),
            "signs": [say(f"service.sign.{each}", language) for each in ("receiver", "server", "witness", "day")]
            if found.proof is None
            else [],
            "says": say(f"service.{kind}.says", language),
            "made": say("service.made", language, when=_moment(acting.now.astimezone(LOCAL).isoformat(" ", "seconds"))),
            "missing_says": say("month.missing", language, list="\0").split("\0")[0],
            "page": say("month.page", language, n="\0", total="\0").split("\0"),
            "letters": [laid_out(read(found.case.number, found.letter), address, qr)]
            if found.letter is not None and found.check
            else [],
        },
    )  # fmt: skip


def service_receipt(found: Service, acting: Acting) -> str | Refused:
    """The entry of the ledger as text that verifies offline. Refuses what was not served yet (``notices.no_proof``)."""
    here = office()
    if found.proof is None:
        return Refused(NONE, "notice")
    return receipts.of_entry(
        here.journal, found.proof.chain, found.proof.seq, signers(here.county.code), acting.now
    )


def letter_receipt(found: Service, acting: Acting) -> str | Refused:
    """The letter that was served, its whole text in it, as text that verifies offline. Refuses where there is none (``notices.no_letter``)."""
    here, letter = office(), found.letter
    if letter is None or not letter.text:
        return Refused(NO_LETTER, "notice")
    chain = chain_of(here.journal, found.case.id)
    return receipts.of_entry(here.journal, chain, letter.seq, signers(here.county.code), acting.now)


def _of(proof: Stored, notice: Delivery) -> bool:
    facts = proof.facts()
    return (facts.get("seq"), facts.get("n")) == (notice.seq, notice.n)


def _about(here: Office, found: Service, acting: Acting) -> Iterator[tuple[str, str]]:
    language = acting.language
    yield "practice", here.wording(found.case.adoption, language).title()
    yield "notice", found.notice.text
    yield from _enclosed(here, found, language)
    yield "decided", _moment(found.notice.at.astimezone(LOCAL).isoformat(" ", "seconds"))
    yield "receiver", say("service.receiver.says", language)


def _enclosed(here: Office, found: Service, language: str) -> Iterator[tuple[str, str]]:
    """What is served: the letter, by which digest it is sealed."""
    letter = found.letter
    if letter is None:
        yield "letter", say("service.letter.none", language)
        return
    if not letter.text:
        yield "letter", say("service.letter.erased", language)
    else:
        yield "letter", say("service.letter.says", language, title=str(letter.text["title"]))
    same = letter.whole and _said_so(found, letter)
    words = say("service.letter.same" if same else "service.letter.differs", language) if letter.text else ""
    yield "letter_digest", f"{_halved(letter.digest)}\n{words}".rstrip()
    chain = chain_of(here.journal, found.case.id)
    yield "letter_entry", say("service.entry.says", language, chain=chain, seq=letter.seq)


def _said_so(found: Service, letter: Issued) -> bool:
    """Whether the proof says the same digest as the letter's own note."""
    return found.proof is None or found.proof.facts().get("letter_digest") == letter.digest


def _served(here: Office, found: Service, proof: Stored, acting: Acting) -> Iterator[tuple[str, str]]:
    """What the entry says, and what it rests on."""
    language, facts = acting.language, proof.facts()
    by, day, digest = (str(facts.get(name, "")) for name in ("by", "day", "text"))
    noted = _moment(proof.at.astimezone(LOCAL).isoformat(" ", "seconds"))
    yield "way", say(f"notices.way.{facts.get('way', '')}", language)
    yield "when", dated(day, language) if day else noted
    if by:
        yield "word", say("service.word.person", language, who=here.names.person(by, language), when=noted)
    else:
        receipt, message = str(facts.get("receipt", "")), str(facts["message"])
        yield "word", say("service.word.gateway", language, receipt=receipt, message=message)
        agreed = agreed_at(here, found.case.id, proof.at)
        since = _moment(agreed.astimezone(LOCAL).isoformat(" ", "seconds")) if agreed else ""
        yield "agreed", since or say("service.agreed.none", language)
        if found.sent:
            same = sha256(found.sent.encode()).hexdigest() == facts.get("sent", "")
            yield "sent", found.sent
            if "sent" in facts:
                words = say("service.sent.same" if same else "service.differs", language)
                yield "sent_digest", f"{_halved(str(facts['sent']))}\n{words}"
    same = sha256(found.notice.text.encode()).hexdigest() == digest
    yield "digest", f"{_halved(digest)}\n{say('service.same' if same else 'service.differs', language)}"
    yield "entry", say("service.entry.says", language, chain=proof.chain, seq=proof.seq)
    yield "seal", _halved(proof.seal.hex())


def _halved(digest: str) -> str:
    """64 characters on two lines: a cell is too narrow for one."""
    return f"{digest[:32]}\n{digest[32:]}"


def _moment(iso: str) -> str:
    """A local moment to the second, with its zone: 2026-11-30 11:17:42 UTC+08:00."""
    return f"{iso[:19]} UTC{iso[19:]}"
