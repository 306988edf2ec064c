"""Why the machine or a library could not do something, as a fixed code with words of ours (``cause.…`` in the texts).

What they say themselves is written for programmers, in English, and may change with any version: it stands in the log.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping

from tongban.kernel.value import Value

log = logging.getLogger("tongban.causes")

CAUSE = "cause."
"""With what a fact begins that says why by a fixed code."""

_ERRNO: Mapping[int, str] = {
    errno.ENOENT: "no_file",
    errno.EACCES: "not_allowed",
    errno.EPERM: "not_allowed",
    errno.EISDIR: "is_folder",
    errno.ENOTDIR: "no_folder",
    errno.EEXIST: "there_already",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only",
    errno.EMFILE: "too_many_open",
    errno.ENFILE: "too_many_open",
    errno.ENAMETOOLONG: "name_too_long",
    errno.EADDRINUSE: "port_taken",
    errno.EADDRNOTAVAIL: "port_elsewhere",
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "broken_off",
    errno.EPIPE: "broken_off",
    errno.ETIMEDOUT: "timed_out",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
}
_KINDS: Mapping[str, str] = {
    "ssl.SSLError": "no_tls",
    "socket.gaierror": "no_name",
    "builtins.TimeoutError": "timed_out",
    "builtins.UnicodeError": "not_utf8",
    "json.decoder.JSONDecodeError": "not_json",
    "tomllib.TOMLDecodeError": "not_toml",
    "msgspec.ValidationError": "shape",
    "msgspec.DecodeError": "not_json",
    "_csv.Error": "not_csv",
    "zipfile.BadZipFile": "not_packed",
    "gzip.BadGzipFile": "not_packed",
    "zlib.error": "not_packed",
    "builtins.EOFError": "not_packed",
    "xml.etree.ElementTree.ParseError": "not_xml",
    "http.client.HTTPException": "not_http",
    "urllib.error.HTTPError": "not_there",
    "builtins.RecursionError": "too_deep",
}
"""By the name of a kind of fault: what raises it need not be loaded to be known here."""
_YAML: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", "yaml_colon"),
    ("cannot start any token", "yaml_sign"),
    ("could not find expected ':'", "yaml_no_colon"),
    ("unexpected end of stream", "yaml_open"),
    ("did not find expected ',' or", "yaml_open"),
    ("expected ',' or", "yaml_open"),
    ("unknown escape", "yaml_escape"),
    ("did not find expected", "yaml_indent"),
    ("expected <block end>", "yaml_indent"),
    ("undefined alias", "yaml_alias"),
)
"""What the reader of YAML says, and what is meant by it."""


def cause_of(fault: BaseException) -> str:
    """The code of a cause; its own words go to the log."""
    within = getattr(fault, "reason", None)
    if isinstance(within, BaseException):  # as urllib wraps it
        fault = within
    kinds = (_KINDS.get(f"{each.__module__}.{each.__name__}", "") for each in type(fault).__mro__)
    code = next((each for each in kinds if each), "")
    if not code and isinstance(fault, OSError):
        code = _ERRNO.get(fault.errno or 0, "")
    if not code:
        log.warning("%s: %s", type(fault).__name__, fault)
    return f"{CAUSE}{code or 'other'}"


def because(fault: BaseException, name: str = "reason") -> dict[str, Value]:
    """The fact of a refusal that says why; with the number of the machine's fault where nothing better is known."""
    code = cause_of(fault)
    if code == f"{CAUSE}other" and isinstance(fault, OSError) and fault.errno:
        return {name: f"{CAUSE}machine", "errno": fault.errno}
    return {name: code}


def yaml_cause(said: str) -> str:
    """The code of what is wrong in a line of YAML."""
    return CAUSE + next((code for words, code in _YAML if words in said), "yaml_line")
