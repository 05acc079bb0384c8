from django.db import migrations, models

# As in 0002: the entries know it, the facts made so far do not.
FOLD_AGAIN = "INSERT INTO insight_unfolded (entry, conversation) SELECT 0, conversation FROM insight_conversationfact"


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0002_mirror'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversationfact',
            name='reply_minutes',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='conversationfact',
            name='contacts',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='conversationfact',
            name='switches',
            field=models.IntegerField(default=0),
        ),
        migrations.RunSQL(FOLD_AGAIN, migrations.RunSQL.noop),
    ]
