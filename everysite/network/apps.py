from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Organisations, sites, teams, people and what they may do."""

    name = "everysite.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
