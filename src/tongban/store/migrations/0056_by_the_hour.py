"""What is asked every hour and at every scrape looks at what it is about, and at nothing where there is nothing: cases whose years
are over, messages of webhooks that were not received, messages that failed, and texts of messages whose days are over."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("store", "0055_signed_in_used"),)
    operations = (
        AddIndexConcurrently(
            model_name="caserow",
            index=models.Index(
                condition=models.Q(("standing", "open"), _negated=True),
                fields=["county", "adoption", "last_at", "id"],
                name="case_ended_at",
            ),
        ),
        AddIndexConcurrently(
            model_name="messagerow",
            index=models.Index(
                condition=models.Q(("done__isnull", True)),
                fields=["county", "next_at"],
                name="webhook_not_done",
            ),
        ),
        AddIndexConcurrently(
            model_name="sendingrow",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["county", "made"], name="sending_failed"
            ),
        ),
        AddIndexConcurrently(
            model_name="sendingrow",
            index=models.Index(
                condition=models.Q(("kind", "code")), fields=["county", "made"], name="sending_code"
            ),
        ),
        AddIndexConcurrently(
            model_name="sendingrow",
            index=models.Index(
                condition=models.Q(
                    ("next_at__isnull", True),
                    models.Q(("kind", "served"), _negated=True),
                    models.Q(("text", ""), _negated=True),
                ),
                fields=["county", "made"],
                name="sending_text",
            ),
        ),
        AddIndexConcurrently(
            model_name="deliveryrow",
            index=models.Index(
                condition=models.Q(("served", False), models.Q(("text", ""), _negated=True)),
                fields=["county", "at"],
                name="delivery_text",
            ),
        ),
    )
