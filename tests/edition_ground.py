"""An edition made of nothing but numbers, sealed in a tree of its own, and ways to forge it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from tongban.kernel.edition import FORMAT
from tongban.kernel.edition.lines import (
    Before,
    Counted,
    Defined,
    Figure,
    Head,
    Proof,
    Said,
    Sealed,
    head_named,
    read,
    written,
)
from tongban.kernel.edition.listing import Newest, sign_list
from tongban.kernel.edition.making import Row, Told, body, digest, digests, population, whole
from tongban.kernel.expression import Kind, compile_expression
from tongban.kernel.expression.spelled import SORTS, spelled
from tongban.kernel.indicator.definition import Definition, LeftOut, Part
from tongban.kernel.ledger.checkpoint import Checkpoint, sign_checkpoint
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.merkle import consistency_proof, inclusion_proof, root, subtree_of
from tongban.kernel.ledger.seal import START, next_entry

AT = datetime(2026, 11, 2, 1, 2, 3, tzinfo=UTC)
SIGNER = Ed25519Signer("tongban.330822", bytes(range(32)))
STRANGER = Ed25519Signer("tongban.330822", bytes(32))
NEIGHBOUR = Ed25519Signer("tongban.330824", bytes(range(1, 33)))
KEYS = {each.key_id: each.public for each in (SIGNER, NEIGHBOUR)}
"""What a reader holds: the key of the county, and that of one beside it."""
SALT = "00112233445566778899aabbccddeeff"
NAMES = {
    "count.reply": Kind.count,
    "count.reopen": Kind.count,
    "clock.handle.kept": Kind.flag,
    "case.outcome": Kind.text,
    "case.visits": Kind.count,
    "facts.statutory_days": Kind.whole,
    "facts.promised_days": Kind.whole,
}
DEFINED = {
    "kept": ("rate", "count.reply > 0", "clock.handle.kept && count.reopen == 0", ""),
    "solved": ("rate", "true", 'case.outcome in ["resolved", "explained"] || size(case.outcome) == 3', ""),
    "visits": ("average", 'case.outcome != ""', "case.visits", ""),
    "shorter": ("ratio", "true", "facts.statutory_days - facts.promised_days", "facts.statutory_days"),
}
OUTCOMES = ("resolved", "explained", "withdrawn", "无解𠮷", "")
UNITS = {"lights": {"zh-Hans": "路灯所", "en": "Lighting"}, "water": {"zh-Hans": "水务局", "en": "Water"}}


def part(source: str, kind: Kind = Kind.flag) -> Part:
    found = compile_expression(source, NAMES, kind)
    return Part(source, spelled(found))


def definition(id: str, practice: str = "hotline", **changed: object) -> Definition:
    kind, below, above, over = DEFINED[id]
    adds = kind != "rate"
    names = {name for source in (below, above, over, "case.outcome") for name in NAMES if name in source}
    made = Definition(
        key=f"{practice}/{id}",
        version="3",
        of="appeal",
        counted="settled",
        unit="",
        kind=kind,
        names={name: SORTS[NAMES[name]] for name in sorted(names)},
        denominator=part(below),
        numerator=None if adds else part(above),
        adds=part(above, Kind.whole) if adds else None,
        over=part(over, Kind.whole) if over else None,
        exclusions=(
            LeftOut("withdrawn", 'case.outcome == "withdrawn"', part('case.outcome == "withdrawn"').tree),
        ),
        smallest_sample=30,
        better="more",
    )
    return replace(made, **changed)


def told(each: Definition) -> Told:
    title = each.key.partition("/")[2]
    said = Said("热线", title, title, {"withdrawn": "诉求人撤回"})
    return Told(each, {"zh-Hans": said, "en": said})


def seal_of(n: int) -> bytes:
    return sha256(f"case {n}".encode()).digest()


def rows(n: int, seed: int = 1) -> list[Row]:
    chance = random.Random(seed)
    return [
        Row(
            seal_of(i),
            chance.choice(("lights", "water", "tiny")),
            {
                "count.reply": chance.choice((0, 1, 1, 2)),
                "count.reopen": chance.choice((0, 0, 0, 1)),
                "clock.handle.kept": chance.random() < 0.8,
                "case.outcome": chance.choice(OUTCOMES),
                "case.visits": chance.choice((0, 1, 1, 3)),
                "facts.statutory_days": chance.randrange(0, 60),
                "facts.promised_days": chance.randrange(0, 30),
            },
        )
        for i in range(n)
    ]


def head(
    nth: int = 1, corrects: str = "", county: str = "330822", ledger: int = 7, period: str = "2026-10"
) -> Head:
    return Head(
        format=FORMAT,
        county=county,
        county_name={"zh-Hans": "常山县", "en": "Changshan"},
        period=period,
        edition=nth,
        corrects=corrects,
        why="" if nth == 1 else "日历更正",
        made=instant_text(AT),
        ledger=ledger,
        units=UNITS,
    )


def lines(
    n: int = 60,
    nth: int = 1,
    corrects: str = "",
    seed: int = 1,
    county: str = "330822",
    ledger: int = 7,
    period: str = "2026-10",
    defined: Sequence[Definition] = (),
) -> str:
    """The body of an edition."""
    defined = defined or [definition(id) for id in DEFINED]
    people = population(defined, rows(n, seed), frozenset(UNITS), SALT)
    return body(head(nth, corrects, county, ledger, period), [told(each) for each in defined], [people])


def sealed(
    text: str,
    signer: Ed25519Signer = SIGNER,
    county: str = "330822",
    earlier: bool = True,
    after: str = "",
    between: bool = False,
) -> str:
    """An edition whose digest stands in a ledger, signed. ``after``: in the ledger of that file, once it has grown; ``between`` names another head
    than that file's as the one before."""
    head = read(text).head
    facts = {
        "county": head.county,
        "period": head.period,
        "edition": head.edition,
        "corrects": head.corrects,
        "digest": digest(text),
    }
    at, seals = 8, [bytes([n]) * 32 for n in range(11)]
    first = _head_over(seals[:7], county)
    if after:
        at, seals[8] = 13, bytes.fromhex(read(after).proof.entry.seal)
        first = _head_over(seals, county)
        seals += [bytes([n]) * 32 for n in range(11, 16)]
        first = _head_over(seals[:12], county) if between else first
    facts["before"] = head_named(first) if earlier else ""
    entry = next_entry(START, "figures", "edition", AT, AT, facts, {})
    seals[at] = entry.seal
    note, before = (sign_checkpoint(each, (signer,)) for each in (_head_over(seals, county), first))
    grown = consistency_proof(first.size, len(seals), subtree_of(seals))
    return whole(
        text,
        Proof(
            digests=digests(text),
            entry=Sealed(entry.body, entry.prev.hex(), entry.seal.hex()),
            note=note,
            leaf=at,
            path=tuple(each.hex() for each in inclusion_proof(at, len(seals), subtree_of(seals))),
            before=Before(before, tuple(each.hex() for each in grown)) if earlier else None,
        ),
    )


