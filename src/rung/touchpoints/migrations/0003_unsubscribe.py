from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("touchpoints", "0002_participants_archive_and_spam"),
    ]

    operations = [
        migrations.AddField(
            model_name="touchpoint",
            name="unsubscribe",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                condition=models.Q(("delivery", "failed")),
                fields=["-occurred_at", "-id"],
                name="touch_undelivered",
            ),
        ),
    ]
