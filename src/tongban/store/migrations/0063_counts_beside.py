"""The counts beside worklists read their indexes and nothing else: since some practices are for few eyes, each row that is counted is
asked for its practice."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_OPEN = models.Q(standing="open")
_SETTLED = models.Q(settled_at__isnull=False)
_NEW = {
    "case_waiting": models.Index(
        fields=["county", "waiting", "next_due", "id"],
        include=["adoption", "kind", "stage", "practice"],
        name="case_waiting",
        condition=_OPEN,
    ),
    "case_home": models.Index(
        fields=["county", "home", "next_due", "id"], include=["practice"], name="case_home", condition=_OPEN
    ),
    "case_settled_by": models.Index(
        fields=["county", "holder", "settled_at", "id"],
        include=["practice"],
        name="case_settled_by",
        condition=_SETTLED,
    ),
    "case_settled_home": models.Index(
        fields=["county", "home", "settled_at", "id"],
        include=["practice"],
        name="case_settled_home",
        condition=_SETTLED,
    ),
}


class Migration(migrations.Migration):
    """Each index gets out of the way of its successor's name and serves until that one is there."""

    atomic = False
    dependencies = (("store", "0062_first_passwords"),)
    operations = tuple(
        operation
        for name, index in _NEW.items()
        for operation in (
            migrations.RenameIndex("caserow", new_name=f"{name}_narrow", old_name=name),
            AddIndexConcurrently("caserow", index),
            RemoveIndexConcurrently("caserow", f"{name}_narrow"),
        )
    )
