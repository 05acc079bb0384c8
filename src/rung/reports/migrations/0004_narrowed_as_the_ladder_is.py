from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_one_of_many"),
    ]

    operations = [
        migrations.AddField(
            model_name="schedule",
            name=name,
            field=models.CharField(blank=True, default="", max_length=10),
        )
        for name in ("phase", "freedom")
    ]
