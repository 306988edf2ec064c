"""Whether anybody at a unit could take what falls to it is worked out once for each state of the registers: posts are among those."""

from django.db import migrations

from tongban.store.migrations._stamping import not_stamped, stamped


class Migration(migrations.Migration):
    dependencies = (("store", "0065_as_of"),)
    operations = (migrations.RunSQL(stamped("store_post"), not_stamped("store_post")),)
