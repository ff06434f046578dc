from django.db import migrations

from everysite.base.appendonly import guard


class Migration(migrations.Migration):
    """The ledger and its seals cannot be changed or deleted, not even by a mistake in our own code."""

    dependencies = [("base", "0001_initial")]
    operations = [migrations.RunPython(*guard("base_ledgerline", "base_seal"))]
