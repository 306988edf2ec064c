"""What the functions made from templates call: looking something up, showing it, an address, words. As Django has it, by shorter ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import lru_cache
from typing import Any, Final, cast

from django.template import Context, VariableDoesNotExist
from django.template.base import Variable, render_value_in_context
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # not in the stubs

from tongban.library.texts import Texts, product_texts
from tongban.web.escaping import escape
from tongban.web.words import DEFAULT, say


class Missing:
    """What stands for a name that means nothing: "" where it is shown, None where it is asked for."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
_bare: dict[type, bool] = {}
"""By type, whether its values have attributes alone and nothing under ``[]``."""


def own(value: Any) -> Any:
    """A value that stands under a name: what can be called is called, as Django does."""
    return value if not callable(value) else _slowly({"it": value}, "it")


def at(value: Any, name: str) -> Any:
    """What stands under a name in a value: an entry, an attribute, a place in a list; called if it can be."""
    if value is MISSING:
        return MISSING
    kind = type(value)
    bare = _bare.get(kind)
    if bare is None:
        bare = _bare[kind] = not hasattr(kind, "__getitem__")
    try:
        if kind is tuple and name.isdecimal():
            found = value[int(name)]
        else:
            found = getattr(value, name) if bare else value[name]
    except Exception:  # whatever it is, Django knows what to make of it
        return _slowly({"it": value}, f"it.{name}")
    return found if not callable(found) else _slowly({"it": value}, f"it.{name}")


def _slowly(there: Mapping[str, object], path: str) -> Any:
    context = Context(dict(there))
    context.template = _Nowhere  # type: ignore[assignment]  # what can only be called with something is shown as nothing
    try:
        return Variable(path).resolve(context)
    except VariableDoesNotExist:
        return MISSING


class _Nowhere:
    """As much of a template as a name needs that cannot be looked up."""

    class engine:  # noqa: N801 - as Django calls it
        string_if_invalid = ""


def shown(value: Any) -> str:
    """A value as it stands on a page."""
    if type(value) is str:
        return escape(value)
    if type(value) is int:
        return str(value)
    if value is MISSING:
        return ""
    return str(render_value_in_context(value, _PLAIN))


_PLAIN = Context()


def empty(value: Any) -> Any:
    """A value that is handed on: "" for none."""
    return "" if value is MISSING else value


def none(value: Any) -> Any:
    """A value that is asked for: None for none."""
    return None if value is MISSING else value


def must(value: Any) -> Any:
    if value is MISSING:
        raise VariableDoesNotExist("a name in a filter means nothing")
    return value


def holds(asked: Callable[[], Any]) -> Any:
    """A condition in which a filter names something: one that means nothing makes it not hold."""
    try:
        return asked()
    except VariableDoesNotExist:
        return None


def silent(asked: Callable[[], Any]) -> Any:
    """A condition of several parts, where a filter fails: as Django, it is not so."""
    try:
        return asked()
    except Exception:
        return False


def _compared(act: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(first: Any, second: Any) -> bool:
        try:
            return act(none(first), none(second))
        except Exception:  # as Django: what cannot be compared is not so
            return False

    return compare


COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "in": _compared(lambda x, y: x in y),
    "not in": _compared(lambda x, y: x not in y),
    "is": _compared(lambda x, y: x is y),
    "is not": _compared(lambda x, y: x is not y),
    "==": _compared(lambda x, y: bool(x == y)),
    "!=": _compared(lambda x, y: bool(x != y)),
    ">": _compared(lambda x, y: bool(x > y)),
    ">=": _compared(lambda x, y: bool(x >= y)),
    "<": _compared(lambda x, y: bool(x < y)),
    "<=": _compared(lambda x, y: bool(x <= y)),
}


def filter_of(func: Callable[..., Any]) -> Callable[..., Any]:
    """A filter with all that Django does around it."""
    local, escapes, safe = (
        bool(getattr(func, name, False)) for name in ("expects_localtime", "needs_autoescape", "is_safe")
    )

    def act(value: Any, *arguments: Any) -> Any:
        if local:
            value = template_localtime(value)
        made = func(value, *arguments, autoescape=True) if escapes else func(value, *arguments)
        return mark_safe(made) if safe and isinstance(value, SafeData) else made  # noqa: S308 - as Django: it was safe before

    return act


def listed(value: Any) -> Sized:
    """What a loop goes through."""
    if value is None or value is MISSING:
        return ()
    return cast("Sized", value if hasattr(value, "__len__") else list(value))


