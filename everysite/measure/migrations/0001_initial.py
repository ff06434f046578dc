import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("learn", "0001_initial"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=16)),
                ("direction", models.CharField(default="increase", max_length=8)),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("per", models.FloatField(default=1)),
                ("period", models.CharField(default="week", max_length=8)),
                ("role", models.CharField(default="process", max_length=10)),
                ("numerator", models.CharField(blank=True, max_length=200)),
                ("denominator", models.CharField(blank=True, max_length=200)),
                ("target", models.FloatField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                (
                    "learning",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="learn.learning",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["increase", "decrease", "neutral"])),
                        name="measure_direction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["process", "effect", "balancing"])),
                        name="measure_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("value", models.FloatField(null=True)),
                ("numerator", models.FloatField(null=True)),
                ("denominator", models.FloatField(null=True)),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "import_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.importfile",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="measure.measure",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.site"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["measure", "site", "starts_on"], name="measure_poi_measure_51ae6e_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("measure", "site", "starts_on"),
                        name="point_one_standing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Start",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("what", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="starts",
                        to="measure.measure",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("measure", "site"), name="start_once_per_site")
                ],
            },
        ),
    ]
