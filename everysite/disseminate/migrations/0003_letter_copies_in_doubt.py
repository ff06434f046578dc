"""How often a letter may already have arrived without our knowing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disseminate", "0002_letter")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="uncertain",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
