from typing import Any

from django.db import migrations


def fold_again(apps: Any, schema_editor: Any) -> None:
    """What was handed on, and what was answered about conversations that have joined another, is folded anew."""
    unfolded = apps.get_model("insight", "Unfolded").objects
    handed_on = apps.get_model("insight", "ConversationFact").objects.filter(transfers__gt=0)
    joined = apps.get_model("insight", "LeftOutFact").objects.filter(reason="joined")
    joins = apps.get_model("journal", "Entry").objects.filter(kind="conversation.joined")
    for numbers in (
        handed_on.values_list("conversation", flat=True).order_by(),
        joined.values_list("conversation", flat=True).order_by(),
        joins.values_list("data__into", flat=True).order_by(),
    ):
        rows = (unfolded.model(entry=0, conversation=pk) for pk in numbers.distinct().iterator(5_000))
        unfolded.bulk_create(rows, batch_size=5_000)


class Migration(migrations.Migration):
    dependencies = [("insight", "0006_left_out")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True)]
