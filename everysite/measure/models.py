"""What is counted, the points that sites send in, and the figures that were published."""

import uuid

from django.db import models
from django.db.models import Q


class Measure(models.Model):
    """Something the network counts over time, with one definition for every site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)  # count, rate, proportion, continuous, days_between, cases_between
    direction = models.CharField(max_length=8, default="increase")
    unit = models.CharField(max_length=40, blank=True)
    per = models.FloatField(default=1)
    period = models.CharField(max_length=8, default="week")  # week, month
    role = models.CharField(max_length=10, default="process")
    numerator = models.CharField(max_length=200, blank=True)
    denominator = models.CharField(max_length=200, blank=True)
    target = models.FloatField(null=True)
    purpose = models.CharField(max_length=400, blank=True)  # why it is counted
    exclusions = models.CharField(max_length=400, blank=True)  # who is left out
    how = models.CharField(max_length=600, blank=True)  # how to collect it
    sample = models.CharField(max_length=200, blank=True)  # how many, and how they are chosen
    source = models.CharField(max_length=300, blank=True)  # where the definition comes from
    definition = models.PositiveSmallIntegerField(default=1)  # the number of the definition that stands
    owner = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+", null=True)
    learning = models.ForeignKey(
        "learn.Learning", on_delete=models.PROTECT, related_name="measures", null=True
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["increase", "decrease", "neutral"]), name="measure_direction"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["process", "effect", "balancing"]), name="measure_role"
            ),
        ]


class Definition(models.Model):
    """One version of what a measure means, with the day from which figures follow it."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="definitions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=400, blank=True)
    numerator = models.CharField(max_length=200, blank=True)
    denominator = models.CharField(max_length=200, blank=True)
    exclusions = models.CharField(max_length=400, blank=True)
    how = models.CharField(max_length=600, blank=True)
    sample = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)
    from_on = models.DateField(null=True)  # none: from the beginning
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "number"], name="definition_number_once")]


class Point(models.Model):
    """One value of one measure at one site for one period; a correction is a new row."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="points")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    # Without a number: nobody was there to count, or it could not be counted. Unknown is not 0.
    answer = models.CharField(max_length=12, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=64)
    import_file = models.ForeignKey(
        "network.ImportFile", on_delete=models.PROTECT, related_name="+", null=True
    )
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "site", "starts_on"],
                condition=Q(superseded_at=None),
                name="point_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", "nobody", "not_counted"]), name="point_known_answer"
            ),
            models.CheckConstraint(
                condition=~Q(answer="not_counted") | Q(value=None, numerator=None, denominator=None),
                name="point_not_counted_has_no_number",
            ),
        ]
        indexes = [models.Index(fields=["measure", "site", "starts_on"])]


class Start(models.Model):
    """The day on which a change began at one site, as the measure's charts mark it."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="starts")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    what = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "site"], name="start_once_per_site")]


class ChartSetting(models.Model):
    """How one measure is drawn, at one site or at all; a new choice is a new row and the old one stays."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="settings")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    chart = models.CharField(max_length=4, default="auto")  # auto, xmr, run, p, pp, u, up, c, g, t
    screen = models.BooleanField(default=False)
    shift_n = models.PositiveSmallIntegerField(default=7)
    trend_n = models.PositiveSmallIntegerField(default=7)
    limits = models.CharField(max_length=12, default="probability")
    freeze = models.PositiveSmallIntegerField(null=True)
    accept_unsuited = models.CharField(max_length=300, blank=True)  # why a chart that does not suit is drawn
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "site"],
                condition=Q(superseded_at=None, site__isnull=False),
                name="chart_setting_one_standing_at_site",
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(superseded_at=None, site=None),
                name="chart_setting_one_standing_for_all",
            ),
        ]


class Rebase(models.Model):
    """A person decided that new limits start on a day at one site, and wrote why; taking it back keeps the row."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="rebases")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=64, blank=True)
    removed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "site", "on"], condition=Q(removed_at=None), name="rebase_once_per_day"
            )
        ]


class EffectPlan(models.Model):
    """How one learning's measure will be judged, written down before anyone looks; a change is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None while the lesson is not written yet: the plan may come first, and is joined to it later.
    learning = models.ForeignKey(
        "learn.Learning", on_delete=models.PROTECT, related_name="effect_plans", null=True
    )
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="effect_plans")
    chart = models.CharField(max_length=4, default="xmr")
    baseline = models.PositiveSmallIntegerField(null=True)  # periods; none = every period before the start
    follow_up = models.PositiveSmallIntegerField(default=12)
    settle = models.PositiveSmallIntegerField(default=0)
    shift_n = models.PositiveSmallIntegerField(default=7)
    # Which fact is a site's action date: verified, told_done, or the day a person marked.
    action_fact = models.CharField(max_length=12, default="verified")
    # The safety action whose day counts as the start; none = the last of all that the site has to do.
    action = models.ForeignKey("learn.SafetyAction", on_delete=models.PROTECT, related_name="+", null=True)
    balancing = models.ManyToManyField(Measure, related_name="+")
    no_balancing_why = models.CharField(max_length=300, blank=True)
    order_kind = models.CharField(max_length=8, default="happened")  # happened, lot
    order_seed = models.CharField(max_length=64, blank=True)
    order = models.JSONField(default=list)  # site codes, first to start first; empty unless drawn by lot
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learning", "measure"],
                condition=Q(superseded_at=None),
                name="effect_plan_one_standing",
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(superseded_at=None, learning=None),
                name="effect_plan_one_standing_before_a_learning",
            ),
            models.CheckConstraint(
                condition=Q(action_fact__in=["verified", "told_done", "marked"]),
                name="effect_plan_action_fact",
            ),
            models.CheckConstraint(
                condition=Q(order_kind__in=["happened", "lot"]), name="effect_plan_order_kind"
            ),
        ]


class EffectClaim(models.Model):
    """What was said about the effect of one plan on one day, kept as it was said with the method behind it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(EffectPlan, on_delete=models.PROTECT, related_name="claims")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    verdict = models.CharField(max_length=16)
    looked_first = models.BooleanField()  # the plan was written after the first follow-up figure came in
    result = models.JSONField()  # as effect() gave it: change, placebo, follow-up; counts only
    fingerprint = models.CharField(max_length=64)
    as_of = models.DateField()
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "site", "as_of"])]


