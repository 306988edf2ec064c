"""New migrations are such that the program that still runs does not notice them: ``docs/explanation/upgrades.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

FIRST = 40
"""The number of the migration from which on the rules hold."""
FOLDER = Path(__file__).parents[2] / "src" / "tongban" / "store" / "migrations"
GROWING = frozenset(
    {"caserow", "eventrow", "content", "identity", "leaf", "requestrow", "noticerow", "searchtext"}
)
"""Tables that grow with the ledger: nothing may be made in place on them while steps are taken."""
UNREAD = "# unread since "


def faults(
    operations: Sequence[Operation], source: str, *, atomic: bool, made: frozenset[str] = frozenset()
) -> list[str]:
    """What breaks a rule. ``made`` are tables of the same migration, which nobody uses yet."""
    found = []
    new = {each.name.lower() for each in operations if isinstance(each, migrations.CreateModel)} | made
    for each in operations:
        match each:
            case migrations.SeparateDatabaseAndState():
                found += faults(each.database_operations, source, atomic=atomic, made=frozenset(new))
            case migrations.RenameField() | migrations.RenameModel() | migrations.AlterModelTable():
                found.append(f"{each.describe()}: add the new one, write both, remove the old one later")
            case migrations.RemoveField() | migrations.DeleteModel() if UNREAD not in source:
                found.append(f"{each.describe()}: say in which release it was read last ({UNREAD}…)")
            case migrations.AddField() if each.model_name_lower not in new and _needs_value(each.field):
                found.append(f"{each.describe()}: give it a default of the database, or let it be empty")
            case migrations.AlterField() if each.model_name_lower not in new:
                found.append(f"{each.describe()}: add another column")
            case AddIndexConcurrently() if atomic:
                found.append(f"{each.describe()}: needs atomic = False")
            case AddIndexConcurrently():
                pass
            case migrations.AddIndex() if each.model_name_lower in GROWING - new:
                found.append(f"{each.describe()}: make it with AddIndexConcurrently")
            case migrations.AddConstraint() if each.model_name_lower in GROWING - new:
                found.append(f"{each.describe()}: make its index concurrently first, or NOT VALID")
    return found


def _needs_value(field: models.Field) -> bool:  # type: ignore[type-arg]
    return not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many


def new_migrations() -> Iterator[tuple[str, Sequence[Operation], str, bool]]:
    for path in sorted(FOLDER.glob("[0-9]*.py")):
        if int(path.name[:4]) >= FIRST:
            migration = import_module(f"tongban.store.migrations.{path.stem}").Migration
            yield path.stem, migration.operations, path.read_text("utf-8"), migration.atomic


def test_new_migrations_can_be_applied_while_people_work() -> None:
    read = {
        name: faults(operations, source, atomic=atomic)
        for name, operations, source, atomic in new_migrations()
    }
    assert len(read) >= 5
    assert {name: found for name, found in read.items() if found} == {}


_PLAIN = models.Index(fields=["county", "at"], name="x")
_TEXT = models.TextField()


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("CaseRow", "x", _TEXT),
        migrations.AddField("CaseRow", "x", models.TextField(default="")),
        migrations.RenameField("CaseRow", "x", "y"),
        migrations.RenameModel("CaseRow", "Other"),
        migrations.RemoveField("CaseRow", "x"),
        migrations.DeleteModel("CaseRow"),
        migrations.AlterField("CaseRow", "x", models.IntegerField()),
        migrations.AddIndex("CaseRow", _PLAIN),
        migrations.AddConstraint("CaseRow", models.UniqueConstraint(fields=["county", "at"], name="y")),
        migrations.SeparateDatabaseAndState([migrations.AddIndex("EventRow", _PLAIN)]),
        AddIndexConcurrently("CaseRow", _PLAIN),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_would_stop_the_running_program_is_refused(operation: Operation) -> None:
    assert len(faults([operation], "", atomic=True)) == 1


def test_what_the_running_program_does_not_notice_is_taken() -> None:
    made = migrations.CreateModel("New", [("county", _TEXT)])
    operations = [
        made,
        migrations.AddIndex("New", _PLAIN),
        migrations.AddField("CaseRow", "x", models.TextField(db_default="")),
        migrations.AddField("CaseRow", "y", models.TextField(null=True)),
        migrations.AddIndex("PeerRow", _PLAIN),
    ]
    assert faults(operations, "", atomic=True) == []
    assert faults([AddIndexConcurrently("CaseRow", _PLAIN)], "", atomic=False) == []
    assert faults([migrations.RemoveField("CaseRow", "x")], "# unread since 0.8", atomic=True) == []
