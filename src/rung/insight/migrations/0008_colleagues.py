from typing import Any

from django.db import migrations, models
from django.db.models import Q


def fold_again(apps: Any, schema_editor: Any) -> None:
    """Who was a colleague, and what was owed no longer, is folded by the errand that folds."""
    entries = apps.get_model("journal", "Entry").objects
    unfolded = apps.get_model("insight", "Unfolded").objects
    told = entries.filter(Q(kind="customer.met", data__is_internal=True) | Q(kind="customer.described"))
    rows = (unfolded.model(entry=pk) for pk in told.order_by().values_list("pk", flat=True).iterator(5_000))
    unfolded.bulk_create(rows, batch_size=5_000)
    dropped = entries.filter(kind="deadline.dropped").order_by().values_list("conversation", flat=True).distinct()
    owing = (unfolded.model(entry=0, conversation=pk) for pk in dropped.iterator(5_000) if pk is not None)
    unfolded.bulk_create(owing, batch_size=5_000)


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_one_answer_a_matter")]

    operations = [
        migrations.CreateModel(
            name="ColleagueFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("customer", models.BigIntegerField()),
                ("ordinal", models.IntegerField()),
                ("began_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("customer", "ordinal"), name="colleague_fact_once")],
            },
        ),
        migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True),
    ]
