"""Registers: divisions, units, duty lists, people and posts, adoptions, calendars, files, figures."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper


class Stamp(models.Model):
    """Counts the changes of a county's registers, of everything that is kept in memory (by triggers)."""

    county = models.CharField(max_length=6, primary_key=True)
    n = models.BigIntegerField()

    class Meta:
        db_table = "store_stamp"


class DivisionRow(models.Model):
    """A node of the division tree by its statistical code; ``until`` is null while it is valid. Of one that has ended
    ``successor`` is the division that its places belong to now."""

    pk = models.CompositePrimaryKey("county", "code")
    county = models.CharField(max_length=6)
    code = models.TextField()
    level = models.TextField()
    parent = models.TextField(blank=True)
    name = models.TextField()
    name_en = models.TextField(blank=True)
    short = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    successor = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "store_division"


class UnitRow(models.Model):
    """An office; ``parent`` is the unit that directs it ("" at the top).

    ``until`` is null while it is there. Of one that has ended ``successor`` is who took over, ``because`` by what decision.
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    kind = models.TextField()
    level = models.TextField()
    division = models.TextField()
    parent = models.TextField(blank=True)
    name = models.TextField()
    name_en = models.TextField(blank=True)
    phone = models.TextField(blank=True, help_text="the office's own, for residents")
    until = models.DateField(null=True)
    successor = models.TextField(blank=True, default="", db_default="")
    because = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "store_unit"


class DutyRow(models.Model):
    """One entry of a unit's duty list; ``kind`` is own, assist or taken_back."""

    pk = models.CompositePrimaryKey("county", "unit", "code")
    county = models.CharField(max_length=6)
    unit = models.TextField()
    code = models.TextField()
    kind = models.TextField()
    categories = models.JSONField(help_text="category codes or prefixes of them")
    name = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    source = models.TextField(blank=True, help_text="the document the entry stands in")

    class Meta:
        db_table = "store_duty"


class Category(models.Model):
    """What a matter is about: ``02.09`` lies within ``02``."""

    pk = models.CompositePrimaryKey("county", "code")
    county = models.CharField(max_length=6)
    code = models.TextField()
    name = models.TextField()
    name_en = models.TextField(blank=True)
    shared = models.BooleanField(default=False, db_default=False, help_text="what many meet alike")

    class Meta:
        db_table = "store_category"


class EntryRow(models.Model):
    """A row of a brought register for as long as it says this. ``until`` is null for the one that was brought last;
    ``chain`` and ``seq`` are the note of the load that brought it."""

    pk = models.CompositePrimaryKey("county", "register", "key", "since")
    county = models.CharField(max_length=6)
    register = models.TextField()
    key = models.TextField()
    title = models.TextField()
    fields = models.TextField(help_text="canonical JSON")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    chain = models.UUIDField()
    seq = models.IntegerField()

    class Meta:
        db_table = "store_entry"
        constraints = (
            models.UniqueConstraint(
                fields=["county", "register", "key"], name="entry_open", condition=models.Q(until=None)
            ),
        )
        indexes = (models.Index("county", "register", Upper("key"), "since", name="entry_letters"),)


class Person(models.Model):
    """Somebody who works for the county, linked to an account."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    name = models.TextField()
    name_en = models.TextField(blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person"
    )
    first_until = models.DateTimeField(
        null=True, help_text="when a password that somebody else gave runs out; empty for one of their own"
    )

    class Meta:
        db_table = "store_person"


class PostRow(models.Model):
    """Who holds which role at which unit, and from when to when."""

    pk = models.CompositePrimaryKey("county", "person", "unit", "role", "since")
    county = models.CharField(max_length=6)
    person = models.TextField()
    unit = models.TextField()
    role = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "store_post"
        indexes = (models.Index(fields=["county", "unit", "role"], name="post_unit"),)


class TokenRow(models.Model):
    """A token that was issued for a program to act as an account: what it allows, not what it is."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    person = models.TextField()
    scopes = models.JSONField()
    purpose = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    by = models.TextField(null=True, help_text="who issued it; unknown of those from before this was kept")
    used = models.DateField(null=True, help_text="the last day on which it opened something")

    class Meta:
        db_table = "store_token"


class AdoptionRow(models.Model):
    """A practice as the county adopted it: the packed folder, its digest, the county's own settings.

    Rows are kept for ever: a case stays on the version it began under.
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    practice = models.TextField()
    version = models.TextField()
    digest = models.TextField()
    packed = models.TextField()
    settings = models.JSONField()
    homes = models.JSONField(help_text="the units whose practice this is")
    first = models.BooleanField(db_default=False, help_text="whether it goes before others of its duty")
    guarded = models.BooleanField(
        db_default=False, help_text="whether only posts that name the practice reach its cases"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.TextField()

    class Meta:
        db_table = "store_adoption"
        indexes = (models.Index(fields=["county", "practice", "since"], name="adoption_practice"),)


class CalendarYear(models.Model):
    """One official calendar file, as imported."""

    pk = models.CompositePrimaryKey("county", "year")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    text = models.TextField(help_text="the YAML file")
    since = models.DateTimeField()

    class Meta:
        db_table = "store_calendar"


class Attachment(models.Model):
    """A file by the SHA-256 of its bytes, which lie under the home; its name is content of a case.

    ``loose_until``: no case names it yet, and if none does by then it goes; null once a case may.
    ``unscanned``: the virus scanner did not answer, so nobody gets it. ``found``: what the scanner found in it later;
    its bytes are gone then. "" is nothing.
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="bytes")
    media_type = models.TextField()
    at = models.DateTimeField()
    loose_until = models.DateTimeField(null=True)
    unscanned = models.BooleanField(default=False)
    found = models.TextField(default="")

    class Meta:
        db_table = "store_attachment"
        indexes = (
            models.Index(
                fields=["county", "id"], name="attachment_unscanned", condition=models.Q(unscanned=True)
            ),
            models.Index(
                fields=["county", "loose_until"],
                name="attachment_loose",
                condition=models.Q(loose_until__isnull=False),
            ),
        )


class KeptPart(models.Model):
    """A part of what somebody has not finished, enciphered under a key that is nowhere here: the answers (``n`` 0), a file."""

    pk = models.CompositePrimaryKey("county", "id", "n")
    county = models.CharField(max_length=6)
    id = models.CharField(max_length=64)
    n = models.SmallIntegerField()
    sealed = models.BinaryField()
    until = models.DateTimeField()

    class Meta:
        db_table = "store_kept"
        indexes = (models.Index(fields=["county", "until"], name="kept_until"),)
