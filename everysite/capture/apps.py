from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """Something happened: events, reviews, visits, stories, lessons arrive here."""

    name = "everysite.capture"
    label = "capture"
    default_auto_field = "django.db.models.BigAutoField"
