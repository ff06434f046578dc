"""Counting how often something is done, so that one caller cannot wear the system out."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from everysite.base.models import Rate


class TooOften(Exception):
    """The limit of a window is used up; `seconds` says when the next window opens."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries. Wait {seconds} seconds and try again.")
        self.seconds = seconds


@transaction.atomic
def spend(key: str, *, most: int, seconds: int, at: datetime) -> None:
    """Count one use of `key` in its window of `seconds`; raise TooOften beyond `most`."""
    stamp = int(at.timestamp())
    window = stamp // seconds
    row, made = Rate.objects.get_or_create(key=key[:120], window=window, defaults={"count": 1})
    if made:
        Rate.objects.filter(key=key[:120], window__lt=window).delete()
        return
    Rate.objects.filter(pk=row.pk).update(count=F("count") + 1)
    if row.count + 1 > most:
        raise TooOften((window + 1) * seconds - stamp)
