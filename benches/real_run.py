"""The main job on real messages: 2,375 residents' messages with the office's replies, each with its real times.

    python -m benches.real_run [SHEET] [--write docs/explanation/real-run.md]

Makes a county of its own in a temporary home, learns the category suggestion from what this repository ships,
imports every message through the same kernel as today's cases (registered, dispatched by suggestion and duty
lists, answered at the real moment), then checks: every deadline is computed a second time without the kernel's
procedure, the ledger is verified, the cases are made anew from the ledger, and a second import changes nothing.
The sheet itself may not be redistributed; without it this says so and stops with status 0.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TONGBAN_SHARED", ROOT.parent / "shared" / "data"))
SHEET = SHARED / "messages" / "replies.csv.gz"
LINES: list[str] = []


def line(text: str = "") -> None:
    LINES.append(text)
    print(text, flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sheet", nargs="?", type=Path, default=SHEET)
    arguments.add_argument("--write", type=Path)
    options = arguments.parse_args()
    if not options.sheet.exists():
        print(f"skipped: {options.sheet.name} is not here (it may not be redistributed)")
        return 0
    home = Path(tempfile.mkdtemp(prefix="tongban-real-"))
    home.chmod(0o755)
    os.environ["TONGBAN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    try:
        sound = _run(options.sheet)
    finally:
        from tongban.store.postgres import Server

        Server(home).stop()
        shutil.rmtree(home, ignore_errors=True)
    if options.write:
        options.write.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return 0 if sound else 1


def _run(sheet: Path) -> bool:
    from tongban.cli.machine import open_up, operator

    open_up(make=True)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.adoption.shelf import folders, share
    from tongban.apps.dispatch.offering import offer
    from tongban.apps.dispatch.suggest import Message
    from tongban.apps.registry.calendars import import_calendars
    from tongban.apps.registry.importing import import_cases
    from tongban.apps.registry.loading import load_county
    from tongban.demo.learning import learn
    from tongban.demo.script import county_folder, script
    from tongban.kernel.refusal import Refused

    acting = operator("en")
    load_county(county_folder())
    import_calendars(share("calendars") / "cn", acting)
    learn(script(datetime.now(UTC).date()), acting.now)
    plans = {path.stem: path for path in share("imports").glob("*.yaml")}
    practice = next(path for path in folders() if path.name in plans)
    adopted = adopt(practice, {}, (), acting)
    assert not isinstance(adopted, Refused), adopted

    def suggest(title: str, body: str) -> str:
        found = offer(Message(title, body), acting)
        return "" if isinstance(found, Refused) else found.category

    began = perf_counter()
    done = import_cases(practice.name, sheet, acting, plan=plans[practice.name], suggest=suggest)
    took = perf_counter() - began
    assert not isinstance(done, Refused), done.all()[:5]
    _told(done, took)
    again = import_cases(practice.name, sheet, acting, plan=plans[practice.name], suggest=suggest)
    assert not isinstance(again, Refused) and again.cases == 0, again
    return _looked_at()


def _told(done, took: float) -> None:
    line("# The main job on real messages")
    line()
    line(
        f"{done.cases:,} messages to one city's leaders with the offices' replies and the real times of both were "
        f"imported in {took:.0f} s on two cores, as {done.events:,} steps; none was refused. Made by `python -m benches.real_run`; "
        "the messages themselves may not be redistributed, so nothing of their text stands here."
    )
    line()
    line(
        "What the sheet does not record is not made up: dispatch and signing stand at the moment a message came in, no outcome is counted as solved, no callback as answered."
    )


def _looked_at() -> bool:
    from tongban.apps.office import office
    from tongban.apps.proof.checkpoints import checkpoint
    from tongban.apps.registry.upkeep import rebuild_projections, verify_ledger
    from tongban.kernel.clock import Stopped, Unit, due_with, elapsed
    from tongban.kernel.record import case_from

    here = office()
    rows = here.rows(
        "SELECT state, number, opened_at FROM store_case WHERE county = %s ORDER BY id", [here.county.code]
    )
    cases = [case_from(str(state)) for state, *_ in rows]
    kinds = here.procedure(cases[0].adoption).kinds
    calendar = here.county.calendar
    wrong = sum(
        1
        for case in cases
        for state in case.clocks
        if not isinstance(
            again := due_with(calendar, state.limit, state.started, state.spans, state.extensions), Stopped
        )
        and again.at != state.due
    )
    days: list[int] = []
    kept: Counter[bool] = Counter()
    late_by: Counter[str] = Counter()
    units: Counter[str] = Counter()
    unit_days: dict[str, list[int]] = {}
    guessed = 0
    for case in cases:
        worker = case.previous_holder or case.holder
        units[worker] += 1
        for state in case.clocks:
            rule = kinds[case.kind].clocks[state.clock]
            if rule.promise and rule.owner == "holder" and state.ended is not None:
                used = elapsed(calendar, Unit.WORKING_DAYS, state.started, state.ended)
                days.append(used)
                unit_days.setdefault(worker, []).append(used)
                kept[state.kept is True] += 1
                over = used - state.limit.amount
                late_by[
                    "kept"
                    if state.kept
                    else "1–5"
                    if over <= 5
                    else "6–20"
                    if over <= 20
                    else "21–60"
                    if over <= 60
                    else "over 60"
                ] += 1
        if case.facts.get("category") != _otherwise():
            guessed += 1
    days.sort()
    line()
    line("## How many were late")
    line()
    line(
        f"Measured against the limits this practice ships with (an unstated kind counts as help: 5 working days), {kept[False]:,} of {sum(kept.values()):,} answers came late: {kept[False] * 100 / sum(kept.values()):.1f} %."
    )
    line()
    line("| working days over the limit | cases |")
    line("|---|---|")
    for name in ("kept", "1–5", "6–20", "21–60", "over 60"):
        line(f"| {name} | {late_by[name]:,} |")
    line()
    at = lambda share: days[min(len(days) - 1, int(len(days) * share))]  # noqa: E731
    line(
        f"Working days from message to reply: median {at(0.5)}, nine in ten within {at(0.9)}, longest {days[-1]}."
    )
    line()
    line("## Where they waited")
    line()
    line(
        f"{guessed:,} of {len(cases):,} messages got a category from the suggestion that is learnt from this repository alone (it abstains where it is unsure; those went to the receiving centre's own desk), and with it a unit by the demo county's duty lists. The split by unit therefore shows what dispatch would have done in the demo county, not what the real city did."
    )
    line()
    line("| unit | cases | median working days |")
    line("|---|---|---|")
    for unit, n in units.most_common(12):
        own = sorted(unit_days.get(unit, [0]))
        line(f"| {here.names.unit(unit, 'en')} | {n:,} | {own[len(own) // 2]} |")
    line()
    line("All of the waiting lies between signing and reply, because the sheet records no other moment.")
    line()
    line("## Checked")
    line()
    began = perf_counter()
    now = datetime.now(UTC)
    checkpoint(now)
    findings = verify_ledger(now).findings
    line(
        f"- {sum(len(case.clocks) for case in cases):,} deadlines computed a second time from their limits and the official calendars: {wrong} differ."
    )
    line(f"- The ledger verified in {perf_counter() - began:.1f} s: {len(findings)} findings.")
    for each in findings:
        print(each, file=sys.stderr)
    before = here.rows(
        "SELECT id::text, state, number, stage, holder, due_at, title FROM store_case WHERE county = %s ORDER BY id",
        [here.county.code],
    )
    rebuild_projections()
    after = here.rows(
        "SELECT id::text, state, number, stage, holder, due_at, title FROM store_case WHERE county = %s ORDER BY id",
        [here.county.code],
    )
    line(
        f"- All cases made anew from the ledger: {'equal to the live ones' if before == after else 'DIFFERENT from the live ones'}."
    )
    line("- A second import of the same sheet wrote nothing.")
    return not wrong and not findings and before == after


def _otherwise() -> str:
    """The category that the import plan falls back to: the receiving centre's own."""
    import yaml

    from tongban.apps.adoption.shelf import share

    plan = yaml.safe_load(next(share("imports").glob("*.yaml")).read_text(encoding="utf-8"))
    return next(
        (a["otherwise"] for s in plan["steps"] for a in s.get("answers", {}).values() if "category" in a), ""
    )


if __name__ == "__main__":
    sys.exit(main())
