"""The message whose turn it is, is the first of an index: before, each that was taken sorted all that were due."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The index gets out of the way of its successor's name and serves until that one is there."""

    atomic = False
    dependencies = (("store", "0063_counts_beside"),)
    operations = (
        migrations.RenameIndex("sendingrow", new_name="sending_due_mixed", old_name="sending_due"),
        AddIndexConcurrently(
            "sendingrow",
            models.Index(
                fields=["county", "-urgent", "next_at", "id"],
                name="sending_due",
                condition=models.Q(next_at__isnull=False),
            ),
        ),
        RemoveIndexConcurrently("sendingrow", "sending_due_mixed"),
    )
