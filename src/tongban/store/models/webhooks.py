"""Who is told by webhook of what happens, each telling of it, and answers of the API that are given again."""

from __future__ import annotations

from django.db import models


class WebhookRow(models.Model):
    """A subscription: what one person, by their posts, lets another system know."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    owner = models.TextField(help_text="the person by whose posts it sees")
    purpose = models.TextField()
    address = models.TextField()
    kinds = models.JSONField()
    practices = models.JSONField(help_text="none: all")
    unit = models.TextField(help_text='"": no narrower than the owner sees')
    secret = models.BinaryField(help_text="sealed by the home")
    earlier = models.BinaryField(null=True, help_text="the secret before, sealed")
    earlier_until = models.DateTimeField(null=True)
    since = models.DateTimeField()
    paused = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="the code for which it was paused or ended by itself")
    failures = models.IntegerField(default=0, help_text="in a row")
    rests = models.DateTimeField(null=True, help_text="until when nothing is sent, also while somebody sends")

    class Meta:
        db_table = "store_webhook"


class MessageRow(models.Model):
    """One message of a subscription. Its id is what the receiver knows it by, however often it comes."""

    pk = models.CompositePrimaryKey("county", "webhook", "id")
    county = models.CharField(max_length=6)
    webhook = models.TextField()
    id = models.TextField()
    chain = models.UUIDField(null=True, help_text="the case; none for a trial")
    seq = models.IntegerField()
    kind = models.TextField()
    body = models.TextField(help_text="what is signed and sent, to the byte")
    made = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="None: it is not tried any more")
    status = models.IntegerField(null=True, help_text="of the last answer")
    why = models.TextField(blank=True, help_text="the code of what stood in its way last")
    tried = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_webhook_message"
        indexes = (
            models.Index(
                fields=["county", "webhook", "next_at"],
                name="webhook_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(fields=["county", "webhook", "made", "id"], name="webhook_made_at"),
            models.Index(
                fields=["county", "next_at"],
                name="webhook_not_done",
                condition=models.Q(done__isnull=True),
            ),
        )


class AnswerRow(models.Model):
    """What a request that makes something was answered, so that the same request is answered the same again. Sealed."""

    pk = models.CompositePrimaryKey("county", "key")
    county = models.CharField(max_length=6)
    key = models.TextField(help_text="a digest of who asked and of their key")
    digest = models.BinaryField(help_text="of what was asked")
    answer = models.BinaryField(help_text="sealed by the home")
    at = models.DateTimeField()

    class Meta:
        db_table = "store_answer"
        indexes = (models.Index(fields=["county", "at"], name="answer_at"),)
