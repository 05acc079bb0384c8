from django.db import migrations


def leave(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE journal_undelivered SET (fillfactor = 50)")


def take(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE journal_undelivered RESET (fillfactor)")


class Migration(migrations.Migration):
    """What waits is marked as begun before rooms react: where a page has room for that, no index is written again."""

    dependencies = [("journal", "0002_deaths")]

    operations = [migrations.RunPython(leave, take)]
