"""From decisions to rows: entries sealed, values committed to and set apart, consequences written out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from os import urandom
from typing import cast

from msgspec import Struct, field

from tongban.kernel.case import Case
from tongban.kernel.events import Event, Noticed, RatingAsked
from tongban.kernel.form import Form
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import SALT_LENGTH, START, Tip, commit_text, next_entry
from tongban.kernel.record import deed
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value
from tongban.store.batch import STEP, Append
from tongban.store.keys import IDENTIFYING, Lookup
from tongban.store.precedents import SET, Mark, marks_of
from tongban.store.projection import Row, bytea, case_row, form_of, title_of
from tongban.store.vault import BEGINNING, Place, Vault


class Rows(Struct):
    """Rows for each table, without the county. Rows with the same ``n`` are one decision."""

    cases: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    content: list[Row] = field(default_factory=list)
    identity: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    subjects: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)

    def add(self, n: int, append: Append, recorded: datetime, lookup: Lookup) -> Refused | None:
        """Add one decision; refuses what cannot be sealed and then adds nothing."""
        one = Rows()
        try:
            refused = one._decision(n, append, recorded, lookup)
        except RefusedError as error:
            refused = error.refusal
        if refused is None:
            for mine, theirs in zip(self.lists(), one.lists(), strict=True):
                mine.extend(theirs)
        return refused

    def only(self, n: int) -> Rows:
        """The rows of one decision."""
        return Rows(*([row for row in rows if row["n"] == n] for rows in self.lists()))

    def begun(self) -> tuple[Rows, Rows]:
        """The rows of cases that were there already, and those of cases that begin with them."""
        new = {row["id"] for row in self.cases if row["was"] == 0}
        there, begins = Rows(requests=self.requests), Rows()
        for rows, old, fresh in zip(self.lists(), there.lists(), begins.lists(), strict=True):
            if rows is not self.requests:
                for row in rows:
                    (fresh if row.get("id", row.get("chain")) in new else old).append(row)
        return there, begins

    def is_one(self) -> bool:
        """Whether this is one event of one case, which it opens or moves on, and writes no register."""
        return len(self.cases) == len(self.events) == 1 and not self.subjects

    def setting(self) -> set[int]:
        """The decisions that set a precedent."""
        return {cast(int, row["n"]) for row in self.subjects if row["register"] == SET}

    def without(self, lost: Collection[int]) -> Rows:
        """The rows of the other decisions."""
        return Rows(*([row for row in rows if row["n"] not in lost] for rows in self.lists()))

    def close(self, vault: Vault) -> None:
        """Seal who asks: value and salt together, each for its own row."""
        for row in self.identity:
            place = Place(str(row["chain"]), cast(int, row["seq"]), str(row["field"]))
            kept = vault.seal(bytes.fromhex(str(row["salt"])[2:]), str(row["value"]), place)
            if kept.startswith(BEGINNING):
                row["salt"], row["value"] = bytea(b""), kept

    def lists(self) -> tuple[list[Row], ...]:
        return (
            self.cases, self.events, self.content, self.identity, self.notices, self.subjects, self.requests,
        )  # fmt: skip

    def _decision(self, n: int, append: Append, recorded: datetime, lookup: Lookup) -> Refused | None:
        procedure, decided, loaded = append.procedure, append.decided, append.loaded
        was = {} if loaded is None else {loaded.case.id: loaded.tip}
        tips = dict(was)
        titles: dict[str, str] = {}
        states: dict[str, Case] = {}
        for event, case in zip(decided.events, decided.cases, strict=True):
            states[case.id] = case
            form = form_of(procedure, event, case.kind)
            tip = self._event(n, event, tips.get(event.case, START), recorded, form, lookup)
            if isinstance(tip, Refused):
                return tip
            tips[event.case] = tip
            title = title_of(procedure, case.kind, event, event.content)
            if title is not None:
                titles[event.case] = title
            for number, follow in enumerate(event.follows):
                match follow:
                    case Noticed() | RatingAsked():
                        self.notices.append(_notice(n, event, number, follow))
                    case _:
                        mark = marks_of(event, case, follow)
                        if mark is not None:
                            self.subjects.append(subject_row(n, event, mark))
        for case in states.values():
            row = case_row(procedure, case, tips[case.id], titles.get(case.id))
            row["n"], row["was"] = n, was[case.id].seq if case.id in was else 0
            self.cases.append(row)
        if append.request is not None:
            first, request = decided.events[0], append.request
            self.requests.append(
                {
                    "n": n,
                    "key": request.key,
                    "digest": bytea(request.digest),
                    "chain": first.case,
                    "seq": first.seq,
                }
            )
        return None

    def _event(
        self, n: int, event: Event, tip: Tip, recorded: datetime, form: Form | None, lookup: Lookup
    ) -> Tip | Refused:
        """Seal one event after the tip of its chain and set its values apart."""
        sealed: dict[str, str] = {}
        for values, rows in ((event.content, self.content), (event.identity, self.identity)):
            for name, value in values.items():
                salt, text = urandom(SALT_LENGTH), canonical(value)
                sealed[name] = commit_text(text, salt)
                rows.append(
                    {
                        "n": n,
                        "chain": event.case,
                        "seq": event.seq,
                        "field": name,
                        "salt": bytea(salt),
                        "value": text,
                    }
                )
        if event.identity and form is not None:
            kinds = {each.id: each.kind for each in form.fields}
            for row in self.identity[-len(event.identity) :]:
                name = str(row["field"])
                if kinds.get(name) in IDENTIFYING:
                    row["lookup"] = bytea(lookup.digest(kinds[name], event.identity[name]))
        at = max(recorded, tip.recorded)
        entry = next_entry(tip, event.case, STEP, event.at, at, deed(event), sealed)
        if isinstance(entry, Refused):
            return entry
        self.events.append(
            {
                "n": n,
                "chain": entry.chain,
                "seq": entry.seq,
                "at": instant_text(entry.at),
                "recorded": instant_text(entry.recorded),
                "kind": STEP,
                "body": entry.body,
                "seal": bytea(entry.seal),
            }
        )
        return entry.tip()


def _notice(n: int, event: Event, number: int, follow: Noticed | RatingAsked) -> Row:
    rating = isinstance(follow, RatingAsked)
    return {
        "n": n,
        "chain": event.case,
        "seq": event.seq,
        "i": number,
        "notice": follow.notice,
        "to": "requester" if isinstance(follow, RatingAsked) else follow.to,
        "rating": rating,
        "at": instant_text(_due(event, follow)),
    }


def _due(event: Event, follow: Noticed | RatingAsked) -> datetime:
    """When a notice is to go out: at once, or in the morning."""
    waits = follow.not_before if isinstance(follow, Noticed) else None
    return waits or event.at


def subject_row(n: int, event: Event, mark: Mark) -> Row:
    """The row of a register as this event sets it."""
    known: dict[str, Value] = {name: value for name, value in mark.fields.items() if value is not None}
    return {
        "n": n,
        "register": mark.register,
        "key": mark.key,
        "fields": canonical(known),
        "chain": event.case,
        "seq": event.seq,
        "at": instant_text(event.at),
    }
