import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("capture", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("object_id", models.UUIDField(db_index=True)),
                ("audience", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("caldicott", models.BooleanField(default=False)),
                ("checklist", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(null=True)),
                ("voided_why", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("kind", "object_id", "by"),
                        name="approval_once_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("object_id", models.UUIDField(db_index=True)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "by"), name="contribution_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("audience", models.CharField(default="network", max_length=8)),
                ("working", models.UUIDField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("details", models.PositiveIntegerField(default=0)),
                ("undecided", models.PositiveIntegerField(default=0)),
                ("risk_band", models.CharField(blank=True, max_length=6)),
                ("engine_version", models.CharField(blank=True, max_length=40)),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("submitted_by", models.CharField(blank=True, max_length=64)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="capture.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["site", "network", "partner", "public"])),
                        name="draft_known_audience",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("submitted_at", None)),
                        fields=("event", "audience"),
                        name="draft_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("choice", models.CharField(max_length=8)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="deidentify.draft",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["accept", "change", "putback", "add"])),
                        name="decision_known_choice",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("draft", "number"),
                        name="decision_one_standing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=300)),
                ("owner", models.CharField(max_length=64)),
                ("review_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=64)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=64)),
                ("lifted_why", models.CharField(blank=True, max_length=300)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="capture.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "candour",
                                    "inquest",
                                    "police",
                                    "hr",
                                    "safeguarding",
                                    "litigation",
                                    "objection",
                                ],
                            )
                        ),
                        name="hold_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", "")),
                            models.Q(
                                ("lifted_at__isnull", False), models.Q(("lifted_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="hold_lifted_at_and_by_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SafeText",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("audience", models.CharField(max_length=8)),
                ("version", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(blank=True, max_length=160)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("risk", models.JSONField(default=dict)),
                ("risk_band", models.CharField(blank=True, max_length=6)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("submitted_at", models.DateTimeField()),
                ("submitted_by", models.CharField(max_length=64)),
                ("approved_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.CharField(blank=True, max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=64)),
                ("withdrawn_why", models.CharField(blank=True, max_length=300)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safe_texts",
                        to="capture.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["site", "network", "partner", "public"])),
                        name="safe_text_known_audience",
                    ),
                    models.UniqueConstraint(
                        fields=("event", "audience", "version"), name="safe_text_version_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("applies", models.CharField(default="unknown", max_length=8)),
                ("steps", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candour",
                        to="capture.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("applies__in", ["yes", "no", "unknown"])), name="candour_applies"
                    )
                ],
            },
        ),
    ]
