"""The ledger, its seals, and the two small tables every door needs."""

from django.db import models


class LedgerLine(models.Model):
    """One change that one person, token or the system made, never edited and never deleted."""

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=64)  # a person's id, "token:<prefix>" or "system"
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(
        max_length=64, blank=True, db_index=True
    )  # the learning's or event's reference
    site_code = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)  # small, and never content
    why = models.CharField(max_length=400, blank=True)
    request = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "action", "at"])]


class Seal(models.Model):
    """The chained proof that one ledger line is what it was when it was sealed."""

    seq = models.BigIntegerField(primary_key=True)
    line = models.OneToOneField(LedgerLine, on_delete=models.PROTECT, related_name="+")
    mac = models.CharField(max_length=64)


class Answered(models.Model):
    """One form or request that was already answered, with the answer that was given."""

    key = models.CharField(max_length=100)
    by = models.CharField(max_length=64)
    door = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "by", "door"], name="answered_once")]


class Rate(models.Model):
    """How often one key was used in one window of time."""

    key = models.CharField(max_length=120)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_once_per_window")]
