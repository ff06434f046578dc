from django.apps import AppConfig


class TailorConfig(AppConfig):
    """One version for each audience."""

    name = "everysite.tailor"
    label = "tailor"
    default_auto_field = "django.db.models.BigAutoField"
