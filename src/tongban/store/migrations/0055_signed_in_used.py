"""A token that a program got by signing in stands among the places where one is signed in, with the day of its last use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0054_any_letters"),)
    operations = (
        migrations.AddField(
            model_name="signedinrow",
            name="used",
            field=models.DateField(
                help_text="the last day on which a program's token opened something", null=True
            ),
        ),
    )
