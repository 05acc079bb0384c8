from typing import Any

from django.db import migrations


def have_everybody_graded_anew(apps: Any, schema_editor: Any) -> None:
    """Grades made so far leave out what was served before a conversation joined another."""
    quote = schema_editor.connection.ops.quote_name
    stale, known = (quote(apps.get_model("ladder", name)._meta.db_table) for name in ("Regrade", "Expectation"))
    schema_editor.execute(
        f"INSERT INTO {stale} (customer_id, asked_at) SELECT customer_id, last_episode_at FROM {known} WHERE true"  # noqa: S608 - names of our own tables
        " ORDER BY customer_id ON CONFLICT (customer_id) DO NOTHING"
    )


class Migration(migrations.Migration):
    dependencies = [("ladder", "0005_stated_of_conversation")]

    operations = [migrations.RunPython(have_everybody_graded_anew, migrations.RunPython.noop, elidable=True)]
