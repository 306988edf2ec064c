"""What goes out to people: who is to learn what, what was handed to a gateway, and how somebody wants to be told.

No table holds an address in the clear: a requester's stays in the identity store, everybody else's is sealed with the home's key.
"""

from __future__ import annotations

from django.db import models

WAITING = models.Q(sending__isnull=True, dropped="")


class DeliveryRow(models.Model):
    """A notice of the ledger for one of those it is for. ``whom`` is ``requester``, ``person/<id>`` or ``unit/<id>``.

    ``sending`` is what it went out with, ``dropped`` why it goes out with nothing; neither: it waits.
    """

    pk = models.CompositePrimaryKey("county", "chain", "seq", "n", "whom")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    seq = models.IntegerField()
    n = models.SmallIntegerField()
    whom = models.TextField()
    notice = models.TextField()
    text = models.TextField(help_text="its subject, in the language of whom it is for")
    channel = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    served = models.BooleanField(default=False)
    leads = models.BooleanField(default=False, help_text="it came from below, to a superior")
    at = models.DateTimeField(help_text="from when on it may go out")
    sending = models.UUIDField(null=True)
    dropped = models.TextField(blank=True, default="")

    class Meta:
        db_table = "store_delivery"
        indexes = (
            models.Index(fields=["county", "whom", "-at"], name="delivery_whom"),
            models.Index(fields=["county", "at"], name="delivery_waiting", condition=WAITING),
            models.Index(fields=["county", "sending"], name="delivery_sending"),
            models.Index(
                fields=["county", "at"],
                name="delivery_text",
                condition=models.Q(served=False) & ~models.Q(text=""),
            ),
        )


class SendingRow(models.Model):
    """One message as a gateway is given it. ``id`` is the key by which the gateway knows it again.

    ``kind``: ``one`` notice, a ``digest`` of several, a ``code``. ``state``: waiting, accepted, delivered, failed, unknown.
    ``sealed`` is the number and the words of a code until it was handed over or has run out; of a code ``text`` is empty,
    and of everything else without legal weight when its days are over (decision 104).
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.UUIDField()
    whom = models.TextField()
    chain = models.UUIDField(null=True)
    kind = models.TextField()
    n = models.IntegerField()
    channel = models.TextField()
    text = models.TextField(blank=True)
    language = models.TextField()
    urgent = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    made = models.DateTimeField()
    until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    state = models.TextField(default="waiting")
    why = models.TextField(blank=True, default="")
    accepted = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    receipt = models.TextField(
        blank=True, default="", help_text="what the gateway called it when it reported"
    )

    class Meta:
        db_table = "store_sending"
        indexes = (
            models.Index(
                fields=["county", "-urgent", "next_at", "id"],
                name="sending_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(fields=["county", "whom", "-made"], name="sending_whom"),
            models.Index(
                fields=["county", "made"], name="sending_failed", condition=models.Q(state="failed")
            ),
            models.Index(fields=["county", "made"], name="sending_code", condition=models.Q(kind="code")),
            models.Index(
                fields=["county", "made"],
                name="sending_text",
                condition=models.Q(next_at__isnull=True) & ~models.Q(kind="served") & ~models.Q(text=""),
            ),
        )


class StaffChoice(models.Model):
    """How somebody who works here wants to be told. ``pace``: at once, in windows, mornings only, or never by message."""

    pk = models.CompositePrimaryKey("county", "person")
    county = models.CharField(max_length=6)
    person = models.TextField()
    channel = models.TextField(blank=True)
    pace = models.TextField()
    language = models.TextField()
    phone = models.BinaryField(null=True, help_text="sealed")
    mail = models.BinaryField(null=True, help_text="sealed")

    class Meta:
        db_table = "store_staff_choice"


class RequesterChoice(models.Model):
    """How the requester of a case wants to be told. ``code`` stands in the address by which they stop it."""

    pk = models.CompositePrimaryKey("county", "chain")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    code = models.TextField()
    told = models.BooleanField(null=True, help_text="None: nobody asked them")
    served = models.BooleanField(default=False, help_text="they agreed to electronic service")
    language = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_requester_choice"
        constraints = (models.UniqueConstraint(fields=["county", "code"], name="requester_choice_code"),)
