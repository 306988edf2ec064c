"""A practice's README as safe markup: headings, lists, paragraphs, and nothing else of Markdown."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

from tongban.library.practice import Practice

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"\s*(?:[-*]|\d+[.)])\s+(.*)")
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


def readme(practice: Practice) -> SafeString:
    """The README. Headings begin two levels down, because the page has its own."""
    parts: list[str] = []
    items: list[str] = []
    lines: list[str] = []

    def close() -> None:
        if items:
            parts.append(f"<ul>{''.join(f'<li>{each}</li>' for each in items)}</ul>")
        if lines:
            parts.append(f"<p>{' '.join(lines)}</p>")
        items.clear()
        lines.clear()

    for line in practice.files.get("README.md", "").splitlines():
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if heading is not None:
            close()
            level = min(len(heading[1]) + 2, 6)
            parts.append(f"<h{level}>{_inline(heading[2])}</h{level}>")
        elif item is not None:
            if lines:
                close()
            items.append(_inline(item[1]))
        elif not line.strip():
            close()
        elif items:
            items[-1] += f" {_inline(line.strip())}"
        else:
            lines.append(_inline(line.strip()))
    close()
    return SafeString("".join(parts))


def _inline(text: str) -> str:
    safe = _CODE.sub(r"<code>\1</code>", escape(text))
    return _STRONG.sub(r"<strong>\1</strong>", safe)
