"""Reading what says who somebody is: telephone numbers, identity numbers, credit codes, names.

A refusal never repeats what was entered here: refusals are shown, logged and counted, identities are not.
"""

from __future__ import annotations

import re
from datetime import date

from tongban.kernel.form.characters import narrow, one_line
from tongban.kernel.refusal import Refused

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(
    r"(010|02[0-9]|0[3-9][0-9]{2})-?([1-9][0-9]{6,7})(?:(?:-|#|,|转|ext\.?)([0-9]{1,6}))?", re.I
)
_ABROAD = re.compile(r"^(?:\+|00)86-?(?=[0-9])|^86-?(?=1[3-9][0-9]{9}$)")
_ID_CARD = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_NOT_IN_CREDIT_CODE = re.compile(r"[^0-9A-HJ-NP-RTUWXY]")
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧∙・･‧⋅"), ord("·"))


def read_phone(text: str, where: str) -> str | Refused:
    """A mainland mobile number (13800001234) or landline (0571-88001234, 0571-88001234-801).

    Takes +86, 0086, blanks, brackets and full-width digits; refuses anything else, and a landline
    without its area code, which nobody outside the county could call.
    """
    number = re.sub(r"[\s()]", "", narrow(text))
    if 7 <= len(number) <= 9 and re.fullmatch(r"[2-9][0-9]{2,3}-?[0-9]{4}", number):
        return Refused("form.phone_area", where)
    number, abroad = _ABROAD.subn("", number)
    if _MOBILE.fullmatch(plain := number.replace("-", "")):
        return plain
    if abroad and number[:1] != "0":
        number = "0" + number
    if landline := _LANDLINE.fullmatch(number):
        return "-".join(part for part in landline.groups() if part)
    return Refused("form.phone", where)


def read_id_card(text: str, where: str, today: date) -> str | Refused:
    """An identity number of GB 11643: 18 characters, a day of birth not after today, check digit mod 11-2.

    The six digits of the place are not looked up: places are renumbered, and the number stays.
    """
    number = re.sub(r"[\s-]", "", narrow(text)).upper()
    if re.fullmatch(r"[0-9]{15}", number):
        return Refused("form.id_card_old", where)
    if not _ID_CARD.fullmatch(number):
        return Refused("form.id_card", where, {"length": len(number)})
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Refused("form.id_card_date", where)
    if born > today:
        return Refused("form.id_card_date", where)
    from stdnum.cn import ric

    if ric.calc_check_digit(number) != number[-1]:
        return Refused("form.id_card_check", where)
    return number


def read_credit_code(text: str, where: str) -> tuple[str, tuple[Refused, ...]] | Refused:
    """A credit code of GB 32100-2015, with a warning when its check character does not fit.

    A warning only: real codes exist whose check character is wrong (91350211M0000XUF46).
    """
    code = re.sub(r"[\s-]", "", narrow(text)).upper()
    if len(code) != 18:
        return Refused("form.credit_code_length", where, {"length": len(code)})
    if bad := _NOT_IN_CREDIT_CODE.search(code):
        return Refused("form.credit_code", where, {"place": bad.start() + 1})
    if not _CREDIT_CODE.fullmatch(code):
        return Refused("form.credit_code_place", where)
    from stdnum.cn import uscc

    if uscc.calc_check_digit(code) != code[-1]:
        return code, (Refused("form.credit_code_check", where),)
    return code, ()


def read_name(text: str, where: str) -> str | Refused:
    """A person's name, rare characters and all; the dot within a name is always ``·``."""
    name = one_line(text).translate(_MIDDLE_DOTS)
    if not any(char.isalpha() or char > "\ud7ff" for char in name):
        return Refused("form.name", where)
    return name
