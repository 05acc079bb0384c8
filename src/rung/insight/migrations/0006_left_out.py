from typing import Any

from django.db import migrations, models
from django.db.models import Q


def fold_again(apps: Any, schema_editor: Any) -> None:
    """What has no facts so far, and what a rule settled, is folded anew by the errand that folds."""
    entries = apps.get_model("journal", "Entry").objects
    settled = apps.get_model("insight", "ResolutionFact").objects.filter(by_agent=0)
    unfolded = apps.get_model("insight", "Unfolded").objects
    told = entries.filter(
        Q(kind__in=("spam.marked", "conversation.joined"))
        | Q(kind="conversation.opened", data__archived=True)
        | Q(kind="conversation.opened", data__beside__isnull=False) & ~Q(data__beside=None)
    )
    for numbers in (
        told.values_list("conversation", flat=True).order_by(),
        settled.values_list("conversation", flat=True).order_by(),
    ):
        rows = (unfolded.model(entry=0, conversation=pk) for pk in numbers.distinct().iterator(5_000) if pk is not None)
        unfolded.bulk_create(rows, batch_size=5_000)


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0005_dues'),
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LeftOutFact',
            fields=[
                ('conversation', models.BigIntegerField(primary_key=True, serialize=False)),
                ('customer', models.BigIntegerField()),
                ('channel', models.CharField(max_length=20)),
                ('team', models.BigIntegerField()),
                ('began_ms', models.BigIntegerField()),
                ('reason', models.CharField(max_length=8)),
            ],
            options={
                'indexes': [models.Index(models.F('began_ms'), name='left_out_fact_began')],
            },
        ),
        migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True),
    ]
