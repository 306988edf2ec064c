"""Late cases of an old list are counted for leads: few rows, found by an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0010_precedents"),)
    operations = (
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                fields=["county", "next_due"],
                name="case_imported",
                condition=models.Q(("standing", "open"), ("channel", "import")),
            ),
        ),
    )
