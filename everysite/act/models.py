"""Each site's answer, and what it promised, showed and had checked."""

import uuid

from django.db import models
from django.db.models import Q


class SiteResponse(models.Model):
    """What one site says about one learning: whether it applies there, and what it will do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="responses")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="responses")
    asked_at = models.DateTimeField()
    answers = models.JSONField(default=dict)  # q1..q4: safe words
    revision = models.PositiveIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=64, blank=True)
    assessing_at = models.DateTimeField(null=True)
    required_at = models.DateTimeField(null=True)
    required_by = models.CharField(max_length=64, blank=True)
    not_required_at = models.DateTimeField(null=True)
    not_required_by = models.CharField(max_length=64, blank=True)
    decline_reason = models.CharField(max_length=24, blank=True)
    review_on = models.DateField(null=True)
    who_finds_out = models.CharField(max_length=120, blank=True)
    finds_out_by = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "site"], name="site_response_once"),
            models.CheckConstraint(
                condition=Q(required_at=None) | Q(not_required_at=None), name="site_response_one_answer"
            ),
        ]


class Commitment(models.Model):
    """What one site, team or the network promised to do about one safety action, and by when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="commitments")
    action = models.ForeignKey("learn.SafetyAction", on_delete=models.PROTECT, related_name="commitments")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="commitments", null=True)
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="commitments", null=True)
    owner = models.ForeignKey(
        "network.Person", on_delete=models.PROTECT, related_name="commitments", null=True
    )
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    adaptation = models.CharField(max_length=300, blank=True)
    progress = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    not_required_at = models.DateTimeField(null=True)
    not_required_by = models.CharField(max_length=64, blank=True)
    not_required_answers = models.JSONField(default=dict)
    told_done_at = models.DateTimeField(null=True)
    told_done_by = models.CharField(max_length=64, blank=True)
    first_done_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "site", "team"],
                condition=Q(team__isnull=False),
                name="commitment_once_per_team",
            ),
            models.UniqueConstraint(
                fields=["action", "site"],
                condition=Q(team=None, site__isnull=False),
                name="commitment_once_per_site",
            ),
            models.UniqueConstraint(
                fields=["action"], condition=Q(team=None, site=None), name="commitment_once_for_network"
            ),
            models.CheckConstraint(
                condition=Q(told_done_at=None, told_done_by="")
                | (Q(told_done_at__isnull=False) & ~Q(told_done_by="")),
                name="commitment_told_done_together",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by="")
                | (Q(verified_at__isnull=False) & ~Q(verified_by="")),
                name="commitment_verified_together",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(told_done_at__isnull=False),
                name="commitment_verified_only_when_told_done",
            ),
        ]


class Proof(models.Model):
    """Something attached to a commitment to show that it was done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=16)  # document, audit, photograph, screen, observation
    text = models.CharField(max_length=400, blank=True)  # safe words only
    sample = models.PositiveSmallIntegerField(null=True)
    found = models.PositiveSmallIntegerField(null=True)
    file = models.CharField(
        max_length=120, blank=True
    )  # our own random file name, re-made from pixels or text
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)


class Check(models.Model):
    """Somebody from another site looked whether a commitment is real."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="checks")
    checker = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="checks")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    method = models.CharField(max_length=16, blank=True)  # observe, ask, audit, test_call
    sample = models.PositiveSmallIntegerField(null=True)
    worked = models.PositiveSmallIntegerField(null=True)
    result = models.CharField(max_length=10, blank=True)  # works, partly, not_found
    seen = models.CharField(max_length=500, blank=True)
    take_home = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "checker"], condition=Q(done_at=None), name="check_one_open_per_checker"
            )
        ]


class Reopening(models.Model):
    """A commitment was opened again, with its earlier completion kept here."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="reopenings")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    why = models.CharField(max_length=300)
    told_done_at = models.DateTimeField()
    told_done_by = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=64, blank=True)
