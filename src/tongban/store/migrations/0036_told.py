"""What pages read of an edition stands apart from its rows, and an edition is offered as current until a day."""

from django.db import migrations, models

FILL = """
UPDATE store_edition SET told = (
    SELECT coalesce(string_agg(line || E'\\n', '' ORDER BY n), '')
    FROM unnest(string_to_array(text, E'\\n')) WITH ORDINALITY AS lines(line, n)
    WHERE line <> '' AND strpos(line, '"line":"population"') = 0)
"""


class Migration(migrations.Migration):
    dependencies = (("store", "0039_travelling"),)
    operations = (
        migrations.AddField(
            "editionrow",
            "told",
            models.TextField(blank=True, default="", help_text="the lines without rows"),
            preserve_default=False,
        ),
        migrations.AddField("editionrow", "until", models.DateTimeField(null=True)),
        migrations.AddField("editionrow", "archived_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    )
