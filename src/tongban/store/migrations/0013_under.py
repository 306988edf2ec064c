"""A case may be placed under another one; what a decision loads tells all that it stands under."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_name("sql")
AGAIN = """
    DROP FUNCTION IF EXISTS store_load, store_mandates, store_above, store_append, store_step, store_beside, store_rewrite;
"""


class Migration(migrations.Migration):
    dependencies = (("store", "0012_shared"),)
    operations = (
        migrations.AddField("caserow", "under", models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                fields=["county", "under"], name="case_under", condition=models.Q(("under__isnull", False))
            ),
        ),
        migrations.RunSQL(AGAIN),
        *(migrations.RunSQL((SQL / f"{name}.sql").read_text()) for name in ("load", "append", "rewrite")),
    )
