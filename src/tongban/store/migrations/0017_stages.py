"""The open cases of a stage: of those that wait for a role at whatever unit, the few are found among all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0016_ended"),)
    operations = (
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                fields=["county", "stage"], name="case_stage", condition=models.Q(("standing", "open"))
            ),
        ),
    )
