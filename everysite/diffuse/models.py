"""Peer spread: who passed a learning to whom, and who people say told them."""

import uuid

from django.db import models
from django.db.models import F, Q


class Share(models.Model):
    """One person passed one learning on to one colleague."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="shares")
    giver = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="passed_on")
    receiver = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="was_passed")
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # by the receiver, signed in, pressing the button
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "giver", "receiver"], name="share_once"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="share_not_to_oneself"),
        ]
        indexes = [models.Index(fields=["learning", "at"])]


class ToldBy(models.Model):
    """Who one reader says told them about one learning."""

    learning = models.ForeignKey("learn.Learning", on_delete=models.PROTECT, related_name="told_by")
    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning", "person"], name="told_by_once")]


class Champion(models.Model):
    """A colleague who has agreed to help spread learning."""

    person = models.ForeignKey("network.Person", on_delete=models.PROTECT, related_name="champions")
    agreed_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "agreed_on"], name="champion_once")]
