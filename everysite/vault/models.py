"""What the vault keeps."""

import uuid

from django.db import models

KINDS = ["narrative", "attachment", "identity", "working", "inbound"]


class Record(models.Model):
    """One identifiable thing, encrypted; its id is all that the rest of the product may hold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    revision = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()
    fingerprint = models.CharField(max_length=64, db_index=True)  # keyed: cannot be guessed from outside
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="vault_record_kind"),
        ]
