"""How long it takes to load a catalogue of services from a workbook, and to load it again with a few rows changed.

    python -m benches.bench_registers [--rows 5000]

A county is made in a temporary home, with the practice that owns the catalogue. The workbook has items, papers and groups; every
item names its papers. Beside each time stands what cannot be saved: reading the same workbook cell by cell. Goal: 5,000 rows under
20 seconds, and a faulty sheet told no slower.
"""

from __future__ import annotations

import argparse
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from benches.own_home import own_home
from openpyxl import Workbook, load_workbook

ROOT = Path(__file__).parents[1]
PRACTICE = "service_catalogue"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GOAL = 20.0
PAPERS, GROUPS = 600, 17


def workbook(rows: int, faulty: int = 0) -> bytes:
    """Every cell as an office has it; the first ``faulty`` items are promised in more days than there are."""
    book = Workbook(write_only=True)
    groups = book.create_sheet("group")
    groups.append(["group", "title"])
    for n in range(GROUPS):
        groups.append([f"g{n}", f"第{n}类"])
    papers = book.create_sheet("paper")
    papers.append(["paper", "title", "source", "valid_days"])
    for n in range(PAPERS):
        papers.append([f"p{n}", f"材料{n}𠮷", "own", 365])
    items = book.create_sheet("item")
    items.append(
        ["item", "title", "plain", "groups", "level", "unit", "legal_basis", "papers", "deferrable",
         "statutory_days", "promised_days", "instant", "promised_visits", "online", "delivery", "situations"]
    )  # fmt: skip
    for n in range(rows):
        own = [f"p{(n * 7 + k) % PAPERS}" for k in range(6)]
        days = 9_999 if n < faulty else 1 + n % 20
        items.append(
            [f"330800-{n:05d}", f"办理事项{n}", "来一趟就办好", f"g{n % GROUPS}", "county", "housing", "某某办法第三条",
             "、".join(own), own[0], 20, days, "否", 1, "apply", "window、post", "开店 营业 执照"]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seconds(what: str, act: object) -> object:
    began, busy = perf_counter(), process_time()
    found = act()  # type: ignore[operator]
    print(f"{what:<44}{perf_counter() - began:8.2f} s {process_time() - busy:8.2f} s CPU", flush=True)
    return found


def set_up() -> None:
    from tongban.apps.rungs import settle
    from tongban.kernel.refusal import Refused
    from tongban.library.binding import bind
    from tongban.library.calendars import read_calendars
    from tongban.library.counties import scenario_county
    from tongban.library.reading import read_practice
    from tongban.library.story.runner import Ground

    practice, calendar = (
        read_practice(ROOT / "practices" / PRACTICE),
        read_calendars(ROOT / "calendars" / "cn"),
    )
    assert not isinstance(practice, Refused) and not isinstance(calendar, Refused)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar), NOW))


def run(rows: int) -> None:
    from msgspec.structs import replace

    from tongban.apps.acting import Acting
    from tongban.apps.brought.giving import workbook as given_out
    from tongban.apps.brought.loading import Load, carry_out, plan
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused

    set_up()
    acting = Acting(NOW, SYSTEM, language="zh-Hans")
    content = workbook(rows)
    print(
        f"{rows} items, {PAPERS} papers, {GROUPS} groups; {len(content) // 1000} kB; load {os.getloadavg()[0]:.1f}"
    )

    def cells() -> int:
        book = load_workbook(io.BytesIO(content), read_only=True)
        return sum(1 for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for _ in row)

    seconds("the workbook's cells alone (openpyxl)", cells)
    began = perf_counter()
    planned = seconds("read, judged, compared", lambda: plan(content, "c.xlsx", PRACTICE, acting))
    assert isinstance(planned, Load), planned.all()[:3]  # type: ignore[attr-defined]
    seconds("written and sealed", lambda: carry_out(planned, acting))
    whole = perf_counter() - began
    print(f"{'together':<44}{whole:8.2f} s  (goal {GOAL:.0f})")
    again = seconds("the same file once more", lambda: plan(content, "c.xlsx", PRACTICE, acting))
    assert isinstance(again, Load) and again.nothing
    later = replace(acting, now=NOW + timedelta(days=1))
    fewer = seconds("one item less", lambda: plan(workbook(rows - 1), "c.xlsx", PRACTICE, later))
    assert isinstance(fewer, Load)
    seconds("written and sealed", lambda: carry_out(fewer, later))
    wrong = seconds("300 rows with a fault", lambda: plan(workbook(rows, 300), "c.xlsx", PRACTICE, later))
    assert isinstance(wrong, Refused) and len(wrong.all()) == 300
    seconds("given out as a workbook", lambda: given_out(PRACTICE, later))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=5_000)
    chosen = options.parse_args()
    with own_home():
        run(chosen.rows)


if __name__ == "__main__":
    main()
