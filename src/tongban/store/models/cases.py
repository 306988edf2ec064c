"""What is derived from the ledger and can be thrown away: cases as they stand, notices, search."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Upper

OPEN = models.Q(standing="open")
SETTLED = models.Q(settled_at__isnull=False)
IMPORTED = "import"
"""The channel of cases that come from an old list."""


class CaseRow(models.Model):
    """Where a case stands, in columns that lists and the sweep ask for; ``state`` is the whole of it.

    ``phase`` is "-" for what was dropped. ``waiting`` is the unit that must act now, ``@parent`` for the one that holds the parent case, "" while it is the requester's turn. ``due_at`` is the
    promised moment, ``next_due`` the earliest moment at which a running clock runs out, ``wake_at`` when
    the sweep has something to do. ``missed`` counts laps that ended too late. ``seq``, ``head`` and
    ``recorded`` are the tip of the case's chain.
    """

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.UUIDField()
    number = models.TextField()
    practice = models.TextField()
    adoption = models.TextField()
    kind = models.TextField()
    stage = models.TextField()
    standing = models.TextField(help_text="open, settled or end")
    phase = models.TextField()
    holder = models.TextField()
    home = models.TextField()
    waiting = models.TextField()
    division = models.TextField()
    category = models.TextField()
    channel = models.TextField()
    outcome = models.TextField()
    title = models.TextField()
    parent = models.UUIDField(null=True)
    root = models.UUIDField(null=True)
    joined = models.UUIDField(null=True)
    under = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    last_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    missed = models.SmallIntegerField()
    rating = models.SmallIntegerField(null=True)
    seq = models.IntegerField()
    head = models.BinaryField()
    recorded = models.DateTimeField()
    state = models.TextField(help_text="the kernel's record of the case, JSON")

    class Meta:
        db_table = "store_case"
        constraints = (models.UniqueConstraint(fields=["county", "number"], name="case_number"),)
        indexes = (
            models.Index(
                fields=["county", "waiting", "next_due", "id"],
                include=["adoption", "kind", "stage", "practice"],
                name="case_waiting",
                condition=OPEN,
            ),
            models.Index(
                fields=["county", "holder", "next_due", "id"],
                include=["waiting", "opened_at", "stage_since", "practice", "kind"],
                name="case_holder",
                condition=OPEN,
            ),
            models.Index(
                fields=["county", "home", "next_due", "id"],
                include=["practice"],
                name="case_home",
                condition=OPEN,
            ),
            models.Index(fields=["county", "stage"], name="case_stage", condition=OPEN),
            models.Index(
                fields=["county", "next_due"],
                name="case_imported",
                condition=OPEN & models.Q(channel=IMPORTED),
            ),
            models.Index(
                fields=["county", "opened_at", "id"],
                include=["holder", "waiting", "practice", "kind"],
                name="case_opened",
                condition=OPEN,
            ),
            models.Index(
                fields=["county", "wake_at"], name="case_wake", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(
                fields=["county", "parent"], name="case_parent", condition=models.Q(parent__isnull=False)
            ),
            models.Index(
                fields=["county", "joined"], name="case_joined", condition=models.Q(joined__isnull=False)
            ),
            models.Index(
                fields=["county", "under"], name="case_under", condition=models.Q(under__isnull=False)
            ),
            models.Index(
                fields=["county", "root", "next_due"],
                name="case_tree_due",
                condition=OPEN & models.Q(root__isnull=False),
            ),
            models.Index(
                fields=["county", "settled_at", "id"],
                include=["practice", "kind", "holder", "outcome", "opened_at"],
                name="case_settled",
                condition=SETTLED,
            ),
            models.Index(
                fields=["county", "holder", "settled_at", "id"],
                include=["practice"],
                name="case_settled_by",
                condition=SETTLED,
            ),
            models.Index(
                fields=["county", "home", "settled_at", "id"],
                include=["practice"],
                name="case_settled_home",
                condition=SETTLED,
            ),
            models.Index(
                fields=["county", "adoption", "last_at", "id"], name="case_ended_at", condition=~OPEN
            ),
        )


class Below(models.Model):
    """How many cases of a kind below a case, however far, stand in a phase. Follows the ledger."""

    pk = models.CompositePrimaryKey("county", "case", "kind", "phase")
    county = models.CharField(max_length=6)
    case = models.UUIDField()
    kind = models.TextField()
    phase = models.TextField()
    n = models.IntegerField()

    class Meta:
        db_table = "store_below"


class Course(models.Model):
    """How many more of a kind below a case came to a phase on a day than left it. Follows the ledger."""

    pk = models.CompositePrimaryKey("county", "case", "kind", "phase", "day")
    county = models.CharField(max_length=6)
    case = models.UUIDField()
    kind = models.TextField()
    phase = models.TextField()
    day = models.DateField()
    n = models.IntegerField()

    class Meta:
        db_table = "store_course"


class NoticeRow(models.Model):
    """A notice that an event made due: the outbox. ``to`` as in ``tongban.kernel.events.Noticed``."""

    pk = models.CompositePrimaryKey("county", "chain", "seq", "n")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    seq = models.IntegerField()
    n = models.SmallIntegerField()
    notice = models.TextField()
    to = models.TextField()
    rating = models.BooleanField(help_text="asks for a rating")
    at = models.DateTimeField()
    state = models.TextField(db_default="due", help_text="due, sent or failed")
    tries = models.SmallIntegerField(db_default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_notice"
        indexes = (
            models.Index(fields=["county", "at"], name="notice_due", condition=models.Q(state="due")),
            models.Index(fields=["county", "at"], name="notice_raised", condition=models.Q(to="superior")),
        )


class Subject(models.Model):
    """A row of a register of registered things, as a step last wrote it."""

    pk = models.CompositePrimaryKey("county", "register", "key")
    county = models.CharField(max_length=6)
    register = models.TextField()
    key = models.TextField()
    fields = models.TextField(help_text="canonical JSON")
    chain = models.UUIDField()
    seq = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_subject"
        indexes = (models.Index("county", "register", Upper("key"), name="subject_letters"),)


class SearchText(models.Model):
    """What a case can be found by: its words, their pairs of characters and marks of where it stands.

    ``at`` is when it was opened. Erased with the content.
    """

    pk = models.CompositePrimaryKey("county", "chain")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    at = models.DateTimeField()
    text = models.TextField()
    vector = SearchVectorField()

    class Meta:
        db_table = "store_search"
        indexes = (
            GinIndex(fields=["vector"], name="search_vector"),
            models.Index(fields=["county", "at", "chain"], name="search_at"),
        )


class PublicText(models.Model):
    """A de-identified text that the public may read: a ``case``, a ``card`` or a ``refusal`` report."""

    pk = models.CompositePrimaryKey("county", "what", "chain")
    county = models.CharField(max_length=6)
    what = models.TextField()
    chain = models.UUIDField()
    category = models.TextField()
    division = models.TextField()
    title = models.TextField()
    text = models.JSONField(help_text="named parts of the text")
    plain = models.TextField(help_text="all words, for search")
    vector = SearchVectorField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_public"
        indexes = (
            GinIndex(fields=["vector"], name="public_vector"),
            models.Index(fields=["county", "what", "since"], name="public_since"),
        )


class PublicStamp(models.Model):
    """Counts what was put out, changed or taken down of a county's public texts and figures (by triggers)."""

    county = models.CharField(max_length=6, primary_key=True)
    n = models.BigIntegerField()
    changed = models.BigIntegerField(db_default=0, help_text="of these, all but texts that were new")

    class Meta:
        db_table = "store_public_stamp"


class Pair(models.Model):
    """In how many published texts a pair of characters stands; the pair "" counts the texts themselves."""

    pk = models.CompositePrimaryKey("county", "what", "pair")
    county = models.CharField(max_length=6)
    what = models.TextField()
    pair = models.TextField()
    n = models.IntegerField()

    class Meta:
        db_table = "store_pair"
