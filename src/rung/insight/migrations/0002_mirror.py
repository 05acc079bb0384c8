from django.db import migrations, models

# How often a conversation was handed on stands in its entries, not in the facts made so far: the worker folds them again.
FOLD_AGAIN = "INSERT INTO insight_unfolded (entry, conversation) SELECT 0, conversation FROM insight_conversationfact"


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MirrorLine',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('line', models.CharField(default='', max_length=32)),
                ('step', models.BigIntegerField(default=0)),
                ('building', models.CharField(default='', max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Unmirrored',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=12)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'unmirrored',
            },
        ),
        migrations.AddField(
            model_name='conversationfact',
            name='transfers',
            field=models.IntegerField(default=0),
        ),
        migrations.RunSQL(FOLD_AGAIN, migrations.RunSQL.noop),
    ]
