"""Safe texts, the work that makes them, the approvals that release them, and the holds that stop them."""

import uuid

from django.db import models
from django.db.models import Q

AUDIENCES = ["site", "network", "partner", "public"]
HOLDS = ["candour", "inquest", "police", "hr", "safeguarding", "litigation", "objection"]


class Draft(models.Model):
    """The making-safe of one event for one audience; its words stay in the vault until they are submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("capture.Event", on_delete=models.PROTECT, related_name="drafts")
    audience = models.CharField(max_length=8, default="network")
    working = models.UUIDField()  # vault: JSON {title, text, spans, risk, blame, engine}
    revision = models.PositiveIntegerField(default=1)  # rises at each change: two people never overwrite
    details = models.PositiveIntegerField(default=0)  # how many details were found
    undecided = models.PositiveIntegerField(default=0)
    risk_band = models.CharField(max_length=6, blank=True)
    engine_version = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="draft_known_audience"),
            models.UniqueConstraint(
                fields=["event", "audience"], condition=Q(submitted_at=None), name="draft_one_open"
            ),
        ]


class Decision(models.Model):
    """What a person decided about one found detail; the detail's words are not here."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()  # the detail's number in the draft
    choice = models.CharField(max_length=8)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["accept", "change", "putback", "add"]), name="decision_known_choice"
            ),
            models.UniqueConstraint(
                fields=["draft", "number"], condition=Q(undone_at=None), name="decision_one_standing"
            ),
        ]


class SafeText(models.Model):
    """The words about one event that may be shown to one audience, once enough people have approved them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("capture.Event", on_delete=models.PROTECT, related_name="safe_texts")
    audience = models.CharField(max_length=8)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)  # of title, text and audience: text.md section 7
    risk = models.JSONField(default=dict)
    risk_band = models.CharField(max_length=6, blank=True)
    revision = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=64, blank=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="safe_text_known_audience"),
            models.UniqueConstraint(fields=["event", "audience", "version"], name="safe_text_version_once"),
        ]


class Contribution(models.Model):
    """A person wrote or edited some part of a releasable text, and so may not approve it."""

    kind = models.CharField(max_length=16)  # safe_text or version
    object_id = models.UUIDField(db_index=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "by"], name="contribution_once")]


class Approval(models.Model):
    """One person approved these exact words for this audience."""

    kind = models.CharField(max_length=16)
    object_id = models.UUIDField(db_index=True)
    audience = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    caldicott = models.BooleanField(default=False)
    checklist = models.JSONField(default=dict)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_why = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "by"],
                condition=Q(voided_at=None),
                name="approval_once_per_person",
            )
        ]


class Hold(models.Model):
    """A reason why an event's words may not leave yet, owned by somebody, with a date to look again."""

    event = models.ForeignKey("capture.Event", on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    owner = models.CharField(max_length=64)
    review_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HOLDS), name="hold_known_kind"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
                name="hold_lifted_at_and_by_together",
            ),
        ]


class Candour(models.Model):
    """Whether the duty of candour applies to an event, and which of its steps were taken."""

    event = models.OneToOneField("capture.Event", on_delete=models.PROTECT, related_name="candour")
    applies = models.CharField(max_length=8, default="unknown")  # yes, no, unknown
    steps = models.JSONField(default=dict)  # step -> ISO date; no names
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(applies__in=["yes", "no", "unknown"]), name="candour_applies")
        ]
