from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="schedule",
            name="screen",
            field=models.CharField(
                choices=[
                    ("numbers", "All numbers"),
                    ("ladder", "The ladder"),
                    ("journeys", "Journeys"),
                    ("patterns", "Patterns"),
                    ("topics", "Topics"),
                ],
                default="numbers",
                max_length=10,
            ),
        ),
    ]
