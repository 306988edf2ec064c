"""What outsiders see of a personal datum.

The formats are those of local de-identification rules for public notices: telephone ``138****1234``,
identity number ``35*************123``, credit code ``91************341L``, bank account without its middle, name reduced to the surname.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from tongban.kernel.form.characters import narrow
from tongban.kernel.form.field import FieldKind

_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙"
    "宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌"
    "微生左丘东门西门第五公仪完颜耶律纳兰歐陽司馬東方諸葛尉遲赫連公孫鍾離長孫鮮于東郭東門獨孤"
)
_COMPOUND_SURNAMES = frozenset(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2))

_DIGITS = dict(zip(map(ord, "０１２３４５６７８９Ｘｘ－　（）＋"), "0123456789Xx- ()+", strict=True))
_ID = r"(?P<id>[1-9][0-9]{5} ?[0-9]{8} ?[0-9]{3}[0-9Xx]|[1-9][0-9]{5} ?[0-9]{6} ?[0-9]{3})"
_BANK = r"(?P<bank>[1-9][0-9]{15,18}|[1-9][0-9]{3}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,4})?)"
_ABROAD = r"(?:(?:\+|00)?86[ -]?)?"
_MOBILE = rf"(?P<mobile>{_ABROAD}1[3-9][0-9](?:(?:[ -]?[0-9]{{4}}){{2}}|[0-9][ -]?[0-9]{{3}}[ -]?[0-9]{{4}}))"
_LANDLINE = r"(?P<landline>\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ -]?[1-9][0-9]{2,3}[ -]?[0-9]{4})"
_NAMED = r"(?:电话|座机|固话|手机|致电|拨打|联系)[^0-9\n]{0,6}(?P<local>[2-9][0-9]{6,7})"
_PERSONAL = re.compile(rf"(?<![0-9])(?:{_ID}|{_BANK}|{_MOBILE}|{_LANDLINE}|{_NAMED})(?![0-9])")

_PHONES = frozenset({"mobile", "landline", "local"})

_LONG = re.compile(r"[0-9０-９][0-9０-９ \u3000-]{13}")
"""What all of the longer numbers begin with; most texts have none, and are read no further."""


def mask(kind: FieldKind, text: str) -> str:
    """The text as an outsider sees it. Words lose the numbers in them; codes that name no person stay."""
    match kind:
        case FieldKind.phone:
            return _masked_phone(text)
        case FieldKind.id_card:
            return _masked_id(text)
        case FieldKind.credit_code:
            return _masked_credit_code(text)
        case FieldKind.name:
            return _masked_name(text)
        case FieldKind.line | FieldKind.text:
            return mask_text(text)
        case _:
            return text


def mask_bank(text: str) -> str:
    """A bank account without its middle: the first and last four remain of twelve characters or more."""
    number = "".join(narrow(text).split())
    if len(number) < 12:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_text(text: str, but: Collection[str] = ()) -> str:
    """Free text with telephone, identity and bank numbers masked, however they are spaced.

    Full-width digits are found too. A seven- or eight-digit number is masked only after a word such as
    电话, because it may be anything else. What words alone reveal, a person must strike out. A number that
    stands in one of the texts ``but`` is left as it is.
    """
    parts: list[str] = []
    end = 0
    for (start, stop), masked in masked_numbers(text, but):
        parts += [text[end:start], masked]
        end = stop
    return "".join([*parts, text[end:]])


def masked_numbers(text: str, but: Collection[str] = ()) -> Iterator[tuple[tuple[int, int], str]]:
    """Where the numbers stand that :func:`mask_text` masks (begin and end), and what is written instead."""
    for found in _PERSONAL.finditer(text.translate(_DIGITS)):
        kind = found.lastgroup or ""
        if any(text[found.start(kind) : found.end()] in each for each in but):
            continue
        yield (found.start(kind), found.end()), _MASKS[kind](found[kind])


def masked_phones(text: str) -> Iterator[tuple[str, str]]:
    """The telephone numbers among those, as they are written and masked."""
    for found in _PERSONAL.finditer(text.translate(_DIGITS)):
        kind = found.lastgroup or ""
        if kind in _PHONES:
            yield text[found.start(kind) : found.end()], _MASKS[kind](found[kind])


def tells_number(text: str) -> bool:
    """Whether free text holds an identity number or a bank account: nobody needs either in words that many read."""
    return _LONG.search(text) is not None and any(
        found.lastgroup in ("id", "bank") for found in _PERSONAL.finditer(text.translate(_DIGITS))
    )


def _masked_phone(text: str) -> str:
    """138****1234 of a mobile, 0571-****1234 of a landline; of anything else, nothing."""
    number = re.sub(r"[\s()]", "", narrow(text))
    number = re.sub(r"^(?:\+|00)?86-?(?=1[3-9]|0)", "", number)
    digits = number.replace("-", "")
    if re.fullmatch(r"1[3-9][0-9]{9}", digits):
        return digits[:3] + "****" + digits[-4:]
    if landline := re.match(r"(010|02[0-9]|0[3-9][0-9]{2})-?[0-9]{3,4}-?([0-9]{4})(?![0-9])", number):
        return f"{landline[1]}-****{landline[2]}"
    return "*" * len(number)


def _masked_id(text: str) -> str:
    number = "".join(narrow(text).split()).upper()
    if len(number) not in (15, 18):
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 5) + number[-3:]


def _masked_credit_code(text: str) -> str:
    """91************341L: what sort of body it is and the end. The code is public, who asked is not."""
    code = "".join(narrow(text).split()).upper()
    return code[:2] + "*" * (len(code) - 6) + code[-4:] if len(code) == 18 else "*" * len(code)


def _masked_name(text: str) -> str:
    """欧阳修 → 欧阳*, 张三 → 张*; of a name with a dot or in Latin letters, its first character."""
    name = "".join(text.split())
    kept = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else 1
    if len(name) <= 1:
        return "*" * len(name)
    return name[:kept] + "*" * (len(name) - kept)


def _masked_local(number: str) -> str:
    return "*" * (len(number) - 4) + number[-4:]


def _masked_bank(number: str) -> str:
    return mask_bank(number.replace("-", ""))


_MASKS: Mapping[str, Callable[[str], str]] = {
    "id": _masked_id,
    "bank": _masked_bank,
    "mobile": _masked_phone,
    "landline": _masked_phone,
    "local": _masked_local,
}
