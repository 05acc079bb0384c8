from django.db import migrations


def make(apps, schema_editor):
    from rung.search.indexes.postgresql import SETUP_RECENT

    # Words are in the order of their code points already (0001), so that theirs is one index too many.
    _each(schema_editor, (*SETUP_RECENT, "DROP INDEX IF EXISTS search_word_word_3cf967fe_like"))


def drop(apps, schema_editor):
    from rung.search.indexes.postgresql import TEARDOWN_RECENT

    _each(schema_editor, TEARDOWN_RECENT)


def _each(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """An index that is there stays as it is: what changes from now on lies in front of it."""

    dependencies = [("search", "0002_since")]

    operations = [migrations.RunPython(make, drop)]
