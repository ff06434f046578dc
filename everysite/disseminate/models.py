"""Planned spread: the plan, the frozen list of people, and what became of each message."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

STATES = ["held", "queued", "leased", "unknown", "sent", "bounced", "failed", "suppressed"]


class Plan(models.Model):
    """Who must get one learning, how, and by when; one live plan for each learning."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="plans")
    audiences = models.JSONField(
        default=list
    )  # [{staff_groups, services, sites, roles}]: pure rule `resolves`
    channels = models.JSONField(default=list)  # in order of trial: email, sms, huddle
    know_by = models.DateField(null=True)
    reminders = models.JSONField(default=list)  # days before know_by
    outside_domains = models.JSONField(default=list)
    outside_agreed_by = models.CharField(max_length=64, blank=True)
    message_minutes = models.PositiveSmallIntegerField(default=2)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)
    cooling_until = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=64, blank=True)
    counted = models.PositiveIntegerField(null=True)  # the frozen denominator
    people_sha256 = models.CharField(max_length=64, blank=True)  # of the sorted person ids
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="")
                | (Q(released_at__isnull=False) & ~Q(released_by="")),
                name="plan_released_at_and_by_together",
            ),
            models.UniqueConstraint(
                fields=["learning"],
                condition=Q(released_at__isnull=False, cancelled_at=None),
                name="plan_one_live",
            ),
        ]


class DueQuerySet(models.QuerySet["Due"]):
    def unfinished(self) -> "DueQuerySet":
        """People who have neither confirmed nor left, of learnings still in force; exemptions apart."""
        return self.filter(acknowledged_at=None, left_at=None, withdrawn_at=None)

    def open_on(self, day: date) -> "DueQuerySet":
        """People who still have to know on a day."""
        return self.unfinished().filter(Q(exempt_at=None) | Q(exempt_until__lt=day))


class Due(models.Model):
    """One person who must get one learning by a day, and what is known of whether they did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="dues")
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="dues")
    version = models.ForeignKey("tailor.Version", on_delete=models.PROTECT, related_name="dues")
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="dues")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="+", null=True)
    staff_group = models.CharField(max_length=60, blank=True)  # at issue
    due_on = models.DateField()
    due_before = models.DateTimeField()  # the instant after the last moment of due_on, in UTC
    reason = models.CharField(max_length=8, default="issue")
    counted = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_how = models.CharField(max_length=8, blank=True)  # page, link, huddle, meeting, kiosk
    acknowledged_by = models.CharField(max_length=64, blank=True)
    acknowledged_version = models.PositiveIntegerField(null=True)  # of the master, as read
    exempt_at = models.DateTimeField(null=True)
    exempt_by = models.CharField(max_length=64, blank=True)
    exempt_code = models.CharField(max_length=24, blank=True)
    exempt_until = models.DateField(null=True)
    exempt_note = models.CharField(max_length=200, blank=True)
    left_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "person"], name="due_once_per_person"),
            models.CheckConstraint(
                condition=Q(reason__in=["issue", "joiner", "mover", "added"]), name="due_known_reason"
            ),
            models.CheckConstraint(
                condition=Q(counted=False) | Q(reason="issue"), name="due_counted_only_at_issue"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_how="", acknowledged_by="")
                | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_how="") & ~Q(acknowledged_by="")),
                name="due_acknowledged_together",
            ),
            models.CheckConstraint(
                condition=Q(exempt_at=None, exempt_by="", exempt_code="")
                | (Q(exempt_at__isnull=False) & ~Q(exempt_by="") & ~Q(exempt_code="")),
                name="due_exempt_together",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "site", "team"]),
            models.Index(fields=["person", "acknowledged_at"]),
            models.Index(fields=["learning", "counted", "acknowledged_at"]),
        ]


class Delivery(models.Model):
    """One message to one person, and where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    due = models.ForeignKey(  # null: told to somebody about others, as an escalation is
        Due, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False, null=True
    )
    person = models.ForeignKey(  # who gets it; the address itself is read when it is sent
        "network.Person", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False
    )
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=40)  # issue, remind:<rule>:<day>, escalate:<level>:<day>, recall
    address_no = models.PositiveSmallIntegerField(default=1)
    approved_sha256 = models.CharField(max_length=64)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=24, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    uncertain = models.PositiveSmallIntegerField(default=0)
    lapses = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=220, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["due", "channel", "purpose", "address_no"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="delivery_known_state"),
            models.CheckConstraint(
                condition=(Q(state="leased") & Q(lease_until__isnull=False))
                | (~Q(state="leased") & Q(lease_until=None)),
                name="delivery_leased_iff_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(accepted_at__isnull=False), name="delivery_sent_was_accepted"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "bounced", "suppressed"]) | ~Q(reason=""),
                name="delivery_stopped_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "unknown"]),
                name="delivery_ready",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="leased"), name="delivery_leased"),
            models.Index(fields=["plan", "state"]),
        ]


