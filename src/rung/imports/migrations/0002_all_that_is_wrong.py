from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0001_lists'),
    ]

    operations = [
        migrations.AlterField(
            model_name='problem',
            name='said',
            field=models.TextField(),
        ),
    ]
