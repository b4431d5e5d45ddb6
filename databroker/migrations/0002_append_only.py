"""The database itself refuses to change the audit trail and the journal."""

from django.db import migrations

from databroker import triggers


class Migration(migrations.Migration):
    dependencies = [("databroker", "0001_initial")]

    operations = [migrations.RunPython(triggers.forwards, triggers.backwards)]