def _head_over(seals: list[bytes], county: str = "330822") -> Checkpoint:
    n = len(seals)
    return Checkpoint(county, n, root(seals), AT + timedelta(minutes=n), n // 2)


def _older_head(value: dict) -> None:
    """A head that the county did sign and that the tree did grow from, but not that of the edition before."""
    seals = [bytes([n]) * 32 for n in range(11)]
    seals[8] = bytes.fromhex(value["entry"]["seal"])
    grown = consistency_proof(3, 11, subtree_of(seals))
    note = sign_checkpoint(_head_over(seals[:3]), (SIGNER,))
    value["before"] = {"note": note, "path": [each.hex() for each in grown]}


def changed(text: str, line: str, change, nth: int = 0) -> str:
    """The file with one of its lines changed by hand, as somebody with an editor would."""
    parts = text.split("\n")
    at = [n for n, each in enumerate(parts) if each and json.loads(each)["line"] == line][nth]
    value = json.loads(parts[at])
    change(value)
    parts[at] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "\n".join(parts)


def without_row(value: dict) -> None:
    """One case left out of a population."""
    value["marks"].pop()
    for column in (value["units"], *value["columns"].values()):
        column["rows"].pop()


def listed(*newest: Newest, at: datetime = AT, signer: Ed25519Signer = SIGNER, county: str = "330822") -> str:
    return sign_list(county, at, newest, (signer,))


def _part(name: str, text: str) -> str:
    """The first line of a kind, with its end."""
    return next(each for each in text.splitlines(keepends=True) if json.loads(each)["line"] == name)


def enormous() -> str:
    """An edition whose one figure multiplies until nothing keeps the number."""
    tree = definition("visits").adds.tree
    for _ in range(6):
        tree = {"call": "_*_", "of": (tree, tree)}
    for _ in range(3):
        tree = {"call": "_*_", "of": (tree, {"call": "_+_", "of": (tree, {"is": 2**53 - 1})})}
    each = definition("visits", adds=Part("no end", tree))
    people = population([each], rows(60), frozenset(UNITS), SALT)
    stated = Figure(each.key, each.hash, Counted(0, 0, 0, {}, 0, 10_000), {})
    defined = Defined(each.text, each.hash, told(each).words)
    return "".join(written(line) for line in (head(), defined, people, stated))


def _edit(**members):
    return lambda value: value.update(members)


def _row(value: dict) -> None:
    column = value["columns"]["clock.handle.kept"]
    column["rows"][0] = 1 - column["rows"][0]


def _figure(value: dict) -> None:
    value["county"]["numerator"] += 1


def _definition(value: dict) -> None:
    value["text"] = (
        value["text"].replace("count.reply > 0", "count.reply > 9").replace('{"is":0}', '{"is":9}')
    )


def forgeries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """What somebody might hand out, and the codes of what must be found in it."""
    true = lines()
    real = sealed(true)
    resealed = changed(
        real, "proof", lambda value: value.update(digests=[*digests(changed(true, "figure", _figure))])
    )
    return {
        "a figure changed": (
            changed(real, "figure", _figure),
            ("edition.line_differs", "edition.other_entry", "edition.figure_differs"),
        ),
        "a figure and its digest changed": (
            changed(resealed, "figure", _figure),
            ("edition.other_entry", "edition.figure_differs"),
        ),
        "a row changed": (
            changed(real, "population", _row),
            ("edition.line_differs", "edition.other_entry", "edition.figure_differs"),
        ),
        "a row left out": (
            changed(real, "population", without_row),
            ("edition.line_differs", "edition.other_entry", "edition.figure_differs"),
        ),
        "rows broken": (
            changed(real, "population", lambda value: value["units"]["rows"].pop()),
            ("edition.line_differs", "edition.other_entry", "edition.column_broken"),
        ),
        "a column left out": (
            changed(real, "population", lambda value: value["columns"].pop("case.visits")),
            ("edition.line_differs", "edition.other_entry", "edition.column_missing"),
        ),
        "a row twice": (
            changed(real, "population", lambda value: value["marks"].__setitem__(0, value["marks"][1])),
            ("edition.line_differs", "edition.other_entry", "edition.marks"),
        ),
        "a definition exchanged": (
            changed(real, "definition", _definition),
            (
                "edition.line_differs",
                "edition.other_entry",
                "edition.definition_differs",
                "edition.definition_exchanged",
            ),
        ),
        "a figure kept back": (
            "\n".join(each for n, each in enumerate(real.split("\n")) if n != 6),
            ("edition.lines", "edition.line_differs", "edition.other_entry", "edition.figure_missing"),
        ),
        "the entry rewritten": (
            changed(
                real,
                "proof",
                lambda value: value["entry"].update(
                    body=value["entry"]["body"].replace("2026-10", "2026-09")
                ),
            ),
            ("edition.entry_changed", "edition.other_entry"),
        ),
        "an entry in another place": (changed(real, "proof", _edit(leaf=7)), ("ledger.not_included",)),
        "a checkpoint from another county": (sealed(true, county="330824"), ("edition.other_county",)),
        "a checkpoint signed by a neighbour": (sealed(true, NEIGHBOUR), ("ledger.signature_unknown",)),
        "an entry older than the cases": (sealed(lines(ledger=9)), ("edition.ledger_ahead",)),
        "the head before cut off": (changed(real, "proof", _edit(before=None)), ("edition.other_entry",)),
        "an earlier head in its place": (changed(real, "proof", _older_head), ("edition.other_entry",)),
        "a correction of nothing before": (
            sealed(lines(nth=2, corrects="ab" * 32), earlier=False),
            ("edition.other_entry",),
        ),
        "a signature by another key": (sealed(true, STRANGER), ("ledger.signature_unknown",)),
        "a signature that is none": (
            changed(
                real,
                "proof",
                lambda value: value.update(note=value["note"].replace("previous 5", "previous 4")),
            ),
            ("ledger.signature_wrong",),
        ),
        "a tree that was not only added to": (
            changed(real, "proof", lambda value: value["before"]["path"].reverse()),
            ("edition.not_prefix",),
        ),
        "a figure twice": (sealed(true + _part("figure", true)), ("edition.twice",)),
        "rows twice": (
            sealed(true.replace(_part("population", true), 2 * _part("population", true))),
            ("edition.twice",),
        ),
        "no figures": (sealed(_part("head", true)), ("edition.no_figures",)),
        "a number without end": (sealed(enormous()), ("edition.too_large",)),
        "a number as text": (
            changed(real, "figure", lambda value: value["county"].update(numerator="25")),
            ("edition.unreadable",),
        ),
        "a member that nobody knows": (changed(real, "head", _edit(note="x")), ("edition.unreadable",)),
        "a member left out": (
            changed(real, "head", lambda value: value.pop("left_out")),
            ("edition.unreadable",),
        ),
        "a key given twice": (
            real.replace('"period":"2026-10"', '"period":"2026-09","period":"2026-10"', 1),
            ("edition.unreadable",),
        ),
        "another writing": (real.replace('"line":"figure"', '"line": "figure"', 1), ("edition.unreadable",)),
        "a number with a point": (
            real.replace('"edition":1,', '"edition":1.0,', 1),
            ("edition.unreadable",),
        ),
        "line ends of another system": (real.replace("\n", "\r\n"), ("edition.unreadable",)),
        "a mark of bytes before it": ("\ufeff" + real, ("edition.unreadable",)),
        "no proof": (true, ("edition.no_proof",)),
        "another file": ("hello\n", ("edition.format",)),
        "a line that is none": (
            real.replace('"line":"figure"', '"line":"figurine"', 1),
            ("edition.unreadable",),
        ),
    }


OLD = lines()


def pairs() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """An edition and an earlier one beside it, and the codes of what must be found wrong with them together."""
    older = sealed(OLD, earlier=False)
    better = [
        definition("kept"),
        replace(definition("solved"), version="4"),
        definition("visits", smallest_sample=31),
        definition("shorter", key="hotline/faster"),
    ]
    corrected = lines(61, nth=2, corrects=digest(OLD), defined=better)
    september = sealed(lines(50, seed=3, period="2026-09"), earlier=False)
    neighbour = sealed(lines(county="330824", period="2026-09"), NEIGHBOUR, county="330824", earlier=False)
    return {
        "a correction": (sealed(corrected, after=older), older, ()),
        "a correction after another month went out": (
            sealed(corrected, after=older, between=True), older, (),
        ),
        "a first edition beside the month before": (sealed(lines(defined=better), after=september), september, ()),
        "another file than the one corrected": (
            sealed(corrected, after=older), sealed(lines(59), earlier=False), ("edition.not_corrected",),
        ),
        "an earlier file that was changed": (
            sealed(corrected, after=older), changed(older, "figure", _figure), ("edition.older_false",),
        ),
        "an earlier file that is none": (sealed(corrected, after=older), "hello\n", ("edition.older_false",)),
        "a later month": (september, older, ("edition.not_earlier",)),
        "a neighbour's month": (sealed(lines()), neighbour, ("edition.other_county",)),
        "a ledger that was begun again": (sealed(corrected), older, ("edition.not_prefix",)),
    }  # fmt: skip
