"""Addresses kept as DNS spells them (`xn--…`) are kept as people read them from now on, so that both are one."""

from django.db import migrations

from rung.customers.addresses import domain_of, in_letters


def to_letters(apps, schema_editor):
    addresses = apps.get_model("customers", "Address").objects
    for address in addresses.filter(kind="email", value__contains="xn--").iterator():
        value = in_letters(address.value)
        # Where both were kept, two records of one person stay; they are merged by hand.
        if value != address.value and not addresses.filter(kind="email", value=value).exists():
            address.value, address.domain = value, domain_of(value, "email")
            address.save(update_fields=["value", "domain"])


class Migration(migrations.Migration):

    dependencies = [("customers", "0007_domains_of_addresses")]

    operations = [migrations.RunPython(to_letters, migrations.RunPython.noop)]
