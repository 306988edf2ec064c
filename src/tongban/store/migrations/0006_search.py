"""Search rows know when their case was opened and bear marks beside its words. They are all made anew.

The reactor of search begins again at the first event. Whether a case waits for a post, and not only for its
unit, is told by adoption, kind and stage: the index of what waits holds these too.
"""

import django.utils.timezone
from django.db import migrations, models

ANEW = "TRUNCATE store_search; DELETE FROM store_bookmark WHERE reactor = 'search'"


class Migration(migrations.Migration):
    dependencies = (("store", "0005_tokens"),)
    operations = (
        migrations.RemoveIndex("caserow", "case_waiting"),
        migrations.AddIndex(
            "caserow",
            models.Index(
                fields=["county", "waiting", "next_due", "id"],
                include=["adoption", "kind", "stage"],
                name="case_waiting",
                condition=models.Q(standing="open"),
            ),
        ),
        migrations.RunSQL(ANEW, ANEW),
        migrations.AddField(
            "searchtext",
            "at",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddIndex("searchtext", models.Index(fields=["county", "at", "chain"], name="search_at")),
    )
