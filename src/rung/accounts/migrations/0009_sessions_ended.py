from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="sessions_ended",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
