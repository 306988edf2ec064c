"""An edition of 100,000 cases: made, checked in Python (processor time), and checked in Chromium beside hashing the same bytes there.

    python benches/bench_editions.py [--rows 100000] [--figures 24]

The rows are made by chance in the shape of the tests' edition (four kinds of definitions, three units), the definitions repeated under
other names until there are as many as a county's hotline has, each with rows of its own. The limit beside it is the hash alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]
STATIC = ROOT / "src" / "tongban" / "web" / "static" / "tongban"
SCRIPTS = ("noble.js", "ledger.js", "lines.js", "counting.js", "recount.js")
CHECK = """async ([key]) => {
  const text = await document.getElementById("f").files[0].text();
  let start = performance.now();
  noble.sha256(new TextEncoder().encode(text));
  const hashed = performance.now() - start;
  start = performance.now();
  const verdict = await tongban.check(text, [tongban.readKey(key)]);
  return [hashed, performance.now() - start, verdict.good, verdict.steps.flatMap((s) => s.findings.map((f) => f.code))];
}"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--figures", type=int, default=24)
    chosen = options.parse_args()
    from msgspec.structs import replace

    from edition_ground import DEFINED, KEYS, SIGNER, UNITS, definition, head, rows, sealed, told
    from tongban.kernel.edition.checking import check
    from tongban.kernel.edition.making import body, population

    ids = list(DEFINED)
    definitions = [
        replace(definition(ids[n % len(ids)]), key=f"hotline/{ids[n % len(ids)]}_{n}")
        for n in range(chosen.figures)
    ]
    given = rows(chosen.rows)
    start = process_time()
    people = [population([each], given, frozenset(UNITS), f"{n:032x}") for n, each in enumerate(definitions)]
    text = sealed(body(head(), [told(each) for each in definitions], people))
    print(
        f"made: {process_time() - start:.2f} s, {len(text.encode()) / 1e6:.1f} MB, {chosen.rows} rows, {chosen.figures} figures"
    )
    start = process_time()
    sha256(text.encode()).digest()
    limit = process_time() - start
    start = process_time()
    verdict = check(text, KEYS)
    took = process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"checked in Python: {took:.2f} s, the hash alone {limit:.3f} s, {memory:.0f} MB at most, true: {verdict.true}"
    )
    in_chromium(text, f"{SIGNER.key_id}={b64encode(SIGNER.public).decode()}")


def in_chromium(text: str, key: str) -> None:
    from tempfile import TemporaryDirectory

    from playwright.sync_api import sync_playwright

    path = os.environ.get("TONGBAN_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.set_content('<input type="file" id="f">')
        for name in SCRIPTS:
            page.add_script_tag(content=(STATIC / name).read_text("utf-8"))
        file = Path(folder) / "edition.ndjson"
        file.write_text(text, "utf-8", newline="")
        page.set_input_files("#f", file)
        for _ in range(3):
            hashed, took, good, wrong = page.evaluate(CHECK, [key])
            print(
                f"checked in Chromium: {took / 1000:.2f} s, the hash alone {hashed / 1000:.2f} s, true: {good} {wrong}"
            )
        browser.close()


if __name__ == "__main__":
    main()
