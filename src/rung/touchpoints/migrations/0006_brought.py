from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("touchpoints", "0005_writing")]

    operations = [migrations.AddField("touchpoint", "brought", models.JSONField(default=dict))]
