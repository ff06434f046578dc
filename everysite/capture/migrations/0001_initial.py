import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=60, unique=True)),
                ("source_system", models.CharField(blank=True, max_length=60)),
                ("source_reference", models.CharField(blank=True, max_length=300)),
                ("kind", models.CharField(max_length=20)),
                ("happened_on", models.DateField(null=True)),
                ("event_type", models.CharField(blank=True, max_length=20)),
                ("physical_harm", models.PositiveSmallIntegerField(null=True)),
                ("psychological_harm", models.PositiveSmallIntegerField(null=True)),
                ("association", models.PositiveSmallIntegerField(null=True)),
                ("process", models.PositiveSmallIntegerField(null=True)),
                ("service_type", models.PositiveSmallIntegerField(null=True)),
                ("wants_feedback", models.BooleanField(default=False)),
                ("codes", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=64)),
                ("triaged_at", models.DateTimeField(null=True)),
                ("triaged_by", models.CharField(blank=True, max_length=64)),
                ("deidentifying_at", models.DateTimeField(null=True)),
                ("in_review_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=64)),
                ("withdrawn_why", models.CharField(blank=True, max_length=200)),
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
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="network.site",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="network.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "recorded_at"], name="capture_eve_kind_099a6f_idx"),
                    models.Index(fields=["site", "recorded_at"], name="capture_eve_site_id_895cbe_idx"),
                    models.Index(fields=["recorded_at", "reference"], name="event_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "incident",
                                    "near_miss",
                                    "never_event",
                                    "risk",
                                    "good_care",
                                    "complaint",
                                    "patient_story",
                                    "fft_theme",
                                    "social_media",
                                    "inspection",
                                    "external_visit",
                                    "internal_review",
                                    "coroner_report",
                                    "audit",
                                    "improvement_trial",
                                    "research",
                                ],
                            )
                        ),
                        name="event_known_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_reference", ""), _negated=True),
                        fields=("source_system", "source_reference"),
                        name="event_once_per_source_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("triaged_at", None), ("triaged_by", "")),
                            models.Q(
                                ("triaged_at__isnull", False), models.Q(("triaged_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="event_triaged_at_and_by_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="network.person",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="capture.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "person", "part"), name="assignment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["author", "reviewer", "lead"])),
                        name="assignment_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("record", models.UUIDField()),
                ("identity", models.UUIDField(null=True)),
                ("attachment", models.UUIDField(null=True)),
                ("attachment_type", models.CharField(blank=True, max_length=20)),
                ("words", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="originals",
                        to="capture.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "revision"), name="original_revision_once")
                ],
            },
        ),
    ]
