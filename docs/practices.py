"""The page of all practices: what each is for, by what it is about, as the shelf of the studio has them."""

from __future__ import annotations

from pathlib import Path

import yaml

from tongban.library.texts import product_texts

ROOT = Path(__file__).resolve().parent.parent
GROUP = "studio.group."


def page(made: str) -> str:
    """The whole page."""
    texts = product_texts()
    named = tuple(texts.keys())
    groups = [key.removeprefix(GROUP) for key in named if key.startswith(GROUP)]
    told = [_told(path) for path in sorted((ROOT / "practices").iterdir()) if path.is_dir()]
    lines = [
        "# Practices",
        "",
        made,
        "",
        "What a county can take on as it is, or adapt first. Each is a folder of data with a README of its own; `tongban practice show ID` tells one whole.",
        "",
    ]
    for group in groups:
        rows = [row for field, row in told if field == group]
        if rows:
            title = f"{texts.say(GROUP + group, 'en')} · {texts.say(GROUP + group, 'zh-Hans')}"
            lines += [f"## {title}", "", "| practice | 做法 | what for |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _told(folder: Path) -> tuple[str, str]:
    """What a practice is about, and its row."""
    manifest = yaml.safe_load((folder / "practice.yaml").read_text("utf-8"))
    zh, en = (
        yaml.safe_load((folder / "texts" / f"{language}.yaml").read_text("utf-8"))["practice"]
        for language in ("zh-Hans", "en")
    )
    field = manifest.get("serves", {}).get("field", "other")
    link = f"[{en['title']}](../../practices/{folder.name}/README.md)"
    return field, f"| {link} | {zh['title']} | {en['purpose'].strip()} |"
