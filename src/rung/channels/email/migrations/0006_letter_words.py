from django.db import migrations

from rung.channels.email.words import SETUP, Sheet, write_sheets


def _make(apps, schema_editor):
    for statement in SETUP["sqlite" if schema_editor.connection.vendor == "sqlite" else "postgresql"]:
        schema_editor.execute(statement)
    letters = apps.get_model("email", "Letter").objects.order_by("pk")
    columns = ("pk", "sender", "sender_name", "envelope_to", "subject", "message_id")
    sheets = [
        Sheet(pk, f"{sender} {name}", " ".join(map(str, to)), subject, identifier)
        for pk, sender, name, to, subject, identifier in letters.values_list(*columns).iterator()
    ]
    write_sheets(sheets)


def _unmake(apps, schema_editor):
    schema_editor.execute("DROP TABLE email_letterwords")


class Migration(migrations.Migration):
    dependencies = [("email", "0005_letterheads")]
    operations = [migrations.RunPython(_make, _unmake)]
