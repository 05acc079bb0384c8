from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("touchpoints", "0018_loose_files")]

    operations = [
        migrations.RemoveIndex("conversation", "spam_latest"),
        migrations.AddIndex(
            "conversation",
            models.Index(
                condition=models.Q(("state", "spam")),
                fields=["state", "-last_touch_at", "-id"],
                name="spam_latest",
            ),
        ),
    ]
