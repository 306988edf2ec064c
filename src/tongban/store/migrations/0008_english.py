"""English names of duty-list entries and of people; and who joins is known by name at once, in every process."""

from django.db import migrations, models

from tongban.store.migrations._stamping import not_stamped, stamped

STAMPED = stamped("store_person")
NOT_STAMPED = not_stamped("store_person")
NONE_YET = models.TextField(blank=True, default="")
NAME_EN = models.TextField(blank=True)


class Migration(migrations.Migration):
    dependencies = (("store", "0007_pairs"),)
    operations = (
        migrations.AddField("dutyrow", "name_en", NONE_YET, preserve_default=False),
        migrations.AddField("person", "name_en", NONE_YET, preserve_default=False),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
    )
