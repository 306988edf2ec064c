"""Indexes that hold all that a sum or a list asks of a case, so that its row need not be read for it.

Nobody looks for settled cases by when they were opened, and every step on one paid for it. Case rows change often
and are read by their indexes: they are swept up after twenty thousand changes of a million, not two hundred.
Adoptions are counted among what the county's stamp stands for, so that a page need not ask which are in force.
"""

from django.db import migrations, models

from tongban.store.migrations._stamping import not_stamped, stamped

SWEPT = "SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)"
AS_BEFORE = "RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)"
STAMPED = stamped("store_adoption")
NOT_STAMPED = not_stamped("store_adoption")
OPEN = models.Q(standing="open")
SETTLED = models.Q(settled_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = (("store", "0002_registers"),)
    operations = (
        migrations.RemoveIndex("caserow", "case_opened"),
        migrations.RemoveIndex("caserow", "case_holder"),
        migrations.RemoveIndex("caserow", "case_settled"),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["county", "holder", "next_due", "id"],
                include=["waiting", "opened_at", "stage_since", "practice", "kind"],
                name="case_holder",
                condition=OPEN,
            ),
        ),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["county", "settled_at", "id"],
                include=["practice", "kind", "holder", "outcome", "opened_at"],
                name="case_settled",
                condition=SETTLED,
            ),
        ),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["county", "opened_at", "id"],
                include=["holder", "waiting", "practice", "kind"],
                name="case_opened",
                condition=OPEN,
            ),
        ),
        migrations.AddIndex(
            "noticerow",
            models.Index(fields=["county", "at"], name="notice_raised", condition=models.Q(to="superior")),
        ),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
        migrations.RunSQL(f"ALTER TABLE store_case {SWEPT}", f"ALTER TABLE store_case {AS_BEFORE}"),
    )
