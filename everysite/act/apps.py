from django.apps import AppConfig


class ActConfig(AppConfig):
    """Each site's response and actions: claimed, evidenced, verified."""

    name = "everysite.act"
    label = "act"
    default_auto_field = "django.db.models.BigAutoField"