def parts(value: Any, count: int) -> Iterable[Any]:
    """The parts of what a loop over several names goes through. Raises ``ValueError`` where they are not so many."""
    there = len(value) if hasattr(value, "__len__") else 1
    if there != count:
        raise ValueError(f"Need {count} values to unpack in for loop; got {there}. ")
    return cast("Iterable[Any]", value)


def there(names: Mapping[str, Any]) -> dict[str, Any]:
    """The names that mean something, for a part that Django itself renders."""
    return {name: value for name, value in names.items() if value is not MISSING}


def loop(n: int, of: int) -> dict[str, object]:
    """``forloop``, for a part that Django itself renders."""
    around = {"counter0": n, "counter": n + 1, "revcounter": of - n, "revcounter0": of - n - 1}
    return {**around, "first": n == 0, "last": n == of - 1, "parentloop": {}}


# Words


class Said(dict[str, str]):
    """The product's words in one language as they stand on a page, by key; each is looked up and escaped once."""

    def __init__(self, texts: Texts, language: str) -> None:
        super().__init__()
        self.texts, self.language = texts, language

    def __missing__(self, key: str) -> str:
        found = escape(self.texts.say(key, self.language))
        if self.texts.has(key, self.language):
            self[key] = found
        return found


_said: dict[str, Said] = {}


def said_in(language: Any) -> Said:
    """The words for a page in a language."""
    wanted, texts = str(language or DEFAULT), product_texts()
    found = _said.get(wanted)
    if found is None or found.texts is not texts:
        found = Said(texts, wanted)
        if wanted in texts.languages:
            _said[wanted] = found
    return found


def spoken(language: str, key: Any, facts: Mapping[str, Any], plain: Callable[[object], Any]) -> str:
    """Words with facts in them, not escaped."""
    return say(key, language, **{name: plain(value) for name, value in facts.items()})


# Addresses

_SIMPLE = re.compile(r"[A-Za-z0-9_.-]+")
"""What stands in an address as it is."""
_ways: dict[tuple[str, str, int], tuple[str, tuple[Callable[[str], Any], ...]] | None] = {}


def address(name: str, *arguments: Any) -> str:
    """The address of a page, escaped. Raises ``NoReverseMatch`` like Django's own, which is asked wherever it is not plain."""
    prefix = get_script_prefix()
    key = (prefix, name, len(arguments))
    if key not in _ways:
        _ways[key] = _way(prefix, name, len(arguments))
    way = _ways[key]
    if way is not None:
        written, checks = way
        if not checks:
            return written
        texts = [each if type(each) in _TEXTS else str(each) for each in arguments]
        if all(_SIMPLE.fullmatch(each) and check(each) for each, check in zip(texts, checks, strict=True)):
            return written % tuple(texts)
    return conditional_escape(reverse(name, args=list(arguments)))


def address_by_name(name: str, arguments: Sequence[Any], named: Mapping[str, Any], silent: bool) -> str:
    """The same with arguments that have names, not escaped. ``silent``: "" where there is no such page."""
    try:
        return reverse(name, args=list(arguments), kwargs=dict(named))
    except NoReverseMatch:
        if not silent:
            raise
        return ""


@lru_cache(maxsize=512)
def static_file(name: str) -> str:
    """The address of a file that is served as it is, escaped. Files do not change while a server runs."""
    return str(conditional_escape(StaticNode.handle_simple(name)))


_TEXTS = (str, SafeString)


def _way(prefix: str, name: str, count: int) -> tuple[str, tuple[Callable[[str], Any], ...]] | None:
    """How an address is written with its arguments put in, and what each of them must be; None where that is not plain."""
    ways = [
        (written, names, converters)
        for possible, _, _, converters in get_resolver().reverse_dict.getlist(name)
        for written, names in possible
        if len(names) == count
    ]
    if len(ways) != 1 or ":" in name:
        return None
    [(written, names, converters)] = ways
    whole = escape(prefix) + escape(written) if prefix == "/" else ""
    if not whole or not _SIMPLE.fullmatch(re.sub(r"%\([a-z_0-9]+\)s|/", "", written) or "x"):
        return None
    if [f"%({each})s" for each in names] != re.findall(r"%\([a-z_0-9]+\)s", whole):
        return None
    checks = tuple(re.compile(getattr(converters.get(each), "regex", ".+")).fullmatch for each in names)
    return re.sub(r"%\([a-z_0-9]+\)s", "%s", whole), checks
