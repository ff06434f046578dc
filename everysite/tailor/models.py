"""One version for each audience, and why it matters at each site."""

import uuid

from django.db import models
from django.db.models import Q

READERS = ["frontline", "managers", "board", "commissioners", "public", "researchers"]


class Version(models.Model):
    """The words of one learning for one group of readers, made from one version of the master."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="versions")
    readers = models.CharField(max_length=16)
    audience = models.CharField(max_length=8)  # release audience: site, network, partner, public
    number = models.PositiveIntegerField()
    master_version = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    sections = models.JSONField()  # [{code, label, text|lines, source, accepted}]
    field_hashes = models.JSONField(default=dict)  # what each generated field was made from
    email = models.JSONField(default=dict)  # approved bytes: {subject, html, text} with literal slots
    short = models.CharField(max_length=320, blank=True)
    kept_warnings = models.JSONField(default=list)  # [{code, by, at}]
    digest = models.CharField(max_length=64)
    email_sha256 = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=64, blank=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "readers", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(readers__in=READERS), name="version_known_readers"),
            models.UniqueConstraint(
                fields=["learning", "readers"],
                condition=Q(published_at__isnull=False, superseded_at=None, withdrawn_at=None),
                name="version_one_in_force",
            ),
        ]


class Relevance(models.Model):
    """Why a learning can happen at one site, in lines that staff there read, each with its source."""

    learning = models.ForeignKey("learn.Learning", on_delete=models.CASCADE, related_name="relevance")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)  # [{text, source}]
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning", "site"], name="relevance_once_per_site")]
