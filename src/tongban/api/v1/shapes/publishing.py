"""What the county publishes beside its figures: editions with their proofs, lots, case cards."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tongban.api.v1.shapes import Out, Page
from tongban.api.v1.shapes.county import PublicCase


class EditionOut(Out):
    period: str = Field(description='the month, "2026-10"')
    edition: int
    state: str = Field(description="newest, corrected or withdrawn; a withdrawn one has no file")
    digest: str = Field(description="SHA-256 over its lines, as the ledger's entry holds it")
    corrects: str = Field(description='digest of the edition that it takes the place of; "" for a first one')
    why: str = Field(description="why it corrects")
    released_at: str
    withdrawn_at: str
    withdrawn_why: str
    covered: bool = Field(
        description="whether a signed head of the ledger covers it; before that it has no file"
    )


class EditionList(Page):
    editions: tuple[EditionOut, ...]


class ProofOut(Out):
    """The last line of an edition's file as it stands there, with the digests that it proves."""

    period: str
    edition: int
    proof: str = Field(description="the line, canonical JSON; docs/explanation/figures.md says what is in it")


class DrawOut(Out):
    month: str
    commitment: str = Field(description="the digest of the seed, in the ledger before the month begins")
    committed: datetime
    in_time: bool = Field(description="whether it was in the ledger before the month began")
    state: str = Field(description="ahead, running, waiting, lost or published")
    due: datetime = Field(description="when the sheet may be published")
    rows: int
    digest: str = Field(description='of the sheet; "" while it is not published')


class DrawList(Page):
    draws: tuple[DrawOut, ...]


class CardOut(Out):
    text: PublicCase
    uses: int = Field(description="cases that it helped with")


class CardList(Out):
    cards: tuple[CardOut, ...]
