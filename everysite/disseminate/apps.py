from django.apps import AppConfig


class DisseminateConfig(AppConfig):
    """Planned spread: who must get it, by when, and what became of each message."""

    name = "everysite.disseminate"
    label = "disseminate"
    default_auto_field = "django.db.models.BigAutoField"
