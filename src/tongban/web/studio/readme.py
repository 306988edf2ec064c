"""A practice's README as safe markup: headings, lists, tables and paragraphs, and nothing else of Markdown."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString
from msgspec import Struct, field

from tongban.library.practice import Practice

IN_ENGLISH = "## In short"
"""The heading under which a README says in English what it says in Chinese above."""
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"[-*]\s+(.*)")
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(.*)")
_LINE = re.compile(r"(-{3,}|\*{3,})")
_BELOW_HEAD = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


class _Blocks(Struct):
    """What has been written so far, and the block that is still open."""

    parts: list[str] = field(default_factory=list)
    tag: str = ""
    lines: list[str] = field(default_factory=list)

    def take(self, tag: str, line: str) -> None:
        """Add a line to the open block if it is of this kind, else begin one."""
        if tag.partition(" ")[0] != self.tag.partition(" ")[0]:
            self.close()
            self.tag = tag
        self.lines.append(line)

    def close(self) -> None:
        name = self.tag.partition(" ")[0]
        match name:
            case "ul" | "ol":
                items = "".join(f"<li>{each}</li>" for each in self.lines)
                self.parts.append(f"<{self.tag}>{items}</{name}>")
            case "table":
                self.parts.append(_table(self.lines))
            case "p":
                self.parts.append(f"<p>{' '.join(self.lines)}</p>")
        self.tag, self.lines = "", []


def readme(practice: Practice, language: str) -> SafeString:
    """The README without its first heading, which is the practice's title. Others begin two levels down. Where a part is written for
    readers of English, it is all that they get, and others do not get it."""
    chinese, _, english = practice.files.get("README.md", "").partition(f"\n{IN_ENGLISH}\n")
    own = english if language == "en" else ""
    blocks = _Blocks()
    first = not own
    for text in (own or chinese).splitlines():
        line = text.strip()
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            blocks.close()
            level = min(len(heading[1]) + 1, 6)
            if not (first and level == 2):
                blocks.parts.append(f"<h{level}>{_inline(heading[2])}</h{level}>")
            first = False
        else:
            _add(blocks, line, indented=text.startswith("  "))
    blocks.close()
    return SafeString("".join(blocks.parts))


def _add(blocks: _Blocks, line: str, *, indented: bool) -> None:
    numbered, item = _NUMBERED.fullmatch(line), _ITEM.fullmatch(line)
    if not line or _LINE.fullmatch(line):
        if blocks.tag in ("p", "table"):
            blocks.close()
    elif numbered is not None:
        blocks.take(f'ol start="{int(numbered[1])}"', _inline(numbered[2]))
    elif item is not None:
        blocks.take("ul", _inline(item[1]))
    elif line.startswith("|"):
        if not _BELOW_HEAD.fullmatch(line):
            blocks.take("table", line)
    elif indented and blocks.lines and blocks.tag != "table":
        blocks.lines[-1] += f" {_inline(line)}"
    else:
        blocks.take("p", _inline(line))


def _table(lines: list[str]) -> str:
    rows = [[_inline(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f'<div class="table-wrap"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _inline(text: str) -> str:
    safe = _CODE.sub(r"<code>\1</code>", escape(text))
    return _STRONG.sub(r"<strong>\1</strong>", safe)
