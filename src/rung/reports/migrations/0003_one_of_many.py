from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_screens"),
    ]

    operations = [
        migrations.RenameField(model_name="schedule", old_name="kpi", new_name="which"),
        migrations.AlterField(
            model_name="schedule",
            name="which",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="schedule",
            name="screen",
            field=models.CharField(
                choices=[
                    ("numbers", "All numbers"),
                    ("ladder", "The ladder"),
                    ("journeys", "Journeys"),
                    ("patterns", "Patterns"),
                    ("topics", "Topics"),
                    ("training", "Training opportunities"),
                    ("compared", "A comparison"),
                    ("journey", "One journey"),
                    ("pattern", "One pattern"),
                    ("topic", "One topic"),
                    ("opportunity", "One training opportunity"),
                ],
                default="numbers",
                max_length=12,
            ),
        ),
    ]
