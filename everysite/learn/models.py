"""The lesson: the one master record from which every version is made."""

import uuid

from django.db import models
from django.db.models import Q


class Learning(models.Model):
    """One piece of learning: what happened, why, and what to do about it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)  # L-2026-007
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=0)  # of the last agreed edition; 0 = never agreed
    revision = models.PositiveIntegerField(default=1)  # rises at each change of the draft
    what_happened = models.TextField(blank=True)
    went_well = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    applies_where = models.TextField(blank=True)
    does_not_apply_where = models.TextField(blank=True)
    readiness = models.CharField(max_length=20, default="single_event")
    urgency = models.CharField(max_length=10, default="standard")
    questions = models.JSONField(default=list)
    do_now = models.JSONField(default=dict)  # role or "all" -> up to three lines
    story = models.TextField(blank=True)
    codes = models.JSONField(default=dict)  # LFPSE codes taken over from the event
    know_by = models.DateField(null=True)
    act_by = models.DateField(null=True)
    review_on = models.DateField(null=True)
    weak_plan_reason = models.CharField(max_length=400, blank=True)
    owner = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="owns", null=True)
    author = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="wrote", null=True)
    executive_lead = models.ForeignKey(
        "network.Person", on_delete=models.PROTECT, related_name="leads", null=True
    )
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=64, blank=True)
    retired_on = models.DateField(null=True)
    retired_why = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)


class Source(models.Model):
    """An event that this learning came from or that is like it; never its narrative."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="sources")
    event = models.ForeignKey("capture.Event", on_delete=models.PROTECT, related_name="learnings", null=True)
    reference = models.CharField(max_length=60)
    relation = models.CharField(max_length=8, default="from")  # from, similar
    note = models.CharField(max_length=160, blank=True)  # safe words only

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning", "reference"], name="source_once")]


class Factor(models.Model):
    """One contributory factor: an element of the work system and one sentence."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="factors")
    element = models.CharField(max_length=40)  # seips_work_system
    sentence = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)


class SafetyAction(models.Model):
    """What should be done differently because of a learning: who does what, where, by when, how strongly."""

    learning = models.ForeignKey(Learning, on_delete=models.PROTECT, related_name="safety_actions")
    code = models.CharField(max_length=6)
    area = models.CharField(max_length=240, blank=True)
    text = models.CharField(max_length=400)
    owner_role = models.CharField(max_length=120)
    scope = models.CharField(max_length=24)
    services = models.JSONField(default=list)  # empty = every service the plan reaches
    strength = models.CharField(max_length=12)
    due_on = models.DateField()
    measure = models.CharField(max_length=200, blank=True)
    how_checked = models.CharField(max_length=200, blank=True)
    sample = models.PositiveSmallIntegerField(default=10)
    unintended = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "code"], name="safety_action_code_once"),
            models.CheckConstraint(
                condition=Q(strength__in=["stronger", "intermediate", "weaker"]),
                name="safety_action_strength",
            ),
            models.CheckConstraint(
                condition=Q(
                    scope__in=[
                        "once_for_network",
                        "once_per_organisation",
                        "once_per_site",
                        "each_team",
                        "each_role_holder",
                    ]
                ),
                name="safety_action_scope",
            ),
        ]


class Edition(models.Model):
    """The master as it was agreed at one version, kept word for word."""

    learning = models.ForeignKey(Learning, on_delete=models.PROTECT, related_name="editions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning", "version"], name="edition_version_once")]
