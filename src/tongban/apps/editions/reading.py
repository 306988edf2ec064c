"""What the public reads of editions: which there are of each month, what stands in one, the file, the signed list."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from threading import Lock

from msgspec import Struct

from tongban.apps.disclosure.figures import month_name
from tongban.apps.editions.writing import Written, written_figure
from tongban.apps.office import Office, office
from tongban.apps.proof.signing import signers
from tongban.apps.wording import day, moment
from tongban.kernel.edition.lines import Edition, Said, proof_of, read
from tongban.kernel.edition.listing import Newest, sign_list
from tongban.kernel.edition.recount import definition_of
from tongban.kernel.indicator import Definition
from tongban.kernel.ledger.checkpoint import read_checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store import editions
from tongban.store.edition_rows import measured
from tongban.store.editions import Kept

KEPT = 32
"""Editions whose words are kept in memory."""
FILES = 3
"""Files that are kept in memory, packed."""


class Shown(Struct, frozen=True):
    """An edition in a list. ``state`` is ``waiting`` (proposed), ``newest``, ``archived`` (the newest, but offered as current no longer),
    ``corrected`` or ``withdrawn``. ``until`` is when it is offered as current to."""

    period: str
    month: str
    edition: int
    state: str
    digest: str
    corrects: str
    why: str
    proposed_at: str
    released_at: str
    withdrawn_at: str
    withdrawn_why: str
    leaving: bool
    covered: bool
    until: str = ""

    @property
    def has_file(self) -> bool:
        return self.stands or self.state == "corrected"

    @property
    def stands(self) -> bool:
        """Whether it is the one that the public reads of its month."""
        return self.state in ("newest", "archived")


class Term(Struct, frozen=True):
    """A definition as it is explained: in words, as it is written, and its hash. ``excluded`` are words, condition, and step of approval."""

    key: str
    hash: str
    words: Said
    parts: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str, str], ...]
    smallest_sample: int
    version: str
    figure: Written


class Head(Struct, frozen=True):
    """The signed head under which an edition stands; ``leaf`` is the number of its entry, counted from one."""

    note: str
    size: int
    at: str
    leaf: int
    before: int
    """entries of the head before it, 0 where there was none"""


class Page(Struct, frozen=True):
    """Everything behind one edition of a month. ``lines`` are digests with what each line is."""

    this: Shown
    all: tuple[Shown, ...]
    rows: int
    figures: int
    size: str
    terms: tuple[Term, ...]
    left_out: tuple[tuple[str, tuple[str, ...]], ...]
    """codes of why figures are not told, with the titles of these figures"""
    head: Head | None

    @property
    def by_practice(self) -> tuple[tuple[str, tuple[Term, ...]], ...]:
        """The definitions under the practices that they are of."""
        found: dict[str, list[Term]] = {}
        for term in self.terms:
            found.setdefault(term.words.practice, []).append(term)
        return tuple((practice, tuple(each)) for practice, each in found.items())


def shown(each: Kept, newest: int, language: str) -> Shown:
    """``newest``: the number of the last released edition of its month."""
    state = "newest" if each.edition == newest else "corrected"
    if each.released_at is None:
        state = "waiting"
    elif each.withdrawn_at is not None:
        state = "withdrawn"
    elif state == "newest" and each.archived_at is not None:
        state = "archived"
    return Shown(
        period=each.period,
        month=month_name(each.period, language),
        edition=each.edition,
        state=state,
        digest=each.digest,
        corrects=each.corrects,
        why=each.why,
        proposed_at=moment(each.proposed_at, language),
        released_at=moment(each.released_at, language) if each.released_at else "",
        withdrawn_at=moment(each.withdrawn_at, language) if each.withdrawn_at else "",
        withdrawn_why=each.leaving_why if each.withdrawn_at else "",
        leaving=bool(each.leaving_by) and each.withdrawn_at is None,
        covered=each.covered,
        until=day(each.until, language) if each.until else "",
    )


def released(language: str, period: str = "") -> tuple[Shown, ...]:
    """All released editions, those taken down among them, the newest month first."""
    found = [each for each in editions.kept(office().journal, period) if each.released_at is not None]
    newest: dict[str, int] = {}
    for each in found:
        newest[each.period] = max(newest.get(each.period, 0), each.edition)
    return tuple(shown(each, newest[each.period], language) for each in found)


def page(period: str, edition: int, language: str) -> Page | Refused:
    """What stands behind a month: its newest edition, or the one asked for. Refuses where nothing was released (``edition.unknown``)."""
    here = office()
    found = released(language, period)
    this = next((each for each in found if edition in (0, each.edition)), None)
    if this is None:
        return Refused("edition.unknown", "period", {"period": period})
    kept = next(each for each in editions.kept(here.journal, period) if each.edition == this.edition)
    if this.state == "withdrawn":
        return Page(this, found, 0, 0, "", (), (), None)
    contents = _contents(here, kept)
    if isinstance(contents, Finding):
        return contents.refusal()
    opened = contents.opened
    proof = editions.prove(here.journal, kept)
    return Page(
        this=this,
        all=found,
        rows=contents.rows,
        figures=len(opened.figures),
        size=_size(contents.size + len(proof.encode())),
        terms=terms(opened, language),
        left_out=_left_out(here, opened, language),
        head=_head(proof, language),
    )


class _Contents(Struct, frozen=True):
    """An edition without its rows, how many there were, and the bytes of all of it."""

    opened: Edition
    rows: int
    size: int


class Packed(Struct, frozen=True):
    """The file of an edition, packed with gzip; ``mark`` names just these bytes."""

    mark: str
    content: bytes


_lock = Lock()
_known: OrderedDict[str, _Contents] = OrderedDict()
_packed: OrderedDict[str, Packed] = OrderedDict()


def _contents(here: Office, kept: Kept) -> _Contents | Finding:
    """Read once: an edition never changes."""
    with _lock:
        known = _known.get(kept.digest)
    if known is not None:
        return known
    opened = read(editions.told_of(here.journal, kept.period, kept.edition))
    if isinstance(opened, Finding):
        return opened
    found = _Contents(opened, *measured(here.journal, kept))
    with _lock:
        _known[kept.digest] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _size(bytes: int) -> str:
    return f"{bytes / 1_000_000:.1f} MB" if bytes >= 1_000_000 else f"{max(bytes // 1000, 1)} kB"


def terms(opened: Edition, language: str) -> tuple[Term, ...]:
    """The definitions of an edition with their figures."""
    figures = {each.definition: each for each in opened.figures}
    found = []
    for each in opened.definitions:
        definition = definition_of(each.text)
        words = each.words.get(language) or next(iter(each.words.values()))
        found.append(
            Term(
                key=definition.key,
                hash=each.hash,
                words=words,
                parts=_parts(definition),
                excluded=tuple(
                    (words.exclusions.get(one.id, one.id), one.source, one.by)
                    for one in definition.exclusions
                ),
                smallest_sample=definition.smallest_sample,
                version=definition.version,
                figure=written_figure(figures[each.hash], definition, opened.head, language),
            )
        )
    return tuple(found)


def _left_out(here: Office, opened: Edition, language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By reason, in the words of the practices that are adopted now."""
    adopted = {term.practice: term.adoption for term in reversed(here.terms)}
    found: dict[str, list[str]] = {}
    for each in opened.head.left_out:
        practice, _, id = each.key.partition("/")
        title = each.key
        if practice in adopted:
            wording = here.wording(adopted[practice], language)
            title = f"{wording.title()} · {wording.of(f'indicators.{id}.title', id)}"
        found.setdefault(each.because, []).append(title)
    return tuple((because, tuple(titles)) for because, titles in found.items())


