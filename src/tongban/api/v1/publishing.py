"""Editions, lots and case cards, as everybody may read them."""

from __future__ import annotations

import gzip

from tongban.api.v1.route import Answer, Asked, Raw
from tongban.api.v1.shapes import publishing as shapes
from tongban.api.v1.shapes.county import SimilarQuery
from tongban.apps.cards.library import like
from tongban.apps.draws.reading import months, sheet
from tongban.apps.editions.reading import file_of, newest_list, released
from tongban.kernel.refusal import Refused

LINES = "application/x-ndjson"


def list_editions(asked: Asked) -> Answer:
    """Every released edition, corrected and withdrawn ones among them, the newest month first."""
    found = released(asked.acting.language)
    return shapes.EditionList(editions=tuple(shapes.EditionOut.model_validate(each) for each in found))


def get_newest(asked: Asked) -> Answer:
    """The signed list of the newest edition of each month: only it says that an edition is the newest."""
    text = newest_list(asked.acting.now)
    return text if isinstance(text, Refused) else Raw(text.encode(), "text/plain; charset=utf-8")


def get_edition(asked: Asked, month: str, edition: str) -> Answer:
    """The file of an edition with its proof: lines that anybody can count again and check, also without a network."""
    del asked
    file = _file(month, edition)
    return file if isinstance(file, Refused) else Raw(file, LINES)


def get_edition_proof(asked: Asked, month: str, edition: str) -> Answer:
    """What ties an edition to the signed ledger: the digests of its lines, its entry, its place under the signed head."""
    del asked
    file = _file(month, edition)
    if isinstance(file, Refused):
        return file
    last = file.decode().rstrip("\n").rpartition("\n")[2]
    return shapes.ProofOut(period=month, edition=int(edition), proof=last)


def _file(month: str, edition: str) -> bytes | Refused:
    plain = edition.isascii() and edition.isdecimal() and len(edition) < 6
    file = file_of(month[:7], int(edition) if plain else 0)
    return file if isinstance(file, Refused) else gzip.decompress(file.content)


def list_draws(asked: Asked) -> Answer:
    """Every month's commitment to the seed of its lots, and whether its sheet is published."""
    found = months(asked.acting.now)
    return shapes.DrawList(draws=tuple(shapes.DrawOut.model_validate(each) for each in found))


def get_draw(asked: Asked, commitment: str) -> Answer:
    """A sheet as it was sealed: the seed of a month and every lot, to be drawn again by anybody."""
    del asked
    text = sheet(commitment)
    return text if isinstance(text, Refused) else Raw(text.encode(), LINES)


def search_cards(asked: Asked, body: SimilarQuery) -> Answer:
    """Case cards like what somebody is writing, the likest first. The words are not kept, and stand in no address."""
    found = like(body.words, body.division, asked.acting.language, asked.acting.now)
    return shapes.CardList(cards=tuple(shapes.CardOut.model_validate(each) for each in found))
