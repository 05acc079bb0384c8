from django.db import migrations
from django.db.models import Value
from django.db.models.functions import StrIndex, Substr


def name_domains(apps, schema_editor):
    address = apps.get_model("customers", "Address")
    written = address.objects.filter(kind="email", domain="", value__contains="@").order_by()
    written.update(domain=Substr("value", StrIndex("value", Value("@")) + 1, 190))


class Migration(migrations.Migration):
    # Apart from the columns: PostgreSQL does not change a table that has rows changed in the same transaction.

    dependencies = [
        ("customers", "0006_companies_numbers_and_two_people"),
    ]

    operations = [
        migrations.RunPython(name_domains, migrations.RunPython.noop),
    ]
