"""What arrived, by its reference; the words themselves are in the vault."""

import uuid

from django.db import models
from django.db.models import Q

KINDS = [
    "incident",
    "near_miss",
    "never_event",
    "risk",
    "good_care",
    "complaint",
    "patient_story",
    "fft_theme",
    "social_media",
    "inspection",
    "external_visit",
    "internal_review",
    "coroner_report",
    "audit",
    "improvement_trial",
    "research",
]


class Event(models.Model):
    """Something that happened and may teach: a reference, a place, a date and codes, but no narrative."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=60, unique=True)  # ours: EV-2025-0412
    source_system = models.CharField(max_length=60, blank=True)
    source_reference = models.CharField(max_length=300, blank=True)  # theirs, never typed twice
    kind = models.CharField(max_length=20)
    happened_on = models.DateField(null=True)
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="events", null=True)
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="events", null=True)
    event_type = models.CharField(max_length=20, blank=True)  # lfpse_event_type
    physical_harm = models.PositiveSmallIntegerField(
        null=True
    )  # lfpse_physical_harm code, 5 none ... 1 fatal
    psychological_harm = models.PositiveSmallIntegerField(null=True)  # lfpse_psychological_harm code
    association = models.PositiveSmallIntegerField(null=True)
    process = models.PositiveSmallIntegerField(null=True)
    service_type = models.PositiveSmallIntegerField(null=True)
    wants_feedback = models.BooleanField(default=False)
    codes = models.JSONField(default=dict)  # other coded fields of the source, verbatim, never words
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)  # person id, token or "system"
    import_file = models.ForeignKey(
        "network.ImportFile", on_delete=models.PROTECT, related_name="+", null=True
    )
    triaged_at = models.DateTimeField(null=True)
    triaged_by = models.CharField(max_length=64, blank=True)
    deidentifying_at = models.DateTimeField(null=True)  # a first draft of its safe text was started
    in_review_at = models.DateTimeField(null=True)  # a first safe text was handed in
    approved_at = models.DateTimeField(null=True)  # a first safe text was approved
    published_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)  # a code, never somebody's words

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="event_known_kind"),
            models.UniqueConstraint(
                fields=["source_system", "source_reference"],
                condition=~Q(source_reference=""),
                name="event_once_per_source_reference",
            ),
            models.CheckConstraint(
                condition=Q(triaged_at=None, triaged_by="")
                | (Q(triaged_at__isnull=False) & ~Q(triaged_by="")),
                name="event_triaged_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "recorded_at"]),
            models.Index(fields=["site", "recorded_at"]),
            models.Index(fields=["recorded_at", "reference"], name="event_newest"),
        ]


class Original(models.Model):
    """One revision of an event's own words, which are in the vault under `record`."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="originals")
    revision = models.PositiveIntegerField(default=1)
    record = models.UUIDField()  # vault: JSON {title, narrative, action_taken}; a plain id, not a foreign key
    identity = models.UUIDField(null=True)  # vault: JSON {involved: [...], identifiers: [...], contact}
    attachment = models.UUIDField(null=True)  # vault: the file as it came
    attachment_type = models.CharField(max_length=20, blank=True)
    words = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "revision"], name="original_revision_once")]


class Assignment(models.Model):
    """A person named on an event: who writes its safe text, who judges it, who leads locally."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "part"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(part__in=["author", "reviewer", "lead"]), name="assignment_part"
            ),
        ]
