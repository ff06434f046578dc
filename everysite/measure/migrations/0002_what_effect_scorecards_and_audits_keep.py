import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learn", "0001_initial"),
        ("measure", "0001_initial"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adaptation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("what", models.CharField(max_length=300)),
                ("why", models.CharField(max_length=300)),
                ("planned", models.BooleanField(null=True)),
                ("keeps_purpose", models.BooleanField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adaptations",
                        to="learn.learning",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.site"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("every", models.CharField(default="week", max_length=8)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("sample", models.PositiveSmallIntegerField(null=True)),
                ("grace_days", models.PositiveSmallIntegerField(default=3)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_plans",
                        to="measure.measure",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.person"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.site"
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("measure", "site"),
                        name="audit_plan_one_standing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_on", models.DateField()),
                ("step", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="measure.auditplan",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "period_on", "step"), name="audit_reminder_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChartSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chart", models.CharField(default="auto", max_length=4)),
                ("screen", models.BooleanField(default=False)),
                ("shift_n", models.PositiveSmallIntegerField(default=7)),
                ("trend_n", models.PositiveSmallIntegerField(default=7)),
                ("limits", models.CharField(default="probability", max_length=12)),
                ("freeze", models.PositiveSmallIntegerField(null=True)),
                ("accept_unsuited", models.CharField(blank=True, max_length=300)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settings",
                        to="measure.measure",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("site__isnull", False), ("superseded_at", None)),
                        fields=("measure", "site"),
                        name="chart_setting_one_standing_at_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("site", None), ("superseded_at", None)),
                        fields=("measure",),
                        name="chart_setting_one_standing_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("chart", models.CharField(default="xmr", max_length=4)),
                ("baseline", models.PositiveSmallIntegerField(null=True)),
                ("follow_up", models.PositiveSmallIntegerField(default=12)),
                ("settle", models.PositiveSmallIntegerField(default=0)),
                ("shift_n", models.PositiveSmallIntegerField(default=7)),
                ("action_fact", models.CharField(default="verified", max_length=12)),
                ("no_balancing_why", models.CharField(blank=True, max_length=300)),
                ("order_kind", models.CharField(default="happened", max_length=8)),
                ("order_seed", models.CharField(blank=True, max_length=64)),
                ("order", models.JSONField(default=list)),
                ("stated_at", models.DateTimeField()),
                ("stated_by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("balancing", models.ManyToManyField(related_name="+", to="measure.measure")),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effect_plans",
                        to="learn.learning",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effect_plans",
                        to="measure.measure",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("learning", "measure"),
                        name="effect_plan_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action_fact__in", ["verified", "told_done", "marked"])),
                        name="effect_plan_action_fact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order_kind__in", ["happened", "lot"])),
                        name="effect_plan_order_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("verdict", models.CharField(max_length=16)),
                ("looked_first", models.BooleanField()),
                ("result", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("as_of", models.DateField()),
                ("said_at", models.DateTimeField()),
                ("said_by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
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
                        related_name="claims",
                        to="measure.effectplan",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["plan", "site", "as_of"], name="measure_eff_plan_id_52ceaa_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="FidelityAudit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("done", models.PositiveIntegerField()),
                ("looked_for", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fidelity_audits",
                        to="learn.learning",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.site"
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("looked_for")), ("looked_for__gt", 0)),
                        name="fidelity_done_within_looked_for",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HoursSpent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("hours", models.DecimalField(decimal_places=2, max_digits=7)),
                ("what", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hours", to="learn.learning"
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
                    models.CheckConstraint(condition=models.Q(("hours__gt", 0)), name="hours_above_nothing")
                ],
            },
        ),
        migrations.CreateModel(
            name="Narrative",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.DateField()),
                ("text", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="narratives",
                        to="measure.measure",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("site__isnull", False), ("superseded_at", None)),
                        fields=("measure", "site", "about"),
                        name="narrative_one_standing_at_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("site", None), ("superseded_at", None)),
                        fields=("measure", "about"),
                        name="narrative_one_standing_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaudit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("months", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("sample", models.PositiveIntegerField(null=True)),
                ("worked", models.PositiveIntegerField(null=True)),
                ("met", models.BooleanField(null=True)),
                ("done_on", models.DateField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=64)),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reaudits",
                        to="learn.learning",
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
                    models.UniqueConstraint(fields=("learning", "site", "months"), name="reaudit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("months__in", [3, 6, 12])), name="reaudit_months"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rebase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("why", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", models.CharField(blank=True, max_length=64)),
                ("removed_why", models.CharField(blank=True, max_length=300)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rebases",
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
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("measure", "site", "on"),
                        name="rebase_once_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("headline_every", models.CharField(default="week", max_length=8)),
                ("detail_every", models.CharField(default="month", max_length=8)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
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
        migrations.CreateModel(
            name="ScorecardEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=8)),
                ("period_on", models.DateField()),
                ("content", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="measure.scorecard",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scorecard", "kind", "period_on"), name="scorecard_edition_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScorecardMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("headline", models.BooleanField(default=False)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measure.measure"
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="measure.scorecard",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scorecard", "measure"), name="scorecard_measure_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="scorecard",
            name="measures",
            field=models.ManyToManyField(
                related_name="scorecards", through="measure.ScorecardMeasure", to="measure.measure"
            ),
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.person"
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="measure.scorecard",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("scorecard", "person", "kind"),
                        name="subscription_one_standing",
                    )
                ],
            },
        ),
    ]
