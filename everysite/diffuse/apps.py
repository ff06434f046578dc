from django.apps import AppConfig


class DiffuseConfig(AppConfig):
    """Peer spread: who passed it to whom, and who told you."""

    name = "everysite.diffuse"
    label = "diffuse"
    default_auto_field = "django.db.models.BigAutoField"
