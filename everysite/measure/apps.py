from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """Reach, adoption and effect; it reads everything."""

    name = "everysite.measure"
    label = "measure"
    default_auto_field = "django.db.models.BigAutoField"
