"""How long it takes from ten thousand notices that fall due together to the messages that go out for them.

    TONGBAN_HOME=var python -m benches.bench_notices [--notices 10000]

Runs on a county that is there (a demo's, with its database started), in one transaction that is undone in the end. Beside it
stands what the machine needs to write as many rows of that size in one statement.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--notices", type=int, default=10_000)
    wanted: int = options.parse_args().notices
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from tongban.apps.notices.gathering import gather_due
    from tongban.apps.notices.planning import plan_due
    from tongban.apps.office import office

    here, now = office(), datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE store_notice SET state = 'past' WHERE state = 'due'")
        cursor.execute("DELETE FROM store_delivery")
        cursor.execute(
            "UPDATE store_notice SET state = 'due', at = %s WHERE ctid IN (SELECT ctid FROM store_notice ORDER BY at DESC LIMIT %s)",
            (now, wanted),
        )
        due = cursor.rowcount
        for adoption in here.adoptions():
            here.procedure(adoption)  # read once by each process, whatever it does
        began = time.perf_counter()
        planned = 0
        while n := plan_due(here, now):
            planned += n
        planning = time.perf_counter() - began
        cursor.execute("UPDATE store_delivery SET channel = 'sms' WHERE dropped = 'desk'")
        cursor.execute(
            "UPDATE store_delivery SET at = %s, dropped = '' WHERE dropped IN ('', 'desk')", (now,)
        )
        waiting = cursor.rowcount
        began, messages = time.perf_counter(), 0
        while n := gather_due(here, now):
            messages += n
        gathering = time.perf_counter() - began
        began = time.perf_counter()
        cursor.execute("CREATE TEMPORARY TABLE beside ON COMMIT DROP AS SELECT * FROM store_delivery")
        beside = time.perf_counter() - began
        transaction.set_rollback(True)
    print(f"notices due together        {due:>8,}")
    print(
        f"planned                     {planned:>8,}  in {planning:6.2f} s  ({planned / planning:,.0f} a second)"
    )
    print(f"deliveries that go out      {waiting:>8,}")
    print(f"gathered into messages      {messages:>8,}  in {gathering:6.2f} s")
    print(f"the same rows in one write            {beside:6.2f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
