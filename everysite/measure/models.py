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


class Point(models.Model):
    """One value of one measure at one site for one period; a correction is a new row."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="points")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
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
            )
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
