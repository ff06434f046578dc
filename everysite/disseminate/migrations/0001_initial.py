import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("learn", "0001_initial"),
        ("network", "0001_initial"),
        ("tailor", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SendingHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=8)),
                ("target", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("delivery_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=12)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("folded_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("delivery_id", "kind", "code", "sha256"), name="evidence_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Huddle",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("held_on", models.DateField()),
                ("shift", models.CharField(blank=True, max_length=12)),
                ("led_by_role", models.CharField(blank=True, max_length=80)),
                ("present", models.PositiveSmallIntegerField()),
                ("others", models.PositiveSmallIntegerField(default=0)),
                ("said", models.CharField(blank=True, max_length=400)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=64)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="huddles",
                        to="learn.learning",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="huddles", to="network.team"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lane",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("server", models.CharField(max_length=120)),
                ("paused_until", models.DateTimeField(null=True)),
                ("troubles", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("channel", "server"), name="lane_once")],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("audiences", models.JSONField(default=list)),
                ("channels", models.JSONField(default=list)),
                ("know_by", models.DateField(null=True)),
                ("reminders", models.JSONField(default=list)),
                ("outside_domains", models.JSONField(default=list)),
                ("outside_agreed_by", models.CharField(blank=True, max_length=64)),
                ("message_minutes", models.PositiveSmallIntegerField(default=2)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=64)),
                ("cooling_until", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_by", models.CharField(blank=True, max_length=64)),
                ("counted", models.PositiveIntegerField(null=True)),
                ("people_sha256", models.CharField(blank=True, max_length=64)),
                ("issued_at", models.DateTimeField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="learn.learning"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at", None), ("released_by", "")),
                            models.Q(
                                ("released_at__isnull", False), models.Q(("released_by", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="plan_released_at_and_by_together",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("released_at__isnull", False)),
                        fields=("learning",),
                        name="plan_one_live",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("site_code", models.CharField(blank=True, max_length=20)),
                ("level", models.PositiveSmallIntegerField()),
                ("role", models.CharField(max_length=12)),
                ("missing", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.person",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.site",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="disseminate.plan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "site_code", "level"), name="escalation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("staff_group", models.CharField(blank=True, max_length=60)),
                ("due_on", models.DateField()),
                ("due_before", models.DateTimeField()),
                ("reason", models.CharField(default="issue", max_length=8)),
                ("counted", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_how", models.CharField(blank=True, max_length=8)),
                ("acknowledged_by", models.CharField(blank=True, max_length=64)),
                ("acknowledged_version", models.PositiveIntegerField(null=True)),
                ("exempt_at", models.DateTimeField(null=True)),
                ("exempt_by", models.CharField(blank=True, max_length=64)),
                ("exempt_code", models.CharField(blank=True, max_length=24)),
                ("exempt_until", models.DateField(null=True)),
                ("exempt_note", models.CharField(blank=True, max_length=200)),
                ("left_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dues", to="learn.learning"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dues", to="network.person"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.site",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.team",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dues", to="tailor.version"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues",
                        to="disseminate.plan",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["plan", "site", "team"], name="disseminate_plan_id_e51a55_idx"),
                    models.Index(fields=["person", "acknowledged_at"], name="disseminate_person__1a9b56_idx"),
                    models.Index(
                        fields=["learning", "counted", "acknowledged_at"],
                        name="disseminate_learnin_280777_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("learning", "person"), name="due_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["issue", "joiner", "mover", "added"])),
                        name="due_known_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counted", False), ("reason", "issue"), _connector="OR"),
                        name="due_counted_only_at_issue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("acknowledged_at", None), ("acknowledged_by", ""), ("acknowledged_how", "")
                            ),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                models.Q(("acknowledged_how", ""), _negated=True),
                                models.Q(("acknowledged_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="due_acknowledged_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("exempt_at", None), ("exempt_by", ""), ("exempt_code", "")),
                            models.Q(
                                ("exempt_at__isnull", False),
                                models.Q(("exempt_by", ""), _negated=True),
                                models.Q(("exempt_code", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="due_exempt_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("channel", models.CharField(max_length=8)),
                ("purpose", models.CharField(max_length=40)),
                ("address_no", models.PositiveSmallIntegerField(default=1)),
                ("approved_sha256", models.CharField(max_length=64)),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("state", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("uncertain", models.PositiveSmallIntegerField(default=0)),
                ("lapses", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("worker", models.CharField(blank=True, max_length=60)),
                ("lease_until", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField()),
                ("give_up_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=220)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="network.person",
                    ),
                ),
                (
                    "due",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="disseminate.due",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="disseminate.plan",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "unknown"])),
                        fields=["next_try_at", "id"],
                        name="delivery_ready",
                    ),
                    models.Index(
                        condition=models.Q(("state", "leased")),
                        fields=["lease_until"],
                        name="delivery_leased",
                    ),
                    models.Index(fields=["plan", "state"], name="disseminate_plan_id_2171aa_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("due", "channel", "purpose", "address_no"), name="delivery_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "held",
                                    "queued",
                                    "leased",
                                    "unknown",
                                    "sent",
                                    "bounced",
                                    "failed",
                                    "suppressed",
                                ],
                            )
                        ),
                        name="delivery_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "leased"), ("lease_until__isnull", False)),
                            models.Q(models.Q(("state", "leased"), _negated=True), ("lease_until", None)),
                            _connector="OR",
                        ),
                        name="delivery_leased_iff_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("accepted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="delivery_sent_was_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["failed", "bounced", "suppressed"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_stopped_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(default="question", max_length=12)),
                ("text", models.CharField(max_length=600)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=600)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=64)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions_asked",
                        to="learn.learning",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.person"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.site",
                    ),
                ),
            ],
        ),
    ]
