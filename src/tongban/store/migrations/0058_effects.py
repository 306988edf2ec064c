"""What practices were found to have changed is kept, so that the shelf tells it without counting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0057_guarded"),)
    operations = (
        migrations.CreateModel(
            name="EffectRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "practice", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("on", models.TextField(db_column="on_indicator")),
                ("found", models.TextField(help_text="what was found, JSON")),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "store_effect"},
        ),
    )
