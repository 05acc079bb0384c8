from datetime import UTC, timedelta

from django.db import migrations
from django.db.models import Max, Min


def have_all_days_folded_anew(apps, schema_editor):
    """Days laid together so far do not say who has the conversations."""
    apps.get_model("ladder", "GradedDay").objects.all().delete()
    stale = apps.get_model("ladder", "StaleDay").objects
    found = apps.get_model("ladder", "Grade").objects.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    if found["first"] is None:
        return
    first, last = (found[end].astimezone(UTC).date() for end in ("first", "last"))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [stale.model(day_on=day, marked_at=found["last"]) for day in days]
    stale.bulk_create(rows, batch_size=400, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("ladder", "0003_graded_days")]

    operations = [migrations.RunPython(have_all_days_folded_anew, migrations.RunPython.noop)]