class Letter(models.Model):
    """One finished message to one person about something other than a learning due, and where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)  # what it is about, so that it is written once
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()  # safe words, small numbers hidden
    html = models.TextField(blank=True)
    files = models.JSONField(
        default=list
    )  # [[name, our own random file name, type], ...] in the files folder
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, default="queued")  # queued, leased, sent, failed, stopped
    reason = models.CharField(max_length=24, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    uncertain = models.PositiveSmallIntegerField(default=0)  # of the tries, how many may have arrived
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=220, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "leased", "sent", "failed", "stopped"]),
                name="letter_known_state",
            ),
            models.CheckConstraint(
                condition=(Q(state="leased") & Q(lease_until__isnull=False))
                | (~Q(state="leased") & Q(lease_until=None)),
                name="letter_leased_iff_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="letter_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="queued"), name="letter_ready"),
            models.Index(fields=["lease_until"], condition=Q(state="leased"), name="letter_leased"),
        ]


class Escalation(models.Model):
    """Somebody was told that people at one site did not know in time."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="escalations")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    site_code = models.CharField(max_length=20, blank=True)  # empty: people without a site
    level = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12)
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+", null=True)
    missing = models.PositiveIntegerField()  # who stood overdue at that moment
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "site_code", "level"], name="escalation_once")]


class Evidence(models.Model):
    """What the outside said about one message."""

    delivery_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12)  # accepted, receipt, bounce, delayed, unreadable
    code = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    folded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery_id", "kind", "code", "sha256"], name="evidence_once")
        ]


class SendingHold(models.Model):
    """Sending is stopped for everything, one channel or one plan, until a person lets it go on."""

    scope = models.CharField(max_length=8)  # all, channel, plan
    target = models.CharField(max_length=64, blank=True)  # the channel's name or the plan's id
    reason = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)


class Lane(models.Model):
    """One channel through one server, which may be resting after trouble."""

    channel = models.CharField(max_length=8)
    server = models.CharField(max_length=120)
    paused_until = models.DateTimeField(null=True)
    troubles = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "server"], name="lane_once")]


class Huddle(models.Model):
    """A team talk at which one learning was discussed, as one person recorded it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="huddles")
    team = models.ForeignKey("network.Team", on_delete=models.PROTECT, related_name="huddles")
    held_on = models.DateField()
    shift = models.CharField(max_length=12, blank=True)
    led_by_role = models.CharField(max_length=80, blank=True)
    present = models.PositiveSmallIntegerField()
    others = models.PositiveSmallIntegerField(default=0)  # bank and agency staff, counted only
    said = models.CharField(max_length=400, blank=True)  # safe words only
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)


class Question(models.Model):
    """Something a reader asked about a learning, or that it is not part of their job."""

    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="questions_asked")
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=12, default="question")  # question, not_my_job, recognise
    text = models.CharField(max_length=600)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=600, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
