"""English names of duty-list entries and of people; and who joins is known by name at once, in every process."""

from django.db import migrations, models

STAMPED = "; ".join(
    f"""CREATE TRIGGER store_{name} AFTER {change} ON store_person REFERENCING {which} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION store_stamped()"""
    for name, change, which in (
        ("added", "INSERT", "NEW"),
        ("changed", "UPDATE", "NEW"),
        ("removed", "DELETE", "OLD"),
    )
)
NOT_STAMPED = "; ".join(
    f"DROP TRIGGER store_{name} ON store_person" for name in ("added", "changed", "removed")
)
NONE_YET = models.TextField(blank=True, default="")
NAME_EN = models.TextField(blank=True)


class Migration(migrations.Migration):
    dependencies = (("store", "0007_pairs"),)
    operations = (
        migrations.AddField("dutyrow", "name_en", NONE_YET, preserve_default=False),
        migrations.AddField("person", "name_en", NONE_YET, preserve_default=False),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
    )
