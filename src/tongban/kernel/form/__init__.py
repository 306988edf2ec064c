"""Forms: what a step asks, and how an answer is read, kept and masked.

One reader serves every door (web form, JSON, spreadsheet row, message): it takes what came in as it
came, and gives back either values of the kernel or every fault at once.
"""

from tongban.kernel.form.field import (
    CHANNELS,
    ENTRIES,
    HUNDREDTHS,
    NUMBERS,
    OFFERS_OWNER,
    TAKER_UNIT,
    AskedOf,
    Check,
    Field,
    FieldKind,
    Form,
    Held,
    Says,
    Told,
    check,
    stricter_or_equal,
)
from tongban.kernel.form.masking import mask, mask_bank, mask_text, masked_numbers, masked_phones
from tongban.kernel.form.reading import Answers, read
from tongban.kernel.form.striking import Known, struck_out

__all__ = [
    "CHANNELS",
    "ENTRIES",
    "HUNDREDTHS",
    "NUMBERS",
    "OFFERS_OWNER",
    "TAKER_UNIT",
    "Answers",
    "AskedOf",
    "Check",
    "Field",
    "FieldKind",
    "Form",
    "Held",
    "Known",
    "Says",
    "Told",
    "check",
    "mask",
    "mask_bank",
    "mask_text",
    "masked_numbers",
    "masked_phones",
    "read",
    "stricter_or_equal",
    "struck_out",
]
