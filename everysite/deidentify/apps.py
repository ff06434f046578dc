from django.apps import AppConfig


class DeidentifyConfig(AppConfig):
    """Take out what identifies, score what is left, release by people other than the author."""

    name = "everysite.deidentify"
    label = "deidentify"
    default_auto_field = "django.db.models.BigAutoField"
