from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        migrations.AddField("address", "pictures_since_at", models.DateTimeField(null=True)),
    ]
