"""How people sign in: second factors, where they are signed in, and what the county asks of its roles."""

from django.db import models


class FactorRow(models.Model):
    """A second factor of a person: ``totp`` (a code that changes), ``passkey`` or ``recovery`` (one code that works once).

    ``last`` is the newest time step that was used, or the counter of a passkey; what was used before is not taken again.
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField(help_text="chance; of a passkey or a recovery code its digest")
    person = models.TextField()
    kind = models.TextField()
    name = models.TextField(blank=True, help_text="what its owner calls it")
    sealed = models.BinaryField(help_text="under the key of the home")
    last = models.BigIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        db_table = "store_factor"
        indexes = (models.Index(fields=["county", "person"], name="factor_person"),)


class SignedInRow(models.Model):
    """Where somebody is signed in. ``session`` is Django's own key, so that it can be ended; ``token/…`` for a program's token."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    person = models.TextField()
    session = models.TextField()
    device = models.TextField(blank=True, help_text="browser and system, as it says itself")
    since = models.DateTimeField()
    until = models.DateTimeField()
    used = models.DateField(null=True, help_text="the last day on which a program's token opened something")

    class Meta:
        db_table = "store_signed_in"
        indexes = (models.Index(fields=["county", "person"], name="signed_in_person"),)


class CountyRule(models.Model):
    """What a county has set for itself about signing in, by name, with who did it and when."""

    pk = models.CompositePrimaryKey("county", "name")
    county = models.CharField(max_length=6)
    name = models.TextField()
    value = models.JSONField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        db_table = "store_county_rule"


class LinkRow(models.Model):
    """Who somebody is on a platform by which people sign in. ``subject`` is theirs there for ever."""

    pk = models.CompositePrimaryKey("county", "provider", "subject")
    county = models.CharField(max_length=6)
    provider = models.TextField()
    subject = models.TextField()
    person = models.TextField()
    since = models.DateTimeField()
    by = models.TextField(help_text="an administrator, or the platform whose word it was")

    class Meta:
        db_table = "store_link"


class StandInRow(models.Model):
    """Who stands in for whom in one post, from and to when. It holds no longer than the post itself does."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    giver = models.TextField(help_text="whose post it is")
    person = models.TextField(help_text="who stands in")
    unit = models.TextField()
    role = models.TextField()
    since = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    practices = models.TextField(blank=True, help_text="by their ids, a space between; none for all")
    by = models.TextField(help_text="who set it")
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True, help_text="when it was taken back")

    class Meta:
        db_table = "store_stand_in"
        indexes = (
            models.Index(fields=["county", "person", "until"], name="stand_in_person"),
            models.Index(fields=["county", "giver", "until"], name="stand_in_giver"),
        )
