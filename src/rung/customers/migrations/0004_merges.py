import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rung.customers.addresses import likeness, personal_name


def say_likeness(apps, schema_editor):
    address = apps.get_model("customers", "Address")
    batch = []
    for each in address.objects.only("pk", "kind", "value").order_by("pk").iterator(chunk_size=2000):
        each.likeness = likeness(each.value, each.kind)
        batch.append(each)
        if len(batch) == 2000:
            address.objects.bulk_update(batch, ["likeness"], batch_size=400)
            batch = []
    address.objects.bulk_update(batch, ["likeness"], batch_size=400)


def drop_false_names(apps, schema_editor):
    customer = apps.get_model("customers", "Customer")
    for each in customer.objects.filter(name__contains="@").only("pk", "name").iterator():
        if not personal_name(each.name):
            customer.objects.filter(pk=each.pk).update(name="", name_folded="")


class Migration(migrations.Migration):
    # The rows are written before the index is: PostgreSQL alters no table with rows of this transaction waiting.
    atomic = False

    dependencies = [
        ("customers", "0003_unwilling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="address",
            name="likeness",
            field=models.CharField(db_default="", db_index=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="customers.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="merged_people"
            ),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("moved", models.JSONField(default=dict)),
                ("completed", models.JSONField(default=dict)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="customers.customer"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
        ),
        migrations.RunPython(say_likeness, migrations.RunPython.noop),
        migrations.RunPython(drop_false_names, migrations.RunPython.noop),
    ]
