"""Search and registers; then the functions and triggers of all tables, from the files in ``sql/``."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("store", "0001_initial"),
    )
    operations = (
        migrations.CreateModel(
            name="AdoptionRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("practice", models.TextField()),
                ("version", models.TextField()),
                ("digest", models.TextField()),
                ("packed", models.TextField()),
                ("settings", models.JSONField()),
                ("homes", models.JSONField(help_text="the units whose practice this is")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("by", models.TextField()),
            ],
            options={
                "db_table": "store_adoption",
                "indexes": [models.Index(fields=["county", "practice", "since"], name="adoption_practice")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.CharField(max_length=64)),
                ("size", models.BigIntegerField(help_text="bytes")),
                ("media_type", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_attachment",
            },
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "year", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("year", models.SmallIntegerField()),
                ("text", models.TextField(help_text="the YAML file")),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "store_calendar",
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
            ],
            options={
                "db_table": "store_category",
            },
        ),
        migrations.CreateModel(
            name="DivisionRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("code", models.TextField()),
                ("level", models.TextField()),
                ("parent", models.TextField(blank=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                ("short", models.TextField(blank=True)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "db_table": "store_division",
            },
        ),
        migrations.CreateModel(
            name="DutyRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "unit",
                        "code",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("unit", models.TextField()),
                ("code", models.TextField()),
                ("kind", models.TextField()),
                ("categories", models.JSONField(help_text="category codes or prefixes of them")),
                ("name", models.TextField(blank=True)),
                ("source", models.TextField(blank=True, help_text="the document the entry stands in")),
            ],
            options={
                "db_table": "store_duty",
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "practice",
                        "indicator",
                        "unit",
                        "period",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("indicator", models.TextField()),
                ("unit", models.TextField(blank=True, help_text='"" for the whole county')),
                ("period", models.TextField(help_text="2026-03")),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("proof", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_figure",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("name", models.TextField()),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "store_person",
            },
        ),
        migrations.CreateModel(
            name="PostRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "person",
                        "unit",
                        "role",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("person", models.TextField()),
                ("unit", models.TextField()),
                ("role", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "db_table": "store_post",
                "indexes": [models.Index(fields=["county", "unit", "role"], name="post_unit")],
            },
        ),
        migrations.CreateModel(
            name="PublicText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "what",
                        "chain",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("what", models.TextField()),
                ("chain", models.UUIDField()),
                ("category", models.TextField()),
                ("division", models.TextField()),
                ("title", models.TextField()),
                ("text", models.JSONField(help_text="named parts of the text")),
                ("plain", models.TextField(help_text="all words, for search")),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_public",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="public_vector"),
                    models.Index(fields=["county", "what", "since"], name="public_since"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "chain", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("text", models.TextField()),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "store_search",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_vector")
                ],
            },
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("county", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("n", models.BigIntegerField()),
            ],
            options={
                "db_table": "store_stamp",
            },
        ),
        migrations.CreateModel(
            name="UnitRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("kind", models.TextField()),
                ("level", models.TextField()),
                ("division", models.TextField()),
                ("parent", models.TextField(blank=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                ("phone", models.TextField(blank=True, help_text="the office's own, for residents")),
            ],
            options={
                "db_table": "store_unit",
            },
        ),
        *(
            migrations.RunSQL((SQL / f"{name}.sql").read_text())
            for name in ("order", "load", "append", "rewrite")
        ),
    )
