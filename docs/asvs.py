"""The page of ASVS from its list: what is met, what lacks, and where to look."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parent
SOURCE = DOCS / "reference" / "asvs.yaml"
VERDICTS = ("met", "county", "partly", "not", "not_applicable")
BY = {"": "", "document": ", by a document", "reading": ", by reading"}
CHAPTERS = (
    "Encoding and sanitization", "Validation and business logic", "Web frontend", "API and web service", "Files",
    "Authentication", "Sessions", "Authorization", "Self-contained tokens", "OAuth and OIDC", "Cryptography",
    "Communication", "Configuration", "Data protection", "Coding and architecture", "Logging and errors", "WebRTC",
)  # fmt: skip
HEAD = """# OWASP ASVS 5.0, level 2

The Application Security Verification Standard 5.0.0 of the OWASP Foundation ([CC BY-SA 4.0](https://github.com/OWASP/ASVS)), all
{n} requirements of levels 1 and 2. Ids and levels are the standard's; read it beside this page. What stands here is how it is in this
project, in our words. *County* means: the program does its part, and what is left is the duty of whoever runs it; what that is and which page says how
stands there. It was written by whoever wrote the program: nobody from outside has verified it yet. Level 3 is not looked at.

Made from [asvs.yaml](../reference/asvs.yaml). {tested} of the {met} that are met name a test that holds them; {documents} ask for a document and name it;
{read} rest on our reading of what is named, and say so. A test holds that none does neither, and that every file and test that is named is there.

{counts}

"""


def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(SOURCE.read_text("utf-8"))
    return found


def asvs_page() -> str:
    rows = entries()
    counts = Counter((row["level"], row["verdict"]) for row in rows)
    table = [
        "| level | " + " | ".join(each.replace("_", " ") for each in VERDICTS) + " |",
        "|---|---|---|---|---|---|",
    ]
    table += [
        f"| {level} | " + " | ".join(str(counts[level, each]) for each in VERDICTS) + " |" for level in (1, 2)
    ]
    lines = [HEAD.format(n=len(rows), counts="\n".join(table), **_rests(rows))]
    for number, title in enumerate(CHAPTERS, 1):
        lines.append(
            f"## V{number}. {title}\n\n| | level | verdict | here | look at |\n|---|---|---|---|---|\n"
        )
        for row in rows:
            if row["id"].split(".")[0] == f"V{number}":
                seen = ", ".join(_link(each) for each in row.get("evidence", ()))
                verdict = row["verdict"].replace("_", " ") + BY[row.get("by", "")]
                lines.append(f"| {row['id']} | {row['level']} | {verdict} | {row['here']} | {seen} |\n")
        lines.append("\n")
    return "".join(lines).rstrip() + "\n"


def _rests(rows: list[dict[str, Any]]) -> dict[str, int]:
    """On what those that are met rest, counted."""
    met = Counter(row.get("by", "") for row in rows if row["verdict"] == "met")
    return {"met": met.total(), "tested": met[""], "documents": met["document"], "read": met["reading"]}


def _link(evidence: str) -> str:
    """A file is a link; of a test its name stands as its words."""
    path, _, name = evidence.partition("::")
    words = name.removeprefix("test_").replace("_", " ") if name else path.rpartition("/")[2] or path
    return f"[{words}](../../{path})"