class Narrative(models.Model):
    """The owner's one sentence about a measure for one period of a scorecard, in safe words."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="narratives")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    about = models.DateField()  # first day of the period of the measure's latest figure then
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "site", "about"],
                condition=Q(superseded_at=None, site__isnull=False),
                name="narrative_one_standing_at_site",
            ),
            models.UniqueConstraint(
                fields=["measure", "about"],
                condition=Q(superseded_at=None, site=None),
                name="narrative_one_standing_for_all",
            ),
        ]


class Scorecard(models.Model):
    """A named set of measures that is read together, at one site or over the network."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    measures = models.ManyToManyField(Measure, related_name="scorecards", through="ScorecardMeasure")
    headline_every = models.CharField(max_length=8, default="week")  # week, month
    detail_every = models.CharField(max_length=8, default="month")  # month, quarter
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)


class ScorecardMeasure(models.Model):
    """One measure on one scorecard, in its place; a headline measure stands on the weekly page too."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    headline = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "measure"], name="scorecard_measure_once")
        ]


class ScorecardEdition(models.Model):
    """One scorecard as it was sent for one period, already with small numbers hidden, with its methods."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="editions")
    kind = models.CharField(max_length=8)  # headline, detail
    period_on = models.DateField()  # first day of the period it is for
    content = models.JSONField()  # figures as they were shown; never raw numbers
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "kind", "period_on"], name="scorecard_edition_once")
        ]


class Subscription(models.Model):
    """One person asked to get one scorecard by e-mail each period, until a day."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="subscriptions")
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)  # headline, detail
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "person", "kind"],
                condition=Q(ended_at=None),
                name="subscription_one_standing",
            )
        ]


class AuditPlan(models.Model):
    """Who counts one measure at one site, how often, until when, and how many at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="audit_plans")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="+", null=True)
    owner = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    every = models.CharField(max_length=8, default="week")  # week, month, quarter
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    sample = models.PositiveSmallIntegerField(null=True)
    grace_days = models.PositiveSmallIntegerField(default=3)  # after the period, before the first reminder
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "site"], condition=Q(ended_at=None), name="audit_plan_one_standing"
            )
        ]


class AuditReminder(models.Model):
    """A figure was not there when it was due, and its owner (later the site's lead) was told."""

    plan = models.ForeignKey(AuditPlan, on_delete=models.PROTECT, related_name="reminders")
    period_on = models.DateField()
    step = models.PositiveSmallIntegerField()  # 1 owner, 2 owner again, 3 site lead
    to = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "period_on", "step"], name="audit_reminder_once")
        ]


class FidelityAudit(models.Model):
    """How many parts of a change were found in place at one site on one day, of how many looked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="fidelity_audits")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="+", null=True)
    on = models.DateField()
    done = models.PositiveIntegerField()
    looked_for = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=models.F("looked_for"), looked_for__gt=0),
                name="fidelity_done_within_looked_for",
            )
        ]


class Adaptation(models.Model):
    """One way in which a site changed the change, and why; the log is only added to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="adaptations")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    what = models.CharField(max_length=300)  # safe words
    why = models.CharField(max_length=300)
    planned = models.BooleanField(
        null=True
    )  # before it began, or in answer to what happened; none = not said
    keeps_purpose = models.BooleanField(null=True)  # true, false, or not known
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)


class HoursSpent(models.Model):
    """Hours that people of one site spent on a learning over some days, as one person added them up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="hours")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    what = models.CharField(max_length=16)  # setting_up, training, doing, checking
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0), name="hours_above_nothing")]


class Reaudit(models.Model):
    """Whether one site still keeps to a change 3, 6 or 12 months after it was checked; not done is unknown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="reaudits")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()  # 3, 6 or 12
    due_on = models.DateField()
    sample = models.PositiveIntegerField(null=True)
    worked = models.PositiveIntegerField(null=True)
    met = models.BooleanField(null=True)
    done_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "site", "months"], name="reaudit_once"),
            models.CheckConstraint(condition=Q(months__in=[3, 6, 12]), name="reaudit_months"),
        ]
