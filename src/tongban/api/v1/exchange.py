"""The door for messages of other counties. Nobody needs a token: a message proves itself by its signature."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes.exchange import MessageIn, ReceiptOut
from tongban.apps.exchange.hearing import hear
from tongban.kernel.exchange.message import Signed
from tongban.kernel.refusal import Refused


def take_message(asked: Asked, body: MessageIn) -> Answer:
    """A message of another county: acted on once, and receipted each time it comes.

    Refused with one fixed code for each fault: a stranger, a forged signature, an old copy, another reader, an unknown
    conversation, a message out of order, a step that does not wait for it.
    """
    try:
        sealed = b64decode(body.sealed, validate=True)
    except (NotBase64, ValueError):
        return Refused("exchange.shape", "sealed")
    found = hear(Signed(body.note, body.head, sealed), asked.acting.now)
    return found if isinstance(found, Refused) else ReceiptOut(receipt=found.receipt, repeated=found.repeated)
