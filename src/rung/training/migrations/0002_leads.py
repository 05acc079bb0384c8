from typing import Any

from django.db import migrations


def allow(apps: Any, schema_editor: Any) -> None:
    """Whoever may estimate the ladder anew leads, until somebody says otherwise; new installations begin with it."""
    for name in ("Role", "Agent"):
        for each in apps.get_model("accounts", name).objects.all():
            if "settings.ladder" in each.permissions and "training.lead" not in each.permissions:
                each.permissions = [*each.permissions, "training.lead"]
                each.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial"), ("accounts", "0006_second_step")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
