from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("touchpoints", "0003_unsubscribe"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="participant", name="copied_customer"),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(condition=models.Q(("role", "copied")), fields=["address"], name="copied_address"),
        ),
    ]
