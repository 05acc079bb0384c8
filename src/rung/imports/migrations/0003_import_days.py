from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0002_all_that_is_wrong'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='days',
            field=models.CharField(blank=True, db_default='', default='', max_length=5),
        ),
    ]
