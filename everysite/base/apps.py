from django.apps import AppConfig


class BaseConfig(AppConfig):
    """The ground floor: it knows nobody."""

    name = "everysite.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
