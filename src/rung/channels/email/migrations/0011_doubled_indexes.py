import django.db.models.deletion
from django.db import migrations, models

DOUBLED = (
    ("email_letter_mailbox_id_4c83e563", "email_letter (mailbox_id)"),
    # For beginnings, in a database that sorts by a language; nobody asks for the beginning of a digest or a Message-ID.
    ("email_letter_digest_869ead9f_like", "email_letter (digest varchar_pattern_ops)"),
    ("email_letter_message_id_0605cbce_like", "email_letter (message_id varchar_pattern_ops)"),
)


def drop(apps, schema_editor):
    for name, _on in DOUBLED:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")
    if schema_editor.connection.vendor == "postgresql":
        # Each letter is marked as begun before it is read. Where its page has room for that, no index is written again.
        schema_editor.execute("ALTER TABLE email_letter SET (fillfactor = 50)")


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, on in DOUBLED:
        if is_postgresql or "pattern_ops" not in on:
            schema_editor.execute(f"CREATE INDEX {name} ON {on}")
    if is_postgresql:
        schema_editor.execute("ALTER TABLE email_letter RESET (fillfactor)")


class Migration(migrations.Migration):
    """As `touchpoints.0020`: each was written with every letter, and another one answers what it was for."""

    dependencies = [("email", "0010_next_signing_key")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    "letter",
                    "mailbox",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="letters",
                        to="email.mailbox",
                    ),
                )
            ],
        )
    ]