def _parts(definition: Definition) -> tuple[tuple[str, str], ...]:
    """What a definition asks of a case, as its author wrote it."""
    parts = {
        "numerator": definition.numerator,
        "adds": definition.adds,
        "over": definition.over,
        "denominator": definition.denominator,
    }
    return tuple((name, part.source) for name, part in parts.items() if part is not None)


def _head(proof: str, language: str) -> Head | None:
    if not proof:
        return None
    opened = proof_of(proof)
    head = read_checkpoint(opened.note)
    if isinstance(head, Refused):
        return None
    before = read_checkpoint(opened.before.note) if opened.before is not None else None
    size = 0 if before is None or isinstance(before, Refused) else before.size
    return Head(opened.note, head.size, moment(head.at, language), opened.leaf + 1, size)


def file_of(period: str, edition: int) -> Packed | Refused:
    """The file of an edition with its proof; packed once for all who ask. Refuses one that was taken down (``edition.gone``), one that is not there, and for at most
    an hour one that no checkpoint covers yet (``edition.pending``)."""
    here = office()
    found = next(
        (
            each
            for each in editions.kept(here.journal, period)
            if each.edition == edition and each.released_at
        ),
        None,
    )
    facts: Facts = {"period": period, "edition": edition}
    if found is None:
        return Refused("edition.unknown", "period", facts)
    if not found.readable:
        return Refused("edition.gone", "period", {**facts, "why": found.leaving_why})
    proof = editions.prove(here.journal, found)
    if not proof:
        return Refused("edition.pending", "period", facts)
    mark = sha256(f"{found.digest}\n{proof}".encode()).hexdigest()
    with _lock:
        packed = _packed.get(mark)
    if packed is None:
        text = editions.text_of(here.journal, period, edition) + proof
        packed = Packed(mark, gzip.compress(text.encode(), 6, mtime=0))
        with _lock:
            _packed[mark] = packed
            while len(_packed) > FILES:
                _packed.popitem(last=False)
    return packed


def newest_list(now: datetime) -> str | Refused:
    """The signed list of the newest edition of each month, as of the beginning of this hour or the last change."""
    here = office()
    newest: dict[str, Kept] = {}
    for each in reversed(editions.kept(here.journal)):
        if each.released_at is not None:
            newest[each.period] = each
    last = [at for each in newest.values() for at in (each.released_at, each.withdrawn_at) if at is not None]
    at = max([now.replace(minute=0, second=0, microsecond=0), *last])
    listed = (
        Newest(period, each.edition, each.digest if each.readable else "")
        for period, each in sorted(newest.items(), reverse=True)
    )
    return sign_list(here.county.code, at, listed, signers(here.county.code))
