from typing import Any

from django.db import migrations


def allow(apps: Any, schema_editor: Any) -> None:
    """Whoever looks after shared words looks after rules too, until somebody says otherwise."""
    for name in ("Role", "Agent"):
        for each in apps.get_model("accounts", name).objects.all():
            if "settings.words" in each.permissions and "settings.rules" not in each.permissions:
                each.permissions = [*each.permissions, "settings.rules"]
                each.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_roles")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
