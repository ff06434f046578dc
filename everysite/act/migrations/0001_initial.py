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
            name="Commitment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("adaptation", models.CharField(blank=True, max_length=300)),
                ("progress", models.CharField(blank=True, max_length=300)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("not_required_at", models.DateTimeField(null=True)),
                ("not_required_by", models.CharField(blank=True, max_length=64)),
                ("not_required_answers", models.JSONField(default=dict)),
                ("told_done_at", models.DateTimeField(null=True)),
                ("told_done_by", models.CharField(blank=True, max_length=64)),
                ("first_done_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verified_by", models.CharField(blank=True, max_length=64)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="learn.safetyaction",
                    ),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="learn.learning",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="network.person",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="network.site",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="network.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("team__isnull", False)),
                        fields=("action", "site", "team"),
                        name="commitment_once_per_team",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("site__isnull", False), ("team", None)),
                        fields=("action", "site"),
                        name="commitment_once_per_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("site", None), ("team", None)),
                        fields=("action",),
                        name="commitment_once_for_network",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("told_done_at", None), ("told_done_by", "")),
                            models.Q(
                                ("told_done_at__isnull", False), models.Q(("told_done_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="commitment_told_done_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_at", None), ("verified_by", "")),
                            models.Q(
                                ("verified_at__isnull", False), models.Q(("verified_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="commitment_verified_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_at", None), ("told_done_at__isnull", False), _connector="OR"
                        ),
                        name="commitment_verified_only_when_told_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=64)),
                ("method", models.CharField(blank=True, max_length=16)),
                ("sample", models.PositiveSmallIntegerField(null=True)),
                ("worked", models.PositiveSmallIntegerField(null=True)),
                ("result", models.CharField(blank=True, max_length=10)),
                ("seen", models.CharField(blank=True, max_length=500)),
                ("take_home", models.CharField(blank=True, max_length=300)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "checker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="network.person",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="act.commitment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)),
                        fields=("commitment", "checker"),
                        name="check_one_open_per_checker",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=16)),
                ("text", models.CharField(blank=True, max_length=400)),
                ("sample", models.PositiveSmallIntegerField(null=True)),
                ("found", models.PositiveSmallIntegerField(null=True)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="act.commitment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("why", models.CharField(max_length=300)),
                ("told_done_at", models.DateTimeField()),
                ("told_done_by", models.CharField(max_length=64)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verified_by", models.CharField(blank=True, max_length=64)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="act.commitment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteResponse",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField()),
                ("answers", models.JSONField(default=dict)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_by", models.CharField(blank=True, max_length=64)),
                ("assessing_at", models.DateTimeField(null=True)),
                ("required_at", models.DateTimeField(null=True)),
                ("required_by", models.CharField(blank=True, max_length=64)),
                ("not_required_at", models.DateTimeField(null=True)),
                ("not_required_by", models.CharField(blank=True, max_length=64)),
                ("decline_reason", models.CharField(blank=True, max_length=24)),
                ("review_on", models.DateField(null=True)),
                ("who_finds_out", models.CharField(blank=True, max_length=120)),
                ("finds_out_by", models.DateField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="learn.learning",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="network.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("learning", "site"), name="site_response_once"),
                    models.CheckConstraint(
                        condition=models.Q(("required_at", None), ("not_required_at", None), _connector="OR"),
                        name="site_response_one_answer",
                    ),
                ],
            },
        ),
    ]
