from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Identifiable originals, encrypted, in their own store."""

    name = "everysite.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
