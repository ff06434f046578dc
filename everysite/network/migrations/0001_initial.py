import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("offered_at", models.DateTimeField()),
                ("offered_by", models.CharField(max_length=64)),
                ("read", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("leavers", models.PositiveIntegerField(default=0)),
                ("notes", models.JSONField(default=dict)),
                ("applied_at", models.DateTimeField(null=True)),
                ("applied_by", models.CharField(blank=True, max_length=64)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=64)),
                ("stopped_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("short_name", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("inside", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=80)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("problem", models.CharField(max_length=60)),
                ("text", models.CharField(max_length=400)),
                ("done", models.CharField(max_length=200)),
                ("mend", models.CharField(max_length=300)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="network.importfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Network",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("short_name", models.CharField(max_length=20)),
                ("time_zone", models.CharField(default="Europe/London", max_length=40)),
                ("approvers_needed", models.PositiveSmallIntegerField(default=2)),
                ("from_address", models.EmailField(default="learning@localhost.localdomain", max_length=254)),
                ("base_url", models.CharField(default="http://127.0.0.1:8000", max_length=120)),
                ("mail_domain", models.CharField(default="localhost.localdomain", max_length=120)),
                ("cooling_minutes", models.PositiveSmallIntegerField(default=10)),
                ("quiet_days", models.JSONField(default=list)),
                ("contact", models.CharField(blank=True, max_length=120)),
                ("demo", models.BooleanField(default=False)),
                ("clock_stopped_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approvers_needed__in", [1, 2])),
                        name="network_one_or_two_approvers",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("email", models.CharField(blank=True, db_index=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("staff_group", models.CharField(blank=True, max_length=60)),
                ("job", models.CharField(blank=True, max_length=120)),
                ("specialty", models.CharField(blank=True, max_length=80)),
                ("service", models.CharField(blank=True, max_length=60)),
                ("grade", models.CharField(blank=True, max_length=40)),
                ("leads_team", models.BooleanField(default=False)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("channel", models.CharField(default="email", max_length=12)),
                ("language", models.CharField(default="en", max_length=12)),
                (
                    "line_manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="manages",
                        to="network.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="network.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="network_per_name_e87d23_idx")],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=150, unique=True)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account",
                        to="network.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("short_name", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(blank=True, max_length=80)),
                ("sector", models.CharField(blank=True, max_length=60)),
                ("address", models.CharField(blank=True, max_length=240)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("county", models.CharField(blank=True, max_length=80)),
                ("postcode", models.CharField(blank=True, max_length=12)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted",
                        to="network.organisation",
                    ),
                ),
                (
                    "moved_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_from",
                        to="network.site",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="network.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("opened_on", None),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="site_opens_before_it_closes",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="site",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="network.site",
            ),
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=12)),
                ("reach", models.CharField(default="network", max_length=8)),
                ("caldicott", models.BooleanField(default=False)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                ("by", models.CharField(max_length=64)),
                ("confirmed_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="network.person",
                    ),
                ),
                ("sites", models.ManyToManyField(blank=True, related_name="+", to="network.site")),
            ],
            options={
                "indexes": [models.Index(fields=["person", "role"], name="network_gra_person__f1c3bd_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "patient",
                                    "reporter",
                                    "author",
                                    "reviewer",
                                    "site_lead",
                                    "quality",
                                    "executive",
                                    "partner",
                                    "auditor",
                                    "sysadmin",
                                    "service",
                                ],
                            )
                        ),
                        name="grant_known_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach__in", ["sites", "network"])), name="grant_known_reach"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="grant_ended_at_and_by_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="network.site"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "name"), name="site_alias_once")],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("short_name", models.CharField(blank=True, max_length=20)),
                ("service", models.CharField(blank=True, max_length=60)),
                ("closed_on", models.DateField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="network.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondTeam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_teams",
                        to="network.person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visitors",
                        to="network.team",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "team"), name="second_team_once")],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
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
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="network.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="network.team",
            ),
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(max_length=12, unique=True)),
                ("secret_sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=80)),
                ("scopes", models.JSONField(default=list)),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
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
            ],
        ),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(default=0)),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=60)),
                ("verb", models.CharField(max_length=8)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="network.importfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "verb"], name="network_imp_file_id_870725_idx")],
            },
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["site", "team"], name="network_per_site_id_99e9e3_idx"),
        ),
    ]
