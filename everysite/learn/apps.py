from django.apps import AppConfig


class LearnConfig(AppConfig):
    """The lesson: what happened, why, what to do."""

    name = "everysite.learn"
    label = "learn"
    default_auto_field = "django.db.models.BigAutoField"
